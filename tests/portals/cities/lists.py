"""The lists of two cities without a portal for them, as their clerks keep them.

Wismar's is a workbook, Stralsund's a CSV of Excel.  Both say once what holds for several
files, name licences as the drop-down does and as people write them, mix dates and texts,
separate keywords by semicolons and leave rows empty; nearly no dataset has a Kennung.
"""

from __future__ import annotations

import csv
import datetime as dt
from io import BytesIO, StringIO
from typing import Any

import xlsxwriter

from . import state
from .cities import DEPARTMENTS
from .model import Dataset, File, chance, datasets

HEADERS = (
    "Kennung", "Titel", "Beschreibung", "Schlagwörter", "Thema", "Gebiet", "Zeitraum von",
    "Zeitraum bis", "Aktualisierung", "Aktualisiert am", "Herausgeber", "Ansprechstelle", "E-Mail",
    "Adresse der Datei", "Adresse des Zugangs", "Titel der Datei", "Format", "Lizenz",
    "Namensnennung", "UUID der Metadaten", "Bemerkung (intern)",
)  # fmt: skip
_LICENCES = {
    "dl-zero-de/2.0": ("Datenlizenz Deutschland – Zero – Version 2.0", "dl-de/zero-2-0"),
    "dl-by-de/2.0": ("Datenlizenz Deutschland – Namensnennung – Version 2.0", "dl-de/by-2-0"),
    "cc-by/4.0": ("Creative Commons Namensnennung – 4.0 International (CC BY 4.0)", "CC BY 4.0"),
}
_THEMES = {
    "AGRI": "Landwirtschaft, Fischerei, Forstwirtschaft und Nahrungsmittel",
    "ECON": "Wirtschaft und Finanzen", "EDUC": "Bildung, Kultur und Sport", "ENER": "Energie",
    "ENVI": "Umwelt", "GOVE": "Regierung und öffentlicher Sektor", "HEAL": "Gesundheit",
    "INTR": "Internationale Themen", "JUST": "Justiz, Rechtssystem und öffentliche Sicherheit",
    "REGI": "Regionen und Städte", "SOCI": "Bevölkerung und Gesellschaft",
    "TECH": "Wissenschaft und Technologie", "TRAN": "Verkehr",
}  # fmt: skip
_FREQUENCIES = {
    "ANNUAL": "jährlich", "MONTHLY": "monatlich", "WEEKLY": "wöchentlich", "DAILY": "täglich",
    "QUARTERLY": "vierteljährlich", "CONT": "kontinuierlich", "HOURLY": "stündlich",
    "IRREG": "unregelmäßig", "NEVER": "niemals",
}  # fmt: skip
#: Typed into the catalogue by hand, not into the list.
TYPED = ("partnerstaedte", "maerkte", "veranstaltungen", "vereine", "smartcity")
#: What Stralsund has in its list and in the state's catalogue as well.
TWICE = ("baumkataster", "denkmale", "ladesaeulen", "spielplaetze", "radwege", "kitas")

Cell = str | dt.date


def wismar(base: str) -> bytes:
    """The workbook of Wismar: everything but what is typed."""
    found = [item for item in datasets("wismar") if item.topic.key not in TYPED]
    return _workbook(_rows(found, base, spaced=True))


def stralsund(base: str) -> bytes:
    """Stralsund's CSV: what is no geodata, and six that the state's catalogue has too."""
    in_catalogue = {item.key for item in state.own()}
    found = [
        item for item in datasets("stralsund") if item.key not in in_catalogue or item.key in TWICE
    ]
    out = StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerow(HEADERS)
    for row in _rows(found, base, spaced=False):
        writer.writerow(f"{cell:%d.%m.%Y}" if isinstance(cell, dt.date) else cell for cell in row)
    return out.getvalue().encode("cp1252", "replace")


def typed() -> list[Dataset]:
    """Wismar's datasets that somebody types into the catalogue's form."""
    return [item for item in datasets("wismar") if item.topic.key in TYPED]


def _rows(found: list[Dataset], base: str, *, spaced: bool) -> list[list[Cell]]:
    rows: list[list[Cell]] = []
    for number, item in enumerate(found):
        if item.key == "altlasten":  # nothing to download
            found_row = _dataset(item, number)
            rows.append([found_row.get(header, "") for header in HEADERS])
            continue
        for position, file in enumerate(item.files):
            row = _file(item, file, base, first=position == 0)
            if position == 0:
                row = {**_dataset(item, number), **row}
            rows.append([row.get(header, "") for header in HEADERS])
        if spaced and number % 20 == 19:
            rows.append([""] * len(HEADERS))
    return rows


def _dataset(item: Dataset, number: int) -> dict[str, Cell]:
    dice = chance(item.city.name, item.key, "list")
    first, last = item.period
    in_state = item.city.name == "stralsund" and item.key in TWICE
    return {
        "Kennung": f"{item.city.name[:3].upper()}-{number:03}" if dice.random() < 0.1 else "",
        "Titel": item.title + ("  " if dice.random() < 0.1 else ""),
        "Beschreibung": item.notes,
        "Schlagwörter": "; ".join(item.topic.keywords),
        "Thema": "; ".join(_THEMES[code] for code in item.topic.themes),
        "Gebiet": item.city.full,
        "Zeitraum von": f"{first.year}" if dice.random() < 0.5 else f"{first:%d.%m.%Y}",
        "Zeitraum bis": "01.01.9999"
        if item.key == "strassen"
        else f"{last.year}"
        if dice.random() < 0.5
        else f"Dezember {last.year}",
        "Aktualisierung": _FREQUENCIES.get(item.topic.frequency, ""),
        "Aktualisiert am": item.modified.date(),
        "Herausgeber": item.city.full,
        "Ansprechstelle": DEPARTMENTS[item.topic.department],
        "E-Mail": f"mailto:{item.email} " if item.key == "museen" else item.email,
        "UUID der Metadaten": item.id if in_state else "",
        "Bemerkung (intern)": "mit Fachamt abgestimmt" if dice.random() < 0.2 else "",
    }


def _file(item: Dataset, file: File, base: str, *, first: bool) -> dict[str, Cell]:
    label, short = _LICENCES[item.licence]
    service = file.format in {"WMS", "WFS"}
    found: dict[str, Cell] = {
        "Adresse des Zugangs" if service else "Adresse der Datei": base + file.path,
        "Titel der Datei": "" if item.key == "fotos" else file.title,
        "Format": file.format,
    }
    if first:  # and holds for the files below it
        found["Lizenz"] = label if chance(file.id).random() < 0.8 else short
        found["Namensnennung"] = item.attribution if "by" in item.licence else ""
    if item.key == "wlan":
        found["Lizenz"] = "Nutzung frei nach Rücksprache"
    return found


def _workbook(rows: list[list[Cell]]) -> bytes:
    out = BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True, "strings_to_formulas": False}) as book:
        sheet = book.add_worksheet("Datensätze")
        bold, day = book.add_format({"bold": True}), book.add_format({"num_format": "dd.mm.yyyy"})
        sheet.write_row(0, 0, HEADERS, bold)
        for number, row in enumerate(rows, start=1):
            for column, cell in enumerate(row):
                _write(sheet, number, column, cell, day)
        sheet.freeze_panes(1, 2)
        book.add_worksheet("Notizen").write_string(0, 0, "Stand der Abstimmung mit den Ämtern")
    return out.getvalue()


def _write(sheet: Any, row: int, column: int, cell: Cell, day: Any) -> None:
    if isinstance(cell, dt.date):
        sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
    elif cell.isdigit() and HEADERS[column].startswith("Zeitraum"):
        sheet.write_number(row, column, int(cell))
    elif cell:
        sheet.write_string(row, column, cell)
