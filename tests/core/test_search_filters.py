"""The Solr fields that a search is narrowed by."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.hanse.search.filters import changed, filter_fields

OPEN = "http://dcat-ap.de/def/licenses/cc-by/4.0"
CLOSED = "http://dcat-ap.de/def/licenses/cc-by-nc/4.0"


def resource(**values: Any) -> dict[str, Any]:
    return {"format": "", **values}


@pytest.mark.parametrize(
    ("resources", "groups", "api"),
    [
        ([resource(format="CSV"), resource(format="XLSX")], ["table"], None),
        ([resource(format="WMS"), resource(format="GeoJSON")], ["map", "service"], "true"),
        ([resource(format="PDF"), resource(format="ZIP")], ["document"], None),
        ([resource(access_services=[{"endpoint_url": "https://a.example"}])], None, "true"),
        ([resource(format="Datei vom Amt")], None, None),
    ],
)
def test_files_are_grouped(resources: Any, groups: list[str] | None, api: str | None) -> None:
    found = filter_fields({"resources": resources})
    assert (found.get("hanse_group"), found.get("hanse_api")) == (groups, api)


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({"resources": [resource(license=CLOSED), resource(license=OPEN)]}, "true"),
        ({"resources": [resource(license=CLOSED)], "license_id": OPEN}, "false"),
        ({"resources": [resource()], "license_id": OPEN}, "true"),
        ({"resources": [resource(license="nach Vereinbarung")]}, "false"),
        ({"resources": []}, None),
    ],
)
def test_a_file_with_an_open_licence_makes_a_dataset_open(
    dataset: Any, expected: str | None
) -> None:
    assert filter_fields(dataset).get("hanse_open") == expected


def test_languages_are_those_of_the_dataset_else_of_its_files() -> None:
    german = "http://publications.europa.eu/resource/authority/language/DEU"
    assert filter_fields({"language": [german, "ENG"]})["hanse_language"] == ["de", "en"]
    assert filter_fields({"resources": [resource(language=german)]})["hanse_language"] == ["de"]


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({"modified": "2024-05-06T01:30:00+02:00"}, "2024-05-05T23:30:00Z"),
        ({"modified": "2024-05", "issued": "2020"}, "2024-05-01T00:00:00Z"),
        ({"modified": "im Mai", "issued": "2020"}, "2020-01-01T00:00:00Z"),
        ({"metadata_modified": "2023-01-02T03:04:05.678901"}, "2023-01-02T03:04:05Z"),
        ({"modified": "-0043-03-15", "issued": "99999-01-01"}, ""),
        ({"modified": "0001-01-01T00:00:00+05:00"}, ""),
    ],
)
def test_a_dataset_changed_when_its_data_did(dataset: Any, expected: str) -> None:
    assert changed(dataset) == expected


def test_the_quality_is_the_rating_of_the_points() -> None:
    ratings = [filter_fields({}, points).get("hanse_quality") for points in (None, 0, 230, 400)]
    assert ratings == [None, "bad", "good", "excellent"]
