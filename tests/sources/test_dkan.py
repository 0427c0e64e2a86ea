"""DKAN and CKANs without a search: the contract, the routes, and what DKAN 1 and 2 really write."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any, ClassVar

import pytest
from portals.documents import json_reply, names, package

from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing import Contract
from hanse_harvesters.testing.portal import Asked, Portal, Reply, Script

API = "/api/3/action"
LIST, SHOW = f"{API}/package_list", f"{API}/package_show"
PAGES = f"{API}/current_package_list_with_resources"
ITEMS = "/api/1/metastore/schemas/dataset/items"


class Dkan:
    """DKAN 1's action API: ids in the list, answers in a list more than CKAN's.

    ``most``   names it gives at once.  ``fails``  names → status of ``package_show``.
    """

    def __init__(self, packages: list[dict[str, Any]], *, most: int = 10_000) -> None:
        self.packages = {item["id"]: item for item in packages}
        self.most = most
        self.key = "id"
        self.fails: Mapping[str, int] = {}

    def scripts(self, *actions: str) -> dict[str, Script]:
        """Return the scripts of these actions, by default of all three."""
        known = {LIST: self.list, SHOW: self.show, PAGES: self.pages}
        return {path: known[path] for path in actions or known}

    def list(self, asked: Asked) -> Reply:
        start = int(asked.query("offset", "0"))
        listed = [item[self.key] for item in self.packages.values()]
        return json_reply({"success": True, "result": listed[start : start + self.most]})

    def show(self, asked: Asked) -> Reply:
        name = asked.query("id")
        if name in self.fails:
            return Reply(b"kaputt", self.fails[name])
        found = [item for item in self.packages.values() if name in (item["id"], item["name"])]
        return json_reply({"success": True, "result": found})

    def pages(self, asked: Asked) -> Reply:
        start, rows = int(asked.query("offset", "0")), int(asked.query("limit"))
        listed = [*self.packages.values()][start : start + rows]
        return json_reply({"success": True, "result": [listed]})


def item(name: str, **more: Any) -> dict[str, Any]:
    """An item of DKAN 2's metastore."""
    file = {"@type": "dcat:Distribution", "downloadURL": f"https://stadt.example/{name}.csv"}
    return {
        "@type": "dcat:Dataset",
        "accessLevel": "public",
        "identifier": f"id-{name}",
        "title": name,
        "description": "Alle Bäume.",
        "keyword": ["Baum"],
        "modified": "2024-05-02",
        "%modified": "2024-06-02T10:00:00+0200",
        "distribution": [file],
        **more,
    }


class TestInPages(Contract):
    kind = "dkan"
    path = ""
    options: ClassVar[dict[str, Any]] = {"rows": 3}
    opening = 2

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return Dkan([package(name) for name in names]).scripts()


class TestOneByOne(Contract):
    kind = "dkan"
    path = ""
    options: ClassVar[dict[str, Any]] = {"one_by_one": True}
    opening = 2

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return Dkan([package(name) for name in names]).scripts(LIST, SHOW)


class TestMetastore(Contract):
    kind = "dkan"
    path = ITEMS

    def scripts(self, names: list[str]) -> dict[str, Script]:
        return {ITEMS: json_reply([item(name) for name in names])}


@pytest.fixture
def run(patient: Any) -> Callable[..., Run]:
    def make(portal: Portal, path: str = "", **settings: Any) -> Run:
        source = SourceSettings("stadt", "dkan", portal.url(path), "stadt", **settings)
        return Run(source, client=patient(portal.endpoint, tries=2))

    return make


def arrived(records: list[Record]) -> list[str]:
    return names(record.identity.replace("id-", "") for record in records if record.usable)


def test_what_the_pages_lack_is_asked_for_by_name(run: Any) -> None:
    dkan = Dkan([package(n) for n in "abcdef"])

    def pages(asked: Asked) -> Reply:
        return Reply(b"", 500) if asked.query("offset") != "0" else dkan.pages(asked)

    with Portal({**dkan.scripts(), PAGES: pages}) as portal:
        walk = run(portal, options={"rows": 4})
        assert arrived(list(walk)) == list("abcdef")
        shown = [asked.query("id") for asked in portal.asked if asked.path == SHOW]
    assert shown == ["id-e", "id-f"]
    assert walk.completeness.complete
    assert walk.issues == []


def test_a_ckan_without_a_search_is_read_with_ckans_identities(run: Any) -> None:
    ckan = Dkan([package("a"), package("b", extras=[{"key": "uri", "value": "https://u/b"}])])
    ckan.key = "name"
    with Portal(ckan.scripts(LIST, SHOW)) as portal:
        walk = run(portal)
        identities = [record.identity for record in walk]
        assert identities == [portal.url("/dataset/id-a"), "https://u/b"]
    assert walk.completeness.complete


@pytest.mark.parametrize("status", [404, 403, 500])
def test_a_dataset_that_fails_costs_no_other(run: Any, status: int) -> None:
    dkan = Dkan([package(n) for n in "abc"])
    dkan.fails = {"id-b": status}
    with Portal(dkan.scripts(LIST, SHOW)) as portal:
        walk = run(portal)
        records = list(walk)
        failed = [record for record in records if not record.usable]
        assert [record.identity for record in failed] == [portal.url("/dataset/id-b")]
    assert arrived(records) == ["a", "c"]
    assert failed[0].issues[0].severity.value == "error"
    assert walk.completeness.complete
    assert walk.completeness.found == 3


def test_where_names_are_no_identities_a_failure_withdraws_nothing(run: Any) -> None:
    ckan = Dkan([package(n) for n in "abc"])
    ckan.key, ckan.fails = "name", {"b": 500}
    with Portal(ckan.scripts(LIST, SHOW)) as portal:
        walk = run(portal)
        assert arrived(list(walk)) == ["a", "c"]
    assert walk.completeness.reason == "page-failed"


def test_a_portal_that_breaks_down_is_left_in_peace(run: Any) -> None:
    stock = [package(f"n{number:02}") for number in range(30)]
    dkan = Dkan(stock)
    dkan.fails = {found["id"]: 500 for found in stock[5:]}
    with Portal(dkan.scripts(LIST, SHOW)) as portal:
        walk = run(portal)
        assert len(arrived(list(walk))) == 5
        assert len(portal.asked) < 20
    assert walk.completeness.reason == "page-failed"
    assert [found.rule for found in walk.issues] == ["page-failed"]


def test_a_list_of_names_in_pages_is_read_to_its_end(run: Any) -> None:
    with Portal(Dkan([package(f"n{n:02}") for n in range(25)], most=10).scripts()) as portal:
        walk = run(portal)
        assert len(list(walk)) == 25
    assert walk.completeness.complete


def test_a_list_of_a_round_length_that_has_no_pages_is_not_asked_for_ever(run: Any) -> None:
    stock = [package(f"n{n:02}") for n in range(20)]
    listed = json_reply({"success": True, "result": [found["id"] for found in stock]})
    with Portal({**Dkan(stock).scripts(), LIST: listed}) as portal:
        assert len(list(run(portal))) == 20
        assert [asked.path for asked in portal.asked].count(LIST) == 2


def test_a_portal_that_ignores_the_page_gives_everything_once(run: Any) -> None:
    dkan = Dkan([package(n) for n in "abcdef"])
    same = json_reply({"success": True, "result": [[package(n) for n in "abc"]]})
    with Portal({**dkan.scripts(), PAGES: same}) as portal:
        walk = run(portal, options={"rows": 3})
        assert arrived(list(walk)) == list("abcdef")
    assert walk.completeness.complete


def test_what_dkan_1_writes_has_its_place(run: Any) -> None:
    found = package(
        "baum",
        state="Active",
        private="Published",
        license_id="",
        license_title="Creative Commons Attribution 4.0",
        metadata_created="Mi, 05/08/2013 - 12:00",
        metadata_modified="Date changed  Wed, 05/08/2013 - 12:30",
        tags=[{"id": "7", "vocabulary_id": "2", "name": "Baum"}],
        groups=[{"id": "g", "title": "Umwelt", "name": "umwelt", "description": "<p>U</p>"}],
        extras=[{"key": "Granularity", "value": "Straße"}, {"key": "", "value": ""}],
        resources=[
            {
                "id": "r1",
                "name": "Liste",
                "url": "https://stadt.example/baum.csv",
                "format": "csv",
                "size": "<span>1.024.000 Bytes</span>",
                "last_modified": "<em>Date changed</em>  2013-08-05",
            }
        ],
    )
    with Portal(Dkan([found]).scripts()) as portal:
        (record,) = run(portal)

    dataset = record.dataset
    assert dataset["issued"] == "2013-05-08T12:00:00"
    assert dataset["modified"] == "2013-05-08T12:30:00"
    assert dataset["license_id"] == "http://creativecommons.org/licenses/by/4.0/" or dataset[
        "license_id"
    ].endswith("by/4.0")
    assert [tag["name"] for tag in dataset["tags"]] == ["Baum"]
    assert dataset["theme"] == ["http://publications.europa.eu/resource/authority/data-theme/ENVI"]
    assert dataset["resources"][0]["size"] == 1_024_000
    assert dataset["resources"][0]["modified"] == "2013-08-05"
    assert "package-not-public" not in {found.rule for found in record.issues}


#: As a French DKAN 1 answers ``package_show``, key by key.
FRENCH: dict[str, Any] = {
    "id": "id-antennes",
    "name": "antennes-de-la-region",
    "title": "Antennes de la Région",
    "author_email": "sig@region.example",
    "maintainer": "Opendata de la Région",
    "maintainer_email": "opendata@region.example",
    "license_title": "http://www.opendefinition.org/licenses/cc-by",
    "notes": "<p>Liste des antennes.</p>\n",
    "url": "https://region.example/?q=dataset/antennes-de-la-region",
    "state": "Active",
    "private": True,
    "revision_timestamp": "jeu, 19/12/2019 - 03:00",
    "metadata_created": "mar, 10/12/2019 - 09:23",
    "metadata_modified": "2019-09-30 22:00:00",
    "creator_user_id": "u1",
    "type": "Dataset",
    "resources": [
        {
            "id": "r1",
            "revision_id": "",
            "url": "https://region.example/antennes.xlsx",
            "description": "<p>Tableau</p>\n",
            "format": "xlsx",
            "state": "Active",
            "revision_timestamp": "jeu, 19/12/2019 - 03:00",
            "name": "antennes.xlsx",
            "mimetype": "xlsx",
            "size": "42 octets",
            "created": "jeu, 19/12/2019 - 03:00",
            "resource_group_id": "g1",
            "last_modified": "Date changed  jeu, 19/12/2019 - 03:00",
        }
    ],
    "tags": [{"id": "t1", "vocabulary_id": "2", "name": "ADMINISTRATION"}],
    "groups": [
        {
            "description": "<p>Conseil régional</p>\n",
            "id": "g1",
            "image_display_url": "https://region.example/logo.jpg",
            "title": "Région du Nord",
            "name": "group/region-du-nord",
        },
        {"id": "g2", "title": "Ville du Nord", "name": "group/ville-du-nord"},
    ],
    "extras": [
        {"key": "bbox-east-long", "value": "4.6"},
        {"key": "bbox-north-lat", "value": "51.2"},
        {"key": "bbox-south-lat", "value": "48.8"},
        {"key": "bbox-west-long", "value": "1.2"},
        {"key": "frequency-of-update", "value": "asNeeded"},
        {"key": "metadata-language", "value": "fre"},
    ],
}


def test_an_answer_of_a_french_dkan_is_understood(run: Any) -> None:
    with Portal(Dkan([FRENCH]).scripts(LIST, SHOW)) as portal:
        (record,) = run(portal)

    dataset, (file,) = record.dataset, record.dataset["resources"]
    assert record.usable  # DKAN calls private what is published
    assert dataset["publisher"] == [{"name": "Région du Nord"}]
    assert "theme" not in dataset
    assert (dataset["issued"], dataset["modified"]) == (
        "2019-12-10T09:23:00",
        "2019-09-30T22:00:00",
    )
    assert dataset["contact"][0]["name"] == "Opendata de la Région"
    assert dataset["frequency"].endswith("/AS_NEEDED")
    assert "1.2 48.8" in dataset["spatial_coverage"][0]["bbox"]
    assert (file["size"], file["issued"], file["modified"]) == (
        42,
        "2019-12-19T03:00:00",
        "2019-12-19T03:00:00",
    )
    assert json.loads(record.unknown) == {"groups": ["Ville du Nord"], "metadata-language": "fre"}


def test_the_metastore_is_found_where_the_api_is_none(run: Any) -> None:
    with Portal({ITEMS: json_reply([item("a"), item("b")])}) as portal:
        walk = run(portal)
        assert [record.identity for record in walk] == ["id-a", "id-b"]
    assert walk.completeness.complete


def test_references_of_the_metastore_are_taken_for_their_values(run: Any) -> None:
    with_ids = item(
        "a",
        publisher={"identifier": "u1", "data": {"@type": "org:Organization", "name": "Amt"}},
        keyword=[{"identifier": "u2", "data": "Baum"}],
        distribution=[{"identifier": "u3", "data": item("a")["distribution"][0]}],
        modified="",
        **{"%Ref:keyword": [{"identifier": "u2", "data": "Baum"}]},
    )
    with Portal({ITEMS: json_reply([with_ids])}) as portal:
        (record,) = run(portal, ITEMS)

    assert record.dataset["publisher"] == [{"name": "Amt"}]
    assert [tag["name"] for tag in record.dataset["tags"]] == ["Baum"]
    assert record.dataset["resources"][0]["download_url"] == "https://stadt.example/a.csv"
    assert record.dataset["modified"].startswith("2024-06-02")
    assert record.unknown in ("", "{}")


def test_an_answer_of_dkan_1_can_be_given_as_the_address(run: Any) -> None:
    answer = json_reply({"success": True, "result": [[package("a"), package("b")]]})
    with Portal({"/daten.json": answer}) as portal:
        assert arrived(list(run(portal, "/daten.json"))) == ["a", "b"]


def test_a_list_of_other_things_than_names_is_no_catalogue(run: Any) -> None:
    with Portal({LIST: json_reply({"success": True, "result": [None, [], 1.5]})}) as portal:
        walk = run(portal)
        assert list(walk) == []
    assert json.dumps(walk.completeness.reason) == '"walk-empty"'
