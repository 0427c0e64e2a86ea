"""Our workbook of a list: bands, headers, drop-downs from the vocabularies, protected headers.

Every value is written as a text: one that begins with ``=``, ``+``, ``-`` or ``@`` is no formula,
and a key keeps its leading zeros.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from types import TracebackType
from typing import IO, Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.worksheet import Worksheet

from hanse_harvesters.tables import columns
from hanse_harvesters.tables.columns import Column
from hanse_harvesters.tables.sheet import MOST_CELL
from hanse_harvesters.texts import CORE
from hanse_schemas.language import pick

#: Rows of the bands and of the headers, and the first of the list, from 0.
BAND, HEADER, FIRST = 0, 1, 2
#: Last row with drop-downs.
_LAST = 20_000
#: Characters in a comment, in the title and the text of a hint.
MOST_COMMENT, _MOST_TITLE, _MOST_HINT = 2_000, 32, 255
_FONT = "Calibri"
_A4 = 9
#: Height of a line of text in points; lines of a row of the list that are shown.
_LINE, _MOST_LINES = 15, 8
INK, PAPER, LINE, WHITE, SOFT = "#16242c", "#faf8f4", "#ddd8ce", "#ffffff", "#4a5a63"
#: Colours of a block: band, header, cells.  Those of the site.
_COLOURS = (
    ("#083543", "#0d4a5f", "#ffffff"),
    ("#12463a", "#1b6450", "#ffffff"),
    ("#7a2a19", "#9c3b26", "#ffffff"),
    ("#4a5a63", "#6a7780", "#ffffff"),
)
#: Colours of the cells about which something was found, by severity: ground, letters.
SEVERITIES = {
    "error": ("#f4c7bd", "#7a2a19"),
    "warning": ("#fbe3ae", "#5c3c00"),
    "info": ("#dcebee", "#083543"),
}


class Book:
    """A workbook being written; ``with Book(target, language) as book``.

    ``columns``  those of the list, in order; ``others`` are headers of further ones.
    """

    def __init__(self, target: IO[bytes], language: str, others: Sequence[str] = ()) -> None:
        self.language = language
        self.columns = list(columns.columns().values())
        self.others = list(others)
        self.texts = CORE.texts(language)
        options = {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_numbers": False,
            "strings_to_urls": False,
        }
        self._book = Workbook(target, options)
        self._formats: dict[tuple[tuple[str, Any], ...], Format] = {}

    def __enter__(self) -> Book:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if error is None:
            self._book.close()

    def places(self) -> dict[str, int]:
        """Return the key of a column, or a further header → its number, from 0."""
        names = [*(column.key for column in self.columns), *self.others]
        return {name: place for place, name in reversed(list(enumerate(names)))}

    def format(self, **properties: Any) -> Format:
        """Return a format of these properties of XlsxWriter, made once."""
        key = tuple(sorted(properties.items()))
        if key not in self._formats:
            base = {"font_name": _FONT, "font_size": 11, "font_color": INK, "valign": "top"}
            self._formats[key] = self._book.add_format({**base, **properties})
        return self._formats[key]

    def cell(self, **properties: Any) -> Format:
        """Return the format of a cell that may be filled in."""
        base = {"num_format": "@", "locked": False, "text_wrap": True, "border": 1}
        return self.format(**{**base, "border_color": LINE, **properties})

    def add_sheet(self, name: str, colour: str = "") -> Worksheet:
        """Add a sheet without grid lines."""
        sheet: Worksheet = self._book.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(_A4)
        if colour:
            sheet.set_tab_color(colour)
        return sheet

    def list_sheet(self) -> Worksheet:
        """Add the sheet of the list with bands and headers; its rows begin at :data:`FIRST`."""
        sheet = self.add_sheet(columns.sheet_name("list", self.language), _COLOURS[0][1])
        self._bands(sheet)
        for place, column in enumerate(self.columns):
            self._header(sheet, place, column)
        for place, header in enumerate(self.others, len(self.columns)):
            sheet.set_column(place, place, 20, self.cell())
            write(sheet, HEADER, place, header, self._head(3))
        sheet.set_row(BAND, 24)
        sheet.set_row(HEADER, 34)
        identity = columns.identity()
        fixed = [c.key for c in self.columns].index(identity.title) + 1
        sheet.freeze_panes(FIRST, fixed)
        sheet.ignore_errors({"number_stored_as_text": "A1:XFD1048576"})
        sheet.protect("", _ALLOWED)
        return sheet

    def _bands(self, sheet: Worksheet) -> None:
        names = list(columns.blocks())
        start = 0
        for number, name in enumerate([*names, ""]):
            of_block = [c for c in self.columns if c.block == name] if name else self.others
            if not of_block:
                continue
            title = self.texts.pgettext("template", "Further columns")
            if name:
                title = pick(columns.blocks()[name].title, self.language)
            end = start + len(of_block) - 1
            colour = _COLOURS[number][0]
            style = self.format(
                bold=True, font_size=13, font_color=WHITE, bg_color=colour, valign="vcenter"
            )
            for place in range(start, end + 1):
                sheet.write_blank(BAND, place, None, style)
            # Not merged: the first two columns stay in sight, and a merged band would be cut.
            write(sheet, BAND, start, title, style)
            start = end + 1

    def _head(self, number: int) -> Format:
        colour = _COLOURS[number][1]
        return self.format(
            bold=True, font_color=WHITE, bg_color=colour, valign="vcenter", text_wrap=True,
            border=1, border_color=_COLOURS[number][0],
        )  # fmt: skip

    def _header(self, sheet: Worksheet, place: int, column: Column) -> None:
        number = list(columns.blocks()).index(column.block)
        header, language = pick(column.header, self.language), self.language
        star = " *" if column.is_mandatory else ""
        sheet.set_column(place, place, column.width, self.cell())
        write(sheet, HEADER, place, header + star, self._head(number))
        help_ = "\n\n".join(dict.fromkeys((pick(column.help, language), *column.help.values())))
        comment(sheet, HEADER, place, help_, lines=9)
        sheet.data_validation(FIRST, place, _LAST, place, self._hint(column, header))

    def _hint(self, column: Column, header: str) -> dict[str, Any]:
        """Return the drop-down of a column and what is shown beside a selected cell."""
        hint: dict[str, Any] = {
            "validate": "any",
            "input_title": header[:_MOST_TITLE],
            "input_message": _cut(pick(column.help, self.language), _MOST_HINT),
        }
        if column.choice:
            refused = self.texts.pgettext(
                "template", "This is not in the list. Use it nevertheless?"
            )
            hint |= {
                "validate": "list",
                "source": self._range(column),
                "error_type": "warning",
                "error_title": header[:_MOST_TITLE],
                "error_message": refused,
                "show_error": not column.several,
            }
        return hint

    # --- Drop-downs ---------------------------------------------------------------------------

    def choices_sheet(self) -> None:
        """Add the hidden sheet with the values of the drop-downs."""
        sheet = self.add_sheet(columns.sheet_name("choices", self.language))
        for place, column in enumerate(self._chosen()):
            write(sheet, 0, place, pick(column.header, self.language), self.format(bold=True))
            for row, label in enumerate(column.choices(self.language), 1):
                write(sheet, row, place, label)
        sheet.hide()

    def _chosen(self) -> list[Column]:
        return [column for column in self.columns if column.choice]

    def _range(self, column: Column) -> str:
        place = chr(65 + self._chosen().index(column))
        name = columns.sheet_name("choices", self.language)
        return f"='{name}'!${place}$2:${place}${len(column.choices(self.language)) + 1}"


#: What may be done with the protected sheet: everything but change its headers.
_ALLOWED = {
    "format_cells": True,
    "format_columns": True,
    "format_rows": True,
    "insert_rows": True,
    "delete_rows": True,
    "insert_hyperlinks": True,
}


def write(sheet: Worksheet, row: int, column: int, text: str, style: Format | None = None) -> None:
    """Write a text, whatever it begins with."""
    sheet.write_string(row, column, text[:MOST_CELL], style)


def write_rows(
    sheet: Worksheet, book: Book, rows: Iterable[dict[str, str]], start: int = FIRST
) -> int:
    """Write rows of the list, key or further header → cell; return the row after the last."""
    places, style = book.places(), book.cell()
    widths = {column.key: column.width for column in book.columns}
    for row in rows:
        for key, text in row.items():
            write(sheet, start, places[key], text, style)
        lines = max((lines_of(text, widths.get(key, 20)) for key, text in row.items()), default=1)
        set_lines(sheet, start, min(lines, _MOST_LINES))
        start += 1
    return start


def lines_of(text: str, width: float) -> int:
    """Return how many lines a text has in a column of so many characters."""
    return sum(1 + int(len(line) / width) for line in text.split("\n"))


def set_lines(sheet: Worksheet, row: int, lines: int) -> None:
    """Make a row high enough; LibreOffice does not do it for texts that are wrapped."""
    if lines > 1:
        sheet.set_row(row, lines * _LINE)


def comment(sheet: Worksheet, row: int, column: int, text: str, *, lines: int = 6) -> None:
    """Attach a comment that is large enough for its text."""
    sheet.write_comment(
        row, column, _cut(text, MOST_COMMENT),
        {"x_scale": 2.6, "y_scale": lines / 3.5, "font_size": 10, "color": PAPER},
    )  # fmt: skip


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else f"{text[: most - 1]}…"
