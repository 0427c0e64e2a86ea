"""The summary of a list's issues: how many, of which kind, and where."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from xlsxwriter.utility import xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from hanse_harvesters.issue import Issue, Severity, rules
from hanse_harvesters.tables import columns
from hanse_harvesters.tables.checked import Checked
from hanse_harvesters.tables.findings import ORDER, Finding, Findings
from hanse_harvesters.tables.layout import (
    FIRST,
    LINE,
    SEVERITIES,
    WHITE,
    Book,
    lines_of,
    set_lines,
    write,
)
from hanse_harvesters.tables.remedies import remedy_of
from hanse_harvesters.texts import Texts
from hanse_schemas.language import pick

_WIDTHS = (14, 12, 12, 44, 26, 64, 64)
_SEA = "#0d4a5f"
#: Issues that are listed one by one.
_MOST = 2_000


def summary_sheet(book: Book, sheet: Worksheet, checked: Checked, found: Findings) -> None:
    """Fill the first sheet of the error workbook."""
    texts = book.texts
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    title = texts.pgettext("template", "Findings in the list")
    write(sheet, 0, 0, title, book.format(bold=True, font_size=20, font_color=_SEA))
    sheet.set_row(0, 34)
    counts = checked.counts()
    lead = texts.pgettext(
        "template",
        "Datasets: {datasets}; errors: {errors}, warnings: {warnings}, remarks: {infos}. Coloured "
        "cells have a comment that says what to do. Mend the list here and send this file in.",
        datasets=str(len(checked.listing.entries)),
        errors=str(counts.get(Severity.ERROR, 0)),
        warnings=str(counts.get(Severity.WARNING, 0)),
        infos=str(counts.get(Severity.INFO, 0)),
    )
    sheet.merge_range(1, 0, 1, 6, "", book.format(text_wrap=True))
    write(sheet, 1, 0, lead, book.format(text_wrap=True))
    sheet.set_row(1, 34)
    row = _by_rule(book, sheet, 3, found)
    _one_by_one(book, sheet, row + 1, found)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)


def _heads(book: Book, sheet: Worksheet, row: int, heads: Mapping[int, str]) -> None:
    style = book.format(bold=True, font_color=WHITE, bg_color=_SEA, valign="vcenter")
    for place in range(len(_WIDTHS)):
        write(sheet, row, place, heads.get(place, ""), style)


def _names(texts: Texts) -> Mapping[Severity, str]:
    return {
        Severity.ERROR: texts.pgettext("template", "Error"),
        Severity.WARNING: texts.pgettext("template", "Warning"),
        Severity.INFO: texts.pgettext("template", "Remark"),
    }


def _by_rule(book: Book, sheet: Worksheet, row: int, found: Findings) -> int:
    """Write how often each rule was met, with an example; return the row after the last."""
    texts = book.texts
    _heads(book, sheet, row, {
        0: texts.pgettext("template", "Severity"),
        1: texts.pgettext("template", "How often"),
        3: texts.pgettext("template", "What"),
        5: texts.pgettext("template", "Example"),
        6: texts.pgettext("template", "What to do"),
    })  # fmt: skip
    items = [Finding(item, -1, columns.identity().title) for item in found.whole] + found.found
    counts = Counter((item.issue.rule, item.issue.field if "missing" in item.issue.rule else "")
                     for item in items)  # fmt: skip
    first: dict[tuple[str, str], Finding] = {}
    for item in items:
        of = item.issue.field if "missing" in item.issue.rule else ""
        first.setdefault((item.issue.rule, of), item)
    order = sorted(first, key=lambda key: (ORDER.index(first[key].issue.severity), -counts[key]))
    for key in order:
        row += 1
        item = first[key]
        label = item.issue.label(book.language) if key[1] else ""
        short = rules()[item.issue.rule].short_in(book.language)
        cells = {
            1: str(counts[key]),
            3: ": ".join(filter(None, (label, short))),
            5: item.issue.message(book.language),
            6: remedy_of(item.issue, item.key, book.language),
        }
        _line(book, sheet, row, item.issue, cells)
    return row + 1


def _one_by_one(book: Book, sheet: Worksheet, row: int, found: Findings) -> None:
    """Write every error and warning with a link to its cell."""
    texts = book.texts
    _heads(book, sheet, row, {
        0: texts.pgettext("template", "Severity"),
        1: texts.pgettext("template", "Cell"),
        2: texts.pgettext("template", "Your row"),
        3: texts.pgettext("template", "Dataset"),
        4: texts.pgettext("template", "Column"),
        5: texts.pgettext("template", "What is wrong"),
        6: texts.pgettext("template", "What to do"),
    })  # fmt: skip
    headers = {column.key: pick(column.header, book.language) for column in book.columns}
    places, name = book.places(), columns.sheet_name("list", book.language)
    grave = [item for item in found.found if item.issue.severity != Severity.INFO]
    grave.sort(key=lambda item: ORDER.index(item.issue.severity))
    for whole in found.whole:
        row += 1
        cells = {5: whole.message(book.language), 6: whole.remedy(book.language)}
        _line(book, sheet, row, whole, {2: dict(whole.params).get("row", ""), **cells})
    for item in grave[:_MOST]:
        row += 1
        written = found.rows[item.row]
        cells = {
            2: str(written.number),
            3: written.entry.title,
            4: headers.get(item.key, item.key),
            5: item.issue.message(book.language),
            6: remedy_of(item.issue, item.key, book.language),
        }
        _line(book, sheet, row, item.issue, cells)
        cell = xl_rowcol_to_cell(FIRST + item.row, places[item.key])
        style = book.format(font_color="#0d4a5f", underline=1, bottom=1, bottom_color=LINE)
        sheet.write_url(row, 1, f"internal:'{name}'!{cell}", style, cell)


def _line(book: Book, sheet: Worksheet, row: int, item: Issue, cells: Mapping[int, str]) -> None:
    ground, letters = SEVERITIES[item.severity.value]
    plain = book.format(text_wrap=True, bottom=1, bottom_color=LINE)
    marked = book.format(
        bg_color=ground, font_color=letters, bold=True, bottom=1, bottom_color=LINE
    )
    write(sheet, row, 0, _names(book.texts)[item.severity], marked)
    for place in range(1, len(_WIDTHS)):
        write(sheet, row, place, cells.get(place, ""), plain)
    set_lines(sheet, row, max(lines_of(text, _WIDTHS[place]) for place, text in cells.items()))
