"""Write a list with its issues: cells coloured by severity, the remedy in a comment."""

from __future__ import annotations

from collections import Counter
from typing import IO

from xlsxwriter.worksheet import Worksheet

from hanse_harvesters.issue import Issue
from hanse_harvesters.tables import columns
from hanse_harvesters.tables.checked import Checked
from hanse_harvesters.tables.findings import ORDER, Finding, Findings, findings
from hanse_harvesters.tables.help_sheet import help_sheets
from hanse_harvesters.tables.layout import FIRST, HEADER, SEVERITIES, Book, comment, write_rows
from hanse_harvesters.tables.layout import write as write_text
from hanse_harvesters.tables.remedies import remedy_of
from hanse_harvesters.tables.summary import summary_sheet
from hanse_harvesters.tables.written import others_of

#: Comments of one workbook; with many more a program takes minutes to open it.
_MOST_COMMENTS = 5_000


def write(target: IO[bytes], checked: Checked, *, language: str = "de") -> None:
    """Write an .xlsx in our layout: a summary, then the list, which may be mended and sent in."""
    found = findings(checked)
    with Book(target, language, others_of(checked.listing)) as book:
        summary = book.add_sheet(columns.sheet_name("summary", language), "#9c3b26")
        sheet = book.list_sheet()
        write_rows(sheet, book, (row.cells for row in found.rows))
        _colour(book, sheet, found)
        summary_sheet(book, summary, checked, found)
        summary.activate()
        help_sheets(book)
        book.choices_sheet()


def _colour(book: Book, sheet: Worksheet, found: Findings) -> None:
    """Colour each cell by the gravest of its issues, and say in a comment what to do."""
    for whole in found.whole:
        if whole.value in book.others and whole.rule.startswith("table-header-"):
            ground, letters = SEVERITIES[whole.severity.value]
            style = book.format(bg_color=ground, font_color=letters, bold=True, text_wrap=True)
            place = book.places()[whole.value]
            write_text(sheet, HEADER, place, whole.value, style)
            comment(sheet, HEADER, place, _told(book, whole, ""))
    cells: dict[tuple[int, str], list[Finding]] = {}
    for item in found.found:
        cells.setdefault((item.row, item.key), []).append(item)
    places = book.places()
    left = Counter({"comments": _MOST_COMMENTS})
    grave = sorted(cells.items(), key=lambda pair: ORDER.index(pair[1][0].issue.severity))
    for (row, key), items in grave:
        ground, letters = SEVERITIES[items[0].issue.severity.value]
        style = book.cell(bg_color=ground, font_color=letters)
        text = found.rows[row].cells.get(key, "")
        write_text(sheet, FIRST + row, places[key], text, style)
        left["comments"] -= 1
        if left["comments"] >= 0:
            told = [_told(book, item.issue, key) for item in items]
            words = "\n\n".join(dict.fromkeys(told))
            comment(sheet, FIRST + row, places[key], words, lines=2 + len(words) // 45)


def _told(book: Book, item: Issue, key: str) -> str:
    """Return what is wrong with a cell and what to do about it, for who keeps the list."""
    return f"{item.message(book.language)}\n→ {remedy_of(item, key, book.language)}"
