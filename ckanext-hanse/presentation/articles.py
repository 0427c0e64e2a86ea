"""News and help: Markdown files of the operator, and a help text that is shipped.

``hanse.pages`` names a folder with ``news/2026-11-30-name.de.md`` and ``help/name.de.md``, each
also as ``.en.md``.  The first line that begins with ``#`` is the title.  A file of the operator
takes the place of the shipped one of that name; a number before it, ``2-filter.de.md``, only
orders.  News with a date to come are not shown before it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.hanse.presentation import text
from hanse_schemas.language import wanted

NEWS, HELP = "news", "help"
KINDS = (NEWS, HELP)
LONGEST = 200_000
"""Bytes of a file; a larger one is no page."""
_MOST_FILES = 1_000

_NAMES = {
    NEWS: re.compile(
        r"(?P<name>(?P<day>\d{4}-\d{2}-\d{2})-[a-z0-9][a-z0-9-]*)\.(?P<language>[a-z]{2})\.md"
    ),
    HELP: re.compile(r"(?:(?P<order>\d+)-)?(?P<name>[a-z][a-z0-9-]*)\.(?P<language>[a-z]{2})\.md"),
}
_PARAGRAPHS = re.compile(r"\n[ \t]*\n")
_TITLE = re.compile(r"\A\s*#{1,6}[ \t]+(?P<title>[^\n]+?)[ \t#]*(?:\n|\Z)")


@dataclass(frozen=True, slots=True)
class Article:
    """A page in one language.

    ``name``   in its address.  ``day`` of news, None for help.
    ``order``  of help: the number before its name.
    """

    kind: str
    name: str
    language: str
    title: str
    markdown: str
    day: date | None = None
    order: int = 0

    @property
    def html(self) -> Markup:
        """The text, sanitised as descriptions are; its headings are below the page's own."""
        return text.page_html(self.markdown, breaks=False)

    @property
    def summary(self) -> str:
        """The first paragraph as plain text, its beginning if it is long."""
        parts = (part.strip() for part in _PARAGRAPHS.split(self.markdown))
        return text.plain(next((part for part in parts if part and part[0] != "#"), ""), 240)


@dataclass(frozen=True, slots=True)
class Fault:
    """A file or folder that cannot be shown.  ``reason``: ``unreadable``, ``name`` or ``size``."""

    path: str
    reason: str


def articles(kind: str, language: str) -> tuple[list[Article], list[Fault]]:
    """Return the pages of a kind for readers of ``language``, in order, and what cannot be shown.

    A page that is not in this language is in another one.
    """
    faults: list[Fault] = []
    by_name: dict[str, dict[str, Article]] = {}
    own = list(_own(kind, faults))
    taken = {found.name for found in own}
    shipped = _shipped() if kind == HELP else ()
    for found in (*(item for item in shipped if item.name not in taken), *own):
        if not found.day or found.day <= datetime.now(UTC).date():
            by_name.setdefault(found.name, {})[found.language] = found
    preferred = [_best(same, language) for same in by_name.values()]
    if kind == NEWS:
        return sorted(preferred, key=lambda item: item.name, reverse=True), faults
    return sorted(preferred, key=lambda item: (item.order, item.name)), faults


def _best(same: dict[str, Article], language: str) -> Article:
    return same[next((code for code in wanted(language) if code in same), next(iter(same)))]


def _own(kind: str, faults: list[Fault]) -> Iterator[Article]:
    """Yield the operator's pages; adds to ``faults``.  A folder that need not be there is none."""
    option = str(tk.config.get("hanse.pages") or "").strip()
    if not option:
        return
    base = Path(option)
    folder = base / kind
    try:
        if not base.is_dir():
            raise NotADirectoryError(option)
        paths = sorted(folder.iterdir())[:_MOST_FILES] if folder.exists() else []
    except (OSError, ValueError):
        faults.append(Fault(str(folder), "unreadable"))
        return
    yield from _read(kind, (path for path in paths if not path.name.startswith(".")), faults)


def _read(kind: str, paths: Iterable[Path | Traversable], faults: list[Fault]) -> Iterator[Article]:
    for path in paths:
        named = _NAMES[kind].fullmatch(path.name)
        day = _day(named) if named else None
        if named is None or (kind == NEWS and day is None):
            faults.append(Fault(str(path), "name"))
            continue
        try:
            if isinstance(path, Path) and path.stat().st_size > LONGEST:
                faults.append(Fault(str(path), "size"))
                continue
            content = path.read_text(encoding="utf-8")
        except (OSError, ValueError):
            faults.append(Fault(str(path), "unreadable"))
            continue
        parts = named.groupdict()
        title = _TITLE.match(content)
        yield Article(
            kind,
            parts["name"],
            parts["language"],
            text.plain(title["title"]) if title else parts["name"].replace("-", " "),
            content[title.end() :] if title else content,
            day,
            int(parts.get("order") or 0),
        )


def _day(named: re.Match[str]) -> date | None:
    try:
        return date.fromisoformat(named.groupdict().get("day") or "")
    except ValueError:
        return None


@cache
def _shipped() -> tuple[Article, ...]:
    folder = files("hanse_config").joinpath(HELP)
    return tuple(_read(HELP, sorted(folder.iterdir(), key=lambda path: path.name), []))
