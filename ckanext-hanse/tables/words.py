"""Notes about tables as sentences, in German and English."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.hanse.tables.notes import Note

_WORDS: Mapping[str, Mapping[str, str]] = {
    # Why a file is no table
    "empty": {
        "de": "Die Datei enthält keine Tabelle: Sie ist leer. Bitte prüfen Sie den Export und "
        "laden Sie sie noch einmal hoch.",
        "en": "The file holds no table: it is empty. Please check the export and upload it again.",
    },
    "markup": {
        "de": "Die Datei ist eine Web- oder XML-Seite, keine Tabelle, wie auch immer sie heißt. "
        "Bitte speichern Sie die Tabelle als CSV oder XLSX.",
        "en": "The file is a web page or XML, no table, whatever it is called. Please save the "
        "table as CSV or XLSX.",
    },
    "no-sheet": {
        "de": "Die Datei lässt sich nicht als Arbeitsmappe öffnen: Sie ist beschädigt oder etwas "
        "anderes, als ihr Name sagt. Bitte öffnen Sie sie in Excel oder LibreOffice und speichern "
        "Sie sie als XLSX oder CSV.",
        "en": "The file does not open as a workbook: it is damaged, or something else than its "
        "name says. Please open it in Excel or LibreOffice and save it as XLSX or CSV.",
    },
    "locked": {
        "de": "Die Arbeitsmappe ist mit einem Passwort geschützt. Bitte speichern Sie sie ohne.",
        "en": "The workbook is protected by a password. Please save it without one.",
    },
    "too-many-columns": {
        "de": "Zeile {row} hat {count} Spalten, mehr als die {most}, die eine Tabelle hier haben "
        "kann. Oft ist es ein falsches Trennzeichen; sonst gehören die Werte untereinander.",
        "en": "Row {row} has {count} columns, more than the {most} that a table can have here. "
        "Often it is a wrong separator; otherwise the values belong below each other.",
    },
    "too-much": {
        "de": "Die Arbeitsmappe ist zu groß, um sie als Tabelle zu zeigen. Bitte laden Sie die "
        "Tabelle als CSV hoch.",
        "en": "The workbook is too large to be shown as a table. Please upload the table as CSV.",
    },
    "refused": {
        "de": "Die Tabelle lässt sich nicht speichern ({reason}).",
        "en": "The table cannot be stored ({reason}).",
    },
    "failed": {
        "de": "Die Tabelle konnte nicht eingelesen werden. Die Datei selbst steht zum "
        "Herunterladen bereit.",
        "en": "The table could not be read. The file itself can be downloaded.",
    },
    "loading": {
        "de": "Die Tabelle wird gerade eingelesen. Laden Sie diese Seite in einer Minute neu.",
        "en": "The table is being read. Reload this page in a minute.",
    },
    # What to know about one
    "no-rows": {
        "de": "Die Tabelle hat Spaltennamen, aber keine Zeilen.",
        "en": "The table has names of columns, but no rows.",
    },
    "sheets": {
        "de": "Gezeigt wird das Blatt „{shown}“. Die Datei enthält außerdem: {others}.",
        "en": "Shown is the sheet “{shown}”. The file also has: {others}.",
    },
    "short-rows": {
        "de": "Weniger Werte als Spalten, der Rest ist leer: {rows}.",
        "en": "Fewer values than columns, the rest is empty: {rows}.",
    },
    "long-rows": {
        "de": "Mehr Werte als Spalten, sie stehen in zusätzlichen Spalten rechts: {rows}. Oft "
        "fehlen Anführungszeichen um einen Text, in dem das Trennzeichen vorkommt.",
        "en": "More values than columns, they stand in further columns on the right: {rows}. Often "
        "the quotation marks are missing around a text that holds the separator.",
    },
    "columns-renamed": {
        "de": "Spalten heißen hier anders als in der Datei: {names}.",
        "en": "Columns have other names here than in the file: {names}.",
    },
    "lines-above": {
        "de": "Über der Tabelle steht in der Datei: {texts}.",
        "en": "Above the table the file says: {texts}.",
    },
    "quote-open": {
        "de": "Ein Anführungszeichen in Zeile {row} wird nicht geschlossen: Was folgt, steht in "
        "einem einzigen Feld.",
        "en": "A quotation mark in line {row} is never closed: what follows stands in one field.",
    },
    "letters-lost": {
        "de": "Nicht lesbare Zeichen in der Datei: {count}. Bitte speichern Sie sie als UTF-8.",
        "en": "Letters in the file that cannot be read: {count}. Please save it as UTF-8.",
    },
}
_ROWS = {
    ("de", 1): "Zeile {rows} der Datei",
    ("de", 2): "Zeilen {rows} der Datei",
    ("en", 1): "line {rows} of the file",
    ("en", 2): "lines {rows} of the file",
}
_MORE = {"de": " und {more} weitere", "en": " and {more} more"}
_WITHOUT = {"de": "(ohne Namen)", "en": "(without a name)"}
_QUOTED = {"de": "„{}“", "en": "“{}”"}


def said(note: Note, language: str) -> str:
    """A note as a sentence in ``de`` or ``en``."""
    values = {name: _value(name, value, note, language) for name, value in note.values.items()}
    return _WORDS[note.code][language].format_map(values)


def _value(name: str, value: Any, note: Note, language: str) -> str:
    quoted = _QUOTED[language]
    if name == "rows":
        return _rows(value, note.values["count"], language)
    if name in ("others", "texts"):
        return ", ".join(quoted.format(text) for text in value)
    if name == "names":
        pairs = [(quoted.format(old) if old else _WITHOUT[language], new) for old, new in value]
        return ", ".join(f"{old} → {quoted.format(new)}" for old, new in pairs)
    return str(value)


def _rows(first: Sequence[int], count: int, language: str) -> str:
    text = _ROWS[language, min(count, 2)].format(rows=", ".join(map(str, first)))
    more = count - len(first)
    return text + (_MORE[language].format(more=more) if more else "")
