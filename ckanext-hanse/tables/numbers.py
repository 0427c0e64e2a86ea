"""Numbers in common notations: 1.234,5 and 1,234.5, with points, spaces or apostrophes.

Text that a number would change stays text: leading zeros (postcodes, keys), more than 15 digits
(keys again; a browser could not represent them), ``+49…`` (telephone), units.
"""

from __future__ import annotations

import re
from collections.abc import Callable

_SPACES = " \u00a0\u202f\u2009"
_APOSTROPHES = "'’"
#: A minus in plain or typographic form; a plus before a telephone number is not a sign.
_SIGN = r"(?:[-\u2212]|\+(?=\d{1,6}(?!\d)))?"
_EXPONENT = r"(?:[eE][+-]?\d{1,2})?"


def _pattern(group: str, mark: str) -> Callable[[str], re.Match[str] | None]:
    whole = (
        r"(?:0|[1-9]\d{0,14}"
        rf"|[1-9]\d{{0,2}}(?P<group>[{re.escape(group + _SPACES + _APOSTROPHES)}])\d{{3}}"
        r"(?:(?P=group)\d{3}){0,3})"
    )
    mark = re.escape(mark)
    pattern = rf"{_SIGN}(?:{whole}(?:{mark}\d+{_EXPONENT})?|{mark}\d+)"
    return re.compile(pattern).fullmatch


#: Matches most cells of most columns.
plain = re.compile(r"-?(?:0|[1-9]\d{0,14})").fullmatch
with_comma = _pattern(".", ",")
with_point = _pattern(",", ".")

_DROPPED = dict.fromkeys(map(ord, "+" + _SPACES + _APOSTROPHES))
_SIGNS = {ord("\u2212"): "-"}
_FROM_COMMA = _DROPPED | _SIGNS | {ord("."): None, ord(","): "."}
_FROM_POINT = _DROPPED | _SIGNS | {ord(","): None}


def from_comma(cell: str) -> str:
    """Convert ``1.234,50`` → ``1234.50``, for a cell that matches `with_comma`."""
    return cell.translate(_FROM_COMMA)


def from_point(cell: str) -> str:
    """Convert ``1,234.50`` → ``1234.50``, for a cell that matches `with_point`."""
    return cell.translate(_FROM_POINT)
