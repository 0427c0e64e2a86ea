"""Series and services on pages of their own, and what they lead to."""

from __future__ import annotations

from typing import Any

import pytest
from kept import kept
from walks import Listed, harvest, record, source

BASE = "https://daten.example.org/datensatz"
SERIES = f"{BASE}/serie"
ENDPOINT = "https://geo.example/wfs/luftbilder"
CONTACT = {"name": "Geodienste", "email": "geo@stadt.example"}


def _records() -> list[Any]:
    service = {"title": "WFS Luftbilder", "endpoint_url": [f"{ENDPOINT}?service=WFS"]}
    full = {
        **service,
        "description": "Liefert Bilder.",
        "contact": [CONTACT],
        "license": "http://dcat-ap.de/def/licenses/dl-by-de/2.0",
        "serves_dataset": [f"{BASE}/l20", f"{BASE}/karte", "https://anderswo.example/x"],
    }
    wfs = {"access_url": ENDPOINT, "name": "WFS"}
    return [
        record("serie", "Luftbilder", rdf_type="DatasetSeries",
               series_last="https://anderswo.example/letztes"),
        record("l20", "Luftbilder 2020", in_series=[SERIES],
               temporal_coverage=[{"start": "2020"}],
               resources=[wfs | {"access_services": [service]}]),
        record("l16", "Luftbilder aus 2016", in_series=[SERIES],
               temporal_coverage=[{"start": "2016"}],
               resources=[wfs | {"access_services": [full]}]),
        record("l24", "Luftbilder 2024", in_series=[SERIES, "https://anderswo.example/serie"],
               temporal_coverage=[{"start": "2024"}]),
        record("karte", "Karte"),
    ]  # fmt: skip


@pytest.fixture
def filled(cities: dict[str, Any]) -> None:
    kept("series", lambda: harvest(source(cities["rostock"]["id"]), Listed(*_records())))


def test_a_series_lists_its_members_in_order_and_names_those_elsewhere(
    filled: None, site: Any
) -> None:
    page = site.get("/en/dataset/luftbilder", status=200).body
    part = page[page.index("Datasets of this series") : page.index("About this dataset")]
    places = [part.index(f"/dataset/luftbilder-{name}") for name in ("aus-2016", "2020", "2024")]
    assert places == sorted(places)
    assert "https://anderswo.example/letztes" in part
    assert 'href="https://anderswo.example/letztes"' not in part


def test_a_member_leads_to_its_series_and_its_neighbours(filled: None, site: Any) -> None:
    page = site.get("/en/dataset/luftbilder-2020", status=200).body
    part = page[page.index("Part of a series") :]
    assert 'href="/en/dataset/luftbilder"' in part
    assert 'rel="prev" href="/en/dataset/luftbilder-aus-2016"' in part
    assert 'rel="next" href="/en/dataset/luftbilder-2024"' in part
    last = site.get("/en/dataset/luftbilder-2024", status=200).body
    assert "https://anderswo.example/serie" in last
    assert 'rel="next" href="/en/dataset/' not in last


def _service(site: Any) -> str:
    page = site.get("/en/dataset/luftbilder-2020", status=200).body
    start = page.index("/en/service/")
    return str(page[start : page.index('"', start)])


def test_a_service_has_a_page_with_the_datasets_from_both_directions(
    filled: None, site: Any
) -> None:
    address = _service(site)
    page = site.get(address, status=200).body
    for words in ("WFS Luftbilder", "Liefert Bilder.", "geo@stadt.example", ENDPOINT):
        assert words in page
    for name in ("luftbilder-2020", "luftbilder-aus-2016", "karte"):
        assert f'href="/en/dataset/{name}"' in page
    assert "https://anderswo.example/x" in page
    assert 'href="https://anderswo.example/x"' not in page
    served = site.get("/en/dataset/karte", status=200).body
    assert f'href="{address}"' in served


def test_a_service_stands_among_those_of_its_kind(filled: None, site: Any) -> None:
    page = site.get("/en/dienste/wfs", status=200).body
    assert page.count(f'<a href="{_service(site)}">') == 1
    for name in ("luftbilder-2020", "luftbilder-aus-2016"):
        assert f'href="/en/dataset/{name}"' in page


def test_a_service_as_rdf_serves_them_all(filled: None, site: Any) -> None:
    nt = site.get(_service(site).removeprefix("/en") + ".nt", status=200).body
    serves = "<http://www.w3.org/ns/dcat#servesDataset>"
    for name in ("l16", "l20", "karte"):
        assert f"{serves} <{BASE}/{name}>" in nt
    assert f"<http://www.w3.org/ns/dcat#endpointURL> <{ENDPOINT}?service=WFS>" in nt


@pytest.mark.parametrize("key", ["0" * 20, "x y", 'a"b'])
def test_a_service_that_nobody_names_is_not_found(filled: None, site: Any, key: str) -> None:
    site.get(f"/service/{key}", status=404)
