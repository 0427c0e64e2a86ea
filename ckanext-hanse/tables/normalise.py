"""An uploaded file → one CSV file for PostgreSQL, with the type of every column.

Two passes: the first reads every cell and determines the types, the second writes.  Neither
keeps more than a row in memory.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain, islice
from pathlib import Path
from typing import Protocol

from ckanext.hanse.tables import columns, headers, sheet
from ckanext.hanse.tables.columns import EXACT, Column, ColumnKind
from hanse_harvesters.tables import text_file
from hanse_harvesters.tables.notes import NoTable, Note, Rows

#: PostgreSQL cannot store more in a row.
MOST_COLUMNS = 1000
#: Maximum length of a text in a note.
_LONGEST_TEXT = 300
_Numbered = tuple[int, list[str]]


class RowFile(Protocol):
    """A file of rows: its separator ("" for none), and the rows with their line numbers."""

    @property
    def separator(self) -> str: ...

    def rows(self, notes: list[Note]) -> Iterator[_Numbered]: ...


@dataclass(frozen=True, slots=True)
class TableColumn:
    """A column: its name in the DataStore and in the file, its kind, its position in a row."""

    name: str
    title: str
    kind: ColumnKind
    place: int


@dataclass(slots=True)
class Table:
    """The content of a file: its columns, the number of rows, and notes."""

    fields: list[TableColumn]
    rows: int = 0
    notes: list[Note] = field(default_factory=list)


def normalise(
    path: Path, target: Path, *, unnamed: str = "Column", wanted: Mapping[str, str] | None = None
) -> Table:
    """Write the rows of ``path`` to ``target`` as CSV: the row number, then its cells.

    ``unnamed``  the name of a column without one; ``wanted``  types that a user has chosen,
    by the name of the column.  Raises `NoTable` for a file that is not a table.
    """
    spool = target.with_suffix(".sheet")
    try:
        with path.open("rb") as file:
            source: RowFile = (
                sheet.open_sheet(path, spool) if sheet.is_sheet(path) else text_file.open_text(file)
            )
            seen = _First(source)
            table = Table(seen.fields(unnamed, wanted or {}), notes=seen.notes())
            table.rows = _write(_below(source, seen.skipped), table.fields, target)
    finally:
        spool.unlink(missing_ok=True)
    if not table.rows:
        table.notes.append(Note("no-rows"))
    return table


def _filled(rows: Iterator[_Numbered]) -> Iterator[_Numbered]:
    """Yield the rows that are not empty."""
    return ((line, row) for line, row in rows if any(cell.strip() for cell in row))


def _below(source: RowFile, skipped: int) -> Iterator[list[str]]:
    """Iterate over the rows below the header again."""
    return (row for _, row in islice(_filled(source.rows([])), skipped + 1, None))


class _First:
    """The first pass: header, columns, and rows of a different width."""

    def __init__(self, source: RowFile) -> None:
        self._notes: list[Note] = []
        self._short, self._long = Rows(), Rows()
        rows = _filled(source.rows(self._notes))
        sample = list(islice(rows, headers.SAMPLE))
        if not sample:
            raise NoTable("empty")
        self.skipped = headers.above([row for _, row in sample])
        self._above = [cell for _, row in sample[: self.skipped] for cell in row if cell.strip()]
        line, header = sample[self.skipped]
        self._header = [cell.strip() for cell in header]
        self._named = max(
            (place for place, name in enumerate(self._header, start=1) if name), default=0
        )
        self._columns = [Column() for _ in self._header]
        self._check_width(line, len(header))
        self._open = list(range(len(header)))
        self._see(chain(sample[self.skipped + 1 :], rows))
        self._preferred = columns.preferred(self._columns, source.separator)

    def _see(self, rows: Iterator[_Numbered]) -> None:
        seen, width = self._columns, len(self._header)
        for line, row in rows:
            if len(row) != width:
                self._misfit(line, row)
            done = False
            for place in self._open:
                if place < len(row) and (cell := row[place].strip()):
                    seen[place].add(cell)
                    done = done or seen[place].is_text
            if done:
                self._open = [place for place in self._open if not seen[place].is_text]

    def _misfit(self, line: int, row: Sequence[str]) -> None:
        """Note a row of a different width; it is kept, with new columns if it is longer."""
        filled = max(place for place, cell in enumerate(row, start=1) if cell.strip())
        if len(row) < self._named:
            self._short.add(line)
        if filled > len(self._header):
            self._long.add(line)
            self._check_width(line, filled)
        while filled > len(self._columns):
            self._open.append(len(self._columns))
            self._columns.append(Column())

    def _check_width(self, line: int, width: int) -> None:
        if width > MOST_COLUMNS:
            raise NoTable("too-many-columns", row=line, count=width, most=MOST_COLUMNS)

    def fields(self, unnamed: str, wanted: Mapping[str, str]) -> list[TableColumn]:
        """Return the columns; one without a name and without a value is left out."""
        titles = [*self._header, *[""] * (len(self._columns) - len(self._header))]
        kept = [
            (place, title, seen)
            for place, (title, seen) in enumerate(zip(titles, self._columns, strict=True))
            if title or seen.is_filled
        ]
        names = headers.names([title for _, title, _ in kept], unnamed)
        found = []
        for name, (place, title, seen) in zip(names, kept, strict=True):
            kind = columns.wanted(seen.kind(self._preferred), wanted.get(name, ""))
            found.append(TableColumn(name, title.lstrip(EXACT), kind, place))
        self._renamed = [(item.title, item.name) for item in found if item.title != item.name]
        return found

    def notes(self) -> list[Note]:
        """Return all notes so far."""
        if self._above:
            texts = [text.strip().lstrip(EXACT)[:_LONGEST_TEXT] for text in self._above]
            self._notes.append(Note("lines-above", {"texts": texts}))
        if self._renamed:
            names = [[title[:_LONGEST_TEXT], name] for title, name in self._renamed]
            self._notes.append(Note("columns-renamed", {"names": names}))
        short, long = self._short.noted("short-rows"), self._long.noted("long-rows")
        return [*self._notes, *short, *long]


def _write(rows: Iterator[list[str]], fields: Sequence[TableColumn], target: Path) -> int:
    """Write the rows with their numbers from 1; return how many there were."""
    number = 0
    places = [item.place for item in fields]
    changed = [(at, item.kind.convert) for at, item in enumerate(fields) if item.kind.convert]
    width = max(places) + 1
    straight = places == list(range(width))
    with target.open("w", encoding="utf-8", newline="") as file:
        write = csv.writer(file, lineterminator="\n").writerow
        for number, row in enumerate(rows, start=1):
            if len(row) < width:
                row = row + [""] * (width - len(row))
            cells = row[:width] if straight else [row[place] for place in places]
            cells = [cell.strip() for cell in cells]
            for at, convert in changed:
                if cells[at]:
                    cells[at] = convert(cells[at])  # type: ignore[misc]
            write([number, *cells])
    return number
