"""Write the empty list, for a city to fill in."""

from __future__ import annotations

import csv
from io import TextIOWrapper
from typing import IO, Literal

from hanse_harvesters.tables import columns
from hanse_harvesters.tables.help_sheet import help_sheets
from hanse_harvesters.tables.layout import FIRST, SOFT, Book
from hanse_harvesters.tables.layout import write as write_text
from hanse_schemas.language import pick

#: ``xlsx`` with drop-downs, help and an example; ``csv`` the header and the example only.
Form = Literal["xlsx", "csv"]


def write_xlsx(target: IO[bytes], language: str) -> None:
    """Write the template as a workbook."""
    with Book(target, language) as book:
        sheet = book.list_sheet()
        style = book.cell(italic=True, font_color=SOFT, bg_color="#faf8f4")
        for place, column in enumerate(book.columns):
            write_text(sheet, FIRST, place, column.shown_example(language), style)
        sheet.set_row(FIRST, 48)
        sheet.activate()
        sheet.set_selection(FIRST + 1, 1, FIRST + 1, 1)
        help_sheets(book)
        book.choices_sheet()


def write_csv(target: IO[bytes], language: str) -> None:
    """Write headers and example as Excel reads them in Germany: semicolons, UTF-8 with a mark."""
    text = TextIOWrapper(target, "utf-8-sig", newline="")
    rows = csv.writer(text, delimiter=";")
    known = columns.columns().values()
    rows.writerow(pick(column.header, language) for column in known)
    rows.writerow(_as_text(column.shown_example(language)) for column in known)
    text.detach()


def _as_text(cell: str) -> str:
    """Return a cell that no program takes for a formula."""
    return f"'{cell}" if cell[:1] in "=+-@\t\r" and cell else cell


def write(target: IO[bytes], *, language: str = "de", form: Form = "xlsx") -> None:
    """Write the template; ``language`` is that of headers, drop-downs and the first help sheet."""
    (write_csv if form == "csv" else write_xlsx)(target, language)
