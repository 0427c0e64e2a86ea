"""The help of our workbook: how to fill in the list, and what belongs into each column."""

from __future__ import annotations

from xlsxwriter.worksheet import Worksheet

from hanse_harvesters.tables import columns
from hanse_harvesters.tables.columns import Column
from hanse_harvesters.tables.layout import (
    INK,
    LINE,
    PAPER,
    SOFT,
    WHITE,
    Book,
    lines_of,
    set_lines,
    write,
)
from hanse_harvesters.texts import CORE, Texts
from hanse_schemas.language import pick

_WIDTHS = (26, 18, 16, 70, 44)
_SEA = "#0d4a5f"


def help_sheets(book: Book, languages: tuple[str, ...] = ("de", "en")) -> None:
    """Add the help in all languages, that of the workbook first."""
    for language in sorted(languages, key=lambda code: code != book.language):
        _help(book, language)


def rules(texts: Texts) -> list[str]:
    """Return the rules of the list, in order."""
    return [
        texts.pgettext(
            "template", "Each row is a file. Enter the dataset in the row of its first file."
        ),
        texts.pgettext(
            "template",
            "Further files: in the next row fill in the columns of the file only. A row whose "
            "title and identifier are empty belongs to the dataset above.",
        ),
        texts.pgettext(
            "template",
            "Licence and attribution text that are empty are those of the file above of the same "
            "dataset.",
        ),
        texts.pgettext(
            "template",
            "Several values in one cell: separate them by semicolons or line breaks.",
        ),
        texts.pgettext(
            "template",
            "Dates as 2024-02-01, 01.02.2024, February 2024 or 2024.",
        ),
        texts.pgettext(
            "template",
            "The identifier of a dataset must not change. If you leave it empty, it is made of the "
            "title; go on with the completed list then.",
        ),
        texts.pgettext(
            "template",
            "A row that was deleted: its dataset leaves the catalogue after some days, and not "
            "before somebody has agreed if there are many.",
        ),
        texts.pgettext(
            "template",
            "Columns may be moved or left out, all but the title. Columns of your own are kept "
            "with the dataset and not shown.",
        ),
        texts.pgettext(
            "template",
            "Columns with * are asked for by DCAT-AP.de, the standard of all catalogues.",
        ),
    ]


def _help(book: Book, language: str) -> None:
    texts = CORE.texts(language)
    sheet = book.add_sheet(columns.sheet_name("help", language), "#1b6450")
    for place, width in enumerate(_WIDTHS):
        sheet.set_column(place, place, width)
    title = texts.pgettext("template", "A list of datasets for the joint catalogue")
    write(sheet, 0, 0, title, book.format(bold=True, font_size=20, font_color=_SEA))
    sheet.set_row(0, 34)
    lead = texts.pgettext("template", "How to fill it in")
    write(sheet, 2, 0, lead, book.format(bold=True, font_size=14, font_color=_SEA))
    sheet.set_row(2, 22)
    row = 3
    for number, rule in enumerate(rules(texts), 1):
        style = book.format(text_wrap=True, bg_color=PAPER, indent=1)
        sheet.merge_range(row, 0, row, len(_WIDTHS) - 1, "", style)
        write(sheet, row, 0, f"{number}.  {rule}", style)
        sheet.set_row(row, 22 if len(rule) < 150 else 36)
        row += 1
    _columns(book, sheet, row + 1, texts, language)
    sheet.set_landscape()
    sheet.fit_to_pages(1, 0)
    sheet.protect()


def _columns(book: Book, sheet: Worksheet, row: int, texts: Texts, language: str) -> None:
    """Write a table of the columns, block by block."""
    heads = (
        texts.pgettext("template", "Column"),
        texts.pgettext("template", "For"),
        texts.pgettext("template", "Needed"),
        texts.pgettext("template", "What belongs into it"),
        texts.pgettext("template", "Example"),
    )
    for name, block in columns.blocks().items():
        band = book.format(bold=True, font_size=14, font_color=_SEA)
        write(sheet, row, 0, pick(block.title, language), band)
        sheet.set_row(row, 22)
        write(sheet, row, 3, pick(block.help, language), book.format(italic=True, font_color=SOFT))
        row += 1
        for place, head in enumerate(heads):
            write(sheet, row, place, head, book.format(bold=True, font_color=WHITE, bg_color=_SEA))
        row += 1
        for column in (c for c in book.columns if c.block == name):
            described = _described(column, texts, language)
            for place, text in enumerate(described):
                style = book.format(
                    text_wrap=True, bottom=1, bottom_color=LINE, font_color=INK, bold=place == 0
                )
                write(sheet, row, place, text, style)
            set_lines(sheet, row, max(map(lines_of, described, _WIDTHS)))
            row += 1
        row += 1


def _described(column: Column, texts: Texts, language: str) -> tuple[str, ...]:
    needed = {
        "mandatory": texts.pgettext("template", "mandatory *"),
        "recommended": texts.pgettext("template", "recommended"),
    }.get(column.obligation, texts.pgettext("template", "optional"))
    whose = (
        texts.pgettext("template", "each file")
        if column.of_file
        else texts.pgettext("template", "the dataset")
    )
    header, help_ = pick(column.header, language), pick(column.help, language)
    return header, whose, needed, help_, column.shown_example(language)
