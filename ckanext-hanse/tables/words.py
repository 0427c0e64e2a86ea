"""Texts for notes about tables."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.hanse.language import N_, Texts, texts_in
from hanse_harvesters.tables.notes import Note

_SENTENCES: Mapping[str, str] = {
    # Why a file is not a table
    "empty": N_(
        "The file holds no table: it is empty. Please check the export and upload it again."
    ),
    "markup": N_(
        "The file is a web page or XML, no table, whatever it is called. Please save the "
        "table as CSV or XLSX."
    ),
    "other-file": N_("The file is no table. Please save the table as CSV or XLSX."),
    "no-sheet": N_(
        "The file does not open as a workbook: it is damaged, or something else than its "
        "name says. Please open it in Excel or LibreOffice and save it as XLSX or CSV."
    ),
    "locked": N_("The workbook is protected by a password. Please save it without one."),
    "too-many-columns": N_(
        "Row {row} has {count} columns, more than the {most} that a table can have here. "
        "Often it is a wrong separator; otherwise the values belong below each other."
    ),
    "too-much": N_(
        "The workbook is too large to be shown as a table. Please upload the table as CSV."
    ),
    "refused": N_("The table cannot be stored ({reason})."),
    "failed": N_("The table could not be read. The file itself can be downloaded."),
    "loading": N_("The table is being read. Reload this page in a minute."),
    # Notes about a table
    "no-rows": N_("The table has names of columns, but no rows."),
    "sheets": N_("Shown is the sheet “{shown}”. The file also has: {others}."),
    "short-rows": N_("Fewer values than columns, the rest is empty: {rows}."),
    "long-rows": N_(
        "More values than columns, they stand in further columns on the right: {rows}. Often "
        "the quotation marks are missing around a text that holds the separator."
    ),
    "columns-renamed": N_("Columns have other names here than in the file: {names}."),
    "lines-above": N_("Above the table the file says: {texts}."),
    "quote-open": N_(
        "A quotation mark in line {row} is never closed: what follows stands in one field."
    ),
    "letters-lost": N_(
        "Letters in the file that cannot be read: {count}. Please save it as UTF-8."
    ),
}


def reported(note: Note, language: str) -> str:
    """Return the text of a note in ``language``."""
    texts = texts_in(language)
    values = {name: _value(name, value, note, texts) for name, value in note.values.items()}
    return texts.gettext(_SENTENCES[note.code], **values)


def unnamed(language: str) -> str:
    """Return the name of a column without one, before its number."""
    return texts_in(language).gettext("Column")


def _value(name: str, value: Any, note: Note, texts: Texts) -> str:
    if name == "rows":
        return _rows(value, note.values["count"], texts)
    if name in ("others", "texts"):
        return ", ".join(_quoted(text, texts) for text in value)
    if name == "names":
        without = texts.gettext("(without a name)")
        pairs = [(_quoted(old, texts) if old else without, new) for old, new in value]
        return ", ".join(f"{old} → {_quoted(new, texts)}" for old, new in pairs)
    return str(value)


def _quoted(text: str, texts: Texts) -> str:
    return texts.gettext("“{text}”", text=text)


def _rows(first: Sequence[int], count: int, texts: Texts) -> str:
    rows = ", ".join(map(str, first))
    text = texts.ngettext("line {rows} of the file", "lines {rows} of the file", count, rows=rows)
    more = count - len(first)
    return text + (texts.ngettext(" and {number} more", " and {number} more", more) if more else "")
