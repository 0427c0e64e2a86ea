"""OGC API – Records: the contract, what becomes of a record, services, and odd paging."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any, ClassVar

import pytest
from portals.ogc import GEOJSON, ROOT, OgcApi, record, service

from hanse_harvesters.detection.run import detect
from hanse_harvesters.errors import ConfigError, NotACatalogue
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import detect as kinds
from hanse_harvesters.sources.places import Wish
from hanse_harvesters.testing import Contract, Portal, Reply, Script

ITEMS = f"{ROOT}/collections/dataset/items"
_HVD = "http://data.europa.eu/bna/c_ac64a52d"


class TestOgcRecords(Contract):
    kind = "ogc-records"
    path = ITEMS
    options: ClassVar[dict[str, Any]] = {"rows": 3}

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return OgcApi({"dataset": [record(name) for name in names]}).scripts()

    def test_a_limit_ends_the_walk_and_asks_for_no_more(self, run: Any) -> None:
        with Portal(self.scripts(["a", "b", "c", "d"])) as portal:
            walk = run(portal, limit=1)
            assert len(list(walk)) == 1
            assert len(portal.asked) == 1
        assert walk.completeness.reason == "walk-limited"


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, path: str = ITEMS, **options: Any) -> Run:
        source = SourceSettings("s", "ogc-records", portal.url(path), "stadt", options=options)
        return Run(source, client=patient(portal.endpoint, tries=1), workers=0)

    return make


def _read(run: Any, *records: Any, **says: Any) -> list[Record]:
    with Portal(OgcApi({"dataset": list(records)}, says=says).scripts()) as portal:
        return list(run(portal))


# --- A record -------------------------------------------------------------------------------------


def test_every_part_of_a_record_has_its_place(run: Any) -> None:
    links = [
        {"rel": "license", "href": "https://creativecommons.org/licenses/by/4.0/"},
        {"rel": "enclosure", "href": "https://stadt.example/b.zip", "type": "application/zip",
         "title": "Alles", "length": 17, "updated": "2024-01-01T00:00:00Z"},
        {"rel": "item", "href": "https://geo.stadt.example/ows?service=WFS", "type": "OGC:WFS"},
        {"rel": "describedby", "href": "https://stadt.example/doku.pdf", "type": "application/pdf"},
        {"rel": "about", "href": "https://stadt.example/lies", "type": "text/html"},
        {"rel": "alternate", "href": "https://stadt.example/seite", "type": "text/html"},
        {"rel": "alternate", "href": "https://stadt.example/b.xml", "type": "application/xml"},
        {"rel": "self", "href": "https://stadt.example/items/b", "type": "application/geo+json"},
        {"rel": "related", "href": "https://stadt.example/anderes"},
    ]  # fmt: skip
    contacts = [
        {"organization": "Grünflächenamt", "roles": ["publisher"],
         "emails": [{"value": "g@s.example"}]},
        {"organization": "Geodatenstelle", "name": "Frau Ahorn", "position": "Leitung",
         "roles": [{"name": "pointOfContact"}], "phones": [{"value": "+49 381 1"}],
         "addresses": [{"deliveryPoint": ["Markt 1", "Haus B"], "city": ["Rostock"],
                        "postalCode": ["18055"], "country": ["Deutschland"]}],
         "links": [{"href": "https://stadt.example/geo", "rel": None}]},
        {"name": "Stadtkasse", "roles": ["owner"]},
    ]  # fmt: skip
    one = record(
        "b", links=links, contacts=contacts, license="other", created="2020-01-01",
        language={"code": "de-DE", "name": "Deutsch"}, rights="© Stadt",
        externalIds=[{"scheme": "default", "value": "b"}, {"value": "DE-17"}],
    )  # fmt: skip
    one["time"] = {"interval": ["2001-01-01", ".."], "resolution": "P1Y"}
    one["geometry"] = {"type": "Point", "coordinates": [12.1, 54.1]}
    (found,) = _read(run, one)

    dataset = found.dataset
    assert dataset["publisher"] == [{"name": "Grünflächenamt", "email": "g@s.example"}]
    assert dataset["contact"] == [
        {"name": "Geodatenstelle, Leitung, Frau Ahorn", "telephone": "+49 381 1",
         "street": "Markt 1, Haus B", "postal_code": "18055", "locality": "Rostock",
         "country": "Deutschland", "url": "https://stadt.example/geo"}
    ]  # fmt: skip
    assert dataset["qualified_attribution"][0]["role"].endswith("/owner")
    assert dataset["alternate_identifier"] == ["DE-17"]
    assert dataset["temporal_coverage"] == [{"start": "2001-01-01"}]
    assert dataset["temporal_resolution"] == "P1Y"
    assert dataset["spatial_coverage"][0]["geom"].count("Point")
    assert dataset["language"][0].endswith("/DEU")
    assert (dataset["url"], dataset["documentation"], dataset["relation"]) == (
        "https://stadt.example/seite",
        ["https://stadt.example/doku.pdf", "https://stadt.example/lies"],
        ["https://stadt.example/anderes"],
    )
    packed, wfs = dataset["resources"]
    assert (packed["name"], packed["size"], packed["modified"]) == (
        "Alles", 17, "2024-01-01T00:00:00Z",
    )  # fmt: skip
    assert packed["license"].endswith("/cc-by/4.0") or "licenses" in packed["license"]
    assert wfs["access_services"][0]["endpoint_url"] == ["https://geo.stadt.example/ows"]
    assert wfs["access_services"][0]["publisher"] == dataset["publisher"]
    assert found.origin == "https://stadt.example/seite"
    assert found.unknown == ""


def test_codes_of_high_value_data_and_inspire_are_understood_wherever_they_stand(run: Any) -> None:
    in_themes = record(
        "a",
        themes=[
            {"scheme": "http://inspire.ec.europa.eu/theme",
             "concepts": [{"id": "http://inspire.ec.europa.eu/theme/hy"}]},
            {"concepts": [{"id": "c_ac64a52d", "title": "Georaum", "url": _HVD}]},
            {"scheme": "http://publications.europa.eu/resource/authority/data-theme",
             "concepts": [{"id": "TRAN",
                 "url": "http://publications.europa.eu/resource/authority/data-theme/TRAN"}]},
        ],
        keywords=["HVD", "Wasser"],
    )  # fmt: skip
    of_its_own = record(
        "b",
        hvd_category={"code": _HVD, "title": "Georaum"},
        inspire_theme={"code": "http://inspire.ec.europa.eu/theme/hy", "title": "Gewässernetz"},
        keywords=["HVD"],
    )
    for found in _read(run, in_themes, of_its_own):
        dataset = found.dataset
        assert dataset["hvd_category"] == [_HVD]
        assert dataset["applicable_legislation"] == [
            "http://data.europa.eu/eli/reg_impl/2023/138/oj"
        ]
        assert any(theme.endswith("/ENVI") for theme in dataset["theme"])
        assert "HVD" in {tag["name"] for tag in dataset["tags"]}
        assert not any(item.rule == "concept-unknown" for item in found.issues)


def test_a_plain_word_of_a_thesaurus_is_a_keyword_and_its_scheme_is_kept(run: Any) -> None:
    theme = {"scheme": "https://thesaurus.example", "concepts": [{"id": "baum"}, {"id": "grün"}]}
    (found,) = _read(run, record("a", keywords=[], themes=[theme]))

    assert [tag["name"] for tag in found.dataset["tags"]] == ["baum", "grün"]
    assert json.loads(found.unknown) == {"properties.themes.scheme": ["https://thesaurus.example"]}


def test_who_stands_in_for_a_missing_publisher_is_told(run: Any) -> None:
    (found,) = _read(
        run,
        record("a", contacts=[{"name": "Team", "organization": "Amt", "roles": ["custodian"],
                               "emails": [{"value": "t@s.example"}]}]),
    )  # fmt: skip

    assert found.dataset["publisher"] == [{"name": "Amt"}]
    assert found.dataset["contact"] == [{"name": "Amt, Team", "email": "t@s.example"}]
    assert {"iso-publisher-from-role", "iso-contact-from-role"} <= {i.rule for i in found.issues}


def test_a_host_and_a_producer_are_the_office_that_publishes_and_may_be_asked(run: Any) -> None:
    contact = {
        "name": "Frau Ahorn",
        "organization": "Wetterdienst",
        "emails": [{"value": "w@s.example"}],
        "roles": ["host", "producer"],
    }
    (found,) = _read(run, record("b", contacts=[contact]))

    assert found.dataset["publisher"] == [{"name": "Wetterdienst"}]
    assert found.dataset["creator"] == [{"name": "Wetterdienst", "email": "w@s.example"}]
    assert found.dataset["contact"][0]["email"] == "w@s.example"
    assert found.dataset["qualified_attribution"][0]["role"].endswith("/distributor")
    assert {"iso-publisher-from-role", "iso-contact-from-role"} <= {i.rule for i in found.issues}


def test_a_copyright_is_no_page_and_items_of_a_record_are_data(run: Any) -> None:
    links = [
        {"rel": "copyright", "href": "https://stadt.example/README.txt", "type": "text/html"},
        {"rel": "items", "href": "https://stadt.example/collections/b/items", "title": "API"},
    ]
    (found,) = _read(run, record("b", links=links))

    assert found.dataset["rights"] == "https://stadt.example/README.txt"
    assert "url" not in found.dataset
    assert [file["name"] for file in found.dataset["resources"]] == ["API"]


def test_a_template_of_a_link_is_a_way_where_it_leads_somewhere(run: Any) -> None:
    one = record("b", links=[])
    day = {"rel": "data", "uriTemplate": "https://stadt.example/{tag}/b.csv", "title": "Tageswerte"}
    one["linkTemplates"] = [
        {
            "rel": "describes",
            "title": "Karte",
            "uriTemplate": "https://geo.stadt.example/ows?service=WMS&request=GetMap&bbox={bbox}",
            "variables": {"bbox": {"type": "array"}},
        },
        {
            "rel": "item",
            "title": "Liste",
            "type": "text/csv",
            "uriTemplate": "https://stadt.example/{jahr}.csv{?zeilen}",
            "variables": {"jahr": {"enum": ["2024"]}},
        },
        day,
    ]
    (found,) = _read(run, one)

    service, file = found.dataset["resources"]
    assert service["access_services"][0]["endpoint_url"] == ["https://geo.stadt.example/ows"]
    assert (service["name"], file["name"]) == ("Karte", "Liste")
    assert file["access_url"] == "https://stadt.example/2024.csv"
    unknown = json.loads(found.unknown)
    assert unknown["linkTemplates.title"] == ["Tageswerte"]
    assert len(unknown["linkTemplates.uriTemplate"]) == 3


def test_a_template_of_a_service_that_is_linked_is_no_second_way(run: Any) -> None:
    address = "https://geo.stadt.example/ows?service=WFS&request=GetCapabilities"
    one = record("b", links=[{"rel": "describes", "href": address, "title": "WFS"}])
    template = {
        "uriTemplate": f"{address[:-15]}GetFeature&typeName=b&count={{n}}",
        "title": "Auszug",
    }
    one["linkTemplates"] = [template]
    (found,) = _read(run, one)

    assert [file["name"] for file in found.dataset["resources"]] == ["WFS"]
    assert json.loads(found.unknown)["linkTemplates.title"] == ["Auszug"]


def test_links_of_a_file_are_relative_to_the_record(run: Any) -> None:
    links = [
        {"rel": "self", "href": "https://stadt.example/katalog/baum/record.json"},
        {"rel": "enclosure", "href": "./baum.csv", "type": "text/csv"},
        {"rel": "related", "href": "../fluss/record.json"},
        {"rel": "child", "href": "../../themen/catalog.json", "type": "application/json"},
    ]
    (found,) = _read(run, record("b", links=links))

    (file,) = found.dataset["resources"]
    assert file["download_url"] == "https://stadt.example/katalog/baum/baum.csv"
    assert found.dataset["relation"] == ["https://stadt.example/katalog/fluss/record.json"]


def test_a_draft_of_the_standard_is_read_too(run: Any) -> None:
    draft = record("a", recordCreated="2019-03-18", recordUpdated="2022-05-29", updated=None,
                   contacts=None, providers=[{"name": "Amt", "roles": [{"name": "publisher"}]}],
                   associations=[{"rel": "item", "href": "https://stadt.example/a.csv"}],
                   extent={"spatial": {"bbox": [[9, 53, 10, 54]]},
                           "temporal": {"interval": [["2001-01-01", None]]}}, links=[])  # fmt: skip
    del draft["links"], draft["geometry"], draft["time"]
    (found,) = _read(run, draft)

    dataset = found.dataset
    assert (dataset["issued"], dataset["modified"]) == ("2019-03-18", "2022-05-29")
    assert dataset["publisher"] == [{"name": "Amt"}]
    assert dataset["temporal_coverage"] == [{"start": "2001-01-01"}]
    assert dataset["spatial_coverage"][0]["bbox"].startswith("POLYGON((9 53")
    assert dataset["resources"][0]["format"] == "CSV"


# --- Services -------------------------------------------------------------------------------------


def _endpoints(found: Record) -> set[str]:
    return {
        address
        for way in found.dataset.get("resources", ())
        for each in way.get("access_services", ())
        for address in each["endpoint_url"]
    }


_TO_A = {"rel": "operatesOn", "href": f"https://andere.example{ITEMS}/a?f=json"}


@pytest.mark.parametrize(
    "naming",
    [
        {"links": [_TO_A]},
        {"operatesOn": ["a"]},
        {"operatesOn": [{"href": f"https://stadt.example{ITEMS}/a"}]},
        {"datasets": [{"uuid": "A", "title": "Bäume"}]},
        {"externalIds": [{"scheme": "dataset", "value": "a"}]},
    ],
)
def test_a_service_becomes_a_way_of_access_of_the_data_it_names(
    run: Any, naming: dict[str, Any]
) -> None:
    both = [service("karte", **naming), record("a"), record("b")]
    with Portal(OgcApi({"dataset": both}).scripts()) as portal:
        walk = run(portal)
        a, b = walk

    assert _endpoints(a) == {"https://geo.stadt.example/karte"}
    (way,) = [way for way in a.dataset["resources"] if "access_services" in way]
    assert way["format"] == "WMS_SRVC"
    assert way["access_services"][0]["publisher"] == [
        {"name": "Grünflächenamt", "email": "amt@stadt.example"}
    ]
    assert _endpoints(b) == set()
    assert walk.issues == []
    assert walk.completeness.complete
    assert walk.completeness.found == walk.total == 2


def test_the_collection_of_services_beside_the_data_is_read_too(run: Any) -> None:
    beside = {"dataset": [record("a"), record("b")], "service": [service("karte", links=[_TO_A])]}
    with Portal(OgcApi(beside, item_type="feature").scripts()) as portal:
        assert [_endpoints(found) for found in run(portal)] == [
            {"https://geo.stadt.example/karte"},
            set(),
        ]
        for path in (f"{ROOT}/", f"{ROOT}/collections", f"{ROOT}/collections/dataset"):
            assert len([_endpoints(found) for found in run(portal, path) if _endpoints(found)]) == 1


def test_a_dataset_may_name_its_service_and_one_endpoint_is_one_way(run: Any) -> None:
    to_service = {"rel": "service", "href": f"https://s.example{ROOT}/collections/service/items/k"}
    same = {"rel": "item", "href": "https://geo.stadt.example/k?service=WMS", "title": "Baumkarte"}
    beside = {"dataset": [record("a", links=[to_service, same])], "service": [service("k")]}
    with Portal(OgcApi(beside).scripts()) as portal:
        (found,) = run(portal)

    (way,) = found.dataset["resources"]
    assert way["name"] == "Baumkarte"
    assert way["access_services"][0]["title"] == "k"


def test_a_service_that_changes_changes_the_data_it_leads_to_alone(run: Any) -> None:
    def prints(description: str) -> list[str]:
        stock = [record("a"), record("b"), service("k", links=[_TO_A], description=description)]
        return [found.fingerprint for found in _read(run, *stock)]

    before, after = prints("Karte"), prints("Neue Karte")
    assert before[0] != after[0]
    assert before[1] == after[1]


def test_a_service_alone_is_reported_and_so_is_a_record_that_was_deleted(run: Any) -> None:
    gone = {"id": "weg", "type": "Feature", "properties": None, "geometry": None}
    stock = [record("a"), service("allein"), gone, record("weg2", deleted=True)]
    with Portal(OgcApi({"dataset": stock}, most=10).scripts()) as portal:
        walk = run(portal)
        assert [found.identity for found in walk] == ["a"]

    told = {item.rule: item.value for item in walk.issues}
    assert told == {"ogc-records-service-alone": "allein", "ogc-records-deleted": "weg; weg2"}
    assert walk.completeness.complete


# --- Paging ---------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "habits",
    [
        {"base": "http://intern.stadt.local:8080"},
        {"says": {"numberMatched": None}},
        {"says": {"numberMatched": 2, "numberReturned": 2}},
        {"says": {"numberMatched": 7}, "links": False},
    ],
)
def test_pages_arrive_whole_however_they_are_linked(run: Any, habits: dict[str, Any]) -> None:
    stock = [record(f"baum-{n}") for n in range(7)]
    with Portal(OgcApi({"dataset": stock}, most=2, **habits).scripts()) as portal:
        walk = run(portal)
        assert len(list(walk)) == 7
    assert walk.completeness.complete


def test_where_pages_are_named_by_their_last_record_the_last_one_ends_the_walk(run: Any) -> None:
    stock = [record(f"baum-{n}") for n in range(7)]
    with Portal(OgcApi({"dataset": stock}, most=3, paging="after").scripts()) as portal:
        walk = run(portal)
        assert len(list(walk)) == 7
        assert not any("offset=" in target for target in portal.targets())
    assert walk.completeness.complete


def test_more_than_there_is_stays_incomplete(run: Any) -> None:
    with Portal(OgcApi({"dataset": [record("a")]}, says={"numberMatched": 9}).scripts()) as portal:
        walk = run(portal)
        assert len(list(walk)) == 1
    assert not walk.completeness.complete


def test_a_page_that_comes_again_ends_the_walk(run: Any) -> None:
    again = [{"rel": "next", "href": f"{ITEMS}?offset=1"}]
    page = {"type": "FeatureCollection", "features": [record("a")], "links": again}
    with Portal({ITEMS: Reply(json.dumps(page).encode(), headers=GEOJSON)}) as portal:
        walk = run(portal)
        assert len(list(walk)) == 1
    assert walk.completeness.reason == "page-repeated"


# --- Filters --------------------------------------------------------------------------------------


def test_filters_are_parameters_of_the_request(run: Any) -> None:
    with Portal(OgcApi({"dataset": [record("a")]}).scripts()) as portal:
        list(run(portal, anytext=["Rostock", "Wismar"], external_ids=["DE-17"], types=["dataset"],
                 bbox="12, 54, 13, 55", filters=["license=CC0"], rows=7))  # fmt: skip
        asked, other = portal.asked[:2]

    assert other.query("q") == "Wismar"
    given = {name: asked.query(name) for name in ("q", "externalIds", "type", "bbox", "license")}
    assert given == {"q": "Rostock", "externalIds": "DE-17", "type": "dataset",
                     "bbox": "12,54,13,55", "license": "CC0"}  # fmt: skip
    assert (asked.query("limit"), asked.query("f")) == ("7", "json")


def test_services_come_along_whatever_types_are_asked_for(run: Any) -> None:
    stock = [record("a"), record("s", type="series"), service("k", links=[_TO_A])]
    with Portal(OgcApi({"dataset": stock}).scripts()) as portal:
        (found,) = run(portal, types=["dataset"])

    assert _endpoints(found) == {"https://geo.stadt.example/k"}


def test_what_an_api_does_not_know_it_gives_whole(run: Any) -> None:
    other = record("c", type="series", externalIds=[{"scheme": "x", "value": "DE-17"}])
    stock = [record("a"), record("b"), other]
    page = {"type": "FeatureCollection", "features": stock, "numberMatched": 3}
    with Portal({ITEMS: Reply(json.dumps(page).encode(), headers=GEOJSON)}) as portal:
        by_type = run(portal, types=["dataset"])
        assert [found.identity for found in by_type] == ["a", "b"]
        assert [found.identity for found in run(portal, external_ids=["DE-17"])] == ["c"]
        by_word = run(portal, anytext=["Wismar"])
        assert len(list(by_word)) == 3
    assert [item.rule for item in by_word.issues] == ["ogc-records-filter-ignored"]


@pytest.mark.parametrize(
    "options", [{"bbox": "1,2"}, {"rows": 0}, {"filters": ["x"]}, {"nonsense": 1}]
)
def test_wrong_options_are_named(run: Any, options: dict[str, Any]) -> None:
    with Portal() as portal, pytest.raises(ConfigError) as refused:
        run(portal, **options)

    assert next(iter(options)) in f"{refused.value.where} {refused.value}"


def test_an_api_without_records_says_which_collections_it_has(run: Any) -> None:
    api = OgcApi({"baeume": [], "strassen": []}, item_type="feature")
    with Portal(api.scripts()) as portal, pytest.raises(NotACatalogue) as refused:
        list(run(portal, f"{ROOT}/"))

    assert "baeume, strassen" in refused.value.text("de")


# --- Detection ------------------------------------------------------------------------------------

BESIDE = {"dataset": [record("a"), record("b")], "service": [service("karte", links=[_TO_A])]}


@pytest.mark.parametrize("item_type", ["record", "feature"])
@pytest.mark.parametrize(
    "path",
    ["/", "/?f=json", "/collections", "/collections/dataset", "/collections/dataset/items?limit=1"],
)
def test_any_page_of_the_api_leads_to_the_items(patient: Any, path: str, item_type: str) -> None:
    with Portal(OgcApi(BESIDE, item_type=item_type).scripts()) as portal:
        client = patient(portal.endpoint, tries=1)
        best = detect(portal.url(f"{ROOT}{path}"), client, Wish(())).best
        assert best is not None
        assert (best.kind, best.url, best.count) == ("ogc-records", portal.url(ITEMS), 2)
        assert best.contents.title == "dataset"
        assert kinds.remote(portal.url(f"{ROOT}{path}"), client).kind == "ogc-records"


def test_a_city_is_proposed_the_records_that_name_it(patient: Any) -> None:
    stock = [record("a", description="Bäume in Wismar"), record("b"), record("c")]
    with Portal(OgcApi({"dataset": stock}).scripts()) as portal:
        client = patient(portal.endpoint, tries=1)
        best = detect(portal.url(ITEMS), client, Wish(("Wismar",))).best
        assert best is not None
        assert best.settings is not None
        assert best.settings.options == {"anytext": ["Wismar"]}
        assert len(best.records) == 1


def test_features_that_are_no_records_are_no_catalogue(patient: Any) -> None:
    tree = {"id": 1, "type": "Feature", "geometry": None, "properties": {"title": "Linde", "nr": 1}}
    with Portal(OgcApi({"baeume": [tree]}, item_type="feature").scripts()) as portal:
        found = detect(portal.url(f"{ROOT}/"), patient(portal.endpoint, tries=1), Wish(()))
        assert [item.kind for item in found.findings] == ["OGC API"]


@pytest.mark.parametrize("alone", [False, True])
def test_a_saved_answer_or_a_single_record_is_a_file_that_can_be_previewed(
    tmp_path: Path, alone: bool
) -> None:
    answer = record("a") if alone else {"type": "FeatureCollection", "features": [record("a")]}
    file = tmp_path / "answer.json"
    file.write_text(json.dumps(answer), encoding="utf-8")

    found = kinds.local(str(file))
    assert found.kind == "ogc-records"
    walk = Run(SourceSettings("s", found.kind, found.url, "s"), client=found.client, workers=0)
    assert [each.dataset["title"] for each in walk] == ["a"]
    assert walk.completeness.complete
