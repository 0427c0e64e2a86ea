"""Untrusted text in a page: sanitised HTML, plain excerpts, safe links.

Data from a portal is never trusted.  Descriptions arrive as plain text, as
Markdown or as HTML; all three go through Markdown and then through nh3 with
the short list below.  Images are removed: the reader's browser would request
them from a third party.
"""

from __future__ import annotations

import html
import re
from textwrap import shorten
from urllib.parse import urlsplit

import markdown
import nh3
from markupsafe import Markup

TAGS = {
    "a", "li", "ol", "ul", "p", "br", "b", "i", "u", "strong", "em", "h3", "h4", "h5", "code",
    "pre", "blockquote", "table", "thead", "tbody", "tr", "th", "td", "caption",
}  # fmt: skip
ATTRIBUTES = {"a": {"href", "title"}, "th": {"scope", "colspan"}, "td": {"colspan"}}
SCHEMES = {"http", "https", "ftp", "mailto", "tel"}
REL = "noopener noreferrer nofollow"

#: Length up to which a text is parsed as Markdown.
LONGEST_MARKDOWN = 50_000
#: Patterns that python-markdown scans with all following text, and their maximum number.
_COSTLY = (
    (re.compile(r"[<*_\[&\\]"), 2_000),
    (re.compile(r"\["), 500),
    (re.compile("`"), 200),
    (re.compile(r"^[ \t]*[=-]+[ \t]*$", re.MULTILINE), 200),
)

#: The page has its own h1 and h2; headings of a text are below them.
_HIGH_HEADING = re.compile(r"<(/?)h[12]\b", re.IGNORECASE)
#: A bare URL in running text; punctuation that ends a sentence is not part of it.
_BARE_URL = re.compile(r"(?<![\w\"'=(<>\[/])(https?://[^\s<>\"')\]]*[^\s<>\"')\].,;:!?])")


def safe_html(text: str | None, breaks: bool = True) -> Markup:
    """Return ``text`` (plain, Markdown or HTML) as HTML that is safe in a page.

    ``breaks``: whether a line's end is one in the page too, as in a description typed into a form.
    """
    if not text:
        return Markup("")
    if _is_too_much(text):
        return Markup("<p>{}</p>").format(text.strip()).replace("\n", Markup("<br>"))
    linked = _BARE_URL.sub(r"<\1>", text.strip())
    extensions = ["sane_lists", "tables", *(["nl2br"] if breaks else [])]
    raw = markdown.markdown(linked, extensions=extensions)
    clean = nh3.clean(
        _HIGH_HEADING.sub(r"<\1h3", raw),
        tags=TAGS,
        attributes=ATTRIBUTES,
        url_schemes=SCHEMES,
        link_rel=REL,
        set_tag_attribute_values={"table": {"tabindex": "0"}},  # scrolls by the keyboard too
    )
    return Markup(clean)  # sanitised by nh3


def page_html(text: str | None, breaks: bool = True) -> Markup:
    """Return ``text`` as :func:`safe_html` does, of a page whose only other heading is its h1."""
    shown = str(safe_html(text, breaks))
    for level in (3, 4, 5):
        shown = re.sub(rf"<(/?)h{level}\b", rf"<\1h{level - 1}", shown)
    return Markup(shown)  # sanitised by nh3


def _is_too_much(text: str) -> bool:
    """Return whether parsing ``text`` as Markdown would be too slow; it is shown unformatted then.

    The time grows with the length, and with the square or cube of the number of some characters.
    """
    return len(text) > LONGEST_MARKDOWN or any(
        len(sign.findall(text)) > most for sign, most in _COSTLY
    )


def plain(text: str | None, length: int = 0) -> str:
    """Return ``text`` without markup on one line, cut at a word near ``length`` (0: not cut)."""
    if not text:
        return ""
    if length:  # an excerpt needs only the beginning
        text = text[: 20 * length + 2_000]
    if not _is_too_much(text):
        text = html.unescape(nh3.clean(markdown.markdown(text), tags=set()))
    bare = " ".join(text.split())
    return shorten(bare, width=length, placeholder=" …") if length else bare


def safe_link(url: object) -> str:
    """Return ``url`` if a page may link to it (http, https, ftp, mailto, tel), else ""."""
    text = str(url or "").strip()
    try:
        parts = urlsplit(text)
    except ValueError:  # for example an invalid IPv6 host
        return ""
    if parts.scheme.lower() not in SCHEMES:
        return ""
    if parts.scheme.lower() in {"http", "https", "ftp"} and not parts.netloc:
        return ""
    return text


def host(url: object) -> str:
    """Return the host of ``url`` for display: ``www.opendata-hro.de`` → ``opendata-hro.de``."""
    try:
        name = urlsplit(str(url or "")).hostname or ""
    except ValueError:
        return ""
    return name.removeprefix("www.")
