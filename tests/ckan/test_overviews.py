"""Pages that lead on: themes, services, and the catalogue in figures; with the real Solr."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from datetime import date
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests import factories, helpers
from emptying import empty
from lxml import html

from ckanext.hanse.model import ScoreKind, ScorePoint
from ckanext.hanse.model_datasets import automatic
from ckanext.hanse.presentation import front, themes
from ckanext.hanse.presentation.bar_chart import Bar, Chart
from ckanext.hanse.store import index
from hanse_schemas.model_datasets import BASE

THEME = "http://publications.europa.eu/resource/authority/data-theme/"
LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
YEAR = date.today().year
#: Name → city, themes, format, year of the change.
DATASETS: dict[str, tuple[str, list[str], str, int]] = {
    "parkplaetze": ("rostock", ["TRAN"], "CSV", YEAR),
    "wege": ("rostock", ["TRAN", "ENVI"], "WMS", YEAR - 1),
    "teiche": ("wismar", ["ENVI"], "PDF", YEAR - 40),
    "geheimes": ("wismar", ["TRAN"], "CSV", YEAR),
}
#: Name → further files: kind, name, address.
SERVICES = {
    "wege": [("WFS", "Wege (WFS)", "https://geo.example/wfs?service=WFS&request=GetCapabilities")],
    "teiche": [
        ("WFS", "Teiche (WFS)", "https://geo.example/wfs/?service=WFS"),
        ("SensorThings API", "Pegel", "https://messen.example/FROST-Server/v1.1"),
    ],
    "geheimes": [("SPARQL", "Geheim", "https://rdf.example/sparql")],
}
EVIL = "=cmd|' /C calc'!A0"


@pytest.fixture(scope="module", autouse=True)
def catalogue(database: None) -> Iterator[None]:
    """Two cities, three datasets and one that nobody may see; one is a model dataset."""
    empty()
    titles = {"rostock": "Rostock", "wismar": EVIL}
    cities = {name: factories.Organization(name=name, title=title)["id"]
              for name, title in titles.items()}  # fmt: skip
    user = factories.Sysadmin()["name"]
    for name, (city, codes, code, year) in DATASETS.items():
        file = {"url": f"https://example.org/{name}", "name": name, "format": code}
        helpers.call_action(
            "package_create",
            {"ignore_auth": True, "user": user},
            name=name,
            title=name.title(),
            owner_org=cities[city],
            private=name == "geheimes",
            theme=[THEME + code for code in codes],
            modified=f"{year}-02-03",
            references=[f"{BASE}verkehr/kfz/parkplatz"] if name == "parkplaetze" else [],
            resources=[
                file | ({"license": LICENCE} if code == "CSV" else {}),
                *(
                    {"format": kind, "name": called, "url": url}
                    for kind, called, url in SERVICES.get(name, ())
                ),
            ],
        )
    automatic.keep_up(seconds=60)
    index.drain()
    yield
    model.Session.rollback()
    model.Session.remove()


def page(site: Any, path: str) -> Any:
    return html.fromstring(site.get(path).body)


def words(node: Any) -> str:
    return " ".join(node.text_content().split())


def numbers(tree: Any, chart: str) -> dict[str, int]:
    """Label → number of a chart's table."""
    rows = tree.xpath(f"//section[@aria-labelledby='chart-{chart}']//tbody/tr")
    return {words(row[0]): int(words(row[1])) for row in rows}


def test_a_theme_shows_what_the_cities_publish_of_it(site: Any) -> None:
    tree = page(site, "/en/thema/TRAN")
    main = tree.xpath("//main")[0]
    assert words(main.xpath(".//h1")[0]) == "Transport"
    assert themes.texts()["TRAN"]["en"] in words(main)
    assert "2 datasets · 1 city · 1 with an open licence" in words(main)
    titles = [words(link) for link in main.xpath(".//*[@class='hanse-card-title']/a")]
    assert titles == ["Parkplaetze", "Wege"]  # the newest first
    assert numbers(tree, "city") == {"Rostock": 2, EVIL: 0}
    first = main.xpath(".//*[@aria-labelledby='theme-models']//li")[0]
    assert words(first).endswith("1 of 2 cities")
    assert first.xpath(".//a/@href") == ["/en/vergleich/datensatz/verkehr/kfz/parkplatz"]
    assert themes.texts()["TRAN"]["de"] in words(page(site, "/thema/TRAN"))


def test_a_theme_without_datasets_says_so(site: Any) -> None:
    main = page(site, "/en/thema/HEAL").xpath("//main")[0]
    assert "No city has published a dataset of this theme yet." in words(main)
    assert not main.xpath(".//*[@class='hanse-card-title']")


def test_the_home_page_leads_to_every_theme(site: Any) -> None:
    hrefs = page(site, "/").xpath("//*[@aria-labelledby='home-themes']//li/a/@href")
    assert sorted(hrefs) == sorted(f"/thema/{code}" for code in themes.texts())


@pytest.mark.parametrize(
    ("path", "leads"),
    [
        ("/en/theme/tran", "/en/thema/TRAN"),
        ("/thema/umwelt", "/thema/ENVI"),
        ("/statistics", "/statistik"),
        ("/en/statistics.csv", "/en/statistik.csv"),
        ("/thema", "/#home-themes"),
        ("/en/services/wfs?organization=wismar", "/en/dienste/wfs?organization=wismar"),
        ("/service", "/dienste"),
    ],
)
def test_other_names_of_the_pages_lead_to_them(site: Any, path: str, leads: str) -> None:
    answer = site.get(path, follow_redirects=False)
    assert answer.status_code == 302
    assert answer.headers["Location"] == f"{tk.config['ckan.site_url']}{leads}"


@pytest.mark.parametrize("name", ["nie-gewesen", "OP_DATPRO", "%F0%9F%8C%B3", "x" * 3000])
def test_what_is_no_theme_is_not_found(site: Any, name: str) -> None:
    site.get(f"/thema/{name}", status=404)


def test_every_theme_has_a_text_for_citizens() -> None:
    shown = {theme.code for theme in front.themes({}, "de")}
    assert themes.texts().keys() == shown
    for by_language in themes.texts().values():
        assert by_language.keys() == {"de", "en"}
        assert all(60 <= len(text.split()) <= 90 for text in by_language.values())


def test_the_figures_count_what_everybody_may_see(site: Any) -> None:
    found = site.get("/en/statistik.json").json
    assert found["datasets"] == 3
    by = {
        name: {item["label"]: item["datasets"] for item in chart["values"]}
        for name, chart in found["statistics"].items()
    }
    assert by["city"] == {"Rostock": 2, EVIL: 1}
    assert by["theme"] == {"Environment": 2, "Transport": 2}
    assert by["licence"] == {"Open licence": 1, "no known licence": 2}
    assert (by["format"]["Map"], by["format"]["Table"]) == (2, 1)
    changed = by["changed"]
    assert (changed.pop(f"before {YEAR - 14}"), changed[str(YEAR - 1)], changed[str(YEAR)]) == (
        1,
        1,
        1,
    )
    assert sum(changed.values()) == 2
    assert list(by["growth"].values()) == [3]


def test_every_number_leads_to_the_datasets_it_counts(site: Any) -> None:
    tree = page(site, "/en/statistik")
    rows = tree.xpath("//table[@class='hanse-bars']//tr[th/a]")
    assert len(rows) >= 7
    for row in rows:
        query = urlsplit(row.xpath("./th/a/@href")[0]).query
        answer = site.get(f"/search.json?{query}")
        assert answer.headers["X-Total-Count"] == words(row[1]), query


def test_the_numbers_as_a_sheet_hold_no_formula(site: Any) -> None:
    answer = site.get("/statistik.csv")
    lines = list(csv.reader(io.StringIO(answer.body.removeprefix("\ufeff")), delimiter=";"))
    assert ["wismar", f"'{EVIL}", "1"] in [line[1:] for line in lines]


def test_the_growth_is_what_was_counted_each_day(site: Any) -> None:
    first = date(YEAR - 5, 6, 30)
    model.Session.add(
        ScorePoint(kind=ScoreKind.SITE.value, owner="", day=first, datasets=2, of=405, mean=1.0)
    )
    model.Session.commit()
    shown = numbers(page(site, "/en/statistik"), "growth")
    assert shown == {str(YEAR - 5): 2, str(YEAR): 3}
    model.Session.query(ScorePoint).delete()
    model.Session.commit()


def test_services_are_listed_by_kind_once_for_each_address(site: Any) -> None:
    tree = page(site, "/en/dienste")
    assert numbers(tree, "kind") == {
        "Map images (WMS)": 1, "Geodata to download (WFS)": 1, "Measurements (SensorThings)": 1,
    }  # fmt: skip
    assert numbers(tree, "city") == {"Rostock": 2, EVIL: 2}
    [both] = tree.xpath("//section[@aria-labelledby='kind-wfs']//ul[@class='hanse-entries']/li")
    address = "geo.example/wfs"
    assert words(both) == f"{address} {EVIL}, Rostock https://{address} Datasets: Teiche, Wege"
    assert sorted(both.xpath(".//a/@href"))[:2] == ["/en/dataset/teiche", "/en/dataset/wege"]


def test_every_number_of_services_leads_to_as_many(site: Any) -> None:
    for path in ("/en/dienste", "/en/dienste/wfs"):
        rows = page(site, path).xpath("//table[@class='hanse-bars']//tr[th/a]")
        assert len(rows) >= 2
        for row in rows:
            [count] = page(site, row.xpath("./th/a/@href")[0]).xpath("//main//h1/../p[2]/text()[1]")
            assert count.split()[0] == words(row[1])


@pytest.mark.parametrize(
    ("path", "says"),
    [
        ("/en/dienste/sparql", "There is no service here yet."),
        ("/en/dienste/sensorthings?organization=rostock", "There is no service here yet."),
        ("/en/dienste/sensorthings?organization=nie-gewesen&page=minus", "1 service ·"),
        ("/en/dienste/wms?page=999", "1 service ·"),
    ],
)
def test_services_that_are_not_there_are_no_error(site: Any, path: str, says: str) -> None:
    assert says in words(page(site, path).xpath("//main")[0])


def test_a_kind_of_service_that_never_was_is_not_found(site: Any) -> None:
    site.get("/dienste/nie-gewesen", status=404)


@pytest.mark.parametrize(
    "path",
    [
        "/en/statistik",
        "/en/statistik.json",
        "/en/thema/TRAN",
        "/en/dienste/feed",
        "/en/vergleich",
        "/en/dataset/?q=Baum",
        "/en/organization/rostock",
        "/en/hvd",
        "/en/",
    ],
)
def test_without_the_search_the_pages_say_so(
    site: Any, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "solr_url", "http://127.0.0.1:9/solr/ckan")
    answer = site.get(path, status=503)
    assert "The search does not answer at the moment" in words(html.fromstring(answer.body))


def test_without_the_search_the_home_page_says_nothing_untrue(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "solr_url", "http://127.0.0.1:9/solr/ckan")
    said = words(html.fromstring(site.get("/en/", status=503).body).xpath("//main")[0])
    assert "Rostock" in said
    assert "Transport" in said
    assert "datasets yet" not in said


def test_without_the_search_a_dataset_is_shown_all_the_same(
    site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "solr_url", "http://127.0.0.1:9/solr/ckan")
    assert words(page(site, "/dataset/parkplaetze").xpath("//h1")[0]) == "Parkplaetze"


def test_a_drawing_has_room_for_its_numbers() -> None:
    bars = tuple(Bar(str(year), str(year), year % 7) for year in range(2000, 2030))
    chart = Chart("years", "", "", bars, 100, over_time=True)
    columns = chart.columns
    assert all(column.x >= 0 and column.x + column.width <= 360 for column in columns)
    assert sum(column.labelled for column in columns) <= 7
    assert not any(column.numbered for column in columns)
    assert columns[-1].labelled  # the newest
