"""Lists kept as spreadsheets: the contract in all formats, and what a walk over one is."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from lists import book, ods, text

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.http.local import FolderClient
from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.check import check_source
from hanse_harvesters.settings.load import load_file
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.folder_local import client_of
from hanse_harvesters.testing import Contract, Reply
from hanse_harvesters.testing.portal import Script

HEADERS = ["Kennung", "Titel", "Datei", "Format", "Lizenz"]


def rows_of(names: list[str]) -> list[list[str]]:
    licence = "Creative Commons Zero 1.0 (CC0)"
    return [HEADERS] + [
        [f"stadt-{name}", name, f"https://stadt.example/{name}.csv", "CSV", licence]
        for name in names
    ]


def as_csv(rows: list[list[str]]) -> bytes:
    return text(rows, encoding="cp1252")


class TestCsv(Contract):
    kind = "table"
    path = "/liste.csv"

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {self.path: Reply(as_csv(rows_of(names)))}


class TestXlsx(Contract):
    kind = "table"
    path = "/download?id=7"

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {self.path: Reply(book(rows_of(names)))}


class TestOds(Contract):
    kind = "table"
    path = "/liste.ods"

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {self.path: Reply(ods(rows_of(names)))}


# --- A folder -----------------------------------------------------------------------------------


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "a liste.csv").write_bytes(as_csv(rows_of(["baum", "weg"])))
    (tmp_path / "b.xlsx").write_bytes(book(rows_of(["fluss"])))
    (tmp_path / "~$b.xlsx").write_bytes(b"open in Excel")
    (tmp_path / ".~lock.b.xlsx").write_bytes(b"open in LibreOffice")
    (tmp_path / "liesmich.txt").write_text("nothing")
    (tmp_path / "alt").mkdir()
    (tmp_path / "alt" / "c.csv").write_bytes(as_csv(rows_of(["alt"])))
    return tmp_path


def of_folder(folder: Path) -> Run:
    settings = SourceSettings("listen", "table", "file:///listen/", "stadt")
    return Run(settings, client=FolderClient(folder))


def test_a_folder_is_the_lists_in_it(folder: Path) -> None:
    run = of_folder(folder)
    assert [record.dataset["title"] for record in run] == ["baum", "weg", "fluss"]
    assert run.completeness.complete


def test_an_identifier_that_stands_in_two_files_of_a_folder_is_named_with_both(
    folder: Path,
) -> None:
    (folder / "c.csv").write_bytes(as_csv([HEADERS, ["stadt-baum", "Anderes", "", "", ""]]))
    records = {record.dataset["title"]: record for record in of_folder(folder)}
    assert records["baum"].identity == "stadt-baum" != records["Anderes"].identity
    told = [
        i.message("de") for i in records["Anderes"].issues if i.rule == "table-identifier-twice"
    ]
    assert told == [
        "Blatt „c.csv“, Zeile 2, Spalte A: Die Kennung „stadt-baum“ steht auch in "
        "„a liste.csv“, Zeile 2, für „baum“. Beide Datensätze wurden übernommen."
    ]


def test_a_folder_that_is_none_is_said(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        list(of_folder(tmp_path / "absent"))


def test_an_empty_folder_is_no_complete_walk(tmp_path: Path) -> None:
    run = of_folder(tmp_path)
    with pytest.raises(Exception, match="neither a list of datasets nor a description"):
        list(run)
    assert not run.completeness.complete


def test_links_in_a_folder_are_not_followed(folder: Path, tmp_path_factory: Any) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "geheim.csv"
    elsewhere.write_bytes(as_csv(rows_of(["geheim"])))
    (folder / "c.csv").symlink_to(elsewhere)
    assert "geheim" not in [record.dataset["title"] for record in of_folder(folder)]


# --- Files of the operator's machine ------------------------------------------------------------

FILE = """
organizations: {wismar: {title: Wismar}}
sources:
  wismar: {kind: KIND, url: "file:///srv/listen/", organization: wismar, title: Liste}
"""


def test_only_the_operators_file_names_files_and_for_lists_only(tmp_path: Path) -> None:
    file = tmp_path / "sources.yaml"
    file.write_text(FILE.replace("KIND", "table"))
    (found,) = load_file(file).sources
    with pytest.raises(ConfigError):  # as from a form
        check_source(found)
    file.write_text(FILE.replace("KIND", "rdf"))
    with pytest.raises(ConfigError, match="http"):
        load_file(file)


def test_a_client_for_files_of_the_machine(folder: Path) -> None:
    for url, titles in (
        (f"file://{folder}/", ["baum", "weg", "fluss"]),
        (f"file://{folder}/a%20liste.csv", ["baum", "weg"]),
    ):
        settings = SourceSettings("listen", "table", url, "stadt")
        records = list(Run(settings, client=client_of(url, "table")))
        assert [record.dataset["title"] for record in records] == titles


def test_what_a_list_lacks_is_not_to_be_mended_at_a_portal(tmp_path: Path) -> None:
    file = tmp_path / "liste.csv"
    file.write_text("Titel;Dateiadresse;Lizenz;Thema\nBäume;kaputt;frei;Laub\nWege;;;\n", "utf-8")
    settings = SourceSettings("listen", "table", f"file://{file}", "stadt")
    records = list(Run(settings, client=client_of(settings.url, "table")))
    told = [item.remedy("de") for record in records for item in record.issues]
    assert len({*told}) > 5
    assert [text for text in told if "Portal" in text and "Ihrer Liste" not in text] == []
