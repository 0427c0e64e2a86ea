"""OGC API – Records as programs read it: by the standard, by OWSLib, by our own connector."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import owslib.ogcapi
import pytest
import rdflib
from ckan import model
from ckan.lib.search.common import SearchError, SolrConnectionError
from ckan.tests import factories, helpers
from emptying import empty
from lxml import html
from owslib.ogcapi.records import Records
from stand_in import Page, StandIn

from ckanext.hanse.export import fragments
from ckanext.hanse.harvest.open_source import walk
from ckanext.hanse.records import found as searching
from ckanext.hanse.store import delivery, index
from ckanext.hanse.store.rdf import site as home
from hanse_harvesters.graph import from_graph
from hanse_harvesters.normalise.line import normalise
from hanse_harvesters.settings.source import SourceSettings

ITEMS = "/ogc/collections/datasets/items"
EU = "http://publications.europa.eu/resource/authority"
CC_ZERO = "http://dcat-ap.de/def/licenses/cc-zero"
BOX = "POLYGON((12.05 54.16,12.09 54.16,12.09 54.18,12.05 54.18,12.05 54.16))"
#: Name → fields.
DATASETS: dict[str, dict[str, Any]] = {
    "baeume": {
        "title": "Straßenbäume in Rostock",
        "notes": "Standort, Art und Pflanzjahr.",
        "uri": "https://daten.example.org/b",
        "identifier": "baum-1",
        "tags": [{"name": "Baum"}],
        "theme": [f"{EU}/data-theme/ENVI"],
        "spatial_coverage": [{"bbox": BOX}],
        "temporal_coverage": [{"start": "2020", "end": "2021"}],
        "publisher": [{"name": "Hansestadt Rostock", "email": "gruen@rostock.example"}],
        "resources": [
            {"name": "Bäume", "url": "https://daten.example.org/b.csv", "format": "CSV",
             "download_url": "https://daten.example.org/b.csv",
             "access_url": "https://daten.example.org/b.csv", "license": CC_ZERO},
        ],
    },
    "parken": {
        "title": "Parkhäuser",
        "notes": "Wo man parken kann.",
        "title_translated": {"de": "Parkhäuser", "en": "Car parks"},
        "theme": [f"{EU}/data-theme/TRAN"],
        "temporal_coverage": [{"start": "2024-05-01"}],
        "spatial_coverage": [{"centroid": "POINT(179.5 -17)"}],
        "alternate_identifier": ["https://alt.example.org/p,1"],
    },
    "reihe": {"title": "Haushaltspläne", "rdf_type": "DatasetSeries"},
    "geheim": {"title": "Baumplan, noch nicht öffentlich", "private": True},
}  # fmt: skip


@pytest.fixture(scope="module", autouse=True)
def catalogue(database: None) -> Iterator[dict[str, str]]:
    """Three datasets and one that nobody may see; name → id."""
    empty()
    city = factories.Organization(name="rostock", title="Rostock")["id"]
    context = {"ignore_auth": True, "user": factories.Sysadmin()["name"]}
    ids = {
        name: helpers.call_action(
            "package_create", dict(context), name=name, owner_org=city, **fields
        )["id"]
        for name, fields in DATASETS.items()
    }
    index.drain()
    yield ids
    model.Session.rollback()
    model.Session.remove()


@pytest.fixture
def ask(site: Any) -> Callable[..., Any]:
    """Asks for records: ``ask(q="Baum")``; the answer."""

    def get(path: str = ITEMS, **asked: str) -> Any:
        return site.get(f"{path}?{urlencode(asked)}" if asked else path)

    return get


@pytest.fixture
def names(ask: Callable[..., Any], catalogue: dict[str, str]) -> Callable[..., list[str]]:
    """Gives the names of the datasets found, in their order."""
    known = {key: name for name, key in catalogue.items()}

    def found(**asked: str) -> list[str]:
        answer = ask(**asked)
        assert answer.status_code == 200, answer.body
        page = answer.json
        assert page["numberReturned"] == len(page["features"])
        return [known[record["id"]] for record in page["features"]]

    return found


# --- The pages around the records -----------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "media"),
    [
        ("/ogc", "application/json"),
        ("/ogc/", "application/json"),
        ("/ogc/conformance", "application/json"),
        ("/ogc/api", "application/vnd.oai.openapi+json;version=3.0"),
        ("/ogc/collections", "application/json"),
        ("/ogc/collections/datasets", "application/ogc-catalog+json"),
        ("/ogc/collections/datasets/queryables", "application/schema+json"),
        ("/ogc/collections/datasets/sortables", "application/schema+json"),
        (ITEMS, "application/geo+json"),
        (f"{ITEMS}/baeume", "application/geo+json"),
    ],
)
def test_every_address_is_json_for_programs_and_a_page_for_people(
    ask: Any, site: Any, path: str, media: str
) -> None:
    answer = ask(path)
    assert (answer.status_code, answer.content_type) == (200, media)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in answer.headers["Vary"]
    assert "Set-Cookie" not in answer.headers
    browser = {"Accept": "text/html,application/xhtml+xml,*/*;q=0.8"}
    for page in (ask(path, f="html"), site.get(path, headers=browser)):
        assert page.content_type.startswith("text/html")
        assert html.fromstring(page.body).xpath("//main//h1")
    for link in answer.json.get("links", ()):
        if link["rel"] in ("self", "alternate") and "/ogc" in link["href"]:
            assert site.get(link["href"]).status_code == 200


def test_unchanged_costs_no_document(site: Any) -> None:
    tag = site.get(ITEMS).headers["ETag"]
    again = site.get(ITEMS, headers={"If-None-Match": tag})
    assert (again.status_code, again.data) == (304, b"")


def test_a_slash_at_the_end_leads_on(site: Any) -> None:
    answer = site.get("/ogc/collections/?f=json", follow_redirects=False)
    assert (answer.status_code, answer.location) == (301, f"{home()}/ogc/collections?f=json")


def test_pages_and_words_in_both_languages(ask: Any) -> None:
    links = {link["rel"]: link["href"] for link in ask("/en/ogc").json["links"]}
    assert links["data"] == f"{home()}/en/ogc/collections"
    assert ask("/en/ogc").headers["Content-Language"] == "en"
    assert ask(f"/en{ITEMS}/parken").json["properties"]["title"] == "Car parks"
    german = ask(f"{ITEMS}/parken").json
    assert german["properties"]["title"] == "Parkhäuser"
    assert german["properties"]["language"] == {"code": "de"}


def test_what_the_definition_names_is_there(ask: Any) -> None:
    found = ask("/ogc/api").json
    assert found["openapi"].startswith("3.0")
    known = found["components"]
    for path, methods in found["paths"].items():
        if "{" not in path:
            assert ask(f"/ogc{path}").status_code == 200
        for part in (*methods["get"]["parameters"], *methods["get"]["responses"].values()):
            if "$ref" in part:
                kind, name = part["$ref"].split("/")[2:]
                assert name in known[kind]
    queryables = ask("/ogc/collections/datasets/queryables").json["properties"]
    named = {
        part["$ref"].rpartition("/")[2]
        for part in found["paths"]["/collections/datasets/items"]["get"]["parameters"]
    }
    assert set(queryables) <= named  # fmt: skip


def test_the_sites_pages_lead_to_the_records(site: Any) -> None:
    header = " ".join(site.get("/").headers.getlist("Link"))
    assert f'{ITEMS}>; rel="http://www.opengis.net/def/rel/ogc/1.0/ogc-catalog"' in header


# --- Records --------------------------------------------------------------------------------------


def test_a_record_by_its_identifier_or_by_the_name_of_its_dataset(
    ask: Any, catalogue: dict[str, str]
) -> None:
    by_id = ask(f"{ITEMS}/{catalogue['baeume']}").json
    assert by_id == ask(f"{ITEMS}/baeume").json
    assert by_id["geometry"]["type"] == "Polygon"
    assert by_id["time"] == {"interval": ["2020-01-01", "2021-12-31"]}
    links = {(link["rel"], link.get("type")): link["href"] for link in by_id["links"]}
    rdf = urlsplit(links["alternate", "text/turtle"]).path
    assert ask(rdf).content_type.startswith("text/turtle")
    assert links["enclosure", "text/csv"] == "https://daten.example.org/b.csv"


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({}, {"baeume", "parken", "reihe"}),
        ({"q": "Straßenbaum"}, {"baeume"}),
        ({"q": "strassenbäume"}, {"baeume"}),
        ({"q": "Bäume in Rostock"}, {"baeume"}),
        ({"q": "Baum,Parkhaus"}, {"baeume", "parken"}),
        ({"q": 'Baum","Parkhaus'}, {"baeume", "parken"}),
        ({"q": "Xyzzy"}, set()),
        ({"q": "Xyzzy in Rostock"}, set()),
        ({"bbox": "12,54,12.2,54.2"}, {"baeume"}),
        ({"bbox": "179,-20,-170,20"}, {"parken"}),
        ({"bbox": "-170,-20,179,20"}, set()),
        ({"bbox": "-180,-90,180,90"}, {"baeume", "parken"}),
        ({"datetime": "2021-12-31"}, {"baeume"}),
        ({"datetime": "2021-12-31T23:59:59Z/.."}, {"baeume", "parken"}),
        ({"datetime": "2022-01-01/2024-04-30"}, set()),
        ({"datetime": "../2024-05-01T00:00:00Z"}, {"baeume", "parken"}),
        ({"datetime": "3000-01-01"}, {"parken"}),
        ({"type": "series"}, {"reihe"}),
        ({"type": "dataset"}, {"baeume", "parken"}),
        ({"type": "dataset,series"}, {"baeume", "parken", "reihe"}),
        ({"type": "service"}, set()),
        ({"externalIds": "baum-1"}, {"baeume"}),
        ({"externalIds": "https://daten.example.org/b,x"}, {"baeume"}),
        ({"externalIds": "https://alt.example.org/p,1"}, {"parken"}),
        ({"themes": "TRAN,ENVI"}, {"baeume", "parken"}),
        ({"themes": f"{EU}/data-theme/TRAN"}, {"parken"}),
        ({"formats": "CSV", "open": "true"}, {"baeume"}),
        ({"title": "parkhäuser"}, {"parken"}),
        ({"license": "cc-zero", "organization": "rostock"}, {"baeume"}),
        ({"organization": "wismar"}, set()),
        ({"q": "Baum", "themes": "TRAN"}, set()),
    ],
)
def test_filters(names: Any, asked: dict[str, str], expected: set[str]) -> None:
    assert set(names(**asked)) == expected


def test_what_is_not_public_is_absent_even_for_a_sysadmin(
    site: Any, catalogue: dict[str, str]
) -> None:
    token = {"Authorization": factories.SysadminWithToken()["token"]}
    page = site.get(f"{ITEMS}?q=Baumplan", headers=token)
    assert page.json["numberMatched"] == 0
    for name in ("geheim", catalogue["geheim"]):
        assert site.get(f"{ITEMS}/{name}", headers=token).status_code == 404


def test_what_is_withheld_from_other_catalogues_is_absent(
    site: Any, names: Any, catalogue: dict[str, str]
) -> None:
    delivery.withhold(catalogue["parken"], "Geht über das Land", "")
    assert set(names()) == set(names(ids=",".join(catalogue.values()))) == {"baeume", "reihe"}
    assert site.get(f"{ITEMS}/parken").status_code == 404
    assert "parken" in site.get("/dataset/?q=Parkhaus").body
    delivery.withhold(catalogue["parken"], "", "")
    assert set(names()) == {"baeume", "parken", "reihe"}


def test_orders_and_pages(names: Any, ask: Any, catalogue: dict[str, str]) -> None:
    assert names(sortby="title") == ["reihe", "parken", "baeume"]
    assert names(sortby="-title", limit="2") == ["baeume", "parken"]
    page = ask(sortby="-title", limit="1", offset="1").json
    assert (page["numberMatched"], page["numberReturned"]) == (3, 1)
    links = {link["rel"]: link["href"] for link in page["links"] if "f=json" in link["href"]}
    assert "offset=2" in links["next"]
    assert "offset=0" in links["prev"]
    assert "sortby=-title" in links["next"]
    assert names(limit="1000000000") == sorted(
        ("baeume", "parken", "reihe"), key=lambda name: catalogue[name]
    )


def test_a_walk_meets_every_record_once_though_one_goes_meanwhile(ask: Any) -> None:
    extra = factories.Dataset(owner_org=factories.Organization()["id"])
    first = ask(limit="2").json
    assert first["numberMatched"] == 4
    gone = first["features"][0]["id"]
    user = {"user": factories.Sysadmin()["name"]}
    helpers.call_action("package_patch", dict(user), id=gone, private=True)
    seen = [record["id"] for record in first["features"]]
    page = first
    while following := [link for link in page["links"] if link["rel"] == "next"]:
        page = ask(**dict(parse_qsl(urlsplit(following[0]["href"]).query))).json
        seen += [record["id"] for record in page["features"]]
    assert page["numberMatched"] == 3
    assert len(seen) == len(set(seen)) == 4
    helpers.call_action("package_patch", dict(user), id=gone, private=False)
    helpers.call_action("dataset_purge", dict(user), id=extra["id"])


# --- What cannot be answered ----------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "status", "code"),
    [
        (f"{ITEMS}?limit=1e9", 400, "limit"),
        (f"{ITEMS}?colour=red", 400, "parameter-unknown"),
        ("/ogc?q=Baum", 400, "parameter-unknown"),
        (f"{ITEMS}?f=xml", 400, "format"),
        (f"{ITEMS}?bbox=1,2,3", 400, "bbox-numbers"),
        (f"{ITEMS}?datetime=2024-06-01/2024-05-01", 400, "datetime-crossed"),
        (f"{ITEMS}?sortby=colour", 400, "sortby"),
        (f"{ITEMS}?open=maybe", 400, "flag"),
        (f"{ITEMS}?offset=99999999999", 400, "offset"),
        ("/ogc/collections/others", 404, "collection-unknown"),
        ("/ogc/collections/others/items", 404, "collection-unknown"),
        (f"{ITEMS}/nirgends", 404, "record-unknown"),
        (f"{ITEMS}/https://a.example/b", 404, "record-unknown"),
        ("/ogc/nirgends", 404, "page-unknown"),
    ],
)
def test_a_problem_as_json_and_as_a_page(site: Any, path: str, status: int, code: str) -> None:
    answer = site.get(path)
    assert (answer.status_code, answer.content_type) == (status, "application/problem+json")
    assert (answer.json["code"], answer.json["status"]) == (code, status)
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    english = site.get(f"/en{path}", headers={"Accept": "text/html"})
    assert english.status_code == status
    detail = site.get(f"/en{path}").json["detail"]
    shown = " ".join(html.fromstring(english.body).xpath("//main")[0].text_content().split())
    assert " ".join(detail.split()) in shown
    assert answer.json["detail"] != detail  # German is the site's language


@pytest.mark.parametrize(
    "q", ['"', "((", "AND OR", "*:*", "title:Baum", "{!lucene}x", "\\", "a" * 900, ",,,", "Baum\\,"]
)
def test_whatever_is_typed_the_search_answers(ask: Any, q: str) -> None:
    assert ask(q=q).status_code in (200, 400)


@pytest.mark.parametrize(
    "error", [SolrConnectionError("away"), SearchError("SOLR returned an error (HTTP 500): [..]")]
)
def test_while_solr_is_away(ask: Any, monkeypatch: pytest.MonkeyPatch, error: Exception) -> None:
    def away(*_: Any) -> Any:
        raise error

    monkeypatch.setattr(searching.choices, "search", away)
    answer = ask()
    assert (answer.status_code, answer.json["code"]) == (503, "no-answer")


# --- Others' readers, and ours --------------------------------------------------------------------


class Answer:
    """What OWSLib wants of an answer of requests."""

    def __init__(self, answer: Any, url: str) -> None:
        self.status_code, self.headers, self.url = answer.status_code, answer.headers, url
        self.content, self.text = answer.data, answer.get_data(as_text=True)
        self.json = answer.get_json

    def __bool__(self) -> bool:
        return bool(self.status_code < 400)


@pytest.fixture
def owslib_reads(site: Any, monkeypatch: pytest.MonkeyPatch) -> Records:
    """OWSLib's client of the API."""

    def get(url: str, params: Any = None, **_: Any) -> Answer:
        path = url.removeprefix(home())
        target = f"{path}?{urlencode(params)}" if params else path
        return Answer(site.get(target, headers={"Accept": "*/*"}), home() + target)

    monkeypatch.setattr(owslib.ogcapi, "http_get", get)
    return Records(f"{home()}/ogc")


def test_owslib_reads_it(owslib_reads: Records, catalogue: dict[str, str]) -> None:
    api = owslib_reads
    assert api.records() == ["datasets"]
    assert (
        "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/json"
        in (api.conformance()["conformsTo"])
    )
    assert api.api()["info"]["title"].endswith("OGC API – Records")
    assert api.collection("datasets")["itemType"] == "record"
    assert "themes" in api.collection_queryables("datasets")["properties"]
    found = api.collection_items(
        "datasets",
        bbox=[12, 54, 12.2, 54.2],
        datetime_="2020-01-01/..",
        q="Bäume",
        sortby=("updated", "desc"),
        limit=1,
        themes="ENVI",
    )
    assert (found["numberMatched"], found["features"][0]["id"]) == (1, catalogue["baeume"])
    assert api.collection_item("datasets", catalogue["parken"])["properties"]["type"] == "dataset"
    with pytest.raises(RuntimeError, match="colour"):
        api.collection_items("datasets", colour="red")


class Ours(dict[str, Page]):
    """The pages of a stand-in portal: whatever this site answers."""

    def __init__(self, site: Any) -> None:
        super().__init__()
        self.site = site

    def get(self, path: str, default: Any = None) -> Page:
        answer = self.site.get(path)
        return Page(answer.data, answer.content_type, answer.status_code)


@pytest.mark.parametrize("address", ["/ogc", "/ogc/collections/datasets", ITEMS])
def test_our_connector_takes_it_whole(
    site: Any,
    portal: StandIn,
    catalogue: dict[str, str],
    monkeypatch: pytest.MonkeyPatch,
    address: str,
) -> None:
    monkeypatch.setattr(rdflib, "NORMALIZE_LITERALS", False)
    portal.pages = Ours(site)
    options = {"rows": 2}
    source = SourceSettings("wir", "ogc-records", portal.url(address), "rostock", options=options)
    with walk(source) as run:
        records = list(run)
    assert run.completeness.complete
    public = {catalogue[name]: name for name in ("baeume", "parken", "reihe")}
    assert {record.identity for record in records} == set(public)
    for record in records:
        assert record.origin == f"{home()}/dataset/{public[record.identity]}"
        assert not record.unknown
        rdf = rdflib.Graph().parse(data=fragments.fragment(record.identity).text, format="nt")
        [want] = from_graph(rdf)
        normalise(want, source)  # as the walk has done
        assert record.dataset == want.dataset
