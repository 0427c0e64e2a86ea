"""The draft of a mapping for a JSON list that no kind knows, as ``hanse detect`` prints it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from portals.documents import dataset, json_reply, turtle
from portals.software import html

from hanse_harvesters.cli import main
from hanse_harvesters.detection.examine import entry
from hanse_harvesters.detection.findings import Detection
from hanse_harvesters.detection.run import as_json, detect
from hanse_harvesters.errors import NotACatalogue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.sources import detect as kinds
from hanse_harvesters.testing.portal import Portal

Look = Callable[..., Detection]


@pytest.fixture
def look(patient: Any) -> Look:
    def make(portal: Portal, path: str = "/liste.json") -> Detection:
        return detect(portal.url(path), patient(portal.endpoint, tries=1))

    return make


def german(number: int) -> dict[str, Any]:
    return {
        "nr": number,
        "titel": f"Bäume {number}",
        "beschreibung": "Alle Bäume der Stadt.",
        "schlagworte": ["Baum", "Grün"],
        "lizenz": "http://dcat-ap.de/def/licenses/dl-zero-de/2.0",
        "stand": "2024-05-02",
        "amt": {"bezeichnung": "Grünflächenamt", "mail": "amt@stadt.example"},
        "dateien": [{"bezeichnung": "Liste", "typ": "CSV", "link": "https://stadt.example/a.csv"}],
    }


def english(number: int) -> dict[str, Any]:
    return {
        "id": f"trees-{number}",
        "name": f"Trees {number}",
        "description": "All the trees.",
        "keywords": "tree, green",
        "license": "CC BY 4.0",
        "modified": "2024-05-02",
        "url": "https://city.example/trees",
        "publisher": "Parks",
        "download": "https://city.example/trees.csv",
        "format": "CSV",
    }


def test_a_list_called_results_is_no_search_of_a_ckan(look: Look) -> None:
    # As Junar and Socrata write it.
    item = {
        "guid": "BAUM-1",
        "title": "Bäume",
        "description": "Alle Bäume der Stadt.",
        "endpoint": "https://stadt.example/baum.csv",
        "link": "https://stadt.example/datasets/1/baum",
        "owner": {"id": "a-1", "display_name": "Grünflächenamt"},
        "created_at": 1337611920,
    }
    with Portal({"/liste.json": json_reply({"count": 1, "results": [item]})}) as portal:
        found = look(portal)

    assert found.best is not None
    assert found.best.kind == "json"
    first = found.best.records[0].dataset
    assert (first["title"], first["url"]) == ("Bäume", "https://stadt.example/datasets/1/baum")
    assert first["publisher"] == [{"name": "Grünflächenamt"}]
    assert first["issued"].startswith("2012-05-21")
    assert first["resources"][0]["download_url"] == "https://stadt.example/baum.csv"


def test_a_list_in_german_is_drafted_so_that_its_records_arrive(look: Look) -> None:
    page = {"daten": {"liste": [german(n) for n in range(3)]}, "anzahl": 3}
    with Portal({"/liste.json": json_reply(page)}) as portal:
        found = look(portal)

    assert found.best is not None
    assert found.best.kind == "json"
    assert found.best.likely < 0.5
    assert found.best.settings is not None
    options = found.best.settings.options
    assert options["total"] == "anzahl"
    assert options["mapping"]["records"] == "daten.liste"
    assert options["mapping"]["identity"] == ["nr"]
    first = found.best.records[0].dataset
    assert first["title"] == "Bäume 0"
    assert first["publisher"] == [{"name": "Grünflächenamt", "email": "amt@stadt.example"}]
    assert first["modified"] == "2024-05-02"
    assert [tag["name"] for tag in first["tags"]] == ["Baum", "Grün"]
    [file] = first["resources"]
    assert (file["name"], file["format"]) == ("Liste", "CSV")
    assert file["download_url"] == "https://stadt.example/a.csv"
    assert file["license"].endswith("dl-zero-de/2.0")
    assert [record.unknown for record in found.best.records] == ["", "", ""]


def test_a_list_in_english_has_the_one_file_of_each_record(look: Look) -> None:
    with Portal({"/liste.json": json_reply([english(n) for n in range(3)])}) as portal:
        found = look(portal)

    assert found.best is not None
    first = found.best.records[0]
    assert first.identity == "trees-0"
    assert first.dataset["notes"] == "All the trees."
    assert first.dataset["publisher"] == [{"name": "Parks"}]
    addresses = {file["download_url"] for file in first.dataset["resources"]}
    assert addresses == {"https://city.example/trees.csv"}


def test_the_entry_is_valid_and_says_that_it_is_a_draft(
    look: Look, patient: Any, tmp_path: Path
) -> None:
    with Portal({"/liste.json": json_reply([german(1)])}) as portal:
        found = look(portal)
        assert found.best is not None
        assert found.best.settings is not None
        written = yaml.safe_load(entry(found.best.settings))
        [(_, source)] = written["sources"].items()
        assert source["kind"] == "json"
        assert source["options"]["mapping"]["fields"]["title"] == "titel"
        told = as_json(found, "de")["findings"][0]
        assert any("Entwurf" in reason for reason in told["reasons"])
        assert told["source"]["options"]["mapping"]["fields"]["notes"] == "beschreibung"
        assert len(list(Run(found.best.settings, client=patient(portal.endpoint)))) == 1


def test_a_draft_never_stands_before_a_real_catalogue(look: Look) -> None:
    linked = {"datensaetze": [german(1)], "katalog": {"url": "/katalog.ttl"}}
    scripts = {"/liste.json": json_reply(linked), "/katalog.ttl": turtle(dataset("a"))}
    with Portal({**scripts, "/": html()}) as portal:
        assert [item.kind for item in look(portal).findings] == ["rdf", "json"]


@pytest.mark.parametrize(
    "document",
    [
        {"a": 1},
        [1, 2, 3],
        ["Bäume", "Flüsse"],
        [{"temperatur": 3.5, "zeit": "2024-01-01"}],
        [{"name": "Anna"}, {"name": "Bert"}],
        {"status": "ok", "items": []},
        {
            "type": "FeatureCollection",
            "features": [
                {"type": "Feature", "properties": {"name": "Eiche", "url": "https://a.de"}}
            ],
        },
    ],
)
def test_json_that_lists_no_datasets_is_no_catalogue(look: Look, document: Any) -> None:
    with Portal({"/liste.json": json_reply(document)}) as portal:
        assert look(portal).findings == []


def test_a_list_without_a_mapping_says_how_to_come_by_one(patient: Any, tmp_path: Path) -> None:
    with Portal({"/liste.json": json_reply([german(1)])}) as portal:
        client = patient(portal.endpoint, tries=1)
        with pytest.raises(NotACatalogue, match="hanse detect"):
            kinds.remote(portal.url("/liste.json"), client)
    file = tmp_path / "liste.json"
    file.write_text('[{"titel": "Bäume", "beschreibung": "x", "nr": 1}]', encoding="utf-8")
    with pytest.raises(NotACatalogue, match="hanse detect"):
        kinds.local(str(file))


def test_files_named_by_the_end_of_their_address_are_files_of_the_site(look: Look) -> None:
    def kiel(number: int) -> dict[str, Any]:
        file = {"title": "Liste", "type": "CSV", "path": f"{number}/liste.csv"}
        page = f"https://daten.stadt.example/datensatz/{number}"
        return {"id": number, "url": page, "name": f"Bäume {number}", "files": [file]}

    with Portal({"/liste.json": json_reply({"data": [kiel(n) for n in range(3)]})}) as portal:
        found = look(portal)

    assert found.best is not None
    first = found.best.records[0]
    assert first.dataset["url"] == "https://daten.stadt.example/datensatz/0"
    [file] = first.dataset["resources"]
    assert (file["name"], file["format"]) == ("Liste", "CSV")
    assert file["download_url"] == "https://daten.stadt.example/0/liste.csv"


def test_a_saved_list_is_drafted_as_the_settings_of_a_preview(tmp_path: Path) -> None:
    file, settings = tmp_path / "liste.json", tmp_path / "liste.yaml"
    file.write_text(json.dumps({"daten": [german(n) for n in range(3)]}), "utf-8")
    runner = CliRunner()

    answer = runner.invoke(main, ["detect", str(file)])
    assert answer.exit_code == 0
    settings.write_text(answer.stdout, "utf-8")
    assert yaml.safe_load(answer.stdout)["options"]["mapping"]["records"] == "daten"
    assert "Entwurf" in answer.stderr
    answer = runner.invoke(main, ["preview", str(file), "--settings", str(settings)])
    assert answer.exit_code == 0
    assert "3 Datensätze gefunden, 3 verwendbar" in answer.output
