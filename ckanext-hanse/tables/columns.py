"""Determines the type of a column from all its values: one that does not fit makes it text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ckanext.hanse.tables import dates, numbers

TEXT, NUMBER, DAY, MOMENT, ZONED = "text", "numeric", "date", "timestamp", "timestamptz"
#: Prefix of a number that a spreadsheet stores as one: its point is not a thousands separator.
EXACT = "\x02"

CellConverter = Callable[[str], str]
_KINDS = {dates.DAY: DAY, dates.MOMENT: MOMENT, dates.ZONED: ZONED}


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """The type of a column.

    ``type`` of PostgreSQL, ``convert`` a filled cell → PostgreSQL's input (None: unchanged),
    ``grouped`` whether the file has thousands separators or the numbers have decimals.
    """

    type: str = TEXT
    convert: CellConverter | None = None
    grouped: bool = False


class Column:
    """Receives every filled cell of a column, once, and determines their common type."""

    def __init__(self) -> None:
        self._comma = self._point = self._date = True
        self._filled = self._marked = self._differs = self._exact = False
        self._dates: set[str] = set()

    @property
    def is_filled(self) -> bool:
        """Whether any cell was added."""
        return self._filled

    @property
    def is_text(self) -> bool:
        """Whether the column is text, whatever follows."""
        return not (self._comma or self._point or self._date)

    def add(self, cell: str) -> None:
        """Add one cell, stripped and not empty."""
        self._filled = True
        if self._comma or self._point:
            if numbers.plain(cell):
                self._date = False
                return
            self._number(cell)
        if self._date:
            found = dates.read(cell)
            self._date = found is not None
            if found:
                self._dates.add(found[0])

    def _number(self, cell: str) -> None:
        if cell[0] == EXACT:
            # Its notation is known; only text cells beside it can have a comma.
            self._exact, self._date = True, False
            self._marked = self._marked or "." in cell
            return
        comma = self._comma and numbers.with_comma(cell) is not None
        point = self._point and numbers.with_point(cell) is not None
        self._comma, self._point, self._marked = comma, point, True
        # The column's numbers differ depending on whether they are read with a point or a comma.
        if comma and point and numbers.from_comma(cell) != numbers.from_point(cell):
            self._differs = True

    @property
    def notation(self) -> str:
        """``comma``, ``point``, ``either`` (ambiguous), ``same`` (equal in both), "" (neither)."""
        if not self._filled or not (self._comma or self._point):
            return ""
        if self._comma and self._point:
            return "either" if self._differs else "same"
        return "comma" if self._comma else "point"

    def kind(self, preferred: str) -> ColumnKind:
        """Return the column's type; ``preferred`` is used for a notation that is undecided."""
        notation = self.notation
        if notation == "either":
            notation = preferred
        if notation:
            convert = numbers.from_comma if notation == "comma" else numbers.from_point
            if self._exact:
                return ColumnKind(NUMBER, _exact(convert), self._marked)
            return ColumnKind(NUMBER, convert if self._marked else None, self._marked)
        if self._filled and self._date and (kind := self._date_kind()):
            return ColumnKind(kind, _date)
        return ColumnKind(TEXT, _unmarked if self._exact else None)

    def _date_kind(self) -> str:
        """Return the date type: days among moments are their midnight; zoned times do not mix."""
        if self._dates == {dates.ZONED}:
            return ZONED
        if dates.ZONED in self._dates:
            return ""
        return MOMENT if dates.MOMENT in self._dates else DAY


def preferred(columns: Sequence[Column], separator: str) -> str:
    """Return the notation for a file's ambiguous numbers: "" if it cannot be determined.

    ``1.234`` is 1234 in German and a little more than one in English, and a column may have no
    other values.  Other columns of the file decide, else its separator: a semicolon is used
    because the comma is the decimal separator, a comma if it is not.
    With tabs it is undecided, and so text: a wrong number is worse than none.
    """
    seen = {column.notation for column in columns} & {"comma", "point"}
    if len(seen) == 1:
        return seen.pop()
    return {";": "comma", ",": "point"}.get(separator, "")


def wanted(kind: ColumnKind, type_: str) -> ColumnKind:
    """Return the type that a user has chosen for a column, if all its values match."""
    if type_ == TEXT:
        return ColumnKind(TEXT, _unmarked)
    if type_ == MOMENT and kind.type == DAY:
        return ColumnKind(MOMENT, kind.convert)
    return kind


def _date(cell: str) -> str:
    found = dates.read(cell)
    return found[1] if found else cell


def _unmarked(cell: str) -> str:
    return cell.lstrip(EXACT)


def _exact(convert: CellConverter) -> CellConverter:
    return lambda cell: cell[1:] if cell[0] == EXACT else convert(cell)
