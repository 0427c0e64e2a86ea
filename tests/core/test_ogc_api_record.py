"""A dataset as a record of OGC API – Records, and read back by our own connector."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from from_table import datasets
from hypothesis import HealthCheck, given, settings
from profiles import examples

from ckanext.hanse.records.entry import Entry
from ckanext.hanse.records.feature import geometry, record, time
from ckanext.hanse.search.area import area
from ckanext.hanse.search.boxes import Box
from hanse_harvesters.mapping import ogcrecord
from hanse_harvesters.mapping.ogcrecord.extension import MEMBER
from hanse_harvesters.normalise import normalise
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings

HOME = "https://katalog.example"
COLLECTION = f"{HOME}/ogc/collections/datasets"
EU = "http://publications.europa.eu/resource/authority"
TREES: dict[str, Any] = {
    "uri": "https://daten.example/b",
    "title": "Straßenbäume",
    "notes": "Standort, Art und Pflanzjahr.",
    "tags": [{"name": "Baum"}, {"name": "Straße"}],
    "theme": [f"{EU}/data-theme/ENVI"],
    "publisher": [{"name": "Hansestadt Rostock", "email": "gruen@rostock.example"}],
    "contact": [{"name": "Amt für Grün", "telephone": "+4938112345", "locality": "Rostock"}],
    "language": [f"{EU}/language/DEU"],
    "identifier": "baum-1",
    "alternate_identifier": ["urn:baum"],
    "temporal_coverage": [{"start": "2020-01-01", "end": "2024-12-31"}],
    "temporal_resolution": "P1Y",
    "spatial_coverage": [{"geom": "POLYGON ((12 54, 13 54, 13 55, 12 55, 12 54))"}],
    "documentation": ["https://daten.example/felder.pdf"],
    "relation": ["https://daten.example/alleen"],
    "rights": "© Stadt",
    "resources": [
        {
            "name": "Bäume",
            "access_url": "https://daten.example/baum.csv",
            "download_url": "https://daten.example/baum.csv",
            "format": "CSV",
            "mimetype": "text/csv",
            "size": 17,
            "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
        },
    ],
}


def entry(dataset: dict[str, Any], **package: Any) -> Entry:
    shown = {
        "id": "0b1c",
        "name": "baeume",
        "metadata_created": "2024-01-01T10:00:00.5",
        "metadata_modified": "2024-02-01T10:00:00",
        "organization": {"name": "rostock"},
        **dataset,
        **package,
    }
    subject = dataset.get("uri") or f"{HOME}/dataset/0b1c"
    page, notes = f"{HOME}/dataset/baeume", dataset.get("notes", "")
    return Entry(dataset, shown, subject, page, dataset["title"], notes)


def made(dataset: dict[str, Any], **package: Any) -> dict[str, Any]:
    found = record(entry(dataset, **package), collection=COLLECTION, language="de")
    return json.loads(json.dumps(found))


@settings(max_examples=examples(30), suppress_health_check=[*HealthCheck])
@given(datasets())
def test_every_dataset_comes_back_whole(dataset: dict[str, Any]) -> None:
    if not dataset.get("title"):
        return
    found = ogcrecord.read(made(dataset), language="de")
    assert (found.dataset, found.issues, found.unknown) == (dataset, [], "")


@settings(max_examples=examples(30), suppress_health_check=[*HealthCheck])
@given(datasets("odd"))
def test_whatever_a_portal_said_the_record_is_as_the_standard_has_it(dataset: Any) -> None:
    if dataset.get("title"):
        is_a_record(made(dataset))


def is_a_record(found: dict[str, Any]) -> None:
    """What the schemas recordGeoJSON.yaml, contact.yaml, link.yaml, theme.yaml, time.yaml ask."""
    assert found["type"] == "Feature"
    assert found["id"]
    assert "geometry" in found
    day, moment = r"\d{4}-\d\d-\d\d", r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ"
    for link in found["links"]:
        assert link["href"].lower().startswith(("http", "ftp"))
        assert link["rel"]
        for name in {"created", "updated"} & link.keys():
            assert re.fullmatch(moment, link[name])
        assert isinstance(link.get("length", 0), int)
    assert [link["rel"] for link in found["links"]].count("collection") == 1
    told = found["properties"]
    for contact in told.get("contacts", ()):
        assert contact.get("name") or contact.get("organization")
        assert contact["roles"]
        for phone in contact.get("phones", ()):
            assert re.fullmatch(r"\+[1-9]{1}[0-9]{3,14}", phone["value"])
    for theme in told.get("themes", ()):
        assert theme["scheme"]
        assert all(concept["id"] for concept in theme["concepts"])
    ends = [end for end in (found["time"] or {}).get("interval", ()) if end != ".."]
    assert all(re.fullmatch(day, end) for end in ends) or all(re.fullmatch(moment, e) for e in ends)


def test_its_links() -> None:
    found = made(TREES)
    by = {(link["rel"], link.get("type", "")): link["href"] for link in found["links"]}
    assert by["self", "application/geo+json"] == f"{COLLECTION}/items/0b1c"
    assert by["alternate", "text/turtle"] == f"{HOME}/dataset/baeume.ttl"
    assert by["collection", "application/ogc-catalog+json"] == COLLECTION
    assert by["enclosure", "text/csv"] == "https://daten.example/baum.csv"
    assert by["license", ""] == "https://www.govdata.de/dl-de/by-2-0"
    assert next(ogcrecord.pages(found)) == f"{HOME}/dataset/baeume"


def test_a_licence_has_the_name_of_spdx_and_two_are_other() -> None:
    assert made(TREES)["properties"]["license"] == "DL-DE-BY-2.0"
    other = {**TREES["resources"][0], "license": "http://dcat-ap.de/def/licenses/cc-zero"}
    found = made({**TREES, "resources": [*TREES["resources"], other]})
    assert found["properties"]["license"] == "other"
    assert [link["rel"] for link in found["links"]].count("license") == 2
    assert "license" not in made({**TREES, "resources": []})["properties"]


def test_who_knows_the_core_alone_has_what_it_has_a_place_for() -> None:
    found = made(TREES)
    del found["properties"][MEMBER]
    read = ogcrecord.read(found, language="de")
    one = Record(read.dataset, "0b1c", unknown=read.unknown)
    normalise(one, SourceSettings("wir", "ogc-records", COLLECTION, "rostock"))
    same = ("title", "notes", "theme", "publisher", "contact", "language", "temporal_coverage",
            "temporal_resolution", "documentation", "relation", "rights")  # fmt: skip
    for name in same:
        assert one.dataset[name] == TREES[name], name
    assert {"Baum", "Straße"} <= {tag["name"] for tag in one.dataset["tags"]}
    assert {TREES["uri"], "baum-1", "urn:baum"} <= set(one.dataset["alternate_identifier"])
    assert area(one.dataset) == area(TREES)
    (file,) = one.dataset["resources"]
    assert {key: file[key] for key in TREES["resources"][0]} == TREES["resources"][0]


@pytest.mark.parametrize("said", [None, "x", [], {}, {"notes": "x"}, {"title": 7.5e300}])
def test_an_extension_that_is_none(said: Any) -> None:
    found = made(TREES)
    found["properties"][MEMBER] = said
    read = ogcrecord.read(found, language="de").dataset
    assert read["title"] in ("Straßenbäume", 7.5e300)


def test_an_extension_brings_no_field_that_is_not_in_the_table() -> None:
    found = made(TREES)
    found["properties"][MEMBER] |= {
        "private": True,
        "owner_org": "x",
        "state": "deleted",
        "id": "y",
    }
    assert ogcrecord.read(found, language="de").dataset == TREES


def test_shapes_of_boxes() -> None:
    assert geometry(Box(12, 54, 12, 54)) == {"type": "Point", "coordinates": [12, 54]}
    assert geometry(Box(12, 54, 13, 54))["type"] == "LineString"
    across = geometry(Box(170, -10, -170, 10))
    assert across["type"] == "MultiPolygon"
    assert across["coordinates"][0][0][1] == [180.0, -10]


def test_times() -> None:
    open_end = {"temporal_coverage": [{"start": "2020"}, {"start": "2018-05", "end": "2019"}]}
    assert time(open_end) == {"interval": ["2018-05-01", ".."]}
    assert time({"temporal_resolution": "P1D"}) == {"resolution": "P1D"}
    assert time({}) is None


def test_what_describes_a_series() -> None:
    assert made({**TREES, "rdf_type": "DatasetSeries"})["properties"]["type"] == "series"
