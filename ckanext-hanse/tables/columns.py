"""The type of a column, decided by all its values: one that does not fit makes it text."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from ckanext.hanse.tables import dates, numbers

TEXT, NUMBER, DAY, MOMENT, ZONED = "text", "numeric", "date", "timestamp", "timestamptz"
#: Before a number that a spreadsheet holds as one: its point is no separator of thousands.
EXACT = "\x02"

CellConverter = Callable[[str], str]
_KINDS = {dates.DAY: DAY, dates.MOMENT: MOMENT, dates.ZONED: ZONED}


@dataclass(frozen=True, slots=True)
class ColumnKind:
    """What a column holds.

    ``type`` of PostgreSQL, ``convert`` a filled cell → what PostgreSQL reads (None: as it is),
    ``grouped`` whether thousands are set apart in the file or the numbers have decimals.
    """

    type: str = TEXT
    convert: CellConverter | None = None
    grouped: bool = False


class Column:
    """Sees every filled cell of a column, once, and says what they are together."""

    def __init__(self) -> None:
        self._comma = self._point = self._date = True
        self._filled = self._marked = self._differs = self._exact = False
        self._dates: set[str] = set()

    @property
    def is_filled(self) -> bool:
        """Whether any cell was seen."""
        return self._filled

    @property
    def is_text(self) -> bool:
        """Whether nothing more can be learned."""
        return not (self._comma or self._point or self._date)

    def add(self, cell: str) -> None:
        """One more cell, stripped and not empty."""
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
            # Nothing to be decided: only text beside it can be written with a comma.
            self._exact, self._date = True, False
            self._marked = self._marked or "." in cell
            return
        comma = self._comma and numbers.with_comma(cell) is not None
        point = self._point and numbers.with_point(cell) is not None
        self._comma, self._point, self._marked = comma, point, True
        # A column whose numbers would be others with a point than with a comma.
        if comma and point and numbers.from_comma(cell) != numbers.from_point(cell):
            self._differs = True

    @property
    def notation(self) -> str:
        """``comma`` or ``point`` where only one of them fits; ``either`` where it is undecided."""
        if not self._filled or not (self._comma or self._point):
            return ""
        if self._comma and self._point:
            return "either" if self._differs else "same"
        return "comma" if self._comma else "point"

    def kind(self, preferred: str) -> ColumnKind:
        """The column's type; ``preferred`` decides a notation that the column leaves open."""
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
        """Days among moments are their midnight; a time with a zone stands with its like alone."""
        if self._dates == {dates.ZONED}:
            return ZONED
        if dates.ZONED in self._dates:
            return ""
        return MOMENT if dates.MOMENT in self._dates else DAY


def preferred(columns: Sequence[Column], separator: str) -> str:
    """How the numbers of a file are written that could be either: "" where nothing tells.

    ``1.234`` is 1234 to a German and a little more than one to a program, and a column may hold
    nothing else.  Other columns of the file tell; where they do not, its separator does: a
    semicolon stands in a file because the comma is taken for decimals, a comma where it is not.
    Between tabulators it stays undecided, and so text: a wrong number is worse than none.
    """
    seen = {column.notation for column in columns} & {"comma", "point"}
    if len(seen) == 1:
        return seen.pop()
    return {";": "comma", ",": "point"}.get(separator, "")


def wanted(kind: ColumnKind, type_: str) -> ColumnKind:
    """The type that somebody has chosen for a column, where all its values are of it."""
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
