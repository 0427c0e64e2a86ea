"""Which sources are due, and when each runs next: kept right in the database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from times import NIGHTLY
from walks import source

from ckanext.hanse.link_checks import options as links
from ckanext.hanse.model import HarvestRun, HarvestSource, RunKind
from ckanext.hanse.scheduler import due, zone
from ckanext.hanse.scheduler.due import Due
from hanse_harvesters.settings.schedule import Schedule, jitter

UTC = timezone.utc


@pytest.fixture
def rostock(cities: dict[str, Any]) -> HarvestSource:
    """A source that runs once a day."""
    return planned(source(cities["rostock"]["id"], "rostock"), NIGHTLY)


def planned(row: HarvestSource, cron: str, **values: Any) -> HarvestSource:
    """Give a source a schedule and work out its next run."""
    row.settings = {**(row.settings or {}), "schedule": cron}
    for key, value in values.items():
        setattr(row, key, value)
    model.Session.commit()
    due.refresh()
    return row


def set_next(name: str, moment: datetime) -> None:
    """As if the time had been worked out earlier."""
    model.Session.execute(
        sa.update(HarvestSource).where(HarvestSource.name == name).values(next_run=moment)
    )
    model.Session.commit()


def next_run(name: str = "rostock") -> datetime | None:
    model.Session.commit()
    return model.Session.scalar(sa.select(HarvestSource.next_run).where(HarvestSource.name == name))


def missed(nights: int) -> datetime:
    """A planned time of the nightly schedule, so many nights ago."""
    now = due.now()
    return Schedule(NIGHTLY).after(now - timedelta(days=nights))


def test_a_source_gets_its_next_time_and_keeps_it(rostock: HarvestSource) -> None:
    first = next_run()
    assert first == Schedule(NIGHTLY).after(due.now())
    due.refresh()
    assert next_run() == first
    assert due.due() == []


def test_five_missed_nights_are_one_run_and_then_the_next_night(rostock: HarvestSource) -> None:
    oldest = missed(5)
    set_next("rostock", oldest)
    due.refresh()
    (item,) = due.due()
    assert item == Due("rostock", oldest)

    due.done(item, began=due.now())
    assert next_run() == Schedule(NIGHTLY).after(due.now())
    assert due.due() == []


def test_a_run_that_took_longer_than_its_interval_does_not_shift_the_next(
    rostock: HarvestSource,
) -> None:
    planned(rostock, "*/15 * * * *")
    began = due.now() - timedelta(minutes=40)
    first = Schedule("*/15 * * * *").after(began - timedelta(minutes=15))
    set_next("rostock", first)
    due.done(Due("rostock", first), began)
    following = next_run()
    assert following == Schedule("*/15 * * * *").after(began)
    assert following is not None
    assert following.minute % 15 == following.second == following.microsecond == 0


def test_a_run_that_has_not_ended_is_due_still(rostock: HarvestSource) -> None:
    """Its worker may be dead; what tells is the lease, not the plan."""
    set_next("rostock", missed(1))
    (item,) = due.due()
    due.refresh()
    assert due.due() == [item]


@pytest.mark.parametrize(
    ("given", "meant"),
    [("server", "Europe/Berlin"), ("", "Europe/Berlin"), ("Europe/Riga", "Europe/Riga")],
)
def test_the_nights_of_the_site_are_those_of_a_zone_that_exists(
    monkeypatch: pytest.MonkeyPatch, given: str, meant: str
) -> None:
    monkeypatch.setitem(tk.config, "ckan.display_timezone", given)
    assert (zone.timezone(), links.night().zone) == (meant, meant)


def test_who_is_being_run_is_not_due_until_the_lease_runs_out(rostock: HarvestSource) -> None:
    set_next("rostock", missed(1))
    rostock.lease_until = due.now() + timedelta(minutes=1)
    model.Session.commit()
    assert due.due() == []
    rostock.lease_until = due.now() - timedelta(seconds=1)
    model.Session.commit()
    assert len(due.due()) == 1


@pytest.mark.parametrize(
    "values", [{"enabled": False}, {"paused": True}, {"settings": {"schedule": ""}}]
)
def test_who_has_no_schedule_or_is_held_is_never_due(
    rostock: HarvestSource, values: dict[str, Any]
) -> None:
    set_next("rostock", missed(1))
    for key, value in values.items():
        setattr(rostock, key, value)
    model.Session.commit()
    due.refresh()
    assert due.due() == []
    assert next_run() is None


def test_a_changed_schedule_counts_from_now(rostock: HarvestSource) -> None:
    set_next("rostock", missed(2))
    planned(rostock, "0 12 * * *")
    assert next_run() == Schedule("0 12 * * *").after(due.now())
    assert due.due() == []
    # An additional, earlier time is not overlooked.
    often = Schedule("*/5 * * * *")
    before = often.after(due.now())
    planned(rostock, often.cron)
    assert next_run() in (before, often.after(due.now()))


def test_a_changed_zone_counts_too(rostock: HarvestSource) -> None:
    rostock.settings = {**rostock.settings, "timezone": "America/New_York"}
    model.Session.commit()
    due.refresh()
    assert next_run() == Schedule(NIGHTLY, "America/New_York").after(due.now())


def test_a_plan_that_was_changed_during_the_run_is_not_overwritten(rostock: HarvestSource) -> None:
    old = missed(1)
    set_next("rostock", old)
    planned(rostock, "0 12 * * *")
    due.done(Due("rostock", old), began=due.now())
    assert next_run() == Schedule("0 12 * * *").after(due.now())


def test_resuming_makes_up_for_nothing(rostock: HarvestSource) -> None:
    set_next("rostock", missed(3))
    assert due.pause("rostock", paused=True) is None
    following = due.pause("rostock", paused=False)
    assert following == Schedule(NIGHTLY).after(due.now())
    assert due.due() == []


def test_a_schedule_that_cannot_be_used_is_said_and_stops_no_other(
    rostock: HarvestSource, cities: dict[str, Any]
) -> None:
    broken = source(cities["stralsund"]["id"], "kaputt")
    broken.settings = {"schedule": "0 0 30 2 *"}
    set_next("rostock", missed(1))
    (name, error), *others = due.refresh().items()
    assert (name, others) == ("kaputt", [])
    assert "0 0 30 2 *" in error.text("de")
    assert [item.name for item in due.due()] == ["rostock"]


def test_jitter_moves_a_source_always_by_the_same(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.schedule.jitter_minutes", 10)
    due.refresh()
    own = jitter("rostock", timedelta(minutes=10))
    assert own
    assert next_run() == Schedule(NIGHTLY).after(due.now()) + own
    planned_time = next_run()
    assert planned_time is not None
    set_next("rostock", planned_time - timedelta(days=1))
    due.done(Due("rostock", planned_time - timedelta(days=1)), due.now())
    assert next_run() == planned_time


def test_a_run_that_kills_its_worker_again_and_again_waits_for_its_next_time(
    rostock: HarvestSource,
) -> None:
    deadly = missed(1)
    set_next("rostock", deadly)
    for _ in range(due.MOST_TRIES):
        assert list(due.given_up(due.due())) == []
        run = HarvestRun(source_id=rostock.id, kind=RunKind.SCHEDULE.value, planned=deadly)
        model.Session.add(run)
        model.Session.commit()
    assert [item.name for item in due.given_up(due.due())] == ["rostock"]
    assert due.due() == []
    assert next_run() == Schedule(NIGHTLY).after(due.now())


# Who may


ACTIONS = ["hanse_source_run", "hanse_source_pause", "hanse_source_resume"]
Api = Callable[..., Any]
Officer = Callable[..., dict[str, Any]]


@pytest.mark.parametrize("action", ACTIONS)
@pytest.mark.parametrize(
    ("city", "role"), [("rostock", "editor"), ("rostock", "member"), ("stralsund", "admin")]
)
def test_others_set_nothing_going_and_hold_nothing(
    rostock: HarvestSource, officer: Officer, api: Api, action: str, city: str, role: str
) -> None:
    before = next_run()
    with pytest.raises(tk.NotAuthorized):
        api(officer(city, role), action, id="rostock")
    with pytest.raises(tk.NotAuthorized):
        api(None, action, id="rostock")
    assert next_run() == before


def test_administrators_of_the_city_and_sysadmins_pause_and_resume(
    rostock: HarvestSource, officer: Officer, sysadmin: dict[str, Any], api: Api
) -> None:
    for user in (officer("rostock", "admin"), sysadmin):
        held = api(user, "hanse_source_pause", id="rostock")
        assert held == {"source": "rostock", "paused": True, "next_run": None}
        assert api(user, "hanse_source_show", id="rostock")["paused"] is True
        going = api(user, "hanse_source_resume", id="rostock")
        assert datetime.fromisoformat(going["next_run"]) == next_run()
        assert next_run()


@pytest.mark.parametrize("action", ACTIONS)
def test_a_source_that_does_not_exist_is_not_found(
    cities: dict[str, Any], sysadmin: dict[str, Any], api: Api, action: str
) -> None:
    with pytest.raises(tk.ObjectNotFound):
        api(sysadmin, action, id="fehlt")
