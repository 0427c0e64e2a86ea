"""What other catalogues get of ours: all in one stream, a part, nothing that is withheld."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from ipaddress import ip_address
from typing import Any
from urllib.parse import unquote

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from kept import kept
from walks import Listed, act, harvest, record, source

from ckanext.hanse.export import catalog_pages, fill, fragments
from ckanext.hanse.export.selection import Selection
from ckanext.hanse.model import DatasetState
from ckanext.hanse.model_datasets import decisions
from ckanext.hanse.security import client
from ckanext.hanse.store import index
from ckanext.hanse.views import streaming
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.reader import datasets
from hanse_harvesters.mapping.terms import IRI, Graph
from hanse_schemas.model_datasets import model_datasets
from hanse_schemas.shapes import HVD_REGULATION
from hanse_schemas.table import PREFIXES, expand

FORMATS = {"ttl": "turtle", "xml": "xml", "jsonld": "jsonld", "nt": "nt", "nq": "nq"}
BASE = "https://daten.example.org/datensatz"
CONTRIBUTORS = "http://dcat-ap.de/def/contributors"
THEME = "http://publications.europa.eu/resource/authority/data-theme/ENVI"
GEO = "http://data.europa.eu/bna/c_ac64a52d"
FILE = {"url": "https://daten.example.org/b.csv", "access_url": "https://daten.example.org/b.csv"}


@pytest.fixture
def stock(cities: dict[str, Any]) -> dict[str, str]:
    """Name → id: two harvested datasets of Rostock, one that Stralsund made here."""
    return kept("handed on", lambda: _filled(cities))


def _filled(cities: dict[str, Any]) -> dict[str, str]:
    harvest(
        source(cities["rostock"]["id"]),
        Listed(
            record("b", "Bäume", theme=[THEME], modified="2024-02-01", resources=[
                {**FILE, "license": "http://dcat-ap.de/def/licenses/cc-zero",
                 "access_services": [{"title": "WFS", "uri": f"{BASE}/wfs",
                                      "endpoint_url": [f"{BASE}/wfs"]}]}]),
            record("w", "Wege", contributor_id=[f"{CONTRIBUTORS}/schleswigHolstein"],
                   hvd_category=[GEO], applicable_legislation=[HVD_REGULATION]),
        ),
    )  # fmt: skip
    call_action(
        "package_create", {"user": factories.Sysadmin()["name"]}, name="haushalt",
        title="Haushalt", owner_org=cities["stralsund"]["id"], resources=[FILE],
    )  # fmt: skip
    fill.keep_up(seconds=60)  # records that are made up for a test come without
    return {row.name: row.id for row in model.Session.query(model.Package)}


def graph(answer: Any, ending: str = "ttl") -> Graph:
    assert answer.status_code == 200, answer.data
    return Graph(adapters.parse(answer.data, FORMATS[ending]))


def names(site: Any, address: str) -> list[str]:
    """The last parts of the datasets' IRIs, of ours "haushalt"."""
    found = (subject.rpartition("/")[2] for subject in datasets(graph(site.get(address))))
    return sorted(name if len(name) < 10 else "haushalt" for name in found)


def records(site: Any) -> int:
    """How many records OGC API – Records has."""
    index.drain()
    return int(site.get("/ogc/collections/datasets/items").json["numberMatched"])


def statements(found: Graph) -> set[tuple[str, ...]]:
    """Everything but how pages are linked, and the labels of nodes without an IRI."""
    return {
        tuple("_:" if str(term).startswith("_:") else str(term) for term in triple)
        for triple in found
        if not str(triple[1]).startswith(PREFIXES["hydra"])
        and not str(triple[2]).startswith(PREFIXES["hydra"])
    }


@pytest.mark.parametrize("ending", FORMATS)
def test_the_stream_holds_what_the_pages_hold(
    site: Any, stock: Any, ending: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_pages, "PAGE_SIZE", 2)
    monkeypatch.setattr(fragments, "_PART", 2)
    both: set[tuple[str, ...]] = set()
    for number in (1, 2):
        both |= statements(graph(site.get(f"/catalog.{ending}?page={number}"), ending))
    answer = site.get(f"/catalog.{ending}?all=1")
    found = graph(answer, ending)
    assert statements(found) == both
    (catalog,) = found.of_type(expand("hydra:Collection"))
    (total,) = found.objects(catalog, expand("hydra:totalItems"))
    assert total[0] == "3"
    assert len(found.objects(catalog, expand("dcat:dataset"))) == 3
    assert len(found.objects(catalog, expand("dcat:record"))) == 3
    assert found.objects(catalog, expand("dcat:service")) == [IRI(f"{BASE}/wfs")]
    assert answer.headers["Access-Control-Allow-Origin"] == "*"


def test_in_n_quads_a_dataset_is_a_graph(site: Any, stock: Any) -> None:
    lines = site.get("/catalog.nq?all=1").data.decode().splitlines()
    graphs = {line.rpartition(" <")[2].removesuffix("> .") for line in lines}
    assert {name.rpartition("/")[2] for name in graphs} == {"catalog", "baeume", "wege", "haushalt"}
    # By itself it has the same one, so that a mirror replaces it.
    alone = site.get("/dataset/baeume.nq").data.decode().splitlines()
    (name,) = {line.rpartition(" <")[2].removesuffix("> .") for line in alone}
    assert name in graphs
    assert len(alone) == sum(line.endswith(f" <{name}> .") for line in lines)


def test_a_city_has_a_catalogue_of_its_own(site: Any, stock: Any, cities: Any) -> None:
    act(
        "organization_patch", id="rostock", contributor_id=f"{CONTRIBUTORS}/openDataHRO",
        ars="130030000000",
    )  # fmt: skip
    whole = graph(site.get("/catalog.ttl"))
    (catalog,) = whole.of_type(expand("hydra:Collection"))
    parts = whole.objects(catalog, expand("dcterms:hasPart"))
    rostock = next(part for part in parts if "rostock" in str(part))
    assert rostock.endswith("/organization/rostock/catalog")
    own = graph(site.get("/organization/rostock/catalog.ttl"))
    for found in (whole, own):
        assert found.objects(rostock, expand("dcterms:isPartOf")) == [catalog]
        given = found.objects(rostock, expand("dcatde:contributorID"))
        assert given == [IRI(f"{CONTRIBUTORS}/openDataHRO")]
        assert set(found.objects(rostock, expand("dcat:dataset"))) == {
            IRI(f"{BASE}/b"), IRI(f"{BASE}/w")
        }  # fmt: skip
        # K12: what has none gets the city's; K13: what has one keeps it.
        for name, expected in {"b": "openDataHRO", "w": "schleswigHolstein"}.items():
            given = found.objects(IRI(f"{BASE}/{name}"), expand("dcatde:contributorID"))
            assert given == [IRI(f"{CONTRIBUTORS}/{expected}")]
    assert len(datasets(own)) == 2
    answer = site.get(
        "/organization/rostock/catalog", headers={"Accept": "text/turtle"}, follow_redirects=False
    )
    assert (answer.status_code, answer.location.rpartition("/")[2]) == (303, "catalog.ttl")
    assert site.get("/organization/nirgends/catalog.ttl").status_code == 404


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("organization=rostock", ["b", "w"]),
        ("organization=rostock&organization=stralsund", ["b", "haushalt", "w"]),
        ("theme=ENVI", ["b"]),
        (f"theme={THEME}", ["b"]),
        ("licence=cc-zero", ["b"]),
        ("hvd=yes", ["w"]),
        (f"hvd={GEO}", ["w"]),
        ("hvd=yes&theme=ENVI", []),
        ("changed=2020-01-31", ["b", "haushalt", "w"]),
    ],
)
def test_a_selection(site: Any, stock: Any, query: str, expected: list[str]) -> None:
    for more in ("", "&all=1"):
        assert names(site, f"/catalog.ttl?{query}{more}") == expected


def test_a_selection_holds_on_every_page(
    site: Any, stock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catalog_pages, "PAGE_SIZE", 1)
    answer = site.get("/catalog.ttl?theme=ENVI&licence=cc-zero&organization=rostock")
    links = " ".join(answer.headers.getlist("Link"))
    assert 'rel="next"' not in links
    assert site.get('/catalog.ttl?after="x').status_code == 200  # no id, and none in an ETag
    answer = site.get("/catalog.ttl?organization=rostock")
    assert "?organization=rostock&after=" in " ".join(answer.headers.getlist("Link"))


def test_only_what_changed(site: Any, stock: Any) -> None:
    past = sa.update(DatasetState).values(changed=datetime(2020, 1, 1, tzinfo=timezone.utc))
    model.Session.execute(past.where(DatasetState.dataset_id != stock["wege"]))
    old = sa.update(model.Package).values(metadata_modified=datetime(2020, 1, 1))
    model.Session.execute(old.where(model.Package.id != stock["wege"]))
    model.Session.commit()
    since = datetime.now(timezone.utc) - timedelta(hours=1)
    assert names(site, f"/catalog.ttl?changed={since:%Y-%m-%dT%H:%M:%SZ}") == ["w"]
    assert [item.name for item in fragments.walk(Selection(since=since))] == ["wege"]


@pytest.mark.parametrize(
    "query",
    ["organization=nie", "theme=nie", "theme=http:/a", "licence=nie", "hvd=nie",
     "changed=gestern", "changed=2999-01-01", "changed=2020-01-01&changed=2021-01-01",
     "withheld=nie"],
)  # fmt: skip
def test_what_is_not_understood_is_refused(site: Any, stock: Any, query: str) -> None:
    answer = site.get(f"/catalog.ttl?{query}")
    assert answer.status_code == 400
    assert answer.content_type.startswith("text/plain")
    name, _, value = query.rpartition("&")[2].partition("=")
    assert answer.body.startswith(f"{name}: “{unquote(value)}”. ")


class TestWithheld:
    def test_by_an_editor_on_a_page(
        self, site: Any, stock: Any, officer: Callable[..., Any], ask: Callable[..., Any]
    ) -> None:
        editor, path = officer("rostock"), "/dataset/baeume/delivery"
        assert "/dataset/baeume/delivery" in ask(editor, "/dataset/baeume").body
        assert ask(officer("stralsund"), path).status_code == 403
        refused = ask(editor, path, "POST", deliver="no", reason=" ")
        assert refused.status_code == 400
        assert "Sagen Sie, warum" in refused.body
        before = site.get("/catalog.ttl").headers["ETag"]
        assert ask(editor, path, "POST", deliver="no", reason="Über das Land").status_code == 302
        assert "Über das Land" in ask(editor, path).body
        assert names(site, "/catalog.ttl") == ["haushalt", "w"]
        assert site.get("/catalog.ttl").headers["ETag"] != before
        assert names(site, "/catalog.ttl?all=1&withheld=yes") == ["b", "haushalt", "w"]
        assert fragments.fragment(stock["baeume"]) is None
        assert site.get("/dataset/baeume.ttl").status_code == 200
        assert ask(editor, path, "POST", deliver="yes").status_code == 302
        assert names(site, "/catalog.ttl") == ["b", "haushalt", "w"]

    def test_only_by_those_who_edit(
        self, stock: Any, officer: Callable[..., Any], api: Callable[..., Any]
    ) -> None:
        for somebody in (None, officer("stralsund", "admin"), officer("rostock", "member")):
            with pytest.raises(tk.NotAuthorized):
                api(somebody, "hanse_dataset_deliver", id="baeume", deliver=False, reason="x")
        with pytest.raises(tk.ValidationError):
            api(officer("rostock"), "hanse_dataset_deliver", id="baeume", deliver="vielleicht")

    def test_by_its_source(
        self, site: Any, stock: Any, cities: Any, officer: Callable[..., Any],
        ask: Callable[..., Any],
    ) -> None:  # fmt: skip
        row = source(cities["rostock"]["id"])
        row.settings = {"schedule": "", "timezone": "Europe/Berlin", "deliver": True}
        model.Session.commit()
        admin, path = officer("rostock", "admin"), "/harvest/source/portal/edit"
        form = {"schedule_kind": "hand", "timezone": "Europe/Berlin"}
        assert ask(admin, path, "POST", **form, withhold="on").status_code == 302
        assert names(site, "/catalog.ttl") == ["haushalt"]
        assert names(site, "/organization/rostock/catalog.ttl?withheld=yes") == ["b", "w"]
        assert records(site) == 1
        assert "Portal der Stadt" in ask(admin, "/dataset/baeume/delivery").body
        assert 'name="withhold" aria-describedby="field-withhold-help" checked' in (
            ask(admin, path).body
        )
        assert ask(admin, path, "POST", **form).status_code == 302
        assert names(site, "/catalog.ttl") == ["b", "haushalt", "w"]
        assert records(site) == 3


class TestTexts:
    def outdate(self) -> None:
        values = {"rdf": "", "rdf_version": "", "terms": []}
        model.Session.execute(sa.update(DatasetState).values(**values))
        model.Session.commit()

    def test_of_before_the_update_are_made_when_read_and_stored_in_the_background(
        self, site: Any, stock: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        before = statements(graph(site.get("/catalog.ttl?all=1")))
        self.outdate()
        now = statements(graph(site.get("/catalog.ttl?all=1")))
        modified = expand("dcterms:modified")
        assert {s for s in now if s[1] != modified} == {s for s in before if s[1] != modified}
        assert names(site, "/catalog.ttl?theme=ENVI") == ["b"]
        assert fill.waiting() == 3
        monkeypatch.setattr(fill, "CHUNK", 2)
        assert fill.keep_up(seconds=60) == 3
        assert fill.waiting() == fill.keep_up(seconds=60) == 0
        assert statements(graph(site.get("/catalog.ttl?all=1"))) == now
        assert names(site, "/catalog.ttl?theme=ENVI") == ["b"]

    def test_a_newer_one_stays(self, stock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
        self.outdate()
        mine = DatasetState.dataset_id == stock["wege"]
        make = fill.made

        def slow(ids: Any) -> Any:
            found = make(ids)
            newer = sa.update(DatasetState).where(mine).values(rdf="neu", changed=sa.func.now())
            with model.meta.engine.begin() as connection:
                connection.execute(newer)
            return found

        monkeypatch.setattr(fill, "made", slow)
        assert fill.keep_up(seconds=60) == 2
        assert model.Session.scalar(sa.select(DatasetState.rdf).where(mine)) == "neu"

    def test_a_change_past_the_source_is_handed_on(self, site: Any, stock: Any) -> None:
        admin = {"user": factories.Sysadmin()["name"]}
        call_action("package_patch", admin, id="baeume", notes="Von Hand.")
        title = graph(site.get("/dataset/baeume.ttl"))
        assert title.objects(IRI(f"{BASE}/b"), expand("dcterms:description"))[0][0] == "Von Hand."

    def test_a_persons_word_on_the_model_dataset_is_handed_on(self, site: Any, stock: Any) -> None:
        wanted = next(iter(model_datasets()))
        before = site.get("/dataset/baeume.ttl").headers["ETag"]
        decisions.decide([stock["baeume"]], wanted.iri, "")
        found = graph(site.get("/catalog.ttl"))
        (reference,) = found.objects(IRI(f"{BASE}/b"), expand("dcterms:references"))
        assert reference == wanted.iri
        assert site.get("/dataset/baeume.ttl").headers["ETag"] != before
        decisions.undo([stock["baeume"]])
        assert site.get("/dataset/baeume.ttl").headers["ETag"] == before

    def test_the_citys_id_is_not_stored_with_one_made_here(
        self, site: Any, cities: Any, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        term, admin = expand("dcatde:contributorID"), {"user": factories.Sysadmin()["name"]}
        made = factories.Dataset(owner_org=cities["stralsund"]["id"])
        for name in ("eins", "zwei"):
            iri = f"{CONTRIBUTORS}/{name}"
            call_action("organization_patch", admin, id="stralsund", contributor_id=iri)
            found = graph(site.get(f"/dataset/{made['name']}.ttl"))
            (subject,) = datasets(found)
            assert found.objects(subject, term) == [IRI(iri)]
            call_action("package_patch", admin, id=made["id"], notes=name)

    def test_a_damaged_one_costs_no_other(self, site: Any, stock: Any) -> None:
        broken = sa.update(DatasetState).where(DatasetState.dataset_id == stock["wege"])
        model.Session.execute(broken.values(rdf=f"<{BASE}/w> <https://p.example/x> nichts .\n"))
        model.Session.commit()
        assert names(site, "/catalog.ttl?all=1") == ["b", "haushalt"]

    def test_walk_and_fragment_agree(self, stock: Any) -> None:
        found = list(fragments.walk(chunk=2))
        assert [item.id for item in found] == sorted(stock.values())
        for item in found:
            assert fragments.fragment(item.id) == item
        assert fragments.fragment("nirgends") is None


def test_streams_are_few_and_one_a_client(
    site: Any, stock: Any, visitor: Callable[..., Any]
) -> None:
    everything = "/catalog.ttl?all=1"
    mine = client.network(ip_address("192.0.2.7"))
    for who in (mine, "somebody"):
        assert streaming._slots.take(who, 1)
        answer = visitor(everything)
        assert (answer.status_code, answer.headers["Retry-After"]) == (503, "60")
        assert visitor("/catalog.ttl").status_code == 200
        assert visitor(everything, "HEAD").status_code == 200
        assert site.get(everything).status_code == (200 if who == mine else 503)
    for who in (mine, "somebody"):
        streaming._slots.free(who)
    for _ in range(3):
        assert visitor(everything).status_code == 200


def test_while_somebody_reads_no_transaction_is_open(stock: Any) -> None:
    parts = streaming.Place("somebody").during(fragments.serialise(Selection(), "ttl"))
    for _ in parts:
        assert not model.Session().in_transaction()


def test_a_change_that_commits_late_is_a_change_of_the_catalogue(site: Any, stock: Any) -> None:
    # Of two transactions the one that began first may end last: no other has an earlier time.
    moments = sa.update(DatasetState).values(changed=sa.func.now() + timedelta(hours=1))
    model.Session.execute(moments.where(DatasetState.dataset_id == stock["wege"]))
    model.Session.commit()
    before = site.get("/catalog.ttl?all=1").headers["ETag"]
    late = sa.update(DatasetState).where(DatasetState.dataset_id == stock["baeume"])
    model.Session.execute(late.values(rdf_version="", changed=sa.func.now()))
    model.Session.commit()
    again = site.get("/catalog.ttl?all=1", headers={"If-None-Match": before})
    assert again.status_code == 200


def test_a_client_has_to_take_its_answer(stock: Any, site: Any) -> None:
    class Socket:
        seconds = 0.0

        def settimeout(self, seconds: float) -> None:
            self.seconds = seconds

    for path in ("/catalog.ttl?all=1", "/catalog.ttl", "/about"):
        socket = Socket()
        site.get(path, environ_overrides={"gunicorn.socket": socket})
        assert socket.seconds == streaming._PATIENCE
