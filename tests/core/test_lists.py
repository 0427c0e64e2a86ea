"""Lists of datasets: headers, rows that belong together, values as clerks write them."""

from __future__ import annotations

import io
import itertools
import zipfile
from datetime import date, datetime
from typing import Any

import pytest
from lists import ADDRESS, book, datasets, ods, read, rules, text, told

from hanse_harvesters.errors import NotACatalogue, TooMuch
from hanse_harvesters.tables import columns, package
from hanse_harvesters.tables.places import letters, number_of

HEAD = ["Kennung", "Titel", "Datei", "Format", "Lizenz"]


def one(content: bytes) -> dict[str, Any]:
    (dataset,) = datasets(read(content))
    return dataset


# --- Columns ------------------------------------------------------------------------------------


def test_every_column_is_recognised_by_each_of_its_names() -> None:
    for column in columns.columns().values():
        for header in (*column.header.values(), *column.also, column.key):
            assert columns.recognised(header) is column, header
        assert column.block in columns.blocks()
        assert set(column.header) == set(column.help) == {"de", "en"}


@pytest.mark.parametrize(
    "header",
    ["Schlagwörter", "SCHLAGWÖRTER", "schlagwoerter", "Schlagworter", " Schlag-Wörter: ",
     "Schlagwörter *", "Schlagwörter (mehrere)", "Keywords", "tags", "Schlagwörter / Keywords"],
)  # fmt: skip
def test_a_header_is_known_however_it_is_written(header: str) -> None:
    found = columns.recognised(header)
    assert found
    assert found.key == "tags"


def test_columns_stand_in_any_order_below_a_title_and_empty_rows() -> None:
    rows = [["Offene Daten der Stadt"], [], ["Lizenz", "", "Datei", "title"], [],
            ["CC0", "", ADDRESS, "Bäume"], [], [], ["", "", f"{ADDRESS}.zip"]]  # fmt: skip
    dataset = one(book(rows))
    assert dataset["title"] == "Bäume"
    assert [file["download_url"] for file in dataset["resources"]] == [ADDRESS, f"{ADDRESS}.zip"]


def test_a_wrong_header_is_named_with_the_nearest_one_and_its_values_are_kept() -> None:
    found = read(text([[*HEAD, "Beschreibng", "Aktenzeichen"],
                       ["1", "Bäume", ADDRESS, "CSV", "CC0", "Alle", "4711"]]))  # fmt: skip
    assert told(found, "table-header-near") == [
        "Zeile 1, Spalte F: Die Spalte „Beschreibng“ ist nicht bekannt. Ist „Beschreibung“ gemeint?"
    ]
    (unknown,) = told(found, "table-header-unknown")
    assert unknown.startswith("Zeile 1, Spalte G: Die Spalte „Aktenzeichen“")
    (record,) = found.records.values()
    assert "4711" in record.unknown
    assert "Alle" in record.unknown


def test_two_columns_for_one_thing_are_named() -> None:
    found = read(text([["Titel", "Datei", "Link"], ["Bäume", ADDRESS, "https://x.example"]]))
    (said,) = told(found, "table-header-twice")
    assert "Spalte C" in said
    assert "Spalte B" in said


def test_a_columns_own_header_counts_before_a_further_one() -> None:
    found = read(text([["Name", "Titel", "Datei"], ["x17", "Bäume", ADDRESS]]))
    assert datasets(found)[0]["title"] == "Bäume"
    (said,) = told(found, "table-header-twice")
    assert said.startswith("Zeile 1, Spalte A: Die Spalte „Name“")


@pytest.mark.parametrize(
    ("rows", "id"),
    [([["Tittel", "Datei"], ["Bäume", ADDRESS]], "table-title-near"),
     ([["Beschreibung", "Datei"], ["Bäume", ADDRESS]], "table-title-missing"),
     ([["a", "b"], ["1", "2"]], "table-title-missing")],
)  # fmt: skip
def test_without_a_column_for_titles_nothing_is_read(rows: list[list[str]], id: str) -> None:
    for content in (text(rows), book(rows)):
        with pytest.raises(NotACatalogue) as caught:
            read(content)
        assert caught.value.id == id
        assert "Titel" in caught.value.text("de")


def test_letters_of_columns() -> None:
    assert [letters(n) for n in (0, 25, 26, 701, 702)] == ["A", "Z", "AA", "ZZ", "AAA"]
    assert all(number_of(letters(n)) == n for n in range(2000))


# --- Rows ---------------------------------------------------------------------------------------


def test_a_row_without_title_and_identifier_belongs_to_the_dataset_above() -> None:
    first, second = datasets(read(text([
        HEAD, ["1", "Bäume", ADDRESS, "CSV", "CC0"], ["", "", f"{ADDRESS}.json", "JSON", ""],
        ["2", "Wege", "https://x.example/w.csv", "CSV", ""],
    ])))  # fmt: skip
    assert [file["format"] for file in first["resources"]] == ["CSV", "JSON"]
    # A licence holds for the files below it, within its dataset.
    assert first["resources"][0]["license"] == first["resources"][1]["license"]
    assert "license" not in second["resources"][0]


def test_rows_that_repeat_their_dataset_are_one() -> None:
    trees, ways = (
        ["1", "Bäume", ADDRESS, "CSV", "CC0"],
        ["2", "Wege", "https://x.example/w", "", ""],
    )
    rows = [HEAD, trees, ways, ["1", "Bäume", f"{ADDRESS}.json", "JSON", "CC0"]]
    found = read(text(rows))
    assert [len(dataset["resources"]) for dataset in datasets(found)] == [2, 1]
    assert rules(found) == set()


def test_an_identifier_twice_names_both_rows_and_both_arrive() -> None:
    found = read(text([HEAD, ["17", "Bäume", ADDRESS, "", ""], ["17", "Wege", ADDRESS, "", ""]]))
    assert [dataset["title"] for dataset in datasets(found)] == ["Bäume", "Wege"]
    assert told(found, "table-identifier-twice") == [
        "Zeile 2, Spalte A: Die Kennung „17“ steht auch in Zeile 3, für „Wege“. "
        "Beide Datensätze wurden übernommen.",
        "Zeile 3, Spalte A: Die Kennung „17“ steht auch in Zeile 2, für „Bäume“. "
        "Beide Datensätze wurden übernommen.",
    ]


def test_without_identifiers_the_title_names_a_dataset() -> None:
    rows = [["Titel", "Beschreibung", "Datei"], ["Straßenbäume 2024", "a", ADDRESS],
            ["Haushalt", "2023", ADDRESS], ["Haushalt", "2024", ADDRESS]]  # fmt: skip
    found = read(text(rows))
    assert list(found.records) == ["strassenbaeume-2024", "haushalt", "haushalt-2"]
    assert len(told(found, "table-title-twice")) == 2
    assert len(told(found, "table-identifier-made")) == 3


def test_a_made_identifier_takes_none_that_is_given() -> None:
    found = read(text([HEAD, ["", "Wege", ADDRESS, "", ""], ["wege", "Andere", ADDRESS, "", ""]]))
    assert list(found.records) == ["wege-2", "wege"]


def test_the_metadata_uuid_names_a_dataset_and_is_an_identifier() -> None:
    uuid = "8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03"
    found = read(text([["Titel", "UUID", "Datei"], ["Bäume", uuid, ADDRESS]]))
    assert list(found.records) == [uuid]
    (dataset,) = datasets(found)
    assert dataset["identifier"] == uuid
    assert dataset["alternate_identifier"] == [uuid]


def test_values_that_differ_between_the_rows_of_a_dataset_are_named() -> None:
    found = read(text([["Kennung", "Titel", "Stand", "Datei"], ["1", "Bäume", "2023", ADDRESS],
                       ["1", "Bäume", "2024", f"{ADDRESS}.zip"]]))  # fmt: skip
    assert told(found, "table-cell-differs") == [
        "Zeile 3, Spalte C: „2024“ weicht von Zeile 2 ab, wo derselbe Datensatz beschrieben ist; "
        "übernommen wurde der Wert von dort."
    ]
    assert datasets(found)[0]["modified"] == "2023"


def test_a_row_above_the_first_dataset_is_named() -> None:
    found = read(text([HEAD, ["", "", ADDRESS, "", ""], ["1", "Bäume", "", "", ""]]))
    assert told(found, "table-row-alone") == [
        "Zeile 2, Spalte C: Die Zeile hat weder Titel noch Kennung, und über ihr steht kein "
        "Datensatz."
    ]


def test_a_dataset_without_file_keeps_its_licence() -> None:
    assert one(text([HEAD, ["1", "Bäume", "", "", "CC0"]]))["license_id"].endswith("cc-zero")


# --- Values -------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "found"),
    [("01.02.2024", "2024-02-01"), ("2024", "2024"), ("Februar 2024", "2024-02"), (2024, "2024"),
     (date(2024, 2, 1), "2024-02-01"), (datetime(2024, 2, 1), "2024-02-01"),
     (datetime(2024, 2, 1, 8, 30), "2024-02-01T08:30:00"), ("2024-02-01", "2024-02-01")],
)  # fmt: skip
def test_dates_as_clerks_write_them(cell: Any, found: str) -> None:
    read_ = read(book([["Titel", "Stand", "Datei"], ["Bäume", cell, ADDRESS]]))
    (record,) = read_.records.values()
    assert record.dataset["modified"] == found
    assert not [item for item in record.issues if item.rule.startswith("date-")]


@pytest.mark.parametrize(
    ("cell", "found"),
    [(17, "17"), (17.0, "17"), ("0017", "0017"), (1.5, "1.5"), (True, "true"), (" A 7 ", "A 7"),
     (123456789012, "123456789012")],
)  # fmt: skip
def test_an_identifier_is_a_text_whatever_the_cell_holds(cell: Any, found: str) -> None:
    assert list(read(book([HEAD, [cell, "Bäume", ADDRESS, "", ""]])).records) == [found]


def test_several_values_in_one_cell() -> None:
    dataset = one(book([["Titel", "Schlagwörter", "Thema", "Datei"],
                        ["Bäume", "Baum; Grün\nPark", "Umwelt;Verkehr", ADDRESS]]))  # fmt: skip
    assert [tag["name"] for tag in dataset["tags"]] == ["Baum", "Grün", "Park"]
    assert len(dataset["theme"]) == 2


def test_a_licence_by_the_label_of_the_drop_down_and_an_unknown_one() -> None:
    label = columns.columns()["license"].choices("de")[1]
    rows = [HEAD, ["1", "A", ADDRESS, "", label], ["2", "B", ADDRESS, "", "Nur mit Erlaubnis"]]
    first, second = datasets(read(text(rows)))
    assert first["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
    assert second["resources"][0]["license"] == "Nur mit Erlaubnis"


@pytest.mark.parametrize("language", ["de", "en"])
def test_every_label_of_every_drop_down_is_understood(language: str) -> None:
    chosen = [column for column in columns.columns().values() if column.choice]
    labels = [column.choices(language) for column in chosen]
    rows = [
        [str(number), "A", ADDRESS, *cells]
        for number, cells in enumerate(itertools.zip_longest(*labels, fillvalue=""))
    ]
    head = ["Kennung", "Titel", "Datei", *(column.header[language] for column in chosen)]
    for record in read(text([head, *rows])).records.values():
        assert [item for item in record.issues if "unknown" in item.rule] == []


def test_merged_cells_hold_for_all_their_rows() -> None:
    def merge(made: Any) -> None:
        made.active.merge_cells("A2:A3")
        made.active.merge_cells("E2:E3")
        made.active.merge_cells("A4:A5")

    rows = [
        HEAD,
        ["1", "Bäume", ADDRESS, "CSV", "CC0"],
        ["", "", f"{ADDRESS}.json", "JSON", ""],
        ["2", "Wege", ADDRESS, "CSV", "CC0"],
        ["", "Wege", f"{ADDRESS}.zip", "ZIP", ""],
    ]
    found = read(book(rows, merge))
    assert [len(dataset["resources"]) for dataset in datasets(found)] == [2, 2]
    assert rules(found) == set()


def test_hidden_sheets_are_left_alone_and_hidden_rows_are_read() -> None:
    def hide(made: Any) -> None:
        made.active.row_dimensions[2].hidden = True
        for name, state in (("alt", "hidden"), ("sehr alt", "veryHidden")):
            made.create_sheet(name).append(["Titel"])
            made[name].append(["Nicht mehr"])
            made[name].sheet_state = state

    assert one(book([HEAD, ["1", "Bäume", ADDRESS, "CSV", "CC0"]], hide))["title"] == "Bäume"


def test_all_sheets_with_titles_are_one_list_and_others_are_named() -> None:
    def add(made: Any) -> None:
        made.create_sheet("Verkehr").append(["Titel", "Datei"])
        made["Verkehr"].append(["Wege", "https://x.example/w.csv"])
        made.create_sheet("Notizen").append(["nur so"])

    found = read(book([HEAD, ["1", "Bäume", ADDRESS, "", ""]], add))
    assert [dataset["title"] for dataset in datasets(found)] == ["Bäume", "Wege"]
    assert told(found, "table-sheet-left") == [
        "Das Blatt „Notizen“ hat keine Spalte für Titel und wird nicht gelesen."
    ]
    (made,) = told(found, "table-identifier-made")
    assert made.startswith("Blatt „Verkehr“, Zeile 2, Spalte A")


def test_formulas_without_a_result_and_errors_are_named_by_their_cell() -> None:
    def compute(made: Any) -> None:
        sheet = made.active
        sheet.title = "Daten"
        sheet["C2"] = "=A2&B2"
        sheet["B3"], sheet["B3"].data_type = "#REF!", "e"
        sheet["D4"] = "#NV"

    rows = [HEAD, ["1", "Bäume", "", "CSV", ""], ["2", "", ADDRESS, "", ""],
            ["3", "Wege", ADDRESS, "", ""]]  # fmt: skip
    found = read(book(rows, compute))
    assert told(found, "table-formula-empty") == [
        "Blatt „Daten“, Zeile 2, Spalte C: In der Zelle steht eine Formel, deren Ergebnis nicht "
        "gespeichert ist; sie gilt als leer."
    ]
    assert [line.split(":")[0] for line in told(found, "table-cell-error")] == [
        "Blatt „Daten“, Zeile 3, Spalte B", "Blatt „Daten“, Zeile 4, Spalte D",
    ]  # fmt: skip
    assert not found.records["2"].usable  # its title is the error


def test_a_formula_with_its_result_is_that_result() -> None:
    import xlsxwriter

    file = io.BytesIO()
    made = xlsxwriter.Workbook(file)
    sheet = made.add_worksheet()
    sheet.write_row(0, 0, ["Titel", "Datei"])
    sheet.write_formula(1, 0, '="Bä"&"ume"', None, "Bäume")
    sheet.write_string(1, 1, ADDRESS)
    made.close()
    found = read(file.getvalue())
    assert datasets(found)[0]["title"] == "Bäume"
    assert "table-formula-empty" not in rules(found)


@pytest.mark.parametrize(
    "encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le", "cp850"]
)
def test_csv_in_the_encodings_of_office_programs(encoding: str) -> None:
    dataset = one(text([HEAD, ["1", "Straßenbäume in Größe", ADDRESS, "", ""]], encoding=encoding))
    assert dataset["title"] == "Straßenbäume in Größe"


@pytest.mark.parametrize("separator", [";", ",", "\t", "|"])
def test_csv_with_any_separator_and_quotes(separator: str) -> None:
    title = f'Bäume{separator} "alte"\nund neue'
    dataset = one(text([HEAD, ["1", title, ADDRESS, "", ""]], separator=separator))
    assert dataset["title"] == f'Bäume{separator} "alte" und neue'.replace("\t", " ").replace(
        "  ", " "
    )


def test_the_separator_that_excel_names() -> None:
    assert one(b"sep=|\r\nTitel|Datei\r\nB\xe4ume|https://x.example/a.csv\r\n")["title"] == "Bäume"


def test_an_ods_with_all_its_rows_formatted() -> None:
    """LibreOffice writes the rest of a sheet as one row, a million times."""
    rest = (
        '<table:table-row table:number-rows-repeated="1048560">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row>'
    )
    rows = [[*HEAD, "Stand"], [17, "Bäume", ADDRESS, "CSV", "CC0", date(2024, 2, 1)],
            ["", "", f"{ADDRESS}.zip", "", "", ""]]  # fmt: skip
    found = read(ods(rows, after=rest))
    assert list(found.records) == ["17"]
    (dataset,) = datasets(found)
    assert dataset["modified"] == "2024-02-01"
    assert len(dataset["resources"]) == 2


def test_a_quotation_mark_that_is_never_closed_is_named() -> None:
    found = read(b'Titel;Datei\r\nWege;https://x.example/w\r\n"B\xc3\xa4ume;x\r\ny;z\r\n')
    (said,) = told(found, "table-quote-open")
    assert "Zeile 3" in said


def test_letters_that_cannot_be_read_are_counted() -> None:
    good = "Bäume in größerer Höhe über Flüssen;".encode() * 3
    (said,) = told(read(b"Titel;Beschreibung\n" + good + b"\xff\n"), "table-letters-lost")
    assert said.endswith("1.")


# --- What is no list ------------------------------------------------------------------------------


def zipped(**members: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as made:
        for name, content in members.items():
            made.writestr(name.replace("__", "/"), content)
    return file.getvalue()


def with_member(name: str, content: bytes) -> bytes:
    file = io.BytesIO(book([HEAD, ["1", "Bäume", ADDRESS, "", ""]]))
    with zipfile.ZipFile(file, "a") as made:
        made.writestr(name, content, zipfile.ZIP_DEFLATED)
    return file.getvalue()


def bomb(total: int) -> bytes:
    """A workbook whose sheet unfolds to so many bytes."""
    rows = b'<row r="1"><c t="inlineStr"><is><t>' + b" " * total + b"</t></is></c></row>"
    return with_member("xl/worksheets/sheet9.xml", rows)


_OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_MANIFEST = b"<manifest:manifest><manifest:encryption-data/></manifest:manifest>"
_ODS = b"application/vnd.oasis.opendocument.spreadsheet"
REFUSED = [
    (b"", "table-empty"),
    (b" ;;\r\n;;\r\n", "table-empty"),
    (b"<!DOCTYPE html><html><body>Anmelden</body></html>", "table-markup"),
    (b"%PDF-1.7\n", "table-pdf"),
    (b"\x89PNG\r\n\x1a\n", "table-other-file"),
    (_OLE + b"\0" * 64 + "Workbook".encode("utf-16-le"), "table-old-format"),
    (_OLE + b"\0" * 64 + "EncryptedPackage".encode("utf-16-le"), "table-locked"),
    (_OLE + b"\0" * 64 + "WordDocument".encode("utf-16-le"), "table-other-office"),
    (with_member("xl/vbaProject.bin", b"Sub AutoOpen"), "table-macros"),
    (zipped(mimetype=_ODS, Basic__Standard__Module1=b"Sub Main"), "table-macros"),
    (zipped(**{"mimetype": _ODS, "META-INF__manifest.xml": _MANIFEST}), "table-locked"),
    (zipped(mimetype=b"application/vnd.oasis.opendocument.text"), "table-other-office"),
    (zipped(**{"[Content_Types].xml": b"wordprocessingml", "word__document.xml": b""}),
     "table-other-office"),
    (zipped(**{"[Content_Types].xml": b"ms-excel.sheet.macroEnabled.main+xml"}), "table-macros"),
    (zipped(**{"[Content_Types].xml": b"", "xl__workbook.bin": b""}), "table-binary-format"),
    (zipped(**{"Index__Document.iwa": b"", "Metadata__Properties.plist": b""}),
     "table-numbers-app"),
    (zipped(**{"liste.xlsx": b"", "liesmich.txt": b""}), "table-zip-nested"),
    (zipped(**{"foto.jpg": b""}), "table-other-file"),
    (book([HEAD])[:900], "table-no-sheet"),
    (zipped(**{"[Content_Types].xml": b"spreadsheetml"}), "table-no-sheet"),
]  # fmt: skip


@pytest.mark.parametrize(("content", "id"), REFUSED, ids=[id for _, id in REFUSED])
def test_what_is_no_list_is_refused_with_what_to_do(content: bytes, id: str) -> None:
    with pytest.raises(NotACatalogue) as caught:
        read(content)
    assert caught.value.id == id
    assert caught.value.remedy_in("de") != caught.value.remedy_in("en")


@pytest.mark.parametrize(
    ("content", "id"),
    [
        (lambda: bomb(package.MOST_UNPACKED), "table-zip-large"),
        (lambda: bomb(40 << 20), "table-zip-ratio"),
        (lambda: zipped(**{f"x{n}": b"" for n in range(package.MOST_MEMBERS + 1)}),
         "table-zip-many"),
        (lambda: text([["Titel"] + ["x"] * 1_200]), "table-too-many-columns"),
    ],
)  # fmt: skip
def test_what_would_unfold_is_refused_before_it_is_unpacked(content: Any, id: str) -> None:
    with pytest.raises(TooMuch) as caught:
        read(content())
    assert caught.value.id == id


def test_a_cell_in_the_last_corner_of_a_sheet_costs_no_more_than_is_allowed() -> None:
    def far(made: Any) -> None:
        made.active.cell(1_048_576, 16_384, "x")

    with pytest.raises(TooMuch) as caught:
        read(book([HEAD, ["1", "Bäume", ADDRESS, "", ""]], far))
    assert caught.value.id == "table-unfolds"


def test_members_that_share_their_bytes_are_refused() -> None:
    content = bytearray(zipped(**{"a": b"x" * 100, "b": b"y" * 100}))
    at = content.rindex(b"PK\x01\x02")
    content[at + 42 : at + 46] = b"\0" * 4  # the second member is where the first one is
    with pytest.raises((TooMuch, NotACatalogue)):
        read(bytes(content))


def test_10_000_rows() -> None:
    rows = [["", "", f"{ADDRESS}?{n}", "CSV", "CC0"] for n in range(10_000)]
    for n in range(0, len(rows), 100):
        rows[n][:2] = [str(n), f"Datensatz {n}"]
    found = datasets(read(text([HEAD, *rows])))
    assert [len(dataset["resources"]) for dataset in found] == [100] * 100
