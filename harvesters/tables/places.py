"""Places of cells as people name them: ``C7`` is column 2, row 7."""

from __future__ import annotations

import re

_PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


def letters(column: int) -> str:
    """Return the name of a column: 0 → A, 26 → AA."""
    name, number = "", column + 1
    while number:
        number, rest = divmod(number - 1, 26)
        name = chr(65 + rest) + name
    return name


def number_of(name: str) -> int:
    """Return the number of a column: A → 0, AA → 26."""
    number = 0
    for sign in name:
        number = number * 26 + ord(sign) - 64
    return number - 1


def place_of(name: str) -> tuple[int, int] | None:
    """Return row, from 1, and column, from 0, of a cell; None for what is no cell."""
    match = _PLACE.fullmatch(name)
    return (int(match[2]), number_of(match[1])) if match else None
