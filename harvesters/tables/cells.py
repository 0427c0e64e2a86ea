"""The values of a spreadsheet's cells as text."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

#: How a text begins that a spreadsheet takes for a formula.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
#: The same where the cell is of ours: also a line break and signs in full width.
_SUSPECT = (*_FORMULA, "\n", "＝", "＋", "－", "＠")


def number(value: float) -> str:
    """Return a number as Excel shows it: 17 for 17.0, at most 15 digits."""
    if abs(value) < 1e15 and value == int(value):
        return str(int(value))
    return f"{value:.15g}"  # more digits are the binary error of 0.1


def text(value: Any) -> str:
    """Return a cell as text without blanks at its ends: dates in ISO form, "" for an empty one."""
    if isinstance(value, str):
        return plain(value) if value else ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int | float):
        return number(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value) if isinstance(value, timedelta) else plain(str(value))


def typed(value: str) -> str:
    """Return a cell of a CSV file as it was meant: neither for Excel's eyes nor guarded from it.

    ``="007"`` keeps leading zeros in Excel; ``'+49 30`` is no formula for it.
    """
    value = value.strip()
    if value.startswith("'") and value[1:2] in _FORMULA and len(value) > 1:
        return value[1:]
    if value.startswith('="') and value.endswith('"') and len(value) > 2:
        return value[2:-1].replace('""', '"').strip()
    return value


def harmless(value: object) -> str:
    """Return ``value`` as a cell that no spreadsheet runs as a formula (adds an apostrophe)."""
    text = str("" if value is None else value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_SUSPECT) else text


def plain(value: str) -> str:
    """Return a text without control characters and blanks at its ends."""
    if not value.isprintable():
        value = "".join(sign for sign in value if sign >= " " or sign in "\t\r\n")
    return value.strip()
