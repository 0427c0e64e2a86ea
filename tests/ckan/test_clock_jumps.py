"""A clock that jumped and came back, and a dataset purged while a run is at it."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests.helpers import call_action
from times import NIGHTLY
from walks import Listed, act, harvest, record, source

from ckanext.hanse.harvest import lease
from ckanext.hanse.model import HarvestSource, SourceRecord
from ckanext.hanse.monitoring.doctor.work import is_late
from ckanext.hanse.scheduler import due as schedule
from ckanext.hanse.scheduler import heartbeat, tick
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk.writer import BulkWriter
from hanse_harvesters.errors import StopRun

#: What a clock said that was years ahead.
AHEAD = timedelta(days=1500)


@pytest.fixture
def rostock(cities: dict[str, Any]) -> HarvestSource:
    return source(cities["rostock"]["id"])


def test_a_lease_of_a_clock_ahead_blocks_nobody(rostock: HarvestSource) -> None:
    held = lease.take(rostock.id, seconds=60)
    assert held
    rostock.lease_holder = "elsewhere:1 x:1"
    rostock.lease_until = schedule.now() + AHEAD
    model.Session.commit()
    assert tick.tick().abandoned == ["portal"]
    assert lease.take(rostock.id, seconds=60)
    with pytest.raises(StopRun):
        held.hold()


def test_a_plan_of_a_clock_ahead_is_made_anew(rostock: HarvestSource) -> None:
    rostock.settings = {**rostock.settings, "schedule": NIGHTLY}
    rostock.next_run = schedule.now() + AHEAD
    model.Session.commit()
    schedule.refresh()
    model.Session.expire_all()
    assert timedelta() < rostock.next_run - schedule.now() < timedelta(days=1, hours=2)


def test_a_clock_that_was_behind_is_made_up_for_once(rostock: HarvestSource) -> None:
    rostock.settings = {**rostock.settings, "schedule": NIGHTLY}
    model.Session.commit()
    schedule.refresh()
    model.Session.expire_all()
    rostock.next_run -= timedelta(days=40)
    model.Session.commit()
    (due,) = schedule.due()
    schedule.done(due, schedule.now())
    assert schedule.due() == []


def test_what_was_missed_by_a_clock_ahead_has_its_seven_days_from_now(
    rostock: HarvestSource,
) -> None:
    two = [record(key, f"Datensatz {key}") for key in "abcdefghijkl"]
    harvest(rostock, Listed(*two))
    harvest(rostock, Listed(*two[1:]))
    model.Session.execute(
        sa.update(SourceRecord)
        .where(SourceRecord.missing_since.is_not(None))
        .values(missing_since=SourceRecord.missing_since + AHEAD)
    )
    model.Session.commit()
    for _ in range(3):
        assert harvest(rostock, Listed(*two[1:])).withdrawn == 0
    since = model.Session.scalar(sa.select(sa.func.max(SourceRecord.missing_since)))
    assert since is not None
    assert since <= schedule.now()
    model.Session.execute(
        sa.update(SourceRecord).values(missing_since=SourceRecord.missing_since - timedelta(days=8))
    )
    model.Session.commit()
    assert harvest(rostock, Listed(*two[1:])).withdrawn == 1


def test_notes_of_a_clock_ahead_hide_nothing(rostock: HarvestSource) -> None:
    later = datetime.now(timezone.utc) + AHEAD
    connection = connect_to_redis()
    connection.set(tick.key("pending-since"), later.isoformat())
    tick.tick()
    assert tick.pending_since() is None
    assert is_late(heartbeat.Beat(later, "elsewhere", runs=False))
    assert not is_late(heartbeat.Beat(datetime.now(timezone.utc), "here", runs=False))


# --- Purged meanwhile ---------------------------------------------------------------------------


class Purging(Listed):
    """A walk during which a sysadmin purges the datasets that it was begun with."""

    def __iter__(self) -> Any:
        for number, item in enumerate(super().__iter__()):
            if number == 1:
                for name in call_action("package_list"):
                    act("dataset_purge", id=name)
            yield item


@pytest.mark.parametrize("writer", [BulkWriter, ActionWriter])
def test_a_dataset_purged_during_the_walk_breaks_no_run(
    rostock: HarvestSource, writer: type
) -> None:
    first = [record(key, f"Datensatz {key}", "liste") for key in "abcd"]
    harvest(rostock, Listed(*first), writer=writer)
    changed = [first[0], record("b", "Neu b"), first[2], record("d", "Datensatz d", "liste")]
    changed[3].origin = "https://anders.example.org/d"  # what stands beside the dataset
    changed[3].fingerprint = "anders"
    report = harvest(rostock, Purging(*changed), writer=writer)
    assert report.status.value == "success"
    assert report.counts["rejected"] == 0
    harvest(rostock, Listed(*changed), writer=writer)
    titles = {row["title"] for row in call_action("package_search")["results"]}
    assert titles == {"Datensatz a", "Neu b", "Datensatz c", "Datensatz d"}
