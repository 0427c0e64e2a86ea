"""Names of datasets: the last part of their URL, generated once from the title."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter, deque
from collections.abc import Iterable, Iterator

import sqlalchemy as sa
from ckan import model

#: Room for a suffix within CKAN's 100 characters.
_LONGEST = 90
_FALLBACK = "datensatz"
#: CKAN's own pages below /dataset/ (its name_validator knows the first three).
_RESERVED = {"new", "edit", "search", "groups", "activity", "changes", "resources", "delete"}
#: Letters that Unicode decomposition keeps or would shorten: German first, then others.
_LETTERS = str.maketrans(
    {
        "ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss", "æ": "ae", "œ": "oe", "ø": "o", "å": "a",
        "ł": "l", "đ": "d", "ð": "d", "þ": "th", "ı": "i", "²": "2", "³": "3", "€": "euro",
    }
)  # fmt: skip


def slug(title: str) -> str:
    """Convert ``Bäume an Straßen (2024)`` to ``baeume-an-strassen-2024``; at most 90 characters.

    Returns ``datensatz`` for a title without a letter or digit of the Latin script.
    """
    text = unicodedata.normalize("NFC", title).casefold().translate(_LETTERS)
    text = unicodedata.normalize("NFKD", text)
    text = "".join(letter for letter in text if not unicodedata.combining(letter))
    text = re.sub(r"[^a-z0-9]+", "-", text).strip("-")
    if len(text) > _LONGEST:
        head, _, _ = text[: _LONGEST + 1].rpartition("-")
        text = head or text[:_LONGEST]
    return text if len(text) > 1 else _FALLBACK


def free_name(title: str) -> str:
    """Return the slug of ``title``, with the first free number appended if it is taken.

    A deleted dataset keeps its name: its URL must not lead to another one.
    """
    return next(FreeNames().take([title]))


class FreeNames:
    """Names for many titles at once, each issued once; mostly one query for all of them."""

    def __init__(self) -> None:
        self._free: dict[str, deque[str]] = {}
        self._asked: dict[str, int] = {}

    def take(self, titles: Iterable[str]) -> Iterator[str]:
        """Return a name for each title, as repeated calls of :func:`free_name` would."""
        wanted = [slug(title) for title in titles]
        needed = Counter(wanted)
        while short := [item for item in needed if self._left(item) < needed[item]]:
            asked = {item: self._more(item, needed[item]) for item in short}
            used = _used(name for names in asked.values() for name in names) | _RESERVED
            for item, names in asked.items():
                self._free[item].extend(name for name in names if name not in used)
        given = [self._free[item].popleft() for item in wanted]
        for item in needed:
            if self._asked[item] == 1:  # only frequent slugs are worth caching
                del self._free[item], self._asked[item]
        return iter(given)

    def forget(self) -> None:
        """Clear the cache: names that were issued were not used."""
        self._free.clear()
        self._asked.clear()

    def _left(self, item: str) -> int:
        return len(self._free.setdefault(item, deque()))

    def _more(self, item: str, needed: int) -> list[str]:
        """Return the next names to check: the slug itself, then numbered ones, more each time."""
        last = self._asked.get(item, 0)
        if not last:
            self._asked[item] = 1
            return [item]
        self._asked[item] = last + max(8, last, needed)
        return [f"{item}-{number}" for number in range(last + 1, self._asked[item] + 1)]


def _used(names: Iterable[str]) -> set[str]:
    query = sa.select(model.Package.name).where(model.Package.name.in_(list(names)))
    return set(model.Session.scalars(query))
