"""Cells of an .xlsx that have no value to read: errors, and formulas that were never computed.

A reader shows both as empty.  They are looked for in the sheet's own XML.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from hanse_harvesters.tables.sheet_parts import attributes, plain

#: What a formula without a stored value is called, in place of an error's name.
UNCOMPUTED = "="
_MOST = 1_000
_CELL = re.compile(rb"<(?:\w+:)?c(\s[^>]*[^/>])>(.*?)</(?:\w+:)?c>", re.DOTALL)
_VALUE = re.compile(rb"<(?:\w+:)?(?:v|t)(?:\s[^>]*)?>([^<]*[^<\s][^<]*)<")


def flaws(content: bytes) -> Mapping[str, str]:
    """Return place (``C7``) → error (``#REF!``) or :data:`UNCOMPUTED` for the XML of a sheet."""
    found: dict[str, str] = {}
    if not any(mark in content for mark in (b't="e"', b"t='e'", b"<f", b":f>")):
        return found
    for opening, inside in _CELL.findall(content):
        is_error = b't="e"' in opening or b"t='e'" in opening
        if not is_error and b"<f" not in inside and b":f" not in inside:
            continue
        value = _VALUE.search(inside)
        if is_error or value is None:
            place = attributes(opening).get("r", "")
            shown = value[1].decode("utf-8", "replace") if value and is_error else UNCOMPUTED
            found[place] = plain(shown)
        if len(found) >= _MOST:
            break
    return found
