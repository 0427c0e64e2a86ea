"""Untrusted text in table cells that a spreadsheet opens."""

from __future__ import annotations

from babel.numbers import get_decimal_symbol

#: Characters that begin a formula in a spreadsheet, also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> str:
    """Return ``value`` as a cell that no spreadsheet runs as a formula (adds an apostrophe)."""
    text = str("" if value is None else value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def separator(language: str) -> str:
    """Return the separator of a CSV file for spreadsheets in ``language``.

    A comma, unless it is the language's decimal separator.
    """
    return ";" if get_decimal_symbol(language) == "," else ","
