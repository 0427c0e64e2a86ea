"""Workbooks that we write of a list: template, completed list, error sheet; and their commands."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from click.testing import CliRunner, Result
from lists import ADDRESS, book, datasets, read, rules, text, told

from hanse_harvesters.cli import main
from hanse_harvesters.tables import columns, completed, errors, template
from hanse_harvesters.tables.checked import Checked
from hanse_harvesters.tables.layout import BAND, FIRST, HEADER, SEVERITIES

LANGUAGES = ["de", "en"]
UUID = "8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03"


def opened(write: Callable[..., None], *args: Any, **options: Any) -> Any:
    """What we wrote, as openpyxl reads it."""
    return openpyxl.load_workbook(io.BytesIO(written(write, *args, **options)))


def written(write: Callable[..., None], *args: Any, **options: Any) -> bytes:
    file = io.BytesIO()
    write(file, *args, **options)
    return file.getvalue()


def list_of(made: Any, language: str = "de") -> Any:
    return made[columns.sheet_name("list", language)]


def headers(sheet: Any) -> list[str]:
    return [cell.value for cell in sheet[HEADER + 1]]


# --- The template -------------------------------------------------------------------------------


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_template_has_bands_headers_drop_downs_and_help(language: str) -> None:
    made = opened(template.write, language=language)
    sheet = list_of(made, language)
    bands = [cell.value for cell in sheet[BAND + 1] if cell.value]
    assert bands == [block.title[language] for block in columns.blocks().values()]
    assert [columns.recognised(h).key for h in headers(sheet)] == list(columns.columns())
    assert all(cell.comment.text for cell in sheet[HEADER + 1])
    starred = {columns.recognised(h).key for h in headers(sheet) if h.endswith(" *")}
    assert starred == {"title", "notes", "publisher_name", "file_url", "license"}
    lists = [v for v in sheet.data_validations.dataValidation if v.type == "list"]
    assert len(lists) == sum(1 for column in columns.columns().values() if column.choice)
    for chosen in lists:
        name, _, area = chosen.formula1.lstrip("=").rpartition("!")
        cells = [row[0].value for row in made[name.strip("'")][area.replace("$", "")]]
        assert all(cells)
    assert made[columns.sheet_name("choices", language)].sheet_state == "hidden"
    assert [made[columns.sheet_name("help", code)].sheet_state for code in LANGUAGES] == [
        "visible",
        "visible",
    ]
    assert sheet.freeze_panes == "C3"


@pytest.mark.parametrize("language", LANGUAGES)
def test_headers_are_protected_and_the_cells_below_are_not(language: str) -> None:
    sheet = list_of(opened(template.write, language=language), language)
    assert sheet.protection.sheet
    assert sheet.cell(HEADER + 1, 2).protection.locked
    assert not sheet.cell(FIRST + 1, 2).protection.locked
    for letter in ("A", "C"):
        assert not sheet.column_dimensions[letter].protection.locked
        assert sheet.column_dimensions[letter].number_format == "@"  # 0017 and 1.2 stay


@pytest.mark.parametrize("form", ["xlsx", "csv"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_template_sent_in_as_it_is_has_no_dataset(language: str, form: Any) -> None:
    found = read(written(template.write, language=language, form=form))
    assert found.listing.entries == []
    assert rules(found) == {"table-no-dataset"}


def test_the_example_overwritten_by_a_dataset_is_one() -> None:
    made = opened(template.write)
    list_of(made).cell(FIRST + 1, 2, "Unsere Bäume")
    (dataset,) = datasets(read(saved(made)))
    assert dataset["title"] == "Unsere Bäume"


def saved(made: Any) -> bytes:
    file = io.BytesIO()
    made.save(file)
    return file.getvalue()


def filled(language: str = "de") -> bytes:
    """The template, filled in as a clerk does."""
    made = opened(template.write, language=language)
    sheet = list_of(made, language)
    places = {columns.recognised(h).key: n for n, h in enumerate(headers(sheet), 1)}
    label = columns.columns()["license"].choices(language)[0]
    rows: list[dict[str, Any]] = [
        {
            "title": "Straßenbäume",
            "notes": "=Alle Bäume der Stadt",
            "tags": "Baum; Grün",
            "theme": columns.columns()["theme"].choices(language)[0],
            "publisher_name": "Hansestadt",
            "contact_email": "opendata@stadt.example",
            "start": 2024,
            "file_url": ADDRESS,
            "format": "CSV",
            "license": label,
        },
        {"file_url": f"{ADDRESS}.json", "format": "JSON"},
        {},
        {"title": "Wege", "uuid": UUID, "file_url": "https://stadt.example/wege.zip"},
        {"identifier": "0017", "title": "Haushalt", "file_url": "https://stadt.example/h.csv"},
    ]
    for number, row in enumerate(rows, FIRST + 2):
        for key, value in row.items():
            cell = sheet.cell(number, places[key], value)
            if isinstance(value, str):
                cell.data_type = "s"
    return saved(made)


@pytest.mark.parametrize("language", LANGUAGES)
def test_from_the_template_to_the_completed_list_and_back(language: str) -> None:
    found = read(filled(language))
    assert list(found.records) == ["strassenbaeume", UUID, "0017"]
    whole = written(completed.write, found.listing, language=language)
    again = read(whole)
    assert list(again.records) == list(found.records)
    assert datasets(again) == datasets(found)
    assert told(again, "table-identifier-made") == []
    # Completed once more, it is the same list.
    third = read(written(completed.write, again.listing, language=language))
    assert [e.rows[0].cells for e in third.listing] == [e.rows[0].cells for e in again.listing]


def test_a_title_may_change_once_the_list_is_completed() -> None:
    found = read(filled())
    made = opened(completed.write, found.listing)
    list_of(made).cell(FIRST + 1, 2, "Bäume an Straßen")
    assert list(read(saved(made)).records) == list(found.records)


# --- Completed ----------------------------------------------------------------------------------

HOSTILE = ["=1+1", "+49 451 1", "-5", "@SUM(A1)", '=HYPERLINK("https://x.example";"x")', "\t=1"]


def test_no_value_becomes_a_formula() -> None:
    rows = [["Titel", "Beschreibung", "Eigenes", "Datei"]]
    rows += [[f"Nummer {n}", value, value, ADDRESS] for n, value in enumerate(HOSTILE)]
    found = read(book(rows, _as_text))
    for write, what in ((completed.write, found.listing), (errors.write, found)):
        for sheet in opened(write, what):
            kinds = {cell.data_type for row in sheet.iter_rows() for cell in row}
            assert "f" not in kinds
        assert b"<f>" not in written(write, what)
    again = read(written(completed.write, found.listing))
    assert [d["notes"] for d in datasets(again)] == [value.strip() for value in HOSTILE]


def _as_text(made: Any) -> None:
    for row in made.active.iter_rows():
        for cell in row:
            cell.data_type = "s"


def test_columns_of_ones_own_stay_in_the_completed_list() -> None:
    found = read(text([["Aktenzeichen", "Titel", "Datei"], ["0815", "Bäume", ADDRESS]]))
    again = read(written(completed.write, found.listing))
    assert [record.unknown for record in again.records.values()] == ['{"Aktenzeichen": ["0815"]}']


# --- Errors -------------------------------------------------------------------------------------

HEAD = ["Kennung", "Titel", "Datei", "Format", "Lizenz", "Stand", "Herausgebr"]
WRONG = [
    HEAD,
    ["17", "Bäume", ADDRESS, "CSV", "Nur so", "31.02.2024", "x"],
    ["", "", f"{ADDRESS}.json", "JSON", "Auch nur so", "", ""],
    ["17", "Wege", "ftp//falsch", "CSV", "CC0", "2024", ""],
    ["18", "", ADDRESS, "CSV", "CC0", "", ""],
]


@pytest.fixture(scope="module")
def wrong() -> Checked:
    return read(text(WRONG))


@pytest.fixture(scope="module")
def marked(wrong: Checked) -> Any:
    return opened(errors.write, wrong)


def ground(cell: Any) -> str:
    return f"#{cell.fill.fgColor.rgb[2:].lower()}"


@pytest.mark.parametrize(
    ("row", "key", "severity", "said"),
    [
        (0, "license", "warning", "Nur so"),
        (1, "license", "warning", "Auch nur so"),
        (0, "identifier", "warning", "„17“ steht auch in Zeile 4"),
        (2, "identifier", "warning", "„17“ steht auch in Zeile 2"),
        (0, "modified", "warning", "31.02.2024"),
        (0, "publisher_name", "warning", "„Herausgeber“ ausfüllen oder berichtigen: Die Stelle"),
        (3, "title", "error", "Titel"),
        (0, "spatial", "info", "Räumliche Abdeckung"),
    ],
)  # fmt: skip
def test_a_cell_has_the_colour_of_its_gravest_issue_and_the_remedy(
    marked: Any, row: int, key: str, severity: str, said: str
) -> None:
    sheet = list_of(marked)
    places = [columns.recognised(h) for h in headers(sheet)]
    cell = sheet.cell(FIRST + 1 + row, [c.key if c else "" for c in places].index(key) + 1)
    assert ground(cell) == SEVERITIES[severity][0]
    assert said in cell.comment.text
    assert "→" in cell.comment.text


def test_what_is_missing_of_every_file_is_told_at_the_column_that_gives_it(marked: Any) -> None:
    """The column of the availability is the dataset's, and fills that of its files."""
    sheet = list_of(marked)
    told = {
        columns.recognised(header).key
        for place, header in enumerate(headers(sheet), 1)
        if columns.recognised(header)
        for row in range(FIRST + 1, FIRST + 1 + len(WRONG))
        if (note := sheet.cell(row, place).comment) and "Verfügbarkeit“ fehlt" in note.text
    }
    assert told == {"availability"}


def test_a_header_that_is_not_known_is_coloured(marked: Any) -> None:
    sheet = list_of(marked)
    cell = sheet.cell(HEADER + 1, headers(sheet).index("Herausgebr") + 1)
    assert ground(cell) == SEVERITIES["warning"][0]
    assert "„Herausgeber“" in cell.comment.text


def test_the_summary_counts_and_links_to_the_cells(marked: Any, wrong: Checked) -> None:
    summary = marked[columns.sheet_name("summary", "de")]
    shown = [str(cell.value) for row in summary.iter_rows() for cell in row if cell.value]
    assert shown[1].startswith("Datensätze: 3; ")
    assert any("Nur so" in line for line in shown)
    cells = [cell for row in summary.iter_rows() for cell in row if cell.hyperlink]
    sheets = {cell.hyperlink.location.partition("!")[0].strip("'") for cell in cells}
    assert sheets == {columns.sheet_name("list", "de")}
    assert marked.active.title == summary.title


def test_texts_that_are_wrapped_have_room(marked: Any) -> None:
    for sheet, columns_ in ((marked["Befunde"], "DEFG"), (marked["Hilfe"], "ADE")):
        for letter in columns_:
            width = sheet.column_dimensions[letter].width
            for cell in sheet[letter][13:]:
                if cell.alignment.wrap_text and len(str(cell.value or "")) > width:
                    assert sheet.row_dimensions[cell.row].height >= 30


def test_the_error_sheet_sent_in_again_is_the_list(wrong: Checked, marked: Any) -> None:
    again = read(saved(marked))
    assert list(again.records) == list(wrong.records)
    assert datasets(again)[:2] == datasets(wrong)[:2]


def test_the_error_sheet_in_english(wrong: Checked) -> None:
    made = opened(errors.write, wrong, language="en")
    assert "Findings" in made.sheetnames
    assert columns.recognised(headers(list_of(made, "en"))[1])


def test_issues_of_several_sheets_find_their_rows() -> None:
    def add(made: Any) -> None:
        made.create_sheet("Zweites").append(["Titel", "Lizenz", "Datei"])
        made["Zweites"].append(["Wege", "Ganz eigen", "https://x.example/w.csv"])

    found = read(book([HEAD, ["1", "Bäume", ADDRESS, "CSV", "CC0", "", ""]], add))
    sheet = list_of(opened(errors.write, found))
    place = [columns.recognised(h).key for h in headers(sheet)[:30]].index("license") + 1
    assert "Ganz eigen" in sheet.cell(FIRST + 2, place).comment.text


# --- The commands -------------------------------------------------------------------------------


def hanse(*words: str | Path) -> Result:
    return CliRunner().invoke(main, [*map(str, words)])


def test_hanse_template(tmp_path: Path) -> None:
    file = tmp_path / "vorlage.xlsx"
    done = hanse("template", "-o", file)
    assert (done.exit_code, done.output.strip()) == (0, str(file))
    assert list_of(openpyxl.load_workbook(file))
    plain = tmp_path / "template.csv"
    assert hanse("template", "--format", "csv", "--lang", "en", "-o", plain).exit_code == 0
    with plain.open(encoding="utf-8-sig", newline="") as rows:
        assert next(csv.reader(rows, delimiter=";"))[:2] == ["Identifier", "Title"]


def test_a_template_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    done = hanse("template", "-o", tmp_path / "absent" / "x.xlsx")
    assert done.exit_code == 2
    assert "kann nicht geschrieben werden" in done.output


def test_hanse_check(tmp_path: Path) -> None:
    file, faults, whole = (tmp_path / name for name in ("liste.csv", "f.xlsx", "w.xlsx"))
    file.write_bytes(text(WRONG))
    done = hanse("check", file, "-o", faults, "--completed", whole)
    assert done.exit_code == 1  # one dataset has no title
    assert "Datensätze: 3, davon brauchbar: 2" in done.output
    assert "steht nicht im Lizenzverzeichnis" in done.output  # with its row and what to do
    assert "Zeile 2, „Lizenz“" in done.output
    assert "→ „Lizenz“ ausfüllen" in done.output
    assert openpyxl.load_workbook(faults).sheetnames[0] == "Befunde"
    assert openpyxl.load_workbook(whole).sheetnames[0] == "Datensätze"
    file.write_bytes(written(template.write))
    done = hanse("check", file)
    assert done.exit_code == 3
    assert "kein Datensatz" in done.output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"%PDF-1.7", "das ist ein PDF"),
        (text([["Tittel", "Datei"], ["Bäume", ADDRESS]]), "„Tittel“ sieht danach aus"),
        (b"<html><body>x</body></html>", "Webseite"),
    ],
)  # fmt: skip
def test_hanse_check_says_why_a_file_is_no_list(tmp_path: Path, content: bytes, said: str) -> None:
    file = tmp_path / "liste.xlsx"
    file.write_bytes(content)
    done = hanse("check", file)
    assert done.exit_code == 1
    assert said in " ".join(done.output.split())


def test_hanse_preview_knows_a_list_and_a_folder_of_lists(tmp_path: Path) -> None:
    (tmp_path / "liste.xlsx").write_bytes(filled())
    for target in (tmp_path / "liste.xlsx", tmp_path):
        done = hanse("preview", target)
        assert done.exit_code == 0, done.output
        assert "Straßenbäume" in done.output


def test_hanse_preview_says_what_is_wrong_with_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "liste.xlsx").write_bytes(book([["Beschreibung", "Datei"], ["x", ADDRESS]]))
    done = hanse("preview", tmp_path / "liste.xlsx")
    assert done.exit_code == 1
    assert "Spalte für Titel" in done.output
