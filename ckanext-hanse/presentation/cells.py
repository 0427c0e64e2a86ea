"""Untrusted text in table cells that a spreadsheet opens."""

from __future__ import annotations

from babel.numbers import get_decimal_symbol

from hanse_harvesters.tables.cells import harmless

__all__ = ["harmless", "separator"]


def separator(language: str) -> str:
    """Return the separator of a CSV file for spreadsheets in ``language``.

    A comma, unless it is the language's decimal separator.
    """
    return ";" if get_decimal_symbol(language) == "," else ","
