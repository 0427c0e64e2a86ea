"""The parser of the connector ``table``: a file of any of its formats → sheets and rows.

Runs in the process without file access (:mod:`hanse_harvesters.sandbox.child.connector`), so
everything it needs is imported here, encodings included.  It yields, for each sheet::

    {"sheet": name, "hidden": bool, "merged": [[row, column, row, column]], "flaws": {place: error},
     "links": {place: address}, "from_1904": bool, "notes": [[code, {…}]]}
    [[row number, [cell, …]], …]        lists of at most 500 rows, without empty ones

or, for a file that is no table, only ``{"refused": code, "values": {…}}``.  Rows are counted from
1, the numbers in ``merged`` from 0.
"""

from __future__ import annotations

import encodings.cp437
import encodings.cp850
import encodings.cp1252
import encodings.mac_roman
import encodings.utf_8_sig
import encodings.utf_16
import encodings.utf_16_be
import encodings.utf_16_le
import heapq
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import IO, Any
from zipfile import ZipFile

from python_calamine import (
    CalamineError,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from hanse_harvesters.sandbox.child.archive import BROKEN
from hanse_harvesters.tables import links, package, sheet_parts, text_file
from hanse_harvesters.tables.cells import text, typed
from hanse_harvesters.tables.flaws import flaws
from hanse_harvesters.tables.notes import NoTable, Note

#: What the standard library would import only when it is needed, and could not any more: the
#: encodings of texts and of names in a zip file, and what counts the commonest width of a row.
_NEEDED = (
    encodings.cp437, encodings.cp850, encodings.cp1252, encodings.mac_roman,
    encodings.utf_8_sig, encodings.utf_16, encodings.utf_16_be, encodings.utf_16_le, heapq,
)  # fmt: skip
#: Limits of a list.
MOST_ROWS, MOST_COLUMNS = 200_000, 1_000
_BATCH = 500


def rows(document: IO[bytes], charset: str) -> Iterator[Any]:
    """Yield the sheets and rows of a document, or why it is none."""
    try:
        kind = package.kind_of(document)
        yield from _text(document) if kind == package.TEXT else _book(document, kind)
    except NoTable as error:
        yield {"refused": error.code, "values": error.values}


def _text(document: IO[bytes]) -> Iterator[Any]:
    found = text_file.open_text(document)
    notes: list[Note] = []
    numbered = ((line, list(map(typed, row))) for line, row in found.rows(notes))
    read = list(_batches(numbered))
    yield _head("", notes=[[note.code, dict(note.values)] for note in notes])
    yield from read


def _book(document: IO[bytes], kind: str) -> Iterator[Any]:
    document.seek(0)
    try:
        book = CalamineWorkbook.from_filelike(document)
        inside = _inside(document, kind)
        for sheet in book.sheets_metadata:
            if sheet.typ != SheetTypeEnum.WorkSheet:
                continue
            if sheet.visible != SheetVisibleEnum.Visible:
                yield _head(sheet.name, hidden=True)
                continue
            yield from _sheet(book, sheet.name, inside.get(sheet.name, {}))
    except PasswordError as error:
        raise NoTable("locked") from error
    except CalamineError as error:
        raise NoTable("no-sheet") from error


def _inside(document: IO[bytes], kind: str) -> dict[str, dict[str, Any]]:
    """Return what a reader does not tell of the cells of each sheet: sheet → parts of its head."""
    try:
        with ZipFile(document) as archive:
            if kind == package.ODS:
                linked = links.in_ods(archive.read("content.xml"))
                return {name: {"links": found} for name, found in linked.items()}
            found, epoch = {}, sheet_parts.counts_from_1904(archive)
            for name, member in sheet_parts.members(archive):
                content, related = archive.read(member), sheet_parts.relations(archive, member)
                found[name] = {
                    "flaws": flaws(content),
                    "links": links.in_xlsx(content, related),
                    "from_1904": epoch,
                }
            return found
    except BROKEN as error:
        raise NoTable("no-sheet") from error


def _sheet(book: CalamineWorkbook, name: str, inside: dict[str, Any]) -> Iterator[Any]:
    sheet = book.get_sheet_by_name(name)
    merged = [[*start, *end] for start, end in sheet.merged_cell_ranges or ()]
    yield _head(name, merged=merged, **inside)
    # `start` is known only after empty rows and columns before the first cell are kept.
    found = sheet.to_python(skip_empty_area=False)
    yield from _batches((number, list(map(text, row))) for number, row in enumerate(found, 1))


def _head(name: str, **more: Any) -> dict[str, Any]:
    empty = {"merged": [], "flaws": {}, "links": {}, "from_1904": False, "notes": []}
    return {"sheet": name, "hidden": False, **empty, **more}


def _batches(numbered: Iterable[tuple[int, list[str]]]) -> Iterator[list[Any]]:
    """Yield the rows that are not empty, each up to its last cell, in lists."""
    count = 0
    filled = (item for item in map(_cut, numbered) if item[1])
    while batch := list(islice(filled, _BATCH)):
        count += len(batch)
        if count > MOST_ROWS:
            raise NoTable("too-many-rows", most=MOST_ROWS)
        yield batch


def _cut(item: tuple[int, list[str]]) -> tuple[int, list[str]]:
    number, row = item
    end = len(row)
    while end and not row[end - 1]:
        end -= 1
    if end > MOST_COLUMNS:
        raise NoTable("too-many-columns", row=number, count=end, most=MOST_COLUMNS)
    return number, row[:end]
