"""Hiding and detaching a harvested dataset: what runs do to it, and the way back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from repairing import Repair, repairing
from walks import record

from ckanext.hanse.model import RecordState, SourceRecord
from ckanext.hanse.store.writer import Action


@pytest.fixture
def rostock(cities: dict[str, Any], officer: Callable[..., Any], api: Any) -> Repair:
    return repairing(cities["rostock"]["id"], officer("rostock"), api)


def baeume(**fields: Any) -> Any:
    return record("b", fields.pop("title", "Bäume"), "liste", **fields)


def found() -> list[str]:
    return [item["name"] for item in call_action("package_search")["results"]]


# --- Hiding -----------------------------------------------------------------------------------


def test_a_hidden_dataset_leaves_the_search_and_stays_up_to_date(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    made = rostock.api(rostock.user, "hanse_dataset_hide", id="baeume", reason="Namen darin.")
    assert (made["field"], made["value"], made["reason"]) == ("private", True, "Namen darin.")
    assert found() == []
    for notes in ("Alt.", "Anders.", "Anders."):
        rostock.run(baeume(notes=notes))
        stored = rostock.show("baeume")
        assert (stored["private"], stored["notes"]) == (True, notes)
    assert found() == []


def test_members_still_see_what_is_hidden_and_nobody_else(
    rostock: Repair, officer: Callable[..., Any]
) -> None:
    member, stranger = officer("rostock", "member"), officer("stralsund")
    rostock.run(baeume())
    rostock.api(rostock.user, "hanse_dataset_hide", id="baeume", reason="Weil.")
    assert rostock.api(member, "package_show", id="baeume")["private"]
    for user in (None, stranger):
        with pytest.raises(tk.NotAuthorized):
            rostock.api(user, "package_show", id="baeume")


def test_it_is_shown_again_with_a_click_and_the_why_stays(rostock: Repair) -> None:
    rostock.run(baeume())
    rostock.correct("baeume", "private", True, "Namen darin.")  # the same by the general way
    with pytest.raises(tk.ValidationError):
        rostock.api(rostock.user, "hanse_dataset_hide", id="baeume", reason="Nochmals.")
    rostock.api(rostock.user, "hanse_dataset_show_again", id="baeume")
    assert found() == ["baeume"]
    (kept,) = rostock.corrections("baeume", history=True)
    assert (kept["reason"], kept["withdrawn_by"]) == ("Namen darin.", rostock.user["fullname"])
    rostock.run(baeume(notes="Neu."))
    assert found() == ["baeume"]
    with pytest.raises(tk.ValidationError):
        rostock.api(rostock.user, "hanse_dataset_show_again", id="baeume")


def test_a_hidden_dataset_that_returns_stays_hidden(rostock: Repair) -> None:
    rostock.run(baeume())
    rostock.api(rostock.user, "hanse_dataset_hide", id="baeume", reason="Namen darin.")
    dataset_id = rostock.show("baeume")["id"]
    call_action("package_delete", {"user": rostock.site_user}, id=dataset_id)
    rostock.forget()
    rostock.run(baeume(notes="Wieder da."))
    stored = rostock.show("baeume")
    assert (stored["state"], stored["private"]) == ("active", True)
    assert found() == []


# --- Detaching --------------------------------------------------------------------------------


def detach(rostock: Repair) -> dict[str, Any]:
    made: dict[str, Any] = rostock.api(
        rostock.user, "hanse_dataset_detach", id="baeume", reason="Portal wird abgeschaltet."
    )
    model.Session.expire_all()
    return made


def record_state() -> str:
    mine = SourceRecord.identity == baeume().identity
    return str(model.Session.scalar(sa.select(SourceRecord.state).where(mine)))


def test_a_detached_dataset_is_ours_as_it_stood(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt.", version="1"))
    rostock.correct("baeume", "notes", "Neu.")
    before = rostock.show("baeume")
    made = detach(rostock)
    assert made["reason"] == "Portal wird abgeschaltet."
    assert rostock.show("baeume") == before
    assert call_action("hanse_origin_show", id="baeume") == {}
    assert record_state() == RecordState.DETACHED.value
    edited = rostock.api(rostock.user, "package_patch", id="baeume", version="2")
    assert (edited["notes"], edited["version"]) == ("Neu.", "2")


def test_runs_leave_it_alone_whatever_they_bring(rostock: Repair, watch: Callable[[], Any]) -> None:
    rostock.run(baeume(notes="Alt."), record("c", "Chroniken"))
    detach(rostock)
    rostock.api(rostock.user, "package_patch", id="baeume", notes="Unsere Worte.")
    mine = rostock.show("baeume")
    with watch() as seen:
        report = rostock.run(baeume(title="Anders", notes="Anders."), record("c", "Chroniken"))
    assert report.counts == {Action.UNCHANGED: 2}
    assert seen.activities == 0
    assert rostock.show("baeume") == mine
    rostock.run(record("c", "Chroniken"))  # gone at the portal: no reason to miss it here
    assert rostock.show("baeume") == mine
    assert record_state() == RecordState.DETACHED.value


def test_corrections_are_for_harvested_datasets_alone(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt."))
    detach(rostock)
    with pytest.raises(tk.ValidationError) as refusal:
        rostock.correct("baeume", "notes", "Neu.")
    assert "baeume" in str(refusal.value)
    with pytest.raises(tk.ValidationError):
        detach(rostock)


def test_given_back_the_next_run_writes_it_again(rostock: Repair) -> None:
    rostock.run(baeume(notes="Alt.", version="1"))
    rostock.correct("baeume", "version", "1.1")
    detach(rostock)
    rostock.api(rostock.user, "package_patch", id="baeume", notes="Unsere Worte.", version="9")
    with pytest.raises(tk.ValidationError) as warning:
        rostock.api(rostock.user, "hanse_dataset_reattach", id="baeume")
    assert "overwrites" in str(warning.value) or "überschreib" in str(warning.value)

    rostock.api(rostock.user, "hanse_dataset_reattach", id="baeume", confirm=True)
    model.Session.expire_all()
    assert record_state() == RecordState.ACTIVE.value
    assert call_action("hanse_origin_show", id="baeume")["source"] == "portal"
    with pytest.raises(tk.NotAuthorized):
        rostock.api(rostock.user, "package_patch", id="baeume", notes="Zu spät.")
    rostock.run(baeume(notes="Alt.", version="1"))
    stored = rostock.show("baeume")
    assert (stored["notes"], stored["version"]) == ("Alt.", "1.1")
    kept = rostock.corrections("baeume", history=True)
    assert {item["field"] for item in kept if item["withdrawn"]} == {"detached"}


def test_given_back_it_is_as_hidden_as_before(rostock: Repair) -> None:
    rostock.run(baeume())
    rostock.api(rostock.user, "hanse_dataset_hide", id="baeume", reason="Namen darin.")
    detach(rostock)
    rostock.api(rostock.user, "package_patch", id="baeume", private=False)
    assert found() == ["baeume"]
    rostock.api(rostock.user, "hanse_dataset_reattach", id="baeume", confirm=True)
    assert found() == []


def test_saving_a_detached_dataset_keeps_the_way_back(rostock: Repair) -> None:
    came = baeume()
    came.unknown = "<a> <b> <c> ."
    rostock.run(came)
    detach(rostock)
    for number in range(2):
        rostock.api(rostock.user, "package_patch", id="baeume", version=str(number))
    rostock.api(rostock.user, "hanse_dataset_reattach", id="baeume", confirm=True)
    assert call_action("hanse_origin_show", id="baeume")["identity"] == came.identity


def test_once_the_source_is_gone_there_is_no_way_back(rostock: Repair) -> None:
    rostock.run(baeume())
    detach(rostock)
    model.Session.delete(rostock.source)
    model.Session.commit()
    with pytest.raises(tk.ValidationError):
        rostock.api(rostock.user, "hanse_dataset_reattach", id="baeume", confirm=True)
    assert rostock.api(rostock.user, "package_patch", id="baeume", notes="Unser")["notes"]
