"""Write a list that a city sent, in our layout and with every identifier filled in."""

from __future__ import annotations

from typing import IO

from hanse_harvesters.tables.help_sheet import help_sheets
from hanse_harvesters.tables.layout import Book, write_rows
from hanse_harvesters.tables.listing import Listing
from hanse_harvesters.tables.written import others_of, rows_of


def write(target: IO[bytes], listing: Listing, *, language: str = "de") -> None:
    """Write an .xlsx; harvested again, it gives the same datasets as the list itself."""
    with Book(target, language, others_of(listing)) as book:
        sheet = book.list_sheet()
        write_rows(sheet, book, (row.cells for row in rows_of(listing)))
        sheet.activate()
        help_sheets(book)
        book.choices_sheet()
