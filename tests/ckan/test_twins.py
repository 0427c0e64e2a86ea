"""A dataset that several portals have is one entry, and the nearest portal's word counts."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.cli import db
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

from ckanext.hanse.dedup import after_run as twins_after
from ckanext.hanse.harvest import engine, withdrawal
from ckanext.hanse.model import RunStatus, SourceRecord
from ckanext.hanse.store.writer import Action

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


LAND = "https://land.example"
UUID = "8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03"
DOI = "10.5281/zenodo.7341099"


def test_an_identifier_unique_everywhere_and_the_title_are_the_same(portals: Portals) -> None:
    spellings = {
        UUID: UUID.upper(),
        DOI: f"https://doi.org/{DOI}",
        "urn:nbn:de:gbv:9-wahl": "URN:NBN:de:gbv:9-wahl",
        "https://wahl.luebeck.de/2024": "http://wahl.luebeck.de/2024",
    }
    here = [named(f"a{n}", f"Wahl {n}", number=form) for n, form in enumerate(spellings)]
    there = [
        named(f"b{n}", f"wahl ({n})", number=form, publisher="Land")
        for n, form in enumerate(spellings.values())
    ]
    portals.run("stadt", *here)
    report = portals.run("land", *there, base=LAND)
    assert report.counts == {Action.MERGED: 4}
    assert sorted(titles().values()) == [f"Wahl {n}" for n in range(4)]
    assert links() == [("same", ["same-identifier", "same-title"])] * 4


def test_or_a_file_that_no_other_dataset_has(portals: Portals) -> None:
    file = {"daten": "https://daten.example.org/datensatz/a/daten.csv"}
    portals.run("stadt", named("a", "Wahl", number=UUID))
    portals.run("land", named("b", "Stimmen", number=UUID, downloads=file), base=LAND)
    assert links() == [("same", ["same-identifier", "same-download"])]
    assert list(titles().values()) == ["Wahl"]


def test_but_not_a_service_that_several_have(portals: Portals) -> None:
    service = {"daten": "https://geo.example/wms"}
    others = [
        named("a", "Wahl", number=UUID, downloads=service),
        named("c", "Wege", downloads=service),
    ]
    portals.run("stadt", *others)
    portals.run("land", named("b", "Stimmen", number=UUID, downloads=service), base=LAND)
    assert len(titles()) == 3


def test_counters_and_a_publishers_name_are_no_identity(portals: Portals) -> None:
    """Two portals of one city that number their datasets."""
    here, there = (
        [named(str(n), title, number=str(n)) for n, title in enumerate(some, 1)]
        for some in (("Bäume", "Pläne", "Spielplätze"), ("Einwohner", "Haushalt", "Wahlen"))
    )
    portals.run("stadt", *here)
    report = portals.run("geo", *there, base="https://geo.example")
    assert report.counts == {Action.CREATED: 3}
    assert len(titles()) == 6
    assert {verdict for verdict, _ in links()} == {"suggested"}


def test_anything_less_is_suggested(portals: Portals) -> None:
    numbers = {
        "wahl-2024": "Wahl",
        "17": "Bad",
        UUID: "Gärten",  # the other one calls it otherwise
        "00000000-0000-0000-0000-000000000000": "Weg",
        "http://localhost:5000/dataset/1": "Baum",
        "http://example.org/dataset/1": "Kai",
        "https://www.luebeck.de/": "Park",
    }
    here = [named(f"a{n}", title, number=form) for n, (form, title) in enumerate(numbers.items())]
    there = [
        named(f"b{n}", title.removesuffix("en"), number=form)
        for n, (form, title) in enumerate(numbers.items())
    ]
    portals.run("stadt", *here)
    portals.run("land", *there, base=LAND)
    assert len(titles()) == 14
    found = links()
    assert len(found) == 7
    assert {(verdict, rules[0]) for verdict, rules in found} == {("suggested", "same-identifier")}


def test_the_iri_of_an_installation_that_was_not_set_up_is_no_identity(portals: Portals) -> None:
    portals.run("stadt", Entry("1", "Bäume"), base="http://localhost:5000")
    report = portals.run("land", Entry("1", "Wahlen"), base="http://localhost:5000")
    assert report.counts == {Action.CREATED: 1}
    ((verdict, rules),) = links()
    assert (verdict, rules[0]) == ("suggested", "same-iri")


def test_one_iri_for_two_things_is_one_dataset_and_that_is_said(portals: Portals) -> None:
    portals.run("stadt", Entry("a", "Bäume", ("liste",)))
    report = portals.run("land", Entry("a", "Wahlen", ("stimmen",)))
    assert report.counts == {Action.MERGED: 1}
    assert report.issues["twin-unlike"] == 1
    report = portals.run("bund", Entry("a", "bäume!", ("baum",)))
    assert report.issues["twin-unlike"] == 0


def test_after_an_upgrade_what_was_one_stays_one(portals: Portals) -> None:
    """Earlier releases kept a digest of identifier and publisher."""
    portals.run("stadt", named("a", "Wahl", number=UUID))
    portals.run("land", named("b", "Wahl", number=UUID), base=LAND)
    model.Session.remove()
    db._run_migrations("hanse", "0002", forward=False)
    with model.meta.engine.begin() as connection:
        connection.execute(sa.text("UPDATE hanse_record SET twin = repeat('f', 64)"))
    db._run_migrations("hanse")
    assert list(model.Session.scalars(sa.select(SourceRecord.twins))) == [[f"uuid:{UUID}"]] * 2
    portals.run("land", named("b", "Wahl", number=UUID, keywords=("neu",)), base=LAND)
    assert titles() == {"wahl": "Wahl"}


def test_an_identifier_that_a_portal_has_twice_says_nothing(portals: Portals) -> None:
    portals.run("stadt", named("a", "Wahl", number=DOI), named("b", "Bad", number=DOI))
    portals.run("land", named("c", "Wahl", number=DOI), base=LAND)
    assert len(titles()) == 3


def test_nor_does_one_that_our_portal_has_twice(portals: Portals) -> None:
    portals.run("stadt", named("a", "Klima", number=DOI))
    two = (named("b", "Klima", number=DOI), named("c", "Klima", number=DOI))
    portals.run("land", *two, base=LAND)
    portals.harvest("land")
    assert len(titles()) == 3
    assert {verdict for verdict, _ in links()} == {"suggested"}
    assert portals.harvest("land").counts == {Action.UNCHANGED: 2}


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
    base = LAND
    portals.run("stadt", named("a", "Wahl", number=UUID))
    portals.run("land", named("b", "Wahlen", number="wahlen"), base=base)
    portals.run("land", named("b", "Wahl", number=UUID), base=base)
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
    portals.run("stadt", named("a", "Wahl", number=UUID))
    portals.run("land", named("b", "Wahl", number=UUID), base=LAND)
    portals.run("land", named("b", "Wahlen", number="wahlen"), base=LAND)
    assert sorted(titles().values()) == ["Wahl", "Wahlen"]
    assert links() == []


def test_or_gets_back_the_one_it_had(portals: Portals, site: Any) -> None:
    portals.run("stadt", named("a", "Wahl", number=UUID))
    portals.run("land", named("b", "Stimmen", number="x"), base=LAND)
    before = show("stimmen")
    portals.run("land", named("b", "Wahl", number=UUID), base=LAND)
    assert titles() == {"wahl": "Wahl"}
    portals.run("land", named("b", "Wähler", number="x"), base=LAND)
    assert titles() == {"wahl": "Wahl", "stimmen": "Wähler"}
    after = show("stimmen")
    assert (after["id"], ids(after)) == (before["id"], ids(before))
    assert site.get("/dataset/stimmen", follow_redirects=False).status_code == 200


def test_two_datasets_that_turn_out_to_be_one_are_merged(portals: Portals, site: Any) -> None:
    base = LAND
    portals.run("stadt", named("a", "Wahl", number=UUID))
    portals.run("land", named("b", "Wahlen", number="wahlen"), base=base)
    portals.run("land", named("b", "Wahl", number=UUID), base=base)
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
        assert portals.run("land", STATE, base=LAND).counts == {Action.SKIPPED: 1}
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
    base = LAND
    portals.run("stadt", named("a", "Wahl", number=UUID), named("x", "Bad"))
    portals.run("land", named("b", "Wahlen", number="anders"), base=base)
    portals.serve("land", named("b", "Wahl", number=UUID), named("y", "Bad"), base=base)
    with monkeypatch.context() as broken:
        broken.setattr(twins_after, "settle", lambda *_: 1 / 0)
        assert engine.harvest("land").message
    assert len(titles()) == 4
    portals.harvest("land")
    assert len(titles()) == 3
    assert links() == [("same", ["same-identifier", "same-title"]), ("suggested", BAD)]


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


def test_what_a_ckan_took_of_our_api_is_known_by_its_id(portals: Portals) -> None:
    portals.run("stadt", CITY)
    ours = show("baeume-der-stadt")["id"]
    for portal in ("bund", "else"):  # its IRI and identifier are lost, its id is kept
        assert portals.run(portal, named("x", "B", number=ours)).counts == {Action.SKIPPED: 1}
    assert list(titles()) == ["baeume-der-stadt"]


def test_an_id_that_is_the_portals_own_is_no_sign_of_ours(portals: Portals) -> None:
    portals.run("stadt", CITY)
    ours = show("baeume-der-stadt")["id"]
    # As in a catalogue whose ids were its portals' before it became this one.
    record = model.Session.get(SourceRecord, record_id("stadt"))
    record.twins = [f"uuid:{ours}"]
    model.Session.commit()
    assert portals.run("else", named("x", "Anders", number=ours)).counts == {Action.CREATED: 1}


def test_a_preview_writes_nothing(portals: Portals, watch: Callable[[], Any]) -> None:
    portals.run("stadt", CITY)
    portals.serve("land", STATE)
    with watch() as seen:
        report = engine.harvest("land", dry_run=True)
    assert report.counts == {Action.MERGED: 1}
    assert (seen.writes, seen.solr) == ([], [])
