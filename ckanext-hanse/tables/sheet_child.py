"""The first filled sheet of a spreadsheet → CSV: ``python -m … FILE TARGET MEGABYTES SECONDS``.

A process of its own with limits: a file of some kilobytes may expand to gigabytes.  It prints
JSON: ``{"shown", "others"}``, or ``{"error": code}`` (`notes.NoTable`).
"""

from __future__ import annotations

import csv
import json
import resource
import sys
from collections.abc import Iterable
from typing import Any

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from ckanext.hanse.tables.columns import EXACT
from hanse_harvesters.tables import cells


def main(path: str, target: str, megabytes: str, seconds: str) -> dict[str, Any]:
    """Write the sheet's rows to ``target``, each up to its last filled cell."""
    memory = int(megabytes) << 20
    resource.setrlimit(resource.RLIMIT_AS, (memory, memory))
    resource.setrlimit(resource.RLIMIT_CPU, (int(seconds), int(seconds) + 5))
    try:
        book = CalamineWorkbook.from_path(path)
        return _write(book, target)
    except PasswordError:
        return {"error": "locked"}
    except MemoryError:
        return {"error": "too-much"}
    except (CalamineError, OSError):
        return {"error": "no-sheet"}


def _write(book: CalamineWorkbook, target: str) -> dict[str, Any]:
    names = [
        sheet.name
        for sheet in book.sheets_metadata
        if sheet.typ == SheetTypeEnum.WorkSheet and sheet.visible == SheetVisibleEnum.Visible
    ]
    for name in names:
        if _sheet(book.get_sheet_by_name(name), target):
            return {"shown": name, "others": [other for other in names if other != name]}
    return {"error": "empty"}


def _sheet(sheet: CalamineSheet, target: str) -> bool:
    """Write a sheet; return whether it has any content."""
    filled = False
    with open(target, "w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        for row in sheet.to_python(skip_empty_area=False):
            shown = _cut(map(_cell, row))
            filled = filled or bool(shown)
            writer.writerow(shown)
    return filled


def _cut(cells: Iterable[str]) -> list[str]:
    found = list(cells)
    while found and not found[-1]:
        found.pop()
    return found


def _cell(value: Any) -> str:
    """Return a cell as text, a number marked as such."""
    text = cells.text(value)
    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return EXACT + text if is_number else text


if __name__ == "__main__":
    print(json.dumps(main(*sys.argv[1:])))
