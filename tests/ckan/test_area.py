"""The area of a dataset in words, the filter by area, and the operator's layers of the map."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories, helpers
from emptying import empty
from lxml import html

from ckanext.hanse.monitoring.doctor import site as doctor

KEY = "http://dcat-ap.de/def/politicalGeocoding/municipalityKey/13074087"
BOX = "POLYGON((12.05 54.16,12.09 54.16,12.09 54.18,12.05 54.18,12.05 54.16))"
COAST = '{"type":"Polygon","coordinates":[[[9.5,53.5],[14.5,53.5],[14.5,55],[9.5,55],[9.5,53.5]]]}'
PLACES: dict[str, dict[str, str]] = {
    "strand": {"bbox": BOX},
    "kueste": {"geom": COAST},
    "wismar-alles": {"uri": KEY},
    "berlin": {"centroid": "POINT(13.4 52.5)"},
    "ohne": {},
}
#: The head of a PMTiles file of version 3 with PNG, and of one with vectors.
PNG = b"PMTiles\x03" + bytes(91) + b"\x02" + bytes(60)
VECTORS = PNG.replace(b"\x02", b"\x01")


@pytest.fixture(scope="module")
def catalogue(database: None) -> Iterator[None]:
    """Datasets about places near and far, and one without a place."""
    empty()
    city = factories.Organization(name="wismar", title="Hansestadt Wismar")["id"]
    user = factories.Sysadmin()["name"]
    for name, place in PLACES.items():
        helpers.call_action(
            "package_create",
            {"ignore_auth": True, "user": user},
            name=name,
            title=name.title(),
            owner_org=city,
            spatial_coverage=[place] if place else [],
        )
    yield
    model.Session.rollback()
    model.Session.remove()


def found(site: Any, query: str) -> set[str]:
    """The names of the datasets on a page of results."""
    answer = site.get(f"/dataset/?{query}")
    assert answer.status_code == 200
    tree = html.fromstring(answer.body)
    links = tree.xpath("//*[contains(@class, 'hanse-card-title')]//a/@href")
    return {link.partition("?")[0].rpartition("/")[2] for link in links}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("area=rostock", {"strand", "kueste"}),
        ("area=rostock&area_relation=within", {"strand"}),
        ("area=rostock-warnemuende&area_relation=within", {"strand"}),
        ("area=11.3,53.8,11.6,54", {"kueste", "wismar-alles"}),
        ("area=11.6,54,11.3,53.8", {"kueste", "wismar-alles"}),
        ("area=170,50,-170,60", set()),
        ("area=-180,-90,180,90", {"strand", "kueste", "wismar-alles", "berlin"}),
        ("area=13.4,52.5,13.4,52.5", {"berlin"}),
        ("area=nan,1,2,3", set(PLACES)),
        ("area=" + quote('1"2') + "&area_relation=" + quote('x"'), set(PLACES)),
        ("area=wismar&q=alles", {"wismar-alles"}),
        ("area_relation=within", set(PLACES)),
    ],
)
def test_datasets_in_an_area_are_found(
    catalogue: None, site: Any, query: str, names: set[str]
) -> None:
    assert found(site, query) == names


def test_area_is_named_and_removable_and_its_list_needs_no_script(
    catalogue: None, site: Any
) -> None:
    tree = html.fromstring(site.get("/dataset/?area=rostock-warnemuende&area_relation=within").body)
    chip = tree.xpath("//*[contains(@class, 'hanse-chips')]//a")[0]
    assert "ganz in: Rostock, Stadtteil Warnemünde" in " ".join(chip.text_content().split())
    assert "area=" not in chip.get("href")
    select = tree.get_element_by_id("field-area")
    assert select.get("form") == "dataset-search-form"
    assert select.value == "rostock-warnemuende"
    assert "Ganz Wismar" in select.xpath(".//option/text()")
    # The fields of the form are there once: a second value would be a second area.
    assert len(tree.xpath("//*[@name='area']")) == 1
    wrong = site.get("/en/dataset/?area=anywhere").body
    assert "The area in the address was not understood" in wrong


def test_pages_name_the_area_in_words(catalogue: None, site: Any) -> None:
    for path, words in [
        ("/dataset/strand", "Rostock, Stadtteil Warnemünde"),
        ("/en/dataset/strand", "Rostock, Warnemünde district"),
        ("/dataset/kueste", "Großer Teil der Ostseeküste"),
        ("/dataset/wismar-alles", "Hansestadt Wismar"),
        ("/en/dataset/berlin", "An area in Northern Germany"),
    ]:
        body = site.get(path).body
        assert words in html.fromstring(body).text_content(), path
        assert "POLYGON" not in body
        assert '"coordinates":[[9.5' not in html.fromstring(body).text_content()


def test_map_asks_this_site_alone_unless_the_operator_names_tiles(
    catalogue: None, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def policy() -> str:
        answer = site.get("/dataset/strand?not=kept")  # a page with other parameters is not kept
        found: str = answer.headers["Content-Security-Policy"]
        return found

    assert "img-src 'self' data:;" in policy()
    monkeypatch.setitem(tk.config, "hanse.map.tiles", "https://tiles.example.org/{z}/{x}/{y}.png")
    monkeypatch.setitem(tk.config, "hanse.map.tiles.source", "© Somebody")
    assert "img-src 'self' https://tiles.example.org data:;" in policy()
    assert "© Somebody" in site.get("/dataset/strand?not=kept").body
    for unusable in (
        "https://{s}.example.org/{z}/{x}/{y}.png",
        "https://tiles.example.org/",
        "https://tiles.example.org/{z}/{x}/{y}.png; script-src *",
        "javascript:{z}{x}{y}",
    ):
        monkeypatch.setitem(tk.config, "hanse.map.tiles", unusable)
        assert "img-src 'self' data:;" in policy()
        (told,) = doctor.maps()
        assert unusable in told.what("en")


def test_operators_files_are_served_by_ranges(
    site: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.get("/map/borders.json", expect_errors=True).status_code == 404
    assert site.get("/map/tiles.pmtiles", expect_errors=True).status_code == 404
    borders, tiles = tmp_path / "borders.json", tmp_path / "tiles.pmtiles"
    borders.write_text('{"type":"FeatureCollection","features":[]}')
    tiles.write_bytes(PNG)
    monkeypatch.setitem(tk.config, "hanse.map.borders", str(borders))
    monkeypatch.setitem(tk.config, "hanse.map.pmtiles", str(tiles))
    answer = site.get("/map/borders.json")
    assert answer.headers["Content-Type"] == "application/geo+json"
    assert json.loads(answer.data)["type"] == "FeatureCollection"
    part = site.get("/map/tiles.pmtiles", headers={"Range": "bytes=0-6"}, status=206)
    assert part.data == b"PMTiles"
    # The page's script takes the pictures out of the file.
    page = site.get("/dataset/?not=kept")
    assert "img-src 'self' blob: data:;" in page.headers["Content-Security-Policy"]
    tiles.write_bytes(VECTORS)
    assert site.get("/map/tiles.pmtiles", expect_errors=True).status_code == 404
