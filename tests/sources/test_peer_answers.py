"""What real software answered (``make test-peers RECORD=1``) is read again, without it."""

from __future__ import annotations

from typing import Any

from portals.recorded import Replay

from hanse_harvesters.detection.run import detect
from hanse_harvesters.http import Client
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.places import Wish
from hanse_harvesters.testing.portal import Portal, Script

_BASE = "https://opendata.stadt.example"
#: Identity → title and names of the files, of what tests/peers/staticat_portal.py writes.
STATICAT = {
    f"{_BASE}/baeume": ("Straßenbäume", ["bäume 2023.csv"]),
    f"{_BASE}/online": ("Stadtplan", ["Darstellungsdienst"]),
    f"{_BASE}/verkehr/haltestellen": ("Haltestellen", ["Darstellungsdienst", "halte.json"]),
    f"{_BASE}/verkehr/z%C3%A4hlung": (
        "Zählung & Messung <Rad>",
        ["2022.csv", "2023.csv", "lies mich.txt"],
    ),
}
#: Title → names of the files, of what tests/peers/ckan_portal.py has.
CKAN = {
    "Haushalt": ["plan.csv"],
    "Haltestellen": ["halte.csv"],
    "Stadtplan": [],
    "Straßenbäume": ["2022.csv", "2023.csv"],
    "Zählung & Messung <Rad>": ["rad.csv"],
}
#: Address of the records of a pygeoapi; identity → addresses of its services, of what
#: tests/peers/test_pygeoapi.py has.
PYGEOAPI_ITEMS = "/collections/dataset/items"
PYGEOAPI: dict[str, list[str]] = {
    "a": ["https://geo.stadt.example/wms"],
    "b": [],
    "c": [],
    "d": ["https://geo.stadt.example/wms"],
}
#: What is asked of a CKAN.
CKAN_PATHS = ("/", "/api/3/action/package_search", "/catalog.ttl", "/catalog.rdf")


def told(record: Record) -> tuple[str, list[str]]:
    """Title and names of the files of a record."""
    names = (item["name"] for item in record.dataset.get("resources", ()))
    return record.dataset["title"], sorted(names)


def test_the_recorded_answers_of_a_staticat_are_read(patient: Any) -> None:
    replay = Replay("staticat")
    with Portal({"/": replay, "/catalog.ttl": replay}) as portal:
        client = patient(portal.endpoint, tries=1)
        best = detect(portal.url("/"), client, Wish(())).best
        assert best is not None
        assert (best.kind, best.url, best.count) == ("rdf", portal.url("/catalog.ttl"), 4)
        walk = Run(SourceSettings("stadt", best.kind, best.url, "stadt"), client=client, workers=0)
        assert {record.identity: told(record) for record in walk} == STATICAT
    assert walk.completeness.complete


def test_the_recorded_answers_of_a_ckan_are_read(patient: Any) -> None:
    replay = Replay("ckan")
    with Portal(dict.fromkeys(CKAN_PATHS, replay)) as portal:
        is_read_as_a_ckan(portal, patient(portal.endpoint, tries=1))


def is_read_as_a_ckan(portal: Portal, client: Client) -> None:
    """Its API is found, with the RDF as rival; API and both RDFs give the same datasets."""
    detection = detect(portal.url("/"), client, Wish(()))
    found = [(item.kind, item.url, item.count) for item in detection.findings]
    assert found == [("ckan", portal.url("/"), 5), ("rdf", portal.url("/catalog.ttl"), 5)]
    (filter_,) = detection.findings[0].contents.filters
    assert [(each.value, each.count) for each in filter_.choices] == [("musterstadt", 5)]
    alike = []
    for kind, path in (("ckan", "/"), ("rdf", "/catalog.ttl"), ("rdf", "/catalog.rdf")):
        walk = Run(SourceSettings("s", kind, portal.url(path), "s"), client=client, workers=0)
        records = list(walk)
        assert dict(told(record) for record in records) == CKAN
        assert walk.completeness.complete
        assert walk.summary()["rejected"] == 0
        files = [item for each in records for item in each.dataset.get("resources", ())]
        alike.append(
            (
                {(record.identity, record.dataset["uri"]) for record in records},
                {(item["uri"], item["url"], item["format"]) for item in files},
            )
        )
        if kind == "rdf":
            assert f"{path}?page=3" in portal.targets()
    assert alike[0] == alike[1] == alike[2]


def of_pygeoapi(script: Script) -> dict[str, Script]:
    """The scripts of a portal that is a pygeoapi with collections of data sets and services."""
    collections = [f"/collections/{name}" for name in ("dataset", "service")]
    items = [f"{path}/items" for path in collections]
    return dict.fromkeys([*items, *collections, "/collections", "/conformance", "/"], script)


def test_the_recorded_answers_of_a_pygeoapi_are_read(patient: Any) -> None:
    with Portal(of_pygeoapi(Replay("pygeoapi"))) as portal:
        is_read_as_records(portal, patient(portal.endpoint, tries=1))


def is_read_as_records(portal: Portal, client: Client) -> None:
    """Its landing page leads to the records; they come with their services, page by page."""
    best = detect(portal.url("/?f=json"), client, Wish(())).best
    assert best is not None
    assert (best.kind, best.url, best.count) == ("ogc-records", portal.url(PYGEOAPI_ITEMS), 4)
    settings = SourceSettings("s", best.kind, best.url, "s", options={"rows": 3})
    walk = Run(settings, client=client, workers=0)
    found = {}
    for each in walk:
        files = each.dataset["resources"]
        ways = (way for item in files for way in item.get("access_services", ()))
        found[each.identity] = [url for way in ways for url in way["endpoint_url"]]
    assert found == PYGEOAPI
    assert walk.completeness.complete
    assert walk.issues == []
