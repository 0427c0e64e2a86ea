"""Uploaded tables as they are read: types, encodings, separators, and rows that do not fit."""

from __future__ import annotations

import csv
from collections.abc import Callable
from datetime import date, datetime
from pathlib import Path

import openpyxl
import pytest

from ckanext.hanse.tables.normalise import Table, normalise
from ckanext.hanse.tables.words import reported as said
from hanse_harvesters.tables.notes import NAMED, NoTable, Note

Read = Callable[..., tuple[Table, list[list[str]]]]


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """Reads a file of this content: the table, and its rows as PostgreSQL gets them."""

    def run(content: str | bytes, **options: dict[str, str]) -> tuple[Table, list[list[str]]]:
        file, target = tmp_path / "upload", tmp_path / "rows.csv"
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        table = normalise(file, target, **options)  # type: ignore[arg-type]
        with target.open(encoding="utf-8", newline="") as rows:
            return table, [row[1:] for row in csv.reader(rows)]

    return run


def column(read: Read, *cells: str, beside: str = "x") -> tuple[str, list[str]]:
    """Type and values of a column of a file with semicolons."""
    table, rows = read("wert;text\n" + "".join(f"{cell};{beside}\n" for cell in cells))
    return table.fields[0].kind.type, [row[0] for row in rows]


NUMBERS = [
    (["1,5", "2,75", "-0,5", ""], ["1.5", "2.75", "-0.5", ""]),
    (["1.234,50", "12", "1.234.567"], ["1234.50", "12", "1234567"]),
    (["1.234", "22", "999"], ["1234", "22", "999"]),
    (["12.5", "1.234"], ["12.5", "1.234"]),
    (["0.123", "1.234"], ["0.123", "1.234"]),
    (["54.0887", "12.1405"], ["54.0887", "12.1405"]),
    (["1,234.5", "7"], ["1234.5", "7"]),
    (["1 234,5", "1\u00a0234", "1\u202f234\u202f567"], ["1234.5", "1234", "1234567"]),
    (["1'234.5", "3"], ["1234.5", "3"]),
    (["\u22123", "+4", "-5"], ["-3", "4", "-5"]),
    (["1,5E+10", "2,25E-3"], ["1.5E10", "2.25E-3"]),
    ([",5", "1,0"], [".5", "1.0"]),
    (["0", "10", "2025"], ["0", "10", "2025"]),
    ([" 7 ", "8"], ["7", "8"]),
]


@pytest.mark.parametrize(("cells", "values"), NUMBERS)
def test_numbers_as_people_write_them(read: Read, cells: list[str], values: list[str]) -> None:
    assert column(read, *cells) == ("numeric", values)


TEXTS = [
    ["01067", "18055"],
    ["00", "1"],
    ["1234567890123456", "2"],
    ["+4938138100", "+49381"],
    ["1.5", "1,5"],
    ["1.234,5", "1,234.5"],
    ["1.23.4", "1"],
    ["12.34,5", "1"],
    ["12 %", "13 %"],
    ["3,50 €", "1"],
    ["1", "k. A."],
    ["1,", "2,5"],
    ["1E5", "2E7"],
    ["true", "false"],
    ["0x1F", "1"],
    ["١٢", "1"],
]


@pytest.mark.parametrize("cells", TEXTS)
def test_what_a_number_would_lose_stays_text(read: Read, cells: list[str]) -> None:
    assert column(read, *cells) == ("text", cells)


@pytest.mark.parametrize(
    ("content", "type_", "value"),
    [
        ("a;b\n1.234;1,5\n", "numeric", "1234"),  # another column tells
        ("a;b\n1.234;1.5\n", "numeric", "1.234"),
        ("a;b\n1.234;x\n", "numeric", "1234"),  # the separator tells
        ("a,b\n1.234,x\n", "numeric", "1.234"),
        ('a,b\n1.234,"1,55"\n', "numeric", "1234"),
        ('a,b\n"1,234",x\n', "numeric", "1234"),
        ('a;b\n"1,234";x\n', "numeric", "1.234"),
        ("a\tb\n1.234\tx\n", "text", "1.234"),  # nothing tells
        ("a\tb\n1.234\t0,5\n", "numeric", "1234"),
    ],
)
def test_an_ambiguous_number_is_decided_by_the_file(
    read: Read, content: str, type_: str, value: str
) -> None:
    table, rows = read(content)
    assert (table.fields[0].kind.type, rows[0][0]) == (type_, value)


@pytest.mark.parametrize(
    ("cells", "type_", "values"),
    [
        (["31.12.2025", "1.1.2024", ""], "date", ["2025-12-31", "2024-01-01", ""]),
        (["2025-12-31", "01. 02. 2024"], "date", ["2025-12-31", "2024-02-01"]),
        (["31.12.2025 8:05", "1.1.2024"], "timestamp", ["2025-12-31 08:05:00", "2024-01-01"]),
        (["1.2.2025, 14:30 Uhr"], "timestamp", ["2025-02-01 14:30:00"]),
        (["2025-02-01T14:30:59.5"], "timestamp", ["2025-02-01 14:30:59.500000"]),
        (["2025-02-01T14:30Z"], "timestamptz", ["2025-02-01T14:30:00Z"]),
        (["2025-02-01T14:30:00+01:00"], "timestamptz", ["2025-02-01T14:30:00+01:00"]),
        (["31.02.2025", "1.1.2025"], "text", ["31.02.2025", "1.1.2025"]),
        (["31.12.25"], "text", ["31.12.25"]),
        (["12/31/2025"], "text", ["12/31/2025"]),
        (["2025-02-01T14:30Z", "2025-02-01"], "text", ["2025-02-01T14:30Z", "2025-02-01"]),
        (["1.1.2025", "12"], "text", ["1.1.2025", "12"]),
        (["1.1.2025 25:00"], "text", ["1.1.2025 25:00"]),
    ],
)
def test_dates(read: Read, cells: list[str], type_: str, values: list[str]) -> None:
    assert column(read, *cells) == (type_, values)


GERMAN = "Straße;Größe\nLange Straße;1,5\nÄnderung;2,0\n"


@pytest.mark.parametrize(
    "content",
    [
        GERMAN.encode(),
        GERMAN.encode("utf-8-sig"),
        GERMAN.encode("cp1252"),
        GERMAN.encode("cp850"),
        GERMAN.encode("utf-16"),
        GERMAN.encode("utf-16-le"),
        GERMAN.replace(";", ",").replace("1,5", '"1,5"').replace("2,0", '"2,0"').encode(),
        GERMAN.replace(";", "\t").encode(),
        GERMAN.replace(";", "|").encode(),
        GERMAN.replace("\n", "\r\n").encode(),
        GERMAN.replace("\n", "\r").encode(),
        b"sep=;\r\n" + GERMAN.encode(),
        GERMAN.encode().rstrip(),
        GERMAN.replace("\n", "\n\n;\n").encode(),
    ],
)
def test_every_way_of_writing_the_same_table(read: Read, content: bytes) -> None:
    table, rows = read(content)
    assert [item.name for item in table.fields] == ["Straße", "Größe"]
    assert [item.kind.type for item in table.fields] == ["text", "numeric"]
    assert rows == [["Lange Straße", "1.5"], ["Änderung", "2.0"]]
    assert table.notes == []


def test_a_single_column_of_decimals_is_one_column(read: Read) -> None:
    table, rows = read("Wert\n1,5\n2,75\n")
    assert (table.fields[0].kind.type, rows) == ("numeric", [["1.5"], ["2.75"]])


def test_a_few_broken_letters_do_not_spoil_the_others(read: Read) -> None:
    table, rows = read((GERMAN + "Grünfläche;3\n" * 9).encode() + b"Stra\xdfe;1\n")
    assert rows[0] == ["Lange Straße", "1.5"]
    assert [(note.code, note.values["count"]) for note in table.notes] == [("letters-lost", 1)]


def test_line_breaks_separators_and_marks_in_quotes(read: Read) -> None:
    _, rows = read('a;b\n"zwei\nZeilen";"x;y"\n"sagt ""ja""";\\.\n')
    assert rows == [["zwei\nZeilen", "x;y"], ['sagt "ja"', "\\."]]


def test_names_of_columns(read: Read) -> None:
    long = "ä" * 60
    table, _ = read(f'Ort;Ort;;_id;"a ""b""\n c";{long};{long}\n1;2;3;4;5;6;7\n', unnamed="Spalte")
    names = [item.name for item in table.fields]
    assert names[:5] == ["Ort", "Ort_2", "Spalte 3", "id", "a 'b' c"]
    assert len(set(names)) == 7
    assert all(len(name.encode()) <= 63 for name in names)
    (note,) = table.notes
    assert ["Ort", "Ort_2"] in note.values["names"]
    assert ["", "Spalte 3"] in note.values["names"]
    assert "(ohne Namen) → „Spalte 3“" in said(note, "de")


def test_rows_that_do_not_fit_are_kept_and_told(read: Read) -> None:
    table, rows = read("a;b\n1;2\n3\n4;5;6\n7;8;;;\n")
    assert rows == [["1", "2", ""], ["3", "", ""], ["4", "5", "6"], ["7", "8", ""]]
    told = {note.code: note.values for note in table.notes}
    assert told["short-rows"] == {"count": 1, "rows": [3]}
    assert told["long-rows"] == {"count": 1, "rows": [4]}
    assert "Zeile 4 der Datei" in said(Note("long-rows", told["long-rows"]), "de")


def test_the_number_of_a_row_is_the_line_of_the_file(read: Read) -> None:
    table, _ = read('sep=;\na;b\n"1\n2\n3";4\n\n5\n')
    assert table.notes[0].values["rows"] == [7]


def test_many_rows_that_do_not_fit_are_counted(read: Read) -> None:
    table, _ = read("a;b\n" + "1\n" * 100)
    (note,) = table.notes
    assert (note.values["count"], len(note.values["rows"])) == (100, NAMED)
    assert "und 80 weitere" in said(note, "de")
    assert "and 80 more" in said(note, "en")


def test_a_title_above_the_table_is_no_header(read: Read) -> None:
    table, rows = read("Einwohner am 31.12.2024;;\n\nJahr;Ort;Zahl\n2024;Rostock;209.191\n")
    assert [item.name for item in table.fields] == ["Jahr", "Ort", "Zahl"]
    assert rows == [["2024", "Rostock", "209191"]]
    assert "Einwohner am 31.12.2024" in said(table.notes[0], "de")


def test_columns_without_name_and_value_are_none(read: Read) -> None:
    table, rows = read("a;;b;;\n1;;2;;\n")
    assert ([item.name for item in table.fields], rows) == (["a", "b"], [["1", "2"]])


def test_a_quotation_that_never_ends_is_told(read: Read) -> None:
    table, _ = read('a;b\n1;"offen\n2;x\n3;y\n')
    assert [(note.code, note.values["row"]) for note in table.notes] == [("quote-open", 2)]


def test_names_alone_are_an_empty_table(read: Read) -> None:
    table, rows = read("a;b\n")
    assert (rows, [note.code for note in table.notes]) == ([], ["no-rows"])


def test_a_type_that_somebody_chose_holds_where_it_can(read: Read) -> None:
    chosen = {"plz": "text", "tag": "timestamp", "name": "numeric"}
    table, rows = read("plz;tag;name\n18055;1.2.2025;x\n", wanted=chosen)
    assert [item.kind.type for item in table.fields] == ["text", "timestamp", "text"]
    assert rows == [["18055", "2025-02-01", "x"]]


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "empty"),
        (b"\n \n;;;\n", "empty"),
        (b"<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>", "markup"),
        (b"PK\x03\x04 no workbook", "no-sheet"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1 no workbook", "no-sheet"),
        (";".join(f"c{n}" for n in range(1001)).encode(), "too-many-columns"),
        (b"a;b\n" + b"1;" * 1200 + b"2\n", "too-many-columns"),
    ],
)
def test_what_is_no_table_is_said_in_a_sentence(read: Read, content: bytes, code: str) -> None:
    with pytest.raises(NoTable) as raised:
        read(content)
    assert raised.value.code == code
    for language in ("de", "en"):
        assert said(Note(code, raised.value.values), language).endswith(".")


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> bytes:
    """An XLSX file of these sheets."""
    book = openpyxl.Workbook()
    book.remove(book.active)
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return path.read_bytes()


def test_of_a_workbook_the_first_sheet_is_read_and_the_others_named(
    read: Read, tmp_path: Path
) -> None:
    rows: list[list[object]] = [
        ["Ort", "Wert", "Tag", "Wann", "Text", "PLZ", "Summe"],
        ["Rostock", 1.234, date(2025, 12, 31), datetime(2025, 1, 2, 8, 30), "1,5", "01067", 0.3],
        ["Wismar", 2, date(2025, 1, 1), datetime(2025, 1, 2), "1.234,5", "18055", 0.1 + 0.2],
    ]
    content = workbook(tmp_path / "b.xlsx", {"Leer": [], "Daten": rows, "2024": [[1]], "Info": []})
    table, found = read(content)
    assert [item.kind.type for item in table.fields] == [
        *("text", "numeric", "date", "timestamp", "numeric", "text", "numeric")
    ]
    assert found[0] == [
        *("Rostock", "1.234", "2025-12-31", "2025-01-02 08:30:00", "1.5", "01067", "0.3")
    ]
    assert found[1][-1] == "0.3"
    (note,) = table.notes
    assert said(note, "de") == (
        "Gezeigt wird das Blatt „Daten“. Die Datei enthält außerdem: „Leer“, „2024“, „Info“."
    )


def test_an_empty_workbook_is_no_table(read: Read, tmp_path: Path) -> None:
    with pytest.raises(NoTable, match="empty"):
        read(workbook(tmp_path / "b.xlsx", {"Tabelle1": []}))
