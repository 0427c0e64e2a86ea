"""Filters of the search page: times, orders, addresses to read aloud, files; with the real Solr."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterator
from datetime import datetime, timedelta, timezone
from typing import Any
from urllib.parse import urlencode

import pytest
import rdflib
from ckan import model
from ckan.tests import factories, helpers
from emptying import empty
from lxml import html

TODAY = datetime.now(timezone.utc)
THEME = "http://publications.europa.eu/resource/authority/data-theme/"
LICENCE = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
#: Name → city, title, theme, format, years, changed days ago.
DATASETS: dict[str, tuple[str, str, str, str, tuple[str, str], int]] = {
    "busse": ("rostock", "Busse", "TRAN", "CSV", ("2015", "2017"), 2),
    "wege": ("rostock", "Wege", "TRAN", "WMS", ("2020", "2021"), 20),
    "baeume": ("wismar", '=HYPERLINK("http://a.example")', "ENVI", "PDF", ("1890", "1890"), 200),
    "teiche": ("wismar", "Teiche", "ENVI", "CSV", ("2017", "2017"), 4000),
}
HIDDEN = ("wismar", "Geheimes", "TRAN", "CSV", ("2017", "2017"), 1)


@pytest.fixture(scope="module")
def catalogue(database: None) -> Iterator[None]:
    """Two cities, four datasets and one that nobody may see."""
    empty()
    cities = {
        name: factories.Organization(name=name, title=name.title())["id"]
        for name in ("rostock", "wismar")
    }
    user = factories.Sysadmin()["name"]
    for name, (city, title, theme, code, (start, end), days) in [
        *DATASETS.items(),
        ("geheimes", HIDDEN),
    ]:
        file = {"url": f"https://example.org/{name}", "name": title, "format": code}
        licence = {"license": LICENCE} if code == "CSV" else {}
        helpers.call_action(
            "package_create",
            {"ignore_auth": True, "user": user},
            name=name,
            title=title,
            owner_org=cities[city],
            private=name == "geheimes",
            theme=[THEME + theme],
            modified=(TODAY - timedelta(days=days)).date().isoformat(),
            temporal_coverage=[{"start": f"{start}-01-01", "end": f"{end}-12-31"}],
            resources=[{**file, **licence}],
        )
    yield
    model.Session.rollback()
    model.Session.remove()


def found(site: Any, query: str, path: str = "/dataset/") -> list[str]:
    tree = html.fromstring(site.get(f"{path}?{query}").body)
    hrefs = tree.xpath("//*[contains(@class, 'hanse-card-title')]//a/@href")
    return [str(href).rpartition("/")[2] for href in hrefs]


def chips(site: Any, query: str) -> dict[str, str]:
    """Words of a filter → the address without it."""
    tree = html.fromstring(site.get(f"/en/dataset/?{query}").body)
    links = tree.xpath("//*[@class='hanse-chips']//a[@id]")
    words = (" ".join(link.text_content().split()).partition(" – ")[0] for link in links)
    return dict(zip(words, (link.get("href") for link in links), strict=True))


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("theme=TRAN", {"busse", "wege"}),
        (f"hanse_theme={THEME}TRAN", {"busse", "wege"}),
        ("theme=TRAN&theme=ENVI&organization=rostock", {"busse", "wege"}),
        ("kind=table&kind=document", {"busse", "teiche", "baeume"}),
        ("open=yes", {"busse", "teiche"}),
        ("api=yes", {"wege"}),
        ("licence=dl-by-de/2.0&year=2016", {"busse"}),
        ("from=2016&to=2017", {"busse", "teiche"}),
        ("from=2017&to=2016", {"busse", "teiche"}),
        ("from=2018", {"wege"}),
        ("to=1950", {"baeume"}),
        ("from=2018&year=2015", {"wege", "busse"}),
        ("changed=week", {"busse"}),
        ("changed=month", {"busse", "wege"}),
        ("changed=year", {"busse", "wege", "baeume"}),
        (f"changed={(TODAY - timedelta(days=30)).date()}", {"busse", "wege"}),
        ("changed=week&changed=2000-01-01", set(DATASETS)),
        ("theme=TRAN&from=2016&changed=week&area=rostock&area_relation=within", set()),
        ("model=nie/gewesen", set()),
        # What is not understood is left out.
        ("from=abc&to=99999&changed=gestern", set(DATASETS)),
        ("from=&to=&changed=&theme=", set(DATASETS)),
        ("gibt_es_nicht=1&theme=TRAN", {"busse", "wege"}),
        ("sort=,", set(DATASETS)),
        ("sort=unsinn&theme=TRAN", {"busse", "wege"}),
        ("&".join(f"format=F{number}" for number in range(500)) + "&format=CSV", set()),
    ],
)
def test_filters_combine(catalogue: None, site: Any, query: str, names: set[str]) -> None:
    assert set(found(site, query)) == names


@pytest.mark.parametrize(
    "query",
    [
        "+state=deleted",
        "x=%2Bstate:deleted",
        "capacity=private",
        "private=true",
        "permission_labels=public&state=draft",
        'format=CSV")+OR+capacity:("private',
        'q=Geheimes&tags=a"+OR+"b',
    ],
)
def test_no_parameter_widens_what_one_may_see(catalogue: None, site: Any, query: str) -> None:
    assert set(found(site, query)) <= set(DATASETS)
    assert "Geheimes" not in site.get(f"/search.json?{query}").body


def test_each_filter_is_named_and_removed_alone(catalogue: None, site: Any) -> None:
    query = "theme=TRAN&from=2016&to=2021&changed=month&format=GIBTESNICHT&q=&page=1"
    links = chips(site, query)
    assert list(links) == [
        "Theme: Transport",
        "Format: GIBTESNICHT",
        "Time covered: 2016 to 2021",
        "Changed: in the last month",
    ]
    assert links["Time covered: 2016 to 2021"] == (
        "/en/dataset/?theme=TRAN&changed=month&format=GIBTESNICHT"
    )
    assert set(found(site, links["Format: GIBTESNICHT"].partition("?")[2])) == {"busse", "wege"}


def test_address_is_read_aloud_and_so_is_the_title(catalogue: None, site: Any) -> None:
    tree = html.fromstring(site.get("/en/dataset/?organization=rostock&from=2016").body)
    links = [str(href) for href in tree.xpath("//*[@class='hanse-facet-values']//a/@href")]
    assert "/en/dataset/?organization=rostock&from=2016&theme=TRAN" in links
    assert "/en/dataset/?organization=rostock&from=2016&kind=map" in links
    assert "/en/dataset/?organization=rostock&from=2016&open=yes" in links
    title = " ".join(tree.xpath("//title")[0].text.split())
    assert title.startswith("Find data – City: Rostock; Time covered: from 2016 on")


def test_years_are_counted_without_their_own_selection(catalogue: None, site: Any) -> None:
    tree = html.fromstring(site.get("/en/dataset/?theme=TRAN&from=2016&to=2017").body)
    bars = tree.xpath("//*[@class='hanse-years-bars']//title/text()")
    assert bars == ["2015: 1", "2016: 1", "2017: 1", "2020: 1", "2021: 1"]
    fields = {name: tree.xpath(f"//input[@name='{name}']/@value") for name in ("from", "to")}
    assert fields == {"from": ["2016"], "to": ["2017"]}  # once: a second would be sent too
    old = html.fromstring(site.get("/en/dataset/").body)
    assert old.xpath("//*[@class='hanse-years-rest']/a/@href") == ["/en/dataset/?to=1971"]


def test_what_is_not_understood_is_said(catalogue: None, site: Any) -> None:
    for query, words in [
        ("from=99999", "“99999” is no year"),
        ("from=2017&to=2016", "they are swapped: 2016–2017"),
        ("changed=gestern", "“gestern” is no day"),
        ("farbe=blau", "no filter “farbe”"),
        ("&".join(f"year={number}" for number in range(1000, 1300)), "more than 200 filters"),
    ]:
        assert words in site.get(f"/en/dataset/?{query}").body, query


def test_question_as_long_as_a_page_is_searched_by_its_beginning(
    catalogue: None, site: Any
) -> None:
    """Ten thousand characters: an answer, a sentence, and links that do not repeat them."""
    page = site.get("/dataset/?" + urlencode({"q": "Busse " * 1700}))
    assert page.status_code == 200
    assert "nur ihre ersten 497 Zeichen" in html.fromstring(page.body).text_content()
    assert len(page.body) < 200_000
    found = helpers.call_action("package_search", q="Busse " * 1700)
    assert found["count"] == 1


def test_of_several_areas_the_first_counts_on_page_and_in_search(
    catalogue: None, site: Any
) -> None:
    one = site.get("/search.json?area=rostock").json
    assert site.get("/search.json?area=rostock&area=wismar").json["count"] == one["count"]


@pytest.mark.parametrize(
    ("query", "status", "words"),
    [
        ("page=9999", 200, "Die Liste hat keine solche Seite"),
        ("page=99999999999999999999", 404, "Diese Seite gibt es nicht"),
        ("q=%7B!func%7DBusse", 200, "„{ func}Busse“"),
        ("q=Busse+OR+Teiche", 200, "2 Datensätze zu"),
    ],
)
def test_what_cannot_be_answered_is_said(
    catalogue: None, site: Any, query: str, status: int, words: str
) -> None:
    page = site.get(f"/dataset/?{query}", status=status)
    assert words in page.body
    assert "fehlgeschlagen" not in page.body


def test_orders(catalogue: None, site: Any) -> None:
    assert found(site, "sort=changed") == ["busse", "wege", "baeume", "teiche"]
    assert found(site, "sort=title-desc")[:2] == ["wege", "teiche"]
    assert len(found(site, "sort=quality")) == len(DATASETS)
    assert found(site, "sort=changed", "/organization/wismar") == ["baeume", "teiche"]


def test_citys_page_has_the_same_filters(catalogue: None, site: Any) -> None:
    assert found(site, "kind=table&from=2016", "/organization/wismar") == ["teiche"]
    page = site.get("/organization/wismar?kind=table").body
    assert "/search.csv?kind=table&amp;organization=wismar" in page


def test_list_is_there_as_files_with_all_its_filters(catalogue: None, site: Any) -> None:
    sheet = site.get("/search.csv?theme=ENVI&sort=changed")
    assert sheet.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.reader(io.StringIO(sheet.data.decode("utf-8-sig")), delimiter=";"))
    assert [row[0] for row in rows[1:]] == ["'" + DATASETS["baeume"][1], "Teiche"]
    assert rows[2][2:8] == ["Wismar", "Umwelt", "", "CSV", "DL-DE BY 2.0", "2017"]
    listed = json.loads(site.get("/search.json?theme=TRAN&from=2016&to=2017").data)
    assert (listed["count"], [item["name"] for item in listed["results"]]) == (1, ["busse"])
    graph = rdflib.Graph().parse(data=site.get("/search.ttl?changed=week").data, format="turtle")
    titles = graph.objects(None, rdflib.DCTERMS.title)
    assert "Busse" in {str(title) for title in titles}
    feed = site.get("/feeds/custom.atom?theme=TRAN&from=2020").body
    assert "Wege" in feed
    assert "Busse" not in feed
    assert json.loads(site.get("/search.json?q=gibtesnicht").data) == {"count": 0, "results": []}


def test_file_of_a_question_is_the_pages_list(catalogue: None, site: Any) -> None:
    listed = json.loads(site.get("/search.json?q=Teiche+in+Wismar").data)
    assert [item["name"] for item in listed["results"]] == found(site, "q=Teiche+in+Wismar")
    assert listed["count"] == 1
