"""Corrections of harvested datasets: made, kept through runs, flagged, withdrawn."""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from repairing import Interrupted, Repair, repairing
from walks import Listed, file, harvest, record

from ckanext.hanse.corrections.apply import Corrector, overtaken
from ckanext.hanse.model import Correction, SourceRecord
from ckanext.hanse.store.writer import Action, NoFence
from hanse_harvesters.errors import StopRun

CC_ZERO = "http://dcat-ap.de/def/licenses/cc-zero"
DL_ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"
THEMES = "http://publications.europa.eu/resource/authority/data-theme/"


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Any) -> Repair:
    """Rostock's portal, an editor of Rostock, and her calls."""
    return repairing(cities["rostock"]["id"], officer("rostock"), api)


def baeume(**fields: Any) -> Any:
    return record("b", fields.pop("title", "Bäume"), "liste", **fields)


def test_a_correction_shows_at_once(rostock: Repair, watch: Callable[[], Any]) -> None:
    before = rostock.run(baeume(notes="Alt."))
    assert before.counts == {Action.CREATED: 1}
    with watch() as seen:
        made = rostock.correct("baeume", "notes", "Alle Straßenbäume der Stadt.", "Zu knapp")

    stored = rostock.show("baeume")
    assert stored["notes"] == "Alle Straßenbäume der Stadt."
    assert (made["value"], made["replaced"]) == (stored["notes"], "Alt.")
    assert (made["reason"], made["author"]) == ("Zu knapp", rostock.user["fullname"])
    assert made["created"]
    assert seen.activities == 1
    found = call_action("package_search", q="Straßenbäume")["results"]
    assert [item["name"] for item in found] == ["baeume"]


def test_it_survives_runs_and_they_write_nothing(rostock: Repair, watch: Callable[[], Any]) -> None:
    rostock.run(baeume(notes="Alt."))
    rostock.correct("baeume", "notes", "Neu.")
    for _ in range(2):
        with watch() as seen:
            report = rostock.run(baeume(notes="Alt."))
        assert report.counts == {Action.UNCHANGED: 1}
        assert (seen.beside_the_run, seen.solr, seen.activities) == ([], [], 0)
    assert rostock.show("baeume")["notes"] == "Neu."
    (stands,) = rostock.corrections("baeume")
    assert (stands["flagged"], stands["source_value"]) == (None, "Alt.")


def test_the_rest_of_the_dataset_still_follows_the_source(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt.", version="1"))
    rostock.correct("baeume", "notes", "Neu.")
    rostock.run(baeume(notes="Alt.", version="2", title="Bäume und Büsche"))
    stored = rostock.show("baeume")
    assert (stored["notes"], stored["version"]) == ("Neu.", "2")
    assert stored["title"] == "Bäume und Büsche"


def test_applying_twice_is_applying_once(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt.", theme=[f"{THEMES}ENVI"]))
    rostock.correct("baeume", "notes", "Neu.")
    rostock.correct("baeume", "theme", [f"{THEMES}TRAN"])
    resource = rostock.show("baeume")["resources"][0]["id"]
    rostock.correct("baeume", f"resources[{resource}].license", CC_ZERO)
    corrector, arrived = Corrector(rostock.source.id), baeume(notes="Alt.")
    dataset_id = rostock.show("baeume")["id"]
    corrector.apply(arrived, dataset_id, arrived.identity)
    once = copy.deepcopy((arrived.dataset, arrived.normalised, arrived.issues))
    corrector.apply(arrived, dataset_id, arrived.identity)
    assert (arrived.dataset, arrived.normalised, arrived.issues) == once
    assert once[0]["theme"] == [f"{THEMES}TRAN"]
    assert once[0]["resources"][0]["license"] == CC_ZERO


def test_a_source_that_changes_the_field_is_flagged_and_ours_stands(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    rostock.correct("baeume", "notes", "Neu.")
    rostock.run(baeume(notes="Anders."))
    (flagged,) = rostock.corrections("baeume")
    assert flagged["flagged"]
    assert (flagged["source_value"], flagged["replaced"]) == ("Anders.", "Alt.")
    assert not flagged["adopted"]
    assert rostock.show("baeume")["notes"] == "Neu."

    rostock.run(baeume(notes="Nochmals anders."))
    (again,) = rostock.corrections("baeume")
    assert again["source_value"] == "Nochmals anders."
    assert again["flagged"] == flagged["flagged"]  # since when, not when last

    rostock.run(baeume(notes="Alt."))
    (back,) = rostock.corrections("baeume")
    assert (back["flagged"], back["source_value"]) == (None, "Alt.")


def test_a_source_that_adopts_our_value_is_said(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    made = rostock.correct("baeume", "notes", "Neu.")
    rostock.run(baeume(notes="Neu."))
    (adopted,) = rostock.corrections("baeume")
    assert adopted["flagged"]
    assert adopted["adopted"]
    rostock.withdraw(made["id"])
    assert rostock.show("baeume")["notes"] == "Neu."
    assert rostock.corrections("baeume") == []


def test_withdrawing_restores_what_the_source_says_now(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    made = rostock.correct("baeume", "notes", "Neu.")
    rostock.run(baeume(notes="Anders."))
    gone = rostock.withdraw(made["id"])

    assert rostock.show("baeume")["notes"] == "Anders."
    assert gone["withdrawn"]
    assert gone["withdrawn_by"] == rostock.user["fullname"]
    assert rostock.corrections("baeume") == []
    (kept,) = rostock.corrections("baeume", history=True)
    assert (kept["value"], kept["reason"]) == ("Neu.", made["reason"])
    rostock.run(baeume(notes="Anders."))
    assert rostock.show("baeume")["notes"] == "Anders."
    with pytest.raises(tk.ValidationError):
        rostock.withdraw(made["id"])


def test_a_second_correction_of_a_field_takes_the_place_of_the_first(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    rostock.correct("baeume", "notes", "Neu.")
    second = rostock.correct("baeume", "notes", "Neuer.")
    assert second["replaced"] == "Alt."
    assert [item["value"] for item in rostock.corrections("baeume")] == ["Neuer."]
    assert len(rostock.corrections("baeume", history=True)) == 2
    rostock.withdraw(second["id"])
    assert rostock.show("baeume")["notes"] == "Alt."


def test_an_added_mandatory_field_settles_its_issue_for_good(rostock: Repair) -> None:
    def missing() -> set[str]:
        return {
            item["field"]
            for item in rostock.issues("baeume")
            if item["rule"] == "mandatory-missing"
        }

    rostock.run_judged(baeume())
    assert {"notes", "publisher"} <= missing()
    rostock.correct("baeume", "publisher", [{"name": "Hansestadt Rostock"}])
    assert "publisher" not in missing()
    assert "notes" in missing()
    rostock.run_judged(baeume())
    rostock.run_judged(baeume())
    assert rostock.show("baeume")["publisher"] == [{"name": "Hansestadt Rostock"}]
    assert "publisher" not in missing()
    (made,) = rostock.corrections("baeume")
    rostock.withdraw(made["id"])
    assert "publisher" not in rostock.show("baeume")
    assert "publisher" in missing()
    rostock.run_judged(baeume())
    assert "publisher" in missing()


def test_what_the_normaliser_said_of_the_field_is_settled_too(rostock: Repair) -> None:
    came = baeume(theme=["Grünzeug"])
    rostock.run_judged(copy.deepcopy(came), normalised=True)
    rules = {item["rule"] for item in rostock.issues("baeume")}
    assert "theme-unknown" in rules
    made = rostock.correct("baeume", "theme", [f"{THEMES}ENVI"])
    assert "theme-unknown" not in {item["rule"] for item in rostock.issues("baeume")}
    rostock.run_judged(copy.deepcopy(came), normalised=True)
    assert "theme-unknown" not in {item["rule"] for item in rostock.issues("baeume")}
    rostock.withdraw(made["id"])
    rostock.run_judged(copy.deepcopy(came), normalised=True)
    assert "theme-unknown" in {item["rule"] for item in rostock.issues("baeume")}


def test_a_title_that_vanished_at_the_source_does_not_reject_a_corrected_dataset(
    rostock: Repair,
) -> None:
    rostock.run_judged(baeume())
    rostock.correct("baeume", "title", "Baumkataster")
    untitled = baeume(version="2")
    del untitled.dataset["title"]
    report = rostock.run_judged(untitled)
    assert report.counts == {Action.UPDATED: 1}
    assert rostock.show("baeume")["title"] == "Baumkataster"


def test_a_field_can_be_emptied(rostock: Repair) -> None:
    rostock.run(baeume(notes="lorem ipsum", version="0"))
    made = rostock.correct("baeume", "notes", "")
    assert not rostock.show("baeume").get("notes")
    rostock.run(baeume(notes="lorem ipsum", version="1"))
    stored = rostock.show("baeume")
    assert (stored.get("notes"), stored["version"]) == (None, "1")
    rostock.withdraw(made["id"])
    assert rostock.show("baeume")["notes"] == "lorem ipsum"


def test_a_text_is_corrected_in_its_language_and_the_others_stay(rostock: Repair) -> None:
    texts = {"de": "Bäume", "en": "Trees"}
    rostock.run(baeume(title_translated=texts))
    made = rostock.correct("baeume", "title", "Stadtbäume")
    assert rostock.show("baeume")["title_translated"] == {"de": "Stadtbäume", "en": "Trees"}
    rostock.run(baeume(title_translated={"de": "Bäume", "en": "City trees"}))
    assert rostock.show("baeume")["title_translated"] == {"de": "Stadtbäume", "en": "City trees"}
    rostock.withdraw(made["id"])
    assert rostock.show("baeume")["title_translated"] == {"de": "Bäume", "en": "City trees"}


def test_keywords_are_corrected_as_words(rostock: Repair) -> None:
    rostock.run(baeume(tags=[{"name": "Baum"}]))
    made = rostock.correct("baeume", "tags", "Stadtgrün, Baum, Straßenbaum")
    assert {tag["name"] for tag in rostock.show("baeume")["tags"]} == {
        "Baum",
        "Stadtgrün",
        "Straßenbaum",
    }
    rostock.run(baeume(tags=[{"name": "Baum"}]))
    (stands,) = rostock.corrections("baeume")
    assert not stands["flagged"]
    rostock.withdraw(made["id"])
    assert [tag["name"] for tag in rostock.show("baeume")["tags"]] == ["Baum"]


# --- Resources ------------------------------------------------------------------------------


def _two(*names: str, **fields: dict[str, Any]) -> Any:
    base = "https://daten.example.org/datensatz/b"
    files = [
        {k: v for k, v in (file(f"{base}/{name}", name) | fields.get(name, {})).items() if v}
        for name in names
    ]
    return record("b", "Bäume", resources=files)


def test_a_resource_is_found_whatever_its_place(rostock: Repair) -> None:
    rostock.run(_two("karte", "liste"))
    ids = {item["name"]: item["id"] for item in rostock.show("baeume")["resources"]}
    rostock.correct("baeume", f"resources[{ids['liste']}].license", DL_ZERO)
    for order in (("liste", "karte"), ("neu", "karte", "liste"), ("karte", "liste")):
        rostock.run(_two(*order))
        stored = {item["name"]: item for item in rostock.show("baeume")["resources"]}
        assert stored["liste"]["id"] == ids["liste"]
        assert {name for name, item in stored.items() if item.get("license")} == {"liste"}
    (stands,) = rostock.corrections("baeume")
    assert not stands["flagged"]
    assert stands["file"] == "liste"


def test_a_mended_address_holds_where_addresses_are_all_there_is(rostock: Repair) -> None:
    """Without IRIs a resource is known by its address, and just that is corrected."""
    nameless = {"uri": "", "name": "", "format": ""}
    came = _two("karte", "liste", karte=nameless, liste=nameless)
    rostock.run(copy.deepcopy(came))
    resource = rostock.show("baeume")["resources"][1]
    right = "https://daten.example.org/datensatz/b/liste-2026.csv"
    made = rostock.correct("baeume", f"resources[{resource['id']}].download_url", right)
    assert rostock.show("baeume")["resources"][1]["url"] == right
    for _ in range(2):
        rostock.run(copy.deepcopy(came))
        stored = rostock.show("baeume")["resources"][1]
        assert (stored["id"], stored["url"]) == (resource["id"], right)
        assert (stored["download_url"], stored["access_url"]) == (right, resource["access_url"])
    rostock.withdraw(made["id"])
    assert rostock.show("baeume")["resources"][1] == resource | {
        "metadata_modified": rostock.show("baeume")["resources"][1]["metadata_modified"]
    }


def test_a_resource_that_goes_takes_no_other_down(rostock: Repair) -> None:
    rostock.run(_two("karte", "liste"))
    gone = rostock.show("baeume")["resources"][0]["id"]
    made = rostock.correct("baeume", f"resources[{gone}].license", DL_ZERO)
    rostock.run(_two("liste"))
    (stored,) = rostock.show("baeume")["resources"]
    assert "license" not in stored
    (flagged,) = rostock.corrections("baeume")
    assert flagged["flagged"]
    assert flagged["file_gone"]
    rostock.withdraw(made["id"])
    assert rostock.corrections("baeume") == []


# --- The engine's side ----------------------------------------------------------------------


def test_an_unchanged_run_asks_nothing(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    rostock.correct("baeume", "notes", "Neu.")
    rostock.run(baeume(notes="Alt."))
    asked: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    same = baeume(notes="Alt.")
    same.same, same.dataset = True, {}
    source_id = rostock.source.id
    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        corrector = Corrector(source_id)
        corrector.apply(same, "x", same.identity)
        corrector.settle(NoFence())
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)
    assert asked == []


def test_all_corrections_of_a_source_come_in_one_query(rostock: Repair) -> None:
    records = [record(f"d{n}", f"Datensatz {n}") for n in range(4)]
    rostock.run(*copy.deepcopy(records))
    for n in range(4):
        rostock.correct(f"datensatz-{n}", "notes", f"Neu {n}.")
    asked: list[str] = []

    def note(conn: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    corrector = Corrector(rostock.source.id)
    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        for item in records:
            corrector.apply(item, None, item.identity)
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)
    assert len([text for text in asked if "hanse_correction" in text]) == 1
    assert len(asked) == 1
    assert [item.dataset["notes"] for item in records] == [f"Neu {n}." for n in range(4)]


def test_only_the_end_of_a_correction_makes_the_next_run_look_again(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    row = rostock.source
    row.etag, row.last_modified = '"a"', "gestern"
    model.Session.commit()
    made = rostock.correct("baeume", "notes", "Neu.")
    assert (rostock.source.etag, rostock.source.last_modified) == ('"a"', "gestern")
    assert model.Session.scalar(sa.select(SourceRecord.fingerprint)) != ""
    rostock.withdraw(made["id"])
    assert (rostock.source.etag, rostock.source.last_modified) == ("", "")
    assert model.Session.scalar(sa.select(SourceRecord.fingerprint)) == ""


def chronik(version: str) -> Any:
    """A known record that changed: at it a run asks for the corrections there are."""
    return record("c", "Chroniken", version=version)


def test_a_correction_made_in_mid_run_is_not_lost(rostock: Repair) -> None:
    rostock.run(chronik("1"), baeume(notes="Alt."))

    def meanwhile() -> None:
        rostock.correct("baeume", "notes", "Neu.")

    walk = (chronik("2"), baeume(notes="Anders.", version="2"))
    rostock.run(*walk, meanwhile=meanwhile)
    stored = rostock.show("baeume")
    assert (stored["notes"], stored["version"]) == ("Neu.", "2")
    rostock.run(chronik("2"), baeume(notes="Anders.", version="2"))
    (stands,) = rostock.corrections("baeume")
    assert stands["source_value"] == "Anders."


def test_one_withdrawn_in_mid_run_stays_withdrawn(rostock: Repair) -> None:
    rostock.run(chronik("1"), baeume(notes="Alt."))
    made = rostock.correct("baeume", "notes", "Neu.")

    def meanwhile() -> None:
        rostock.withdraw(made["id"])

    rostock.run(chronik("2"), baeume(notes="Anders."), meanwhile=meanwhile)
    assert rostock.show("baeume")["notes"] == "Anders."


def test_a_run_that_broke_off_leaves_nothing_uncorrected(rostock: Repair) -> None:
    """It wrote over a correction that was made while it ran, and never came to its end."""
    rostock.run(chronik("1"), baeume(notes="Alt."))

    def meanwhile() -> None:
        rostock.correct("baeume", "notes", "Neu.")

    walk = Interrupted(
        chronik("2"),
        baeume(notes="Anders."),
        meanwhile=meanwhile,
        error=StopRun("run-interrupted"),
    )
    harvest(rostock.source, walk)
    assert rostock.show("baeume")["notes"] == "Anders."
    assert overtaken(rostock.source.id) == 1
    model.Session.commit()
    rostock.run(chronik("2"), baeume(notes="Anders."))
    assert rostock.show("baeume")["notes"] == "Neu."
    assert overtaken(rostock.source.id) == 0


def test_a_dataset_that_was_withdrawn_and_returns_keeps_its_corrections(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    rostock.correct("baeume", "notes", "Neu.")
    rostock.run(baeume(notes="Alt."))
    dataset_id = rostock.show("baeume")["id"]
    call_action("package_delete", {"user": rostock.site_user}, id=dataset_id)
    rostock.forget()
    rostock.run(baeume(notes="Alt."))
    stored = rostock.show("baeume")
    assert (stored["id"], stored["state"], stored["notes"]) == (dataset_id, "active", "Neu.")
    assert len(rostock.corrections("baeume")) == 1


def test_a_dry_run_shows_the_correction_and_writes_nothing(
    rostock: Repair, watch: Callable[[], Any]
) -> None:
    rostock.run(baeume(notes="Alt."))
    rostock.correct("baeume", "notes", "Neu.")
    changed = baeume(notes="Anders.", version="2")
    with watch() as seen:
        harvest(rostock.source, Listed(changed), dry_run=True)
    assert changed.dataset["notes"] == "Neu."
    assert (seen.writes, seen.solr) == ([], [])
    assert not rostock.corrections("baeume")[0]["flagged"]


def test_history_outlives_nothing_but_the_dataset(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    made = rostock.correct("baeume", "notes", "Neu.")
    rostock.withdraw(made["id"])
    rows = model.Session.scalars(sa.select(Correction)).all()
    assert [(row.value, row.replaced) for row in rows] == [("Neu.", "Alt.")]
    with pytest.raises(tk.ObjectNotFound):
        rostock.withdraw(10**9)
