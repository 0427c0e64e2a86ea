"""A dataset that several portals have is one entry, and the nearest portal's word counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.tests.helpers import call_action
from portals_of_a_city import (
    Portals,
    links,
    named,
    record_id,
    show,
    titles,
)
from stand_in import Entry, StandIn

from ckanext.hanse.catalogue.run import engine, withdrawal
from ckanext.hanse.catalogue.twins import after as twins_after
from ckanext.hanse.catalogue.write.writer import Action
from ckanext.hanse.model import RunStatus

CITY = Entry("baeume", "Bäume der Stadt", ("liste", "karte"))
STATE = Entry("baeume", "Bäume laut Land", ("karte", "liste"))
FEDERAL = Entry("baeume", "Bäume laut Bund", ("liste",))


@pytest.fixture
def portals(portal: StandIn, tmp_path: Path, clean: None) -> Portals:
    found = Portals(portal)
    found.sync(tmp_path)
    return found


def withdraw(name: str) -> None:
    """The portal's only record goes, as after its runs and days."""
    withdrawal.withdraw([record_id(name)])


def ids(dataset: dict[str, Any]) -> dict[str, str]:
    return {item["name"]: item["id"] for item in dataset["resources"]}


@pytest.mark.parametrize("first", ["stadt", "land"])
def test_the_citys_word_counts_whoever_comes_first(portals: Portals, first: str) -> None:
    entries = {"stadt": CITY, "land": STATE}
    portals.run(first, entries.pop(first))
    before = show(*titles())
    (second,) = entries
    report = portals.run(second, entries[second])

    after = show(*titles())
    assert after["title"] == "Bäume der Stadt"
    assert (after["id"], after["name"]) == (before["id"], before["name"])
    assert ids(after) == ids(before)
    assert report.counts == {Action.MERGED if second == "land" else Action.UPDATED: 1}
    assert [item["source"] for item in origins()] == ["stadt", "land"]
    assert links() == [("same", ["same-iri"])]


def origins() -> list[dict[str, Any]]:
    return call_action("hanse_origin_show", id=next(iter(titles())))["origins"]


def test_three_levels_in_every_order_are_one_dataset(portals: Portals) -> None:
    portals.run("bund", FEDERAL)
    name = next(iter(titles()))
    portals.run("land", STATE)
    assert titles() == {name: "Bäume laut Land"}
    portals.run("stadt", CITY)
    portals.run("bund", Entry("baeume", "Bäume neu laut Bund"))
    assert titles() == {name: "Bäume der Stadt"}
    assert [item["source"] for item in origins()] == ["stadt", "land", "bund"]


def test_what_did_not_change_costs_nothing(portals: Portals, watch: Callable[[], Any]) -> None:
    portals.run("stadt", CITY)
    portals.run("land", STATE)
    for name in ("stadt", "land"):
        with watch() as seen:
            portals.harvest(name)
        changes = [text for text in seen.writes if "hanse_run" not in text]
        assert [text for text in changes if "hanse_source " not in text] == []
        assert (seen.solr, seen.activities) == ([], 0)


def test_the_same_identifier_and_publisher_are_the_same(portals: Portals) -> None:
    portals.run("stadt", named("a", "Wahl", number="wahl-2024"))
    report = portals.run(
        "land", named("b", "Wahlen", number="wahl-2024"), base="https://land.example"
    )
    assert report.counts == {Action.MERGED: 1}
    assert list(titles().values()) == ["Wahl"]
    assert links() == [("same", ["same-identifier"])]


@pytest.mark.parametrize(
    "other",
    [
        named("b", "Wahlen", number="wahl-2024", publisher="Kreis"),
        named("b", "Wahlen", number="wahl-2025"),
        named("b", "Wahlen"),
    ],
)
def test_anything_less_is_not(portals: Portals, other: Entry) -> None:
    portals.run("stadt", named("a", "Wahl", number="wahl-2024"))
    portals.run("land", other, base="https://land.example")
    assert len(titles()) == 2


def test_an_identifier_that_a_portal_has_twice_says_nothing(portals: Portals) -> None:
    portals.run("stadt", named("a", "Wahl", number="1"), named("b", "Bad", number="1"))
    portals.run("land", named("c", "Wald", number="1"), base="https://land.example")
    assert len(titles()) == 3


def test_no_two_records_of_one_portal_become_one(portals: Portals) -> None:
    portals.run("stadt", named("a", "Wahl", number="1"))
    two = (named("b", "Wald", number="1"), named("c", "Weg", number="1"))
    portals.run("land", *two, base="https://land.example")
    assert sorted(titles().values()) in (["Wahl", "Wald"], ["Wahl", "Weg"])


def test_no_city_takes_over_anothers_dataset_by_its_iri(portals: Portals) -> None:
    portals.run("land", STATE)
    portals.run("else", CITY)
    assert len(titles()) == 2
    assert (
        show(*[n for n, t in titles().items() if t == "Bäume laut Land"])["organization"]["name"]
        == "luebeck"
    )


def test_of_one_level_the_first_stays_and_that_is_said(portals: Portals) -> None:
    portals.run("stadt", CITY)
    report = portals.run("geo", Entry("baeume", "Bäume im Geoportal"))
    assert list(titles().values()) == ["Bäume der Stadt"]
    assert report.issues["twin-tie"] == 1
    portals.run("geo", Entry("baeume", "Bäume im Geoportal, neu"))
    assert list(titles().values()) == ["Bäume der Stadt"]


def test_when_the_citys_record_goes_the_states_takes_over(portals: Portals) -> None:
    portals.run("stadt", CITY)
    portals.run("land", STATE)
    before = show(*titles())
    withdraw("stadt")
    assert titles() == {before["name"]: "Bäume der Stadt"}

    report = portals.harvest("land")
    after = show(before["name"])
    assert report.counts == {Action.UPDATED: 1}
    assert (after["id"], after["title"]) == (before["id"], "Bäume laut Land")
    assert ids(after) == ids(before)
    assert portals.harvest("land").counts == {Action.UNCHANGED: 1}


def test_and_when_it_comes_back_the_city_speaks_again(portals: Portals) -> None:
    portals.run("stadt", CITY)
    portals.run("land", STATE)
    name = next(iter(titles()))
    withdraw("stadt")
    portals.harvest("land")
    portals.harvest("stadt")
    assert titles() == {name: "Bäume der Stadt"}
    assert portals.harvest("land").counts[Action.UPDATED] == 0
    assert titles() == {name: "Bäume der Stadt"}


def test_a_dataset_stays_while_one_portal_has_it(portals: Portals) -> None:
    for name, entry in (("stadt", CITY), ("land", STATE), ("bund", FEDERAL)):
        portals.run(name, entry)
    name = next(iter(titles()))
    for gone in ("land", "stadt"):
        withdraw(gone)
        assert name in titles()
    portals.harvest("bund")
    assert titles() == {name: "Bäume laut Bund"}
    withdraw("bund")
    assert titles() == {}
    assert show(name)["state"] == "deleted"


def test_the_address_of_a_merged_dataset_leads_on_also_when_its_record_is_gone(
    portals: Portals, site: Any
) -> None:
    base = "https://land.example"
    portals.run("stadt", named("a", "Wahl", number="wahl"))
    portals.run("land", named("b", "Wahlen", number="wahlen"), base=base)
    portals.run("land", named("b", "Wahlen", number="wahl"), base=base)
    withdraw("land")
    assert site.get("/dataset/wahlen", follow_redirects=False).status_code == 301
    assert list(titles()) == ["wahl"]
    withdraw("stadt")
    assert site.get("/dataset/wahl", follow_redirects=False).status_code == 410


def test_a_withdrawn_dataset_returns_under_its_address_with_its_twin(portals: Portals) -> None:
    portals.run("stadt", CITY)
    before = show(*titles())
    withdraw("stadt")
    portals.run("land", STATE)
    assert titles() == {before["name"]: "Bäume laut Land"}
    assert show(before["name"])["id"] == before["id"]


def test_a_record_that_is_no_twin_any_more_gets_its_own_dataset(portals: Portals) -> None:
    base = "https://land.example"
    portals.run("stadt", named("a", "Wahl", number="wahl"))
    portals.run("land", named("b", "Wahlen", number="wahl"), base=base)
    portals.run("land", named("b", "Wahlen", number="wahlen"), base=base)
    assert sorted(titles().values()) == ["Wahl", "Wahlen"]


def test_two_datasets_that_turn_out_to_be_one_are_merged(portals: Portals, site: Any) -> None:
    base = "https://land.example"
    portals.run("stadt", named("a", "Wahl", number="wahl"))
    portals.run("land", named("b", "Wahlen", number="wahlen"), base=base)
    portals.run("land", named("b", "Wahlen", number="wahl"), base=base)
    assert titles() == {"wahl": "Wahl"}
    assert show("wahlen")["state"] == "deleted"
    answer = site.get("/dataset/wahlen", follow_redirects=False)
    assert (answer.status_code, answer.headers["Location"].split("/")[-1]) == (301, "wahl")


def test_a_changed_level_counts_from_the_next_run(portals: Portals, tmp_path: Path) -> None:
    portals.run("stadt", CITY)
    portals.run("geo", Entry("baeume", "Bäume im Geoportal"))
    portals.levels = {"stadt": "federal"}
    portals.sync(tmp_path)
    portals.harvest("geo")
    assert list(titles().values()) == ["Bäume im Geoportal"]


def test_a_level_that_does_not_exist_is_refused(portals: Portals, tmp_path: Path) -> None:
    portals.levels = {"stadt": "galaxy"}
    with pytest.raises(Exception, match="galaxy"):
        portals.sync(tmp_path)


def test_our_own_catalogue_is_never_harvested_back(
    portals: Portals, site: Any, sysadmin: dict[str, Any]
) -> None:
    portals.run("stadt", CITY)
    context = {"user": sysadmin["name"]}
    made = call_action(
        "package_create", context, name="hier", title="Hier gemacht", owner_org="luebeck"
    )
    ours = site.get("/catalog.ttl").get_data(as_text=True)
    assert made["id"] in ours
    portals.server.turtle("/bund.ttl", ours)
    report = portals.harvest("bund")

    assert report.counts == {Action.SKIPPED: 2}
    assert set(titles()) == {"baeume-der-stadt", "hier"}
    assert [
        item["source"]
        for item in call_action("hanse_origin_show", id="baeume-der-stadt")["origins"]
    ] == ["stadt"]


def test_what_is_ours_is_remembered_and_not_asked_about_again(
    portals: Portals, watch: Callable[[], Any]
) -> None:
    base = "http://test.ckan.net"
    assert portals.run("land", STATE, base=base).counts == {Action.SKIPPED: 1}
    with watch() as seen:
        assert portals.harvest("land").counts == {Action.SKIPPED: 1}
    assert seen.writes_to("hanse_record") == []


def test_a_mistaken_address_of_ours_is_mended(
    portals: Portals, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as mistaken:
        mistaken.setitem(tk.config, "hanse.own_addresses", ["https://land.example"])
        assert portals.run("land", STATE, base="https://land.example").counts == {Action.SKIPPED: 1}
    assert portals.harvest("land").counts == {Action.CREATED: 1}


def test_a_copy_of_ours_that_was_harvested_before_counts_as_gone(
    portals: Portals, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = "https://alt.example.org"
    portals.run("land", STATE, base=base)
    monkeypatch.setitem(tk.config, "hanse.own_addresses", [base])
    portals.serve("land", FEDERAL, base=base)
    report = engine.harvest("land")
    assert report.counts == {Action.SKIPPED: 1}
    assert (report.missing_count, report.status) == (1, RunStatus.HELD)


def test_after_a_run_that_broke_off_the_next_one_compares_what_it_wrote(
    portals: Portals, monkeypatch: pytest.MonkeyPatch
) -> None:
    base = "https://land.example"
    portals.run("stadt", named("a", "Wahl", number="wahl"), named("x", "Bad"))
    portals.run("land", named("b", "Wahlen", number="anders"), base=base)
    portals.serve("land", named("b", "Wahlen", number="wahl"), named("y", "Bad"), base=base)
    with monkeypatch.context() as broken:
        broken.setattr(twins_after, "settle", lambda *_: 1 / 0)
        assert engine.harvest("land").message
    assert len(titles()) == 4
    portals.harvest("land")
    assert len(titles()) == 3
    assert links() == [("same", ["same-identifier"]), ("suggested", BAD)]


BAD = ["same-title", "same-publisher", "same-city"]


@pytest.mark.parametrize(
    ("base", "ours"),
    [
        ("https://alt.example.org/katalog", True),
        ("http://ALT.example.org:80/katalog", True),
        ("https://alt.example.org/katalog2", False),
        ("https://alt.example.org.evil.example/katalog", False),
        ("https://alt.example.org:8443/katalog", False),
    ],
)
def test_former_addresses_are_ours_and_their_neighbours_are_not(
    portals: Portals, monkeypatch: pytest.MonkeyPatch, base: str, ours: bool
) -> None:
    monkeypatch.setitem(tk.config, "hanse.own_addresses", ["https://alt.example.org/katalog"])
    report = portals.run("land", STATE, base=base)
    assert report.counts == {Action.SKIPPED if ours else Action.CREATED: 1}


def test_what_was_made_here_stays_ours_under_another_iri(
    portals: Portals, sysadmin: dict[str, Any]
) -> None:
    made = call_action(
        "package_create",
        {"user": sysadmin["name"]},
        name="hier",
        title="Hier",
        owner_org="luebeck",
    )
    report = portals.run("bund", named("x", "Hier", number=made["id"]))
    assert report.counts == {Action.SKIPPED: 1}


def test_a_preview_writes_nothing(portals: Portals, watch: Callable[[], Any]) -> None:
    portals.run("stadt", CITY)
    portals.serve("land", STATE)
    with watch() as seen:
        report = engine.harvest("land", dry_run=True)
    assert report.counts == {Action.MERGED: 1}
    assert (seen.writes, seen.solr) == ([], [])
