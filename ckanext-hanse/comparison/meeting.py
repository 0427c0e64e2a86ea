"""The list for the next meeting: what a city lacks and others publish, as a spreadsheet."""

from __future__ import annotations

import io
from collections.abc import Iterator

import ckan.plugins.toolkit as tk
import xlsxwriter

from ckanext.hanse.comparison.coverage import Coverage, Missing
from ckanext.hanse.presentation.cells import harmless

_WIDTHS = (24, 34, 48, 26, 30, 40, 44, 30)


def columns() -> list[str]:
    """Return the heads of the columns."""
    return [
        tk._("Theme"), tk._("Model dataset"), tk._("What it is"), tk._("Usually belongs to"),
        tk._("Published by"), tk._("Whom to ask"), tk._("Example"), tk._("Decision"),
    ]  # fmt: skip


def write(found: Coverage, title: str, language: str) -> bytes:
    """Return the list as XLSX; every cell is a text, none a formula."""
    content = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(content, options) as book:
        sheet = book.add_worksheet(tk._("Missing here"))
        head = book.add_format(
            {"bold": True, "bg_color": "#E7F0F1", "border": 1, "text_wrap": True}
        )
        cell = book.add_format({"text_wrap": True, "valign": "top", "border": 1})
        sheet.write_string(0, 0, harmless(title), book.add_format({"bold": True, "font_size": 14}))
        for column, (words, width) in enumerate(zip(columns(), _WIDTHS, strict=True)):
            sheet.set_column(column, column, width)
            sheet.write_string(2, column, words, head)
        for row, line in enumerate(rows(found, language), start=3):
            for column, words in enumerate(line):
                sheet.write_string(row, column, harmless(words), cell)
        sheet.freeze_panes(3, 2)
        sheet.autofilter(2, 0, 2 + max(len(found.missing), 1), len(_WIDTHS) - 1)
        sheet.set_landscape()
        sheet.set_paper(9)  # A4
        sheet.fit_to_pages(1, 0)
        sheet.repeat_rows(2)
    return content.getvalue()


def rows(found: Coverage, language: str) -> Iterator[list[str]]:
    """Yield a line for each model dataset that the city lacks and another publishes."""
    for item in found.missing:
        model = item.line.model
        yield [
            model.theme_label(language), model.label(language), model.definition,
            model.office_label(language), ", ".join(cell.city.title for cell in item.others),
            "\n".join(_people(item)), _example(item), "",
        ]  # fmt: skip


def _people(item: Missing) -> Iterator[str]:
    contacts = item.contacts
    for cell in item.others:
        if contact := contacts.get(cell.city.name):
            address = contact.href.removeprefix("mailto:").removeprefix("tel:")
            words = dict.fromkeys([contact.name, address])
            yield f"{cell.city.title}: {', '.join(filter(None, words))}"


def _example(item: Missing) -> str:
    dataset = item.others[0].datasets[0]
    return f"{dataset.title}\n{tk.h.url_for('dataset.read', id=dataset.name, qualified=True)}"
