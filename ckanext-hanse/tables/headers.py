"""Where a table begins in a file, and what its columns are called in the DataStore."""

from __future__ import annotations

import unicodedata
from collections import Counter
from collections.abc import Sequence

from ckanext.hanse.tables.columns import EXACT

#: Rows looked at to find the header.
SAMPLE = 50
#: Rows that may stand above it.
_ABOVE = 10
#: What the DataStore adds by itself where words are looked for.
_TAKEN = {"rank"}
#: Bytes of a name in PostgreSQL.
_LONGEST = 63


def above(rows: Sequence[Sequence[str]]) -> int:
    """How many rows of a sample stand above the header: titles, which fill a single cell."""
    filled = [sum(1 for cell in row if cell.strip()) for row in rows]
    usual = max(((times, cells) for cells, times in Counter(filled).items()), default=(0, 0))[1]
    if usual < 2:
        return 0
    for number, cells in enumerate(filled[: _ABOVE + 1]):
        if cells > 1:
            return number
    return 0


def names(given: Sequence[str], unnamed: str) -> list[str]:
    """A name per column: none empty, none twice, none that PostgreSQL would cut or refuse.

    ``unnamed``  the word before the number of a column without a name.
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
    """What the DataStore takes: one line, no control signs, no quotation mark, no leading _."""
    text = unicodedata.normalize("NFC", name.lstrip(EXACT).replace('"', "'"))
    text = "".join(" " if sign.isspace() else sign for sign in text)
    text = "".join(sign for sign in text if not unicodedata.category(sign).startswith("C"))
    return _cut(" ".join(text.split()).lstrip("_ "), _LONGEST)


def _cut(name: str, most: int) -> str:
    """No more than ``most`` bytes, and no half letter: PostgreSQL counts bytes."""
    return name.encode()[:most].decode(errors="ignore").strip()
