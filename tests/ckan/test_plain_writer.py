"""What a harvest does to the catalogue, record by record."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.tests.helpers import call_action
from observe import Observed
from walks import Listed, file, harvest, record, source, untitled

from ckanext.hanse import search as hanse_search
from ckanext.hanse.model import HarvestSource, RunStatus
from ckanext.hanse.store import index, package_dict, runs
from ckanext.hanse.store import records as state
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk.writer import BulkWriter
from ckanext.hanse.store.writer import Action
from hanse_harvesters.errors import NotACatalogue

WRITERS = pytest.mark.parametrize("writer", [ActionWriter, BulkWriter])


@pytest.fixture
def rostock(cities: dict[str, Any]) -> HarvestSource:
    return source(cities["rostock"]["id"])


def dataset(title: str) -> dict[str, Any]:
    """The one dataset of this title."""
    found = [
        call_action("package_show", id=row.id)
        for row in model.Session.query(model.Package).filter_by(title=title, state="active")
    ]
    assert len(found) == 1
    return found[0]


def found_by_search(query: str = "*:*") -> set[str]:
    return {row["name"] for row in call_action("package_search", q=query, rows=1000)["results"]}


def test_new_records_become_datasets_of_the_city(rostock: HarvestSource) -> None:
    report = harvest(rostock, Listed(record("baeume", "Bäume", "liste", "karte")))
    assert report.rejected == []

    assert report.status is RunStatus.SUCCESS
    assert report.counts == {Action.CREATED: 1}
    stored = dataset("Bäume")
    assert stored["name"] == "baeume"
    assert stored["organization"]["name"] == "rostock"
    assert [item["name"] for item in stored["resources"]] == ["liste", "karte"]
    assert found_by_search() == {"baeume"}


def test_a_second_run_over_the_same_writes_nothing(
    rostock: HarvestSource, watch: Callable[[], Any]
) -> None:
    records = [record(str(number), f"Datensatz {number}", "daten") for number in range(3)]
    harvest(rostock, Listed(*records))
    before = {item.id: item.metadata_modified for item in model.Session.query(model.Package)}

    again = [record(str(number), f"Datensatz {number}", "daten") for number in (2, 0, 1)]
    with watch() as seen:
        report = harvest(rostock, Listed(*again))

    assert report.counts == {Action.UNCHANGED: 3}
    assert only_the_run(seen)
    assert seen.solr == []
    assert seen.activities == 0
    model.Session.expire_all()
    assert before == {i.id: i.metadata_modified for i in model.Session.query(model.Package)}


def only_the_run(seen: Observed) -> bool:
    """That a run took place is written, and nothing else."""
    return not seen.beside_the_run


def test_a_dry_run_says_what_it_would_do_and_writes_nothing(
    rostock: HarvestSource, watch: Callable[[], Any]
) -> None:
    harvest(rostock, Listed(record("alt", "Alt", "daten"), record("weg", "Weg")))

    changed = record("alt", "Anders", "daten")
    with watch() as seen:
        report = harvest(
            rostock, Listed(changed, record("neu", "Neu"), untitled("schlecht")), dry_run=True
        )

    assert report.counts == {Action.CREATED: 1, Action.UPDATED: 1, Action.REJECTED: 1}
    assert [item.title for item in report.missing] == ["Weg"]
    assert seen.writes == []
    assert seen.solr == []


def test_a_changed_title_keeps_name_id_and_resource_ids(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("x", "Bäume an Straßen", "liste", "karte")))
    before = dataset("Bäume an Straßen")

    report = harvest(rostock, Listed(record("x", "Straßenbaumkataster", "liste", "karte")))

    after = dataset("Straßenbaumkataster")
    assert report.counts == {Action.UPDATED: 1}
    assert (after["id"], after["name"]) == (before["id"], "baeume-an-strassen")
    assert ids(after) == ids(before)


def ids(package: dict[str, Any]) -> dict[str, str]:
    """Resource ids by name."""
    return {item["name"]: item["id"] for item in package["resources"]}


def test_reordered_distributions_keep_their_ids(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("x", "X", "a", "b", "c")))
    before = dataset("X")

    harvest(rostock, Listed(record("x", "X", "c", "neu", "a", "b")))

    after = dataset("X")
    assert [item["name"] for item in after["resources"]] == ["c", "neu", "a", "b"]
    assert {key: ids(after)[key] for key in "abc"} == ids(before)
    assert ids(after)["neu"] not in ids(before).values()


def test_distributions_without_iri_are_known_by_their_address(rostock: HarvestSource) -> None:
    def entry(*pairs: tuple[str, str]) -> Any:
        files = [file(url, name) for name, url in pairs]
        for item in files:
            del item["uri"]
        return record("x", "X", resources=files)

    harvest(rostock, Listed(entry(("A", "http://a.example/1"), ("B", "http://a.example/2"))))
    before = ids(dataset("X"))
    harvest(rostock, Listed(entry(("Neu", "https://A.example/2"), ("A", "http://a.example/1"))))

    after = ids(dataset("X"))
    assert after == {"Neu": before["B"], "A": before["A"]}


def test_an_unchanged_distribution_keeps_its_date_of_change(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("x", "X", "a", "b")))
    before = {item["name"]: item["metadata_modified"] for item in dataset("X")["resources"]}

    changed = record("x", "X", "a", "b")
    changed.dataset["resources"][1]["description"] = "Neu beschrieben"
    changed.fingerprint = changed.normalised = "anders"
    harvest(rostock, Listed(changed))

    after = {item["name"]: item["metadata_modified"] for item in dataset("X")["resources"]}
    assert after["a"] == before["a"]
    assert after["b"] > before["b"]


def test_one_activity_for_a_change_and_none_for_what_stays(
    rostock: HarvestSource, watch: Callable[[], Any]
) -> None:
    harvest(rostock, Listed(record("a", "A"), record("b", "B")))
    with watch() as seen:
        harvest(rostock, Listed(record("a", "A"), record("b", "B geändert")))
    assert seen.activities == 1


def test_a_poison_record_takes_no_other_with_it(rostock: HarvestSource) -> None:
    poison = record("gift", "Gift \0 darin", "daten")
    surrogate = record("halb", "Halbes Zeichen \ud800", "daten")
    report = harvest(
        rostock,
        Listed(record("a", "Aal"), poison, record("b", "Bad"), surrogate, record("c", "Cem")),
    )

    assert report.status is RunStatus.SUCCESS
    assert report.counts == {Action.CREATED: 3, Action.REJECTED: 2}
    assert found_by_search() == {"aal", "bad", "cem"}
    assert all(entry["reasons"] for entry in report.rejected)


def test_a_value_ckan_refuses_is_said_with_field_value_and_remedy(rostock: HarvestSource) -> None:
    bad = record("x", "X", "daten", version="1" * 101)
    report = harvest(rostock, Listed(bad, record("y", "Y")))

    assert report.counts == {Action.CREATED: 1, Action.REJECTED: 1}
    (reason,) = report.rejected[0]["reasons"]
    assert reason.field == "version"
    assert reason.value == "1" * 101
    assert "(Version)" in reason.message("de")
    assert reason.remedy("de")


def test_a_refused_change_leaves_the_dataset_as_it_was(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("x", "X", "daten")))
    report = harvest(rostock, Listed(record("x", "X neu", "daten", version="1" * 101)))

    assert report.counts == {Action.REJECTED: 1}
    assert dataset("X")["resources"]


def test_a_refused_record_that_is_mended_arrives(rostock: HarvestSource) -> None:
    good, bad = record("x", "X", "daten"), record("x", "X", "daten", version="1" * 101)
    harvest(rostock, Listed(good))
    harvest(rostock, Listed(bad))
    report = harvest(rostock, Listed(record("x", "X", "daten")))
    assert report.counts[Action.REJECTED] == 0
    assert harvest(rostock, Listed(record("x", "X", "daten"))).counts == {Action.UNCHANGED: 1}


def test_the_same_refusal_twice_is_written_once(
    rostock: HarvestSource, watch: Callable[[], Any]
) -> None:
    harvest(rostock, Listed(untitled("x")))
    with watch() as seen:
        report = harvest(rostock, Listed(untitled("x")))
    assert report.counts == {Action.REJECTED: 1}
    assert only_the_run(seen)


def test_a_distribution_without_an_address_loses_no_dataset(rostock: HarvestSource) -> None:
    bare = record("x", "Findmittel", resources=[{"name": "Nur vor Ort"}, file("a:b", "daten")])
    assert harvest(rostock, Listed(bare)).counts == {Action.CREATED: 1}
    assert [item["name"] for item in dataset("Findmittel")["resources"]] == ["Nur vor Ort", "daten"]
    changed = record("x", "Findbuch", resources=[file("a:b", "daten"), {"name": "Nur vor Ort"}])
    assert harvest(rostock, Listed(changed)).counts == {Action.UPDATED: 1}
    assert package_dict.dataset_of(dataset("Findbuch")) == changed.dataset


def test_two_records_with_one_title_get_two_names(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("a", "Straßenbäume"), record("b", "Straßenbäume")))
    assert found_by_search() == {"strassenbaeume", "strassenbaeume-2"}
    report = harvest(rostock, Listed(record("b", "Straßenbäume"), record("a", "Straßenbäume")))
    assert report.counts == {Action.UNCHANGED: 2}


def test_keywords_with_colon_slash_and_parentheses_arrive(rostock: HarvestSource) -> None:
    words = ["Verkehr: ruhend", "Rad/Fuß", "Bäume (Straße)", "x", "a,b", "l" * 150]
    harvest(rostock, Listed(record("x", "X", tags=[{"name": word} for word in words])))
    stored = {tag["name"] for tag in dataset("X")["tags"]}
    assert stored == {*words[:-1], "l" * 100}


def test_a_record_that_is_gone_is_missing_and_stays(rostock: HarvestSource) -> None:
    both = Listed(record("a", "Aal"), record("b", "Bad"))
    harvest(rostock, both)
    report = harvest(rostock, Listed(record("a", "Aal")))

    assert [(item.name, item.title) for item in report.missing] == [("bad", "Bad")]
    assert found_by_search() == {"aal", "bad"}
    known = state.load(rostock.id)
    assert {entry.state for entry in known.values()} == {"active", "missing"}

    assert [item.name for item in harvest(rostock, Listed(record("a", "Aal"))).missing] == ["bad"]

    back = harvest(rostock, Listed(record("a", "Aal"), record("b", "Bad")))
    assert back.missing == []
    assert back.counts == {Action.UNCHANGED: 2}
    assert {entry.state for entry in state.load(rostock.id).values()} == {"active"}


@pytest.mark.parametrize("how", [{"complete": False}, {"error": NotACatalogue("document-empty")}])
def test_an_incomplete_walk_makes_nothing_missing(
    rostock: HarvestSource, how: dict[str, Any]
) -> None:
    harvest(rostock, Listed(record("a", "A"), record("b", "B")))
    report = harvest(rostock, Listed(record("a", "A"), **how))

    assert report.missing == []
    assert report.status is not RunStatus.SUCCESS
    assert {entry.state for entry in state.load(rostock.id).values()} == {"active"}
    assert runs.latest(rostock.id)[0].complete is False


def test_a_limited_walk_makes_nothing_missing(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("a", "A"), record("b", "B")))
    assert harvest(rostock, Listed(record("a", "A")), limited=True).missing == []


def test_issues_that_change_alone_leave_the_dataset_alone(
    rostock: HarvestSource, watch: Callable[[], Any], sysadmin: dict[str, Any]
) -> None:
    harvest(rostock, Listed(record("x", "X", "daten")))
    judged = record("x", "X", "daten")
    judged.issues = [*untitled("y").issues][:0]
    judged.unknown, judged.fingerprint = "<a> <b> <c> .", "anders"
    with watch() as seen:
        report = harvest(rostock, Listed(judged))
    assert report.counts == {Action.UNCHANGED: 1}
    assert seen.writes_to("hanse_dataset_state")
    assert seen.solr == []
    assert seen.activities == 0


def test_a_purged_dataset_is_made_again(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("x", "Aal", "daten")))
    call_action("dataset_purge", id=dataset("Aal")["id"])
    report = harvest(rostock, Listed(record("x", "Aal", "daten")))
    assert report.counts == {Action.CREATED: 1}
    assert found_by_search() == {"aal"}


def test_an_identity_of_any_length_is_kept(rostock: HarvestSource) -> None:
    long = record("x", "X")
    long.identity = "https://daten.example.org/" + "ä" * 5000
    harvest(rostock, Listed(long))
    assert harvest(rostock, Listed(long)).counts == {Action.UNCHANGED: 1}


def test_a_city_cannot_take_the_name_of_another_ones_dataset(
    cities: dict[str, Any], rostock: HarvestSource
) -> None:
    other = source(cities["stralsund"]["id"], "anderes")
    harvest(rostock, Listed(record("a", "Bäume")))
    harvest(other, Listed(record("a", "Bäume")))
    owners = {
        row["name"]: row["organization"]["name"]
        for row in call_action("package_search", rows=10)["results"]
    }
    assert owners == {"baeume": "rostock", "baeume-2": "stralsund"}


@WRITERS
def test_a_search_index_that_is_down_stops_the_run_and_loses_nothing(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch, writer: type
) -> None:
    records = [record(str(number), f"Datensatz {number}") for number in range(3)]
    with monkeypatch.context() as patch:
        patch.setitem(tk.config, "solr_url", "http://127.0.0.1:9/solr/ckan")
        report = harvest(rostock, Listed(*records), writer=writer)
    assert report.stopped
    assert "http://127.0.0.1:9/solr/ckan" in report.message
    stored = {row.title for row in model.Session.query(model.Package)}
    assert found_by_search() == set()
    assert index.pending() == len(stored) == report.counts[Action.CREATED]

    assert index.drain() == len(stored)
    assert index.pending() == 0
    again = harvest(rostock, Listed(*records), writer=writer)
    assert again.counts[Action.UNCHANGED] == len(stored)
    assert len(found_by_search()) == 3


@WRITERS
def test_an_index_that_refuses_everything_is_no_fault_of_the_records(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch, writer: type
) -> None:
    def unfit(document: dict[str, Any]) -> dict[str, Any]:
        return {**document, "metadata_created": "no date"}

    records = [record(str(number), f"Datensatz {number}") for number in range(9)]
    with monkeypatch.context() as patch:
        patch.setattr(hanse_search, "before_dataset_index", unfit)
        report = harvest(rostock, Listed(*records), writer=writer)
    assert report.stopped
    assert "schema" in report.message
    assert report.counts[Action.REJECTED] == 0
    index.drain()
    harvest(rostock, Listed(*records), writer=writer)
    assert len(found_by_search()) == 9


@WRITERS
def test_one_document_that_the_index_refuses_is_told_and_hinders_no_other(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch, writer: type
) -> None:
    def unfit(document: dict[str, Any]) -> dict[str, Any]:
        bad = {"metadata_created": "no date"} if document["title"] == "Gift" else {}
        return {**document, **bad}

    records = [record(title, title) for title in ("Aal", "Bad", "Gift", "Zoo")]
    with monkeypatch.context() as patch:
        patch.setattr(hanse_search, "before_dataset_index", unfit)
        report = harvest(rostock, Listed(*records), writer=writer)
    assert report.counts == {Action.CREATED: 4}
    assert report.issues["not-findable"] == 1
    assert found_by_search() == {"aal", "bad", "zoo"}
    assert index.pending() == 1

    assert index.drain() == 1
    assert found_by_search() == {"aal", "bad", "gift", "zoo"}
