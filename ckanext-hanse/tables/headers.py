"""Where a table begins in a file, and the names of its columns in the DataStore."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from ckanext.hanse.tables.columns import EXACT

#: Rows examined to find the header.
SAMPLE = 50
#: Maximum number of rows above it.
_ABOVE = 10
#: Column that the DataStore adds by itself in a full-text search.
_TAKEN = {"rank"}
#: Maximum bytes of a name in PostgreSQL.
_LONGEST = 63


def above(rows: Sequence[Sequence[str]]) -> int:
    """Return the number of sample rows above the header: titles, which fill only one cell."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    usual = max(((times, cells) for cells, times in Counter(filled).items()), default=(0, 0))[1]
    if usual < 2:
        return 0
    for number, cells in enumerate(filled[: _ABOVE + 1]):
        if cells > 1:
            return number
    return 0


def names(given: Sequence[str], unnamed: str) -> list[str]:
    """Return a name per column: not empty, unique, neither truncated nor refused by PostgreSQL.

    ``unnamed``  the prefix of the number of a column without a name.
    """
    found: list[str] = []
    taken = set(_TAKEN)
    for number, name in enumerate(given, start=1):
        plain = _plain(name) or f"{unnamed} {number}"
        candidate, again = plain, 2
        while candidate in taken:
            end = f"_{again}"
            candidate, again = _cut(plain, _LONGEST - len(end)) + end, again + 1
        taken.add(candidate)
        found.append(candidate)
    return found


def _plain(name: str) -> str:
    """Return a name for the DataStore: one line, no control characters, no quotes, no leading _."""
    text = unicodedata.normalize("NFC", name.lstrip(EXACT).replace('"', "'"))
    text = "".join(" " if sign.isspace() else sign for sign in text)
    text = "".join(sign for sign in text if not unicodedata.category(sign).startswith("C"))
    return _cut(" ".join(text.split()).lstrip("_ "), _LONGEST)


def _cut(name: str, most: int) -> str:
    """Truncate to ``most`` bytes, without splitting a character: PostgreSQL counts bytes."""
    return name.encode()[:most].decode(errors="ignore").strip()
