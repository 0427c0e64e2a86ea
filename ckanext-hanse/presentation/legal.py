"""Imprint, privacy and accessibility statement: the operator's texts, or templates to fill in.

A template marks its gaps by square brackets; ``config/legal`` has one per page and language.
"""

from __future__ import annotations

import html
import re
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.hanse.presentation import text
from hanse_schemas.language import wanted

PAGES = ("imprint", "privacy", "accessibility")
#: Languages of the templates.
LANGUAGES = ("de", "en")
#: A gap of a template; not a Markdown link.
_GAP = re.compile(r"\[([^\[\]]+)\](?!\()")


@dataclass(frozen=True, slots=True)
class Legal:
    """A page's text as Markdown, its language, and whether it is still the template.

    ``address``  URL of the operator's own page instead, "" for none.
    """

    markdown: str
    language: str
    template: bool = False
    address: str = ""

    @property
    def html(self) -> Markup:
        """The text with the remaining gaps marked; its headings are below the page's own."""
        shown = str(text.page_html(self.markdown))
        # Sanitised above; square brackets in the operator's own text are not marked.
        return Markup(_GAP.sub(lambda gap: _marked(gap[1]), shown))

    @property
    def gaps(self) -> list[str]:
        """The gaps that are still to be filled in: those that the template has too."""
        return [gap for gap in _GAP.findall(self.markdown) if gap in _known_gaps()]


class UnreadableText(Exception):
    """A file named by an option cannot be read."""


def page(name: str, language: str) -> Legal:
    """Return a page's text for a reader of ``language``; may raise UnreadableText."""
    own = _option(f"{name}_en") if language == "en" else ""
    found, lang = (own, "en") if own else (_option(name), "de")
    if not found:
        return template(name, language)
    if found.startswith(("http://", "https://")):
        return Legal("", lang, address=found)
    if found.startswith("/") and "\n" not in found:
        try:
            found = Path(found).read_text(encoding="utf-8")
        except (OSError, ValueError) as fault:
            raise UnreadableText(str(fault)) from fault
    return Legal(found, lang)


def template(name: str, language: str) -> Legal:
    """Return the template that is shown until the operator configures a text."""
    shipped = next(code for code in wanted(language) if code in LANGUAGES)
    return Legal(_template(name, shipped), shipped, template=True)


def _marked(gap: str) -> str:
    return f"<mark>[{gap}]</mark>" if html.unescape(gap) in _known_gaps() else f"[{gap}]"


def _option(name: str) -> str:
    return str(tk.config.get(f"hanse.{name}") or "").strip()


@cache
def _template(name: str, language: str) -> str:
    file = files("hanse_config").joinpath("legal", f"{name}.{language}.md")
    return file.read_text(encoding="utf-8")


@cache
def _known_gaps() -> frozenset[str]:
    texts = (_template(name, language) for name in PAGES for language in LANGUAGES)
    return frozenset(gap for found in texts for gap in _GAP.findall(found))
