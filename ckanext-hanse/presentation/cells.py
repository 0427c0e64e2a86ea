"""Foreign words in the cells of a table that a spreadsheet opens."""

from __future__ import annotations

from babel.numbers import get_decimal_symbol

#: What a spreadsheet takes for the beginning of a formula, also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> str:
    """``value`` as a cell that no spreadsheet runs as a formula (a quotation mark before it)."""
    text = str("" if value is None else value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


def separator(language: str) -> str:
    """What stands between two values of a CSV file where spreadsheets speak ``language``.

    A comma, unless numbers have that one in them.
    """
    return ";" if get_decimal_symbol(language) == "," else ","
