"""Foreign words in the cells of a table that a spreadsheet opens."""

from __future__ import annotations

#: What a spreadsheet takes for the beginning of a formula, also in full width.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def harmless(value: object) -> str:
    """``value`` as a cell that no spreadsheet runs as a formula (a quotation mark before it)."""
    text = str("" if value is None else value).replace("\0", "")
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text
