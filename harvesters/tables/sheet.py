"""A sheet of a list: where its header is, what its columns are, and its rows by column."""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.tables import columns, meant
from hanse_harvesters.tables.flaws import UNCOMPUTED
from hanse_harvesters.tables.places import letters

#: Rows among which the header is looked for.
_FIRST = 40
#: Cells that a merged area is copied to, in all of a sheet.
_MOST_COPIED = 1_000_000
#: Characters that a cell of a workbook can have.
MOST_CELL = 32_767
#: How a date begins that is a number of days.
_SERIALS = ("2", "3", "4", "5")
#: An error of Excel or LibreOffice, as a cell or in an exported text.
_ERROR = re.compile(
    r"#(?:REF|BEZUG|NAME|VALUE|WERT|NUM|ZAHL|NULL|N/A|NV|DIV/0|SPILL|CALC)[!?]?|Err:\d{3}"
)


@dataclass(slots=True)
class Row:
    """A row: its number in the sheet, from 1, its cells by column key, and by unknown header."""

    sheet: Sheet
    number: int
    cells: dict[str, str]
    others: dict[str, str]


@dataclass(slots=True)
class Sheet:
    """A sheet with a header that was recognised.

    ``file``     name of its file if there are several, "" for one.
    ``name``     name of the sheet, "" for CSV.
    ``header``   number of the header's row, from 1.
    ``columns``  column key → column number, from 0.
    ``others``   unknown header → column number, from 0.
    ``issues``   those of the headers.
    ``flaws``    row number → issues of its cells: without a value, or with another than is meant.
    """

    file: str
    name: str
    header: int
    columns: Mapping[str, int]
    others: Mapping[str, int]
    rows: list[Row] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    flaws: dict[int, list[Issue]] = field(default_factory=dict)

    @property
    def label(self) -> str:
        """Its name for people, with that of its file if there are several."""
        return " › ".join(filter(None, (self.file, self.name)))

    def column_of(self, key: str) -> int:
        """Return the number of a column, the title's if the sheet does not have it."""
        return self.columns.get(key, self.columns[columns.identity().title])

    def issue(self, rule: str, row: int, column: int, value: str = "", **params: object) -> Issue:
        """Return an issue about a cell, whose place is shown in front of its text."""
        where: dict[str, object] = {"row": row, "column": letters(column)}
        if self.label:
            where["sheet"] = self.label
        return issue(rule, "", value, **where, **params)


@dataclass(slots=True)
class Raw:
    """A sheet as the parser gave it: the head, and numbered rows."""

    head: Mapping[str, Any]
    rows: list[tuple[int, list[str]]] = field(default_factory=list)
    file: str = ""


def header_row(raw: Raw) -> int | None:
    """Return the index of the row that is the header: most headers known, titles among them."""
    best, found = 0, None
    for index, (_, cells) in enumerate(raw.rows[:_FIRST]):
        known = _recognised(cells)
        if len(known) > best and columns.identity().title in known:
            best, found = len(known), index
    return found


def _recognised(cells: Sequence[str]) -> set[str]:
    named = (columns.recognised(cell) for cell in cells if cell and len(cell) < 200)
    return {column.key for column in named if column}


def best_guess(raw: Raw) -> tuple[int, list[str]] | None:
    """Return the row that is most like a header where none names a title: number and cells."""
    rows = raw.rows[:_FIRST]
    return max(rows, key=lambda row: (len(_recognised(row[1])), -row[0]), default=None)


def known_headers(raw: Raw) -> int:
    """Return how many headers are known in the row that has most of them."""
    return max((len(_recognised(cells)) for _, cells in raw.rows[:_FIRST]), default=0)


def sheet_of(raw: Raw, at: int) -> Sheet:
    """Return the sheet whose header is the row ``at``, with its rows by column."""
    number, cells = raw.rows[at]
    known: dict[str, int] = {}
    others: dict[str, int] = {}
    sheet = Sheet(raw.file, raw.head["sheet"], number, known, others)
    for place, header in sorted(enumerate(cells), key=_own_first):
        if header:
            _take_header(sheet, known, others, place, header)
    below = _unmerged(raw, at)
    _take_headless(sheet, others, cells, below)
    sheet.rows = list(_rows(sheet, cells, below, raw.head))
    return sheet


def _own_first(placed: tuple[int, str]) -> bool:
    """Sort a column's own header before a further one: `Titel` says more than `Name`."""
    column = columns.recognised(placed[1]) if placed[1] else None
    return column is None or not columns.is_own(placed[1], column)


def _take_header(
    sheet: Sheet, known: dict[str, int], others: dict[str, int], place: int, header: str
) -> None:
    column = columns.recognised(header)
    if column and column.key not in known:
        known[column.key] = place
        return
    others[_free(header, others, place)] = place
    if column:
        first = letters(known[column.key])
        found = sheet.issue("table-header-twice", sheet.header, place, header, first=first)
    elif near := columns.nearest(header):
        names = {f"nearest_{language}": text for language, text in near.header.items()}
        found = sheet.issue("table-header-near", sheet.header, place, header, **names)
    else:
        found = sheet.issue("table-header-unknown", sheet.header, place, header)
    sheet.issues.append(found)


def _free(header: str, others: Mapping[str, int], place: int) -> str:
    """Return a name for a further column: its header, with its letters if that is taken.

    A key is taken too: a row is written with its cells by key and by further header.
    """
    while header in others or header in columns.columns():
        header = f"{header} ({letters(place)})"
    return header


def _take_headless(
    sheet: Sheet, others: dict[str, int], header: list[str], below: list[tuple[int, list[str]]]
) -> None:
    """Keep the columns that have values but no header, and say so."""
    width = len(header)
    blank = [place for place, name in enumerate(header) if not name]
    filled: dict[int, int] = {}
    for _, cells in below:
        for place in (*blank, *range(width, len(cells))):
            if place < len(cells) and cells[place]:
                filled[place] = filled.get(place, 0) + 1
    for place, count in sorted(filled.items()):
        name = _free(f"({letters(place)})", others, place)
        others[name] = place
        found = sheet.issue("table-header-none", sheet.header, place, name, count=count)
        sheet.issues.append(found)


def _unmerged(raw: Raw, at: int) -> list[tuple[int, list[str]]]:
    """Return the rows below the header; a merged area has its value in every row."""
    below = raw.rows[at + 1 :]
    numbers = [number for number, _ in below]
    copied = 0
    for top, left, bottom, _ in raw.head["merged"]:
        first, end = bisect_left(numbers, top + 1), bisect_right(numbers, bottom + 1)
        if end - first < 2 or numbers[first] != top + 1 or left >= len(below[first][1]):
            continue
        value = below[first][1][left]
        copied += end - first
        if not value or copied > _MOST_COPIED:
            continue
        for _, cells in below[first + 1 : end]:
            cells.extend([""] * (left + 1 - len(cells)))
            cells[left] = cells[left] or value
    return below


def _rows(
    sheet: Sheet, header: list[str], below: list[tuple[int, list[str]]], head: Mapping[str, Any]
) -> Iterator[Row]:
    known = list(sheet.columns.items())
    others = list(sheet.others.items())
    flawed = meant.by_row(head["flaws"], sheet.header)
    linked = meant.by_row(head["links"], sheet.header)
    dates = sheet.columns.keys() & meant.dates()
    for number, cells in below:
        if cells == header:
            continue  # once more, on another page
        size = len(cells)
        row = {key: cells[place] for key, place in known if place < size and cells[place]}
        if number in linked:
            _take_links(sheet, number, row, linked[number], flawed.get(number, {}))
        for key in dates & row.keys():
            if row[key].startswith(_SERIALS):
                _take_day(sheet, number, row, key, head["from_1904"])
        if number in flawed:
            _report(sheet, number, flawed[number])
        joined = "".join(row.values())
        if "#" in joined or "Err:" in joined:
            _drop_errors(sheet, number, row)
        if len(joined) > MOST_CELL:
            _report_long(sheet, number, row)
        more = {name: cells[at] for name, at in others if at < size and cells[at]}
        if row or more:
            yield Row(sheet, number, row, more)
    for number in flawed.keys() - {number for number, _ in below}:
        _report(sheet, number, flawed[number])


def _take_links(
    sheet: Sheet, number: int, row: dict[str, str], linked: Mapping[int, str], wrong: dict[int, str]
) -> None:
    """Put what cells link to in place of the words that they show; that is no flaw then."""
    for key, place in sheet.columns.items():
        cell = row.get(key, "")
        if place in linked and (target := meant.address(key, cell, linked[place])):
            row[key] = target
            wrong.pop(place, None)
            found = sheet.issue(
                "table-link-taken", number, place, cell or "HYPERLINK", target=target
            )
            sheet.flaws.setdefault(number, []).append(found)


def _take_day(sheet: Sheet, number: int, row: dict[str, str], key: str, from_1904: bool) -> None:
    if day := meant.day(row[key], from_1904=from_1904):
        found = sheet.issue("table-date-number", number, sheet.columns[key], row[key], day=day)
        row[key] = day
        sheet.flaws.setdefault(number, []).append(found)


def _drop_errors(sheet: Sheet, number: int, row: dict[str, str]) -> None:
    """Report the cells that hold an error's name, and take them for empty."""
    for key in [key for key, cell in row.items() if _ERROR.fullmatch(cell)]:
        _report(sheet, number, {sheet.columns[key]: row.pop(key)})


def _report_long(sheet: Sheet, number: int, row: dict[str, str]) -> None:
    """Report the cells of which a workbook that we write has only the beginning."""
    for key, cell in row.items():
        if len(cell) > MOST_CELL:
            place, count = sheet.columns[key], len(cell)
            found = sheet.issue("table-cell-long", number, place, count=count, most=MOST_CELL)
            sheet.flaws.setdefault(number, []).append(found)


def _report(sheet: Sheet, number: int, wrong: Mapping[int, str]) -> None:
    """Report the cells of a row that have no value, in columns that are read."""
    for place, error in sorted(wrong.items()):
        if place not in sheet.columns.values():
            continue
        if error == UNCOMPUTED:
            found = sheet.issue("table-formula-empty", number, place)
        else:
            found = sheet.issue("table-cell-error", number, place, error)
        sheet.flaws.setdefault(number, []).append(found)
