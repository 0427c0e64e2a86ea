"""CKAN answers as portals give them, not as CKAN's documentation has them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from portals.files import Arrived, arrived

from hanse_harvesters.issue import Severity
from hanse_harvesters.mapping.ckan_package import read_package


def answer(folder: Path, *packages: Any, **result: Any) -> Arrived:
    whole = {"success": True, "result": {"results": list(packages), **result}}
    return arrived(folder, json.dumps(whole), "ckan")


def package(name: str = "a", **fields: Any) -> dict[str, Any]:
    resource = {"id": f"r-{name}", "url": f"https://example.org/{name}.csv", "format": "CSV"}
    return {"id": name, "name": name, "title": name, "notes": "…", "resources": [resource]} | fields


@pytest.mark.parametrize("private", [True, "true", "True", 1, "1"])
def test_what_the_portal_keeps_private_is_not_published_here(tmp_path: Path, private: Any) -> None:
    found = answer(tmp_path, package("offen", private="false"), package("intern", private=private))
    assert found.titles == ["offen"]
    (said,) = [i for i in found.records[1].issues if i.severity is Severity.ERROR]
    assert said.rule == "package-not-public"


def test_a_licence_in_a_list_is_read(tmp_path: Path) -> None:
    found = answer(tmp_path, package(license_id=["cc-zero"])).one
    assert found["resources"][0]["license"] == "http://dcat-ap.de/def/licenses/cc-zero"


def test_govdatas_lists_in_json_are_words(tmp_path: Path) -> None:
    extras = {"geocodingText": '["Lübeck", "Kiel"]', "legalbasis": '["Satzung"]'}
    pairs = [{"key": key, "value": value} for key, value in extras.items()]
    found = answer(tmp_path, package(extras=pairs)).one
    assert found["geocoding_description"] == "Lübeck, Kiel"
    assert found["legal_basis"] == "Satzung"


def test_an_address_without_a_host_is_one_of_the_portal() -> None:
    package = {"id": "1", "name": "a", "title": "A", "resources": [{"url": "/dataset/a.csv"}]}
    found = read_package(package, base_url="https://daten.hafen.example/api/3/action")
    assert found.dataset["resources"][0]["access_url"] == (
        "https://daten.hafen.example/dataset/a.csv"
    )


def test_the_address_of_a_licence_decides_where_its_id_is_unknown() -> None:
    package = {
        "id": "1",
        "name": "a",
        "title": "A",
        "license_id": "eigene",
        "license_url": "https://daten.hafen.example/lizenz",
        "license_title": "Eigene",
    }
    assert read_package(package).dataset["license_id"] == "https://daten.hafen.example/lizenz"
