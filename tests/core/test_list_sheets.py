"""Lists as offices keep them: numbered headers, notes between the rows, links behind words."""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Callable
from datetime import date
from typing import Any

import openpyxl
import pytest
from lists import ADDRESS, book, datasets, ods, read, rules, text, told

from hanse_harvesters.errors import NotACatalogue
from hanse_harvesters.tables import completed, errors
from hanse_harvesters.tables.checked import Checked
from hanse_harvesters.tables.columns import recognised

HEAD = ["Kennung", "Titel", "Datei", "Format", "Lizenz"]


def urls(content: bytes) -> list[str]:
    return [file["download_url"] for dataset in datasets(read(content))
            for file in dataset["resources"]]  # fmt: skip


# --- Headers ----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("header", "key"),
    [("1. Titel", "title"), ("2) Titel\n(Pflichtfeld)", "title"), ("1.3 Beschreibung", "notes"),
     ("B. Lizenz", "license"), ("Titel – Pflichtfeld", "title"), ("Link 1", "file_url"),
     ("Last updated", "modified"), ("Schlagwort", "tags")],
)  # fmt: skip
def test_a_header_with_a_number_or_a_remark_is_known(header: str, key: str) -> None:
    column = recognised(header)
    assert column
    assert column.key == key


def test_a_year_is_no_number_of_a_header() -> None:
    assert recognised("Stand 2024") is None
    assert recognised("1") is None


def test_what_stands_below_no_header_is_kept_and_named() -> None:
    found = read(book([["Titel", "", "Datei"], ["Bäume", "intern", ADDRESS, "siehe Amt 67"]]))
    assert [row.others for entry in found.listing for row in entry.rows] == [
        {"(B)": "intern", "(D)": "siehe Amt 67"}
    ]
    assert len(told(found, "table-header-none")) == 2
    assert "Spalte B" in told(found, "table-header-none")[0]


def test_headers_below_each_other_are_named_with_the_remedy() -> None:
    form = [["Titel", "Bäume"], ["Beschreibung", "Alle"], ["Link", ADDRESS], ["Lizenz", "CC0"]]
    with pytest.raises(NotACatalogue) as caught:
        read(book(form))
    assert caught.value.id == "table-sideways"
    assert "Beschreibung" in caught.value.what_in("de")


# --- Headings and notes between the rows ---------------------------------------------------------


NOTES = [
    HEAD,
    ["Amt für Umwelt"],
    ["1", "Bäume", ADDRESS, "CSV", "CC0"],
    ["", "Amt für Verkehr"],
    ["2", "Wege", f"{ADDRESS}?2", "CSV", "CC0"],
    [],
    ["Stand: 1.3.2024"],
]


@pytest.mark.parametrize("make", [book, text, ods], ids=["xlsx", "csv", "ods"])
def test_headings_and_notes_are_no_datasets(make: Callable[[Any], bytes]) -> None:
    rows = [[*row, *[""] * (5 - len(row))] for row in NOTES]
    found = read(make(rows))
    assert list(found.records) == ["1", "2"]
    (said,) = told(found, "table-row-note")
    assert "Amt für Umwelt" in said
    assert "2, 4, 7" in said


def test_a_title_with_files_below_it_is_a_dataset() -> None:
    rows = [HEAD, ["", "Bäume"], ["", "", ADDRESS, "CSV", "CC0"]]
    assert [d["title"] for d in datasets(read(book(rows)))] == ["Bäume"]


def test_a_list_of_titles_alone_is_one() -> None:
    assert len(read(text([["Titel"], ["Bäume"], ["Wege"]])).records) == 2


def again(found: Checked, write: Callable[..., None]) -> Checked:
    target = io.BytesIO()
    write(target, found if write is errors.write else found.listing)
    return read(target.getvalue())


@pytest.mark.parametrize("write", [completed.write, errors.write], ids=["completed", "errors"])
def test_no_row_is_lost_on_the_way_back(write: Callable[..., None]) -> None:
    rows = [HEAD, ["", "", f"{ADDRESS}?0", "CSV", "CC0"], *NOTES[1:]]
    found = read(book(rows))
    back = again(found, write)
    assert datasets(back) == datasets(found)
    assert [row.cells for row in back.listing.left] == [row.cells for row in found.listing.left]
    assert {"table-row-alone", "table-row-note"} <= rules(back)


@pytest.mark.parametrize("write", [completed.write, errors.write], ids=["completed", "errors"])
@pytest.mark.parametrize(
    "header",
    [["Titel", "title", "Datei"], ["Titel", "Titel", "Datei"], ["Titel", "(A)", "", "Datei"],
     ["Titel", "file_url", "Datei"], ["Titel", "notes", "Beschreibung", "Datei"]],
)  # fmt: skip
def test_two_columns_of_one_name_keep_their_values(
    write: Callable[..., None], header: list[str]
) -> None:
    row = [ADDRESS if name == "Datei" else f"Wert {at}" for at, name in enumerate(header)]
    found = read(book([header, row]))
    back = again(found, write)
    assert datasets(back) == datasets(found)
    values = [[r.others for r in entry.rows] for entry in found.listing]
    assert [[r.others for r in entry.rows] for entry in back.listing] == values


def test_a_cell_that_no_workbook_can_hold_is_named() -> None:
    found = read(text([["Titel", "Beschreibung", "Datei"], ["Bäume", "x" * 40_000, ADDRESS]]))
    assert len(datasets(found)[0]["notes"]) == 40_000
    (said,) = told(found, "table-cell-long")
    assert "Spalte B" in said


def test_a_row_of_no_dataset_can_be_mended_in_the_error_sheet() -> None:
    found = read(book([HEAD, ["", "", ADDRESS, "CSV", "CC0"], *NOTES[2:3]]))
    target = io.BytesIO()
    errors.write(target, found)
    sheet = openpyxl.load_workbook(target)["Datensätze"]
    at = [str(cell.value).rstrip(" *") for cell in sheet[2]].index("Adresse der Datei") + 1
    assert sheet.cell(3, at).value == ADDRESS
    (told_,) = [cell.comment.text for cell in sheet[3] if cell.comment]
    assert "weder Titel noch Kennung" in told_


# --- Cells that mean something else than they show ----------------------------------------------


def _linked(made: Any) -> None:
    sheet = made.active
    sheet["C2"], sheet["C2"].hyperlink = "Herunterladen", ADDRESS
    sheet["C3"] = f'=HYPERLINK("{ADDRESS}?a&b","hier")'
    sheet["C4"], sheet["C4"].hyperlink = f"{ADDRESS}?c", f"{ADDRESS}?old"
    sheet["F2"], sheet["F2"].hyperlink = "Schreiben Sie uns", "mailto:daten@stadt.example?subject=x"


def test_the_address_behind_a_word_is_taken() -> None:
    rows = [[*HEAD, "E-Mail"], *(["abc"[n], "Bäume", "", "CSV", "CC0", ""] for n in range(3))]
    content = book(rows, _linked)
    found = read(content)
    assert urls(content) == [ADDRESS, f"{ADDRESS}?a&b", f"{ADDRESS}?c"]
    assert datasets(found)[0]["contact"] == [{"email": "daten@stadt.example"}]
    said = told(found, "table-link-taken")
    assert len(said) == 3
    assert any("Herunterladen" in text_ for text_ in said)
    assert not told(found, "table-formula-empty")


def test_the_address_behind_a_word_of_an_ods_is_taken() -> None:
    cell = '<table:table-cell office:value-type="string"><text:p>{}</text:p></table:table-cell>'
    link = f'<text:a xmlns:xlink="http://www.w3.org/1999/xlink" xlink:href="{ADDRESS}?x&amp;y">'
    note = f"<office:annotation><text:p>{link}Notiz</text:a></text:p></office:annotation>"
    row = cell.format("2") + cell.format("Wege") + cell.format(f"{link}hier</text:a>")
    noted = cell.replace("<text:p>", f"{note}<text:p>")
    other = cell.format("3") + cell.format("Seen") + noted.format("dort")
    after = f"<table:table-row>{row}</table:table-row><table:table-row>{other}</table:table-row>"
    content = ods([HEAD, ["1", "Bäume", ADDRESS, "", ""]], after=after)
    assert urls(content) == [ADDRESS, f"{ADDRESS}?x&y", "dort"]


@pytest.mark.parametrize("cell", [45352, "45352", 45352.5])
def test_a_date_that_is_a_number_of_days(cell: Any) -> None:
    found = read(book([["Titel", "Stand", "Datei"], ["Bäume", cell, ADDRESS]]))
    assert datasets(found)[0]["modified"] == "2024-03-01"
    (said,) = told(found, "table-date-number")
    assert "45352" in said
    assert "2024-03-01" in said


def test_days_of_a_workbook_that_counts_from_1904() -> None:
    def old(made: Any) -> None:
        made.epoch = openpyxl.utils.datetime.CALENDAR_MAC_1904
        made.active["B2"], made.active["C2"] = 45352 - 1462, date(2024, 3, 1)

    found = read(book([["Titel", "Stand", "Veröffentlicht am", "Datei"], ["Bäume"]], old))
    (dataset,) = datasets(found)
    assert (dataset["modified"], dataset["issued"]) == ("2024-03-01", "2024-03-01")


def test_a_year_is_a_year() -> None:
    found = read(book([["Titel", "Stand", "Datei"], ["Bäume", 2024, ADDRESS]]))
    assert datasets(found)[0]["modified"] == "2024"


# --- CSV ------------------------------------------------------------------------------------------


def test_what_programs_write_to_guard_a_csv_from_formulas() -> None:
    rows = [[*HEAD, "Telefon"], ['="007"', "'=Bäume", ADDRESS, "", "", "'+49 30 1"],
            ["'68", "'s-Hertogenbosch", ADDRESS, "", "", ""]]  # fmt: skip
    found = read(text(rows))
    assert list(found.records) == ["007", "'68"]
    first, second = datasets(found)
    assert first["title"] == "=Bäume"
    assert first["contact"] == [{"telephone": "+49 30 1"}]
    assert second["title"] == "'s-Hertogenbosch"


def test_a_csv_of_a_macintosh() -> None:
    content = text([["Titel", "Datei"], ["Bäume für Größe", ADDRESS]], encoding="mac_roman")
    assert [d["title"] for d in datasets(read(content))] == ["Bäume für Größe"]


def test_a_text_with_a_stray_control_character_is_one() -> None:
    assert len(read(text([["Titel", "Datei"], ["B\x07äume", ADDRESS]])).records) == 1


def test_bytes_that_are_no_text() -> None:
    with pytest.raises(NotACatalogue) as caught:
        read(bytes(range(1, 256)) * 20)
    assert caught.value.id == "table-other-file"


# --- Workbooks that are damaged -------------------------------------------------------------------


def changed(at: int, value: int, form: str) -> bytes:
    """A workbook whose directory says something else of its sheet."""
    content = bytearray(book([HEAD, ["1", "Bäume", ADDRESS, "", ""]]))
    place = content.rindex(b"xl/worksheets/sheet1.xml") - 46
    assert content[place : place + 4] == b"PK\x01\x02"
    struct.pack_into(form, content, place + at, value)
    return bytes(content)


@pytest.mark.parametrize(
    ("at", "value", "form", "id"),
    [(8, 1, "<H", "table-locked"), (10, 99, "<H", "table-no-sheet"),
     (24, 100, "<I", "table-no-sheet"), (16, 7, "<I", "table-no-sheet")],
    ids=["encrypted", "unknown packing", "another size", "another checksum"],
)  # fmt: skip
def test_a_directory_that_lies_is_said_in_words(at: int, value: int, form: str, id: str) -> None:
    with pytest.raises(NotACatalogue) as caught:
        read(changed(at, value, form))
    assert caught.value.id == id


def test_names_that_lead_out_of_the_workbook_lead_nowhere() -> None:
    file = io.BytesIO(book([HEAD, ["1", "Bäume", ADDRESS, "", ""]]))
    with zipfile.ZipFile(file, "a") as made:
        made.writestr("../../../tmp/hanse-escaped", b"x")
    assert len(read(file.getvalue()).records) == 1
