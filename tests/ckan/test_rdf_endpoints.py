"""The catalogue as others harvest it: whole, valid, and nothing in it that is not public."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from ckan.tests import factories
from ckan.tests.helpers import call_action
from official import official
from stand_in import Page, StandIn
from walks import Listed, act, harvest, record, source

from ckanext.hanse.export import catalog_pages, stamps
from ckanext.hanse.harvest.open_source import walk
from ckanext.hanse.store import page_generation
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.reader import datasets, read_dataset
from hanse_harvesters.mapping.terms import IRI, Graph
from hanse_harvesters.settings.source import SourceSettings
from hanse_schemas.table import expand

KINDS = {
    "ttl": ("turtle", "text/turtle"),
    "xml": ("xml", "application/rdf+xml"),
    "jsonld": ("jsonld", "application/ld+json"),
    "nt": ("nt", "application/n-triples"),
    "nq": ("nq", "application/n-quads"),
}
EU = "http://publications.europa.eu/resource/authority"
COMPLETE = {
    "notes": "Standort, Art und Pflanzjahr der Straßenbäume.",
    "tags": [{"name": "Baum"}],
    "theme": [f"{EU}/data-theme/ENVI"],
    "publisher": [{"uri": "https://daten.example.org/#stadt", "name": "Hansestadt Rostock"}],
    "contact": [{"name": "Amt für Grün", "email": "gruen@rostock.example"}],
    "language": [f"{EU}/language/DEU"],
    "identifier": "baum-1",
    "modified": "2024-02-01",
    "contributor_id": ["http://dcat-ap.de/def/contributors/openDataHRO"],
    "resources": [
        {
            "uri": "https://daten.example.org/baum.csv#datei",
            "name": "Bäume",
            "access_url": "https://daten.example.org/baum",
            "url": "https://daten.example.org/baum",
            "format": "CSV",
            "license": "http://dcat-ap.de/def/licenses/cc-zero",
        }
    ],
}
TREES = "https://daten.example.org/datensatz/b"


@pytest.fixture
def trees(cities: dict[str, Any]) -> dict[str, Any]:
    """One harvested dataset with every mandatory property."""
    found = record("b", "Bäume", **COMPLETE)
    found.unknown = f'<{TREES}> <https://p.example/colour> "grün" .'
    harvest(source(cities["rostock"]["id"]), Listed(found))
    return call_action("package_show", id="baeume")


@pytest.fixture
def small_pages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(catalog_pages, "PAGE_SIZE", 3)


def graph(answer: Any, ending: str = "ttl") -> Graph:
    return Graph(adapters.parse(answer.data, KINDS[ending][0]))


def one(found: Graph, subject: Any, name: str) -> str:
    (value,) = found.objects(IRI(subject), expand(name))
    return str(value if isinstance(value, IRI) else value[0])


def whole(found: Graph) -> Any:
    """The node of the catalogue whose page it is; the cities' are its parts."""
    (catalog,) = found.of_type(expand("hydra:Collection"))
    assert catalog in found.of_type(expand("dcat:Catalog"))
    return catalog


def following(found: Graph) -> str:
    """The address of the next page without the site's, "" on the last one."""
    (view,) = found.of_type(expand("hydra:PartialCollectionView"))
    following = found.objects(view, expand("hydra:next"))
    return "/" + following[0].partition("//")[2].partition("/")[2] if following else ""


def ids(found: Graph) -> list[str]:
    return [subject.rpartition("/")[2] for subject in datasets(found)]


def patch(user: dict[str, Any], dataset_id: str, **fields: Any) -> None:
    call_action("package_patch", {"user": user["name"]}, id=dataset_id, **fields)


def links(answer: Any) -> str:
    return " ".join(answer.headers.getlist("Link"))


class TestDataset:
    @pytest.mark.parametrize("ending", KINDS)
    def test_in_every_format_under_the_sources_iri(self, site: Any, trees: Any, ending: str):
        answer = site.get(f"/dataset/baeume.{ending}")
        assert answer.content_type == f"{KINDS[ending][1]}; charset=utf-8"
        found = graph(answer, ending)
        assert datasets(found) == [IRI(TREES)]
        read = read_dataset(found, IRI(TREES)).dataset
        assert read["title"] == "Bäume"
        assert read["identifier"] == "baum-1"
        assert trees["id"] in read["alternate_identifier"][0]
        assert [item["uri"] for item in read["resources"]] == [COMPLETE["resources"][0]["uri"]]

    def test_our_page_is_the_record_of_it(self, site: Any, trees: Any):
        found = graph(site.get("/dataset/baeume.ttl"))
        pages = found.of_type(expand("dcat:CatalogRecord"))
        (page,) = [page for page in pages if page.endswith("/dataset/baeume")]
        assert one(found, page, "foaf:primaryTopic") == TREES
        assert one(found, page, "dcterms:source") == f"{TREES}.html"
        assert one(found, page, "dcterms:modified") == f"{trees['metadata_modified']}Z"

    def test_one_made_here_has_an_iri_of_ours(self, site: Any, cities: Any):
        made = factories.Dataset(
            owner_org=cities["stralsund"]["id"],
            name="wege",
            resources=[{"name": "Liste", "url": "https://files.example.org/wege.csv"}],
        )
        found = graph(site.get("/dataset/wege.ttl"))
        (subject,) = datasets(found)
        read = read_dataset(found, subject).dataset
        assert subject.endswith(f"/dataset/{made['id']}")
        assert read["identifier"] == made["id"]
        (resource,) = read["resources"]
        assert resource["uri"] == f"{subject}/resource/{made['resources'][0]['id']}"
        assert resource["access_url"] == "https://files.example.org/wege.csv"

    def test_what_the_table_does_not_know_on_request(self, site: Any, trees: Any):
        colour = IRI("https://p.example/colour")
        assert not graph(site.get("/dataset/baeume.ttl")).objects(IRI(TREES), colour)
        assert graph(site.get("/dataset/baeume.ttl?unknown=1")).objects(IRI(TREES), colour)

    def test_by_its_id_leads_to_its_name(self, site: Any, trees: Any):
        answer = site.get(f"/dataset/{trees['id']}.ttl", follow_redirects=False)
        assert (answer.status_code, answer.location.rpartition("/")[2]) == (302, "baeume.ttl")

    def test_private_and_draft_only_for_who_may_read_it(
        self, site: Any, cities: Any, officer: Callable[..., dict[str, Any]]
    ):
        for name, hidden in {"geheim": {"private": True}, "entwurf": {"state": "draft"}}.items():
            factories.Dataset(name=name, owner_org=cities["rostock"]["id"], **hidden)
            own, other = officer("rostock"), officer("stralsund")

            def status(user: dict[str, Any] | None, name: str = name) -> Any:
                headers = {"Authorization": user["token"]} if user else {}
                return site.get(f"/dataset/{name}.ttl", headers=headers)

            assert status(None).status_code == 404
            assert status(other).status_code == 403
            assert status(own).status_code == 200
            assert "no-store" in status(own).headers["Cache-Control"]

    def test_a_query_of_raw_bytes_is_no_fault_of_ours(self, site: Any, trees: Any):
        raw = {"QUERY_STRING": "x=\xff"}
        for address in (f"/dataset/{trees['id']}.ttl", "/ogc/collections/"):
            answer = site.get(address, environ_overrides=raw, follow_redirects=False)
            assert answer.status_code in (301, 302)
            assert answer.headers["Location"].endswith("?x=%FF")

    def test_none_of_that_name(self, site: Any, clean: None):
        assert site.get("/dataset/nirgends.ttl").status_code == 404
        assert site.get("/dataset/nirgends.pdf").status_code == 404


class TestNegotiation:
    def test_a_page_leads_to_its_rdf_and_names_it(self, site: Any, trees: Any):
        wanted = {"Accept": "application/ld+json"}
        answer = site.get("/dataset/baeume", headers=wanted, follow_redirects=False)
        assert answer.status_code == 303
        assert answer.location.endswith("/dataset/baeume.jsonld")
        page = site.get("/dataset/baeume", headers={"Accept": "text/html"})
        assert 'dataset/baeume.ttl>; rel="alternate"; type="text/turtle"' in links(page)
        assert "Accept" in page.headers["Vary"]

    def test_a_browser_gets_html(self, site: Any, trees: Any):
        browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8"}
        assert site.get("/dataset/baeume", headers=browser).content_type.startswith("text/html")
        assert site.get("/dataset/baeume").content_type.startswith("text/html")

    def test_the_catalogues_own_iri(self, site: Any, clean: None):
        for wanted, target in {"text/turtle": "/catalog.ttl", "text/html": "/dataset/"}.items():
            answer = site.get("/catalog", headers={"Accept": wanted}, follow_redirects=False)
            assert answer.status_code == 303
            assert answer.location.endswith(target)


class TestCatalogue:
    def make(self, city: dict[str, Any], count: int) -> set[str]:
        return {factories.Dataset(owner_org=city["id"])["id"] for _ in range(count)}

    def walk(self, site: Any, ending: str = "ttl") -> list[Graph]:
        """The pages, by the links alone."""
        address, pages = f"/catalog.{ending}", []
        while address:
            pages.append(graph(site.get(address), ending))
            address = following(pages[-1])
        return pages

    @pytest.mark.parametrize("ending", KINDS)
    def test_pages_are_complete_and_disjoint(
        self, site: Any, cities: Any, small_pages: None, ending: str
    ):
        made = self.make(cities["rostock"], 7)
        pages = self.walk(site, ending)
        found = [dataset_id for page in pages for dataset_id in ids(page)]
        assert [len(datasets(page)) for page in pages] == [3, 3, 1]
        assert sorted(found) == sorted(made)
        assert found == sorted(found)
        for page in pages:
            catalog = whole(page)
            assert one(page, catalog, "hydra:totalItems") == "7"
            assert set(page.objects(catalog, expand("dcat:dataset"))) == set(datasets(page))

    @pytest.mark.parametrize("ending", ["ttl", "xml", "jsonld", "nt"])
    def test_a_harvester_like_ours_takes_it_whole(
        self, site: Any, cities: Any, small_pages: None, portal: StandIn, ending: str
    ):
        made = self.make(cities["rostock"], 7)
        path = f"/catalog.{ending}"
        while path:
            answer = site.get(path)
            portal.pages[path] = Page(answer.data, KINDS[ending][1])
            path = following(graph(answer, ending))
        settings = SourceSettings("wir", "rdf", portal.url(f"/catalog.{ending}"), "rostock")
        with walk(settings) as run:
            found = list(run)
        assert run.completeness.complete
        assert run.completeness.declared == (7, 7)
        assert {item.identity.rpartition("/")[2] for item in found} == made
        assert not any(item.rule.startswith("property-") for one in found for item in one.issues)

    def test_editing_between_two_pages_loses_and_repeats_nothing(
        self, site: Any, cities: Any, small_pages: None, sysadmin: dict[str, Any]
    ):
        made = self.make(cities["rostock"], 5)
        first = datasets(graph(site.get("/catalog.ttl")))
        for dataset_id in sorted(made):
            patch(sysadmin, dataset_id, title="Anders")
        second = datasets(graph(site.get("/catalog.ttl?page=2")))
        assert sorted(s.rpartition("/")[2] for s in [*first, *second]) == sorted(made)

    def test_what_comes_and_goes_between_two_pages_moves_no_other(
        self, site: Any, cities: Any, small_pages: None, sysadmin: dict[str, Any]
    ):
        made = sorted(self.make(cities["rostock"], 7))
        first = graph(site.get("/catalog.ttl"))
        # By numbers the fourth would be passed over, or with new ones the third met again.
        call_action("package_delete", {"user": sysadmin["name"]}, id=made[0])
        patch(sysadmin, made[1], private=True)
        second = graph(site.get(following(first)))
        early = {"user": sysadmin["name"]}
        for number in range(2):
            made_before = f"0000000{number}{made[0][8:]}"
            call_action(
                "package_create", early, id=made_before, name=f"frueh-{number}", title="Früh",
                owner_org=cities["rostock"]["id"],
            )  # fmt: skip
        third = graph(site.get(following(second)))
        assert [ids(page) for page in (first, second, third)] == [made[:3], made[3:6], made[6:]]
        assert following(third) == ""

    def test_neighbours_by_link_headers_and_hydra(self, site: Any, cities: Any, small_pages: None):
        self.make(cities["rostock"], 7)
        answer = site.get("/catalog.ttl?page=2")
        found = graph(answer)
        behind = f"?after={ids(found)[-1]}"
        told = {"first": "", "previous": "?page=1", "next": behind, "last": "?page=3"}
        (view,) = found.of_type(expand("hydra:PartialCollectionView"))
        for relation, query in told.items():
            assert one(found, view, f"hydra:{relation}").endswith(f"/catalog.ttl{query}")
            name = relation.replace("previous", "prev")
            assert f'/catalog.ttl{query}>; rel="{name}"' in links(answer)

    @pytest.mark.parametrize("page", ["0", "4", "-1", "x", "", "1e9", "1000000000"])
    def test_a_page_that_is_not_there(self, site: Any, cities: Any, small_pages: None, page: str):
        self.make(cities["rostock"], 7)
        assert site.get(f"/catalog.ttl?page={page}").status_code == 404

    def test_an_empty_catalogue_is_one_page(self, site: Any, clean: None):
        (page,) = self.walk(site)
        assert datasets(page) == []
        assert len(page.of_type(expand("dcat:Catalog"))) == 1

    def test_private_deleted_and_draft_ones_are_absent_even_for_a_sysadmin(
        self, site: Any, cities: Any, sysadmin: dict[str, Any]
    ):
        shown = factories.Dataset(owner_org=cities["rostock"]["id"])
        factories.Dataset(owner_org=cities["rostock"]["id"], private=True)
        factories.Dataset(owner_org=cities["rostock"]["id"], state="draft")
        gone = factories.Dataset(owner_org=cities["rostock"]["id"])
        call_action("package_delete", {"user": sysadmin["name"]}, id=gone["id"])
        answer = site.get("/catalog.ttl", headers={"Authorization": sysadmin["token"]})
        (subject,) = datasets(graph(answer))
        assert subject.endswith(shown["id"])

    def test_unchanged_costs_no_document(self, site: Any, trees: Any, sysadmin: dict[str, Any]):
        for address in ("/catalog.ttl", "/dataset/baeume.ttl"):
            first = site.get(address)
            tag = {"If-None-Match": first.headers["ETag"]}
            again = site.get(address, headers=tag)
            assert (again.status_code, again.data) == (304, b"")
            patch(sysadmin, trees["id"], notes=address)
            assert site.get(address, headers=tag).status_code == 200

    def test_unchanged_is_told_by_the_time_too(
        self, site: Any, trees: Any, monkeypatch: pytest.MonkeyPatch
    ):
        monkeypatch.setattr(stamps, "_SETTLED", timedelta(hours=1))
        for address in ("/catalog.ttl", "/dataset/baeume.ttl"):
            assert "Last-Modified" not in site.get(address).headers, "just changed"
        monkeypatch.setattr(stamps, "_SETTLED", timedelta(0))
        for address in ("/catalog.ttl", "/catalog.ttl?all=1", "/dataset/baeume.ttl"):
            while page_generation.current.read() is None:  # Redis is waited for 0.25 s only
                time.sleep(0.1)
            told = site.get(address).headers["Last-Modified"]
            again = site.get(address, headers={"If-Modified-Since": told})
            assert (again.status_code, again.data) == (304, b"")
            early = {"If-Modified-Since": "Sat, 01 Jan 2000 00:00:00 GMT"}
            assert site.get(address, headers=early).status_code == 200

    def test_valid_by_the_official_shapes(self, site: Any, trees: Any, shapes_folder: Any):
        mine = {"contributor_id": COMPLETE["contributor_id"][0], "ars": "130030000000"}
        act("organization_patch", id="rostock", description="Daten.", **mine)
        triples = list(graph(site.get("/catalog.ttl")))
        stack = official(shapes_folder)
        assert stack.violations(triples) == []
        conforms, report = stack.conforms_by_pyshacl(triples)
        assert conforms, report

    def test_says_who_publishes_it_in_both_languages(self, site: Any, clean: None):
        found = graph(site.get("/catalog.ttl"))
        (catalog,) = found.of_type(expand("dcat:Catalog"))
        titles = {title.language for title in found.objects(catalog, expand("dcterms:title"))}
        assert titles == {"de", "en"}
        publisher = one(found, catalog, "dcterms:publisher")
        assert one(found, publisher, "foaf:name")
