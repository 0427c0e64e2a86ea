"""What a cell means where its value is something else: a link behind a word, a date as a number."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from functools import cache

from hanse_harvesters.tables import columns
from hanse_harvesters.tables.places import place_of

#: Days since the beginning of the calendar of Excel, from 1954 to 2064; a time is a fraction.
_SERIAL = re.compile(r"([2-5]\d{4})(?:\.\d+)?")
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]*://|www\.|mailto:", re.IGNORECASE)
_WEB, _MAIL = re.compile(r"https?://", re.IGNORECASE), re.compile(r"mailto:", re.IGNORECASE)


def by_row(places: Mapping[str, str], below: int) -> dict[int, dict[int, str]]:
    """Return row → column, from 0 → value, for the cells below a row."""
    found: dict[int, dict[int, str]] = {}
    for name, value in places.items():
        place = place_of(name)
        if place and place[0] > below:
            found.setdefault(place[0], {})[place[1]] = value
    return found


def address(key: str, cell: str, target: str) -> str:
    """Return the address behind a cell of a column for addresses; "" if the cell has its own.

    Who sees an address reads that one, wherever a click leads.
    """
    is_mail = columns.columns()[key].prop.kind == "mailto"
    if key not in _of_kind("iri", "mailto") or _ADDRESS.match(cell) or (is_mail and "@" in cell):
        return ""
    if not (_MAIL if is_mail else _WEB).match(target):
        return ""
    return target.partition(":")[2].partition("?")[0] if is_mail else target


def day(cell: str, *, from_1904: bool) -> str:
    """Return the day that a number stands for in a column for dates, "" for any other cell.

    >>> day("45352", from_1904=False)
    '2024-03-01'
    """
    match = _SERIAL.fullmatch(cell)
    if not match:
        return ""
    begin = date(1904, 1, 1) if from_1904 else date(1899, 12, 30)
    return (begin + timedelta(days=int(match[1]))).isoformat()


def dates() -> frozenset[str]:
    """Return the columns for dates."""
    return _of_kind("date")


@cache
def _of_kind(*kinds: str) -> frozenset[str]:
    found = columns.columns().items()
    return frozenset(key for key, column in found if column.prop.kind in kinds)
