"""Background runs with the real queue and real worker processes."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from background import (
    PATIENCE,
    Door,
    Meeting,
    forked,
    ini,
    kill,
    portal_with,
    running,
    runs_of,
    session_of,
)
from ckan import model
from ckan.lib.redis import connect_to_redis
from outage import stopped
from rq.job import Job
from stand_in import Entry, StandIn, catalogue
from times import NIGHTLY

from ckanext.hanse.model import HarvestSource, RunKind, RunStatus
from ckanext.hanse.scheduler import due, heartbeat, jobs, tick, worker
from ckanext.hanse.scheduler.jobs import JobState
from ckanext.hanse.sources.sync import sync
from hanse_config.services.redis import Redis
from hanse_harvesters.settings.schedule import Schedule

CITIES = ("rostock", "luebeck", "wismar", "stralsund", "greifswald")


@pytest.fixture
def queue(clean: None) -> Iterator[None]:
    """An empty Redis; it is the tests' own."""
    connect_to_redis().flushdb()
    yield
    connect_to_redis().flushdb()


@pytest.fixture
def five(portal: StandIn, tmp_path: Path, queue: None) -> StandIn:
    """Five cities with a dataset each, all of them harvested once a day."""
    cities = "".join(f"  {name}: {{title: {name.title()}}}\n" for name in CITIES)
    entries = ""
    for name in CITIES:
        base = f"https://{name}.example.org"
        url = portal.turtle(
            f"/{name}.ttl", catalogue(Entry(name, f"Bäume in {name.title()}"), base=base)
        )
        entries += f'  {name}: {{kind: rdf, url: "{url}", organization: {name},'
        entries += f' schedule: "{NIGHTLY}"}}\n'
    file = tmp_path / "sources.yaml"
    file.write_text(f"organizations:\n{cities}sources:\n{entries}", encoding="utf-8")
    sync(file)
    return portal


@pytest.fixture
def own_ini(portal: StandIn, tmp_path: Path) -> Path:
    """The ini of a worker that may fetch from the portal."""
    return ini(tmp_path, **{"hanse.allowed_private_hosts": portal.address, "hanse.http.tries": 1})


def overdue(*names: str) -> None:
    """As if last night's run had not taken place."""
    planned = Schedule(NIGHTLY).after(due.now() - timedelta(days=1))
    model.Session.execute(
        sa.update(HarvestSource).where(HarvestSource.name.in_(names)).values(next_run=planned)
    )
    model.Session.commit()


def next_run(name: str) -> Any:
    model.Session.rollback()
    return model.Session.scalar(sa.select(HarvestSource.next_run).where(HarvestSource.name == name))


def test_two_workers_share_the_sources_and_each_source_runs_once(five: StandIn) -> None:
    overdue(*CITIES)
    portal_with(five, Meeting())  # neither gets anything before both are at work
    ticked = tick.tick()
    assert sorted(ticked.queued) == sorted(CITIES)
    assert sorted(tick.tick().waiting) == sorted(CITIES)  # not queued a second time

    with forked("worker", "--burst") as one, forked("worker", "--burst") as two:
        assert one.wait(PATIENCE) == two.wait(PATIENCE) == 0

    for name in CITIES:
        (run,) = runs_of(name)
        assert (run.status, run.kind, run.created) == (
            RunStatus.SUCCESS.value,
            RunKind.SCHEDULE.value,
            1,
        )
        assert run.planned is not None
        assert next_run(name) == Schedule(NIGHTLY).after(run.started)
    assert tick.tick().queued == []
    # Their jobs are gone: a next run may have the same id.
    assert all(jobs.state(name) is None for name in CITIES)


def test_a_run_whose_worker_was_killed_is_queued_again_by_the_next_tick(five: StandIn) -> None:
    overdue("rostock")
    door = Door()
    portal_with(five, door)
    assert tick.tick().queued == ["rostock"]
    with forked("worker", "--burst") as process:
        assert door.knocked.wait(PATIENCE)
        assert jobs.state("rostock") is JobState.RUNNING
        assert tick.tick().queued == []  # it is at work
        kill(process)
        process.wait(PATIENCE)

    ticked = tick.tick()
    assert ticked.abandoned == ["rostock"]
    assert ticked.queued == ["rostock"]
    door.open.set()
    with forked("worker", "--burst") as process:
        assert process.wait(PATIENCE) == 0
    dead, good = runs_of("rostock")
    assert dead.status == RunStatus.FAILED.value
    assert good.status == RunStatus.SUCCESS.value
    assert good.planned == dead.planned
    assert next_run("rostock") == Schedule(NIGHTLY).after(good.started)


def test_a_job_lost_with_the_queue_is_queued_again(five: StandIn) -> None:
    overdue("rostock")
    assert tick.tick().queued == ["rostock"]
    connect_to_redis().flushdb()
    assert tick.tick().queued == ["rostock"]


def test_a_job_queued_before_an_upgrade_runs_once_and_is_gone(five: StandIn) -> None:
    """Its module had another name then; what is queued names the function by its path."""
    for path, arguments in (
        ("ckanext.hanse.catalogue.clock.jobs.run", {"name": "rostock", "kind": "manual"}),
        ("ckanext.hanse.catalogue.clock.jobs.carry_out", {"link_ids": []}),
        ("ckanext.hanse.catalogue.preview.job.perform", {"preview_id": "gone"}),
    ):
        jobs.queue().enqueue_call(path, kwargs=arguments, result_ttl=0, failure_ttl=600)

    with forked("worker", "--burst") as process:
        assert process.wait(PATIENCE) == 0

    (run,) = runs_of("rostock")
    assert (run.status, run.created) == (RunStatus.SUCCESS.value, 1)
    assert jobs.queue().job_ids == []
    assert jobs.queue().failed_job_registry.get_job_ids() == []


def test_a_worker_brings_its_clock_and_both_end_on_sigterm(five: StandIn, own_ini: Path) -> None:
    overdue("rostock")
    door = Door()
    portal_with(five, door)
    with running(own_ini, "worker") as process:
        # Nobody ticks but the worker's own clock.
        assert door.knocked.wait(PATIENCE)
        beat = heartbeat.last_beat()
        assert beat is not None
        assert not beat.runs
        door.open.set()
        process.send_signal(signal.SIGTERM)  # the run it is at is brought to its end
        assert process.wait(PATIENCE) == 0
        output = process.communicate()[0]
        assert session_of(process) == []  # the clock is gone too
    assert "Clock" in output
    assert [run.status for run in runs_of("rostock")] == [RunStatus.SUCCESS.value]


def test_of_many_clocks_one_ticks_in_a_minute(queue: None, monkeypatch: pytest.MonkeyPatch) -> None:
    minute = 1_800_000_000 // 60 * 60
    monkeypatch.setattr(worker.time, "time", lambda: minute + 58)
    assert [worker._is_our_turn() for _ in range(3)] == [True, False, False]
    monkeypatch.setattr(worker.time, "time", lambda: minute + 60)
    assert [worker._is_our_turn() for _ in range(3)] == [True, False, False]


def test_the_scheduler_ticks_and_ends_on_sigterm(five: StandIn) -> None:
    overdue("rostock")
    with forked("scheduler") as scheduler:
        end = time.monotonic() + PATIENCE
        while jobs.state("rostock") is None and time.monotonic() < end:
            time.sleep(0.1)
        assert jobs.state("rostock") is JobState.WAITING
        scheduler.terminate()
        assert scheduler.wait(PATIENCE) == 0


def test_a_source_paused_while_it_waits_does_not_run(five: StandIn) -> None:
    overdue("rostock", "wismar")
    tick.tick()
    due.pause("rostock", paused=True)
    with forked("worker", "--burst") as process:
        assert process.wait(PATIENCE) == 0
    assert runs_of("rostock") == []
    assert len(runs_of("wismar")) == 1


def test_a_run_that_fails_leaves_its_source_with_the_next_time(five: StandIn) -> None:
    overdue("rostock")
    five.pages.clear()
    (item,) = due.due()
    jobs.run(item.name, RunKind.SCHEDULE.value, planned=item.planned.isoformat())
    (run,) = runs_of("rostock")
    assert run.status == RunStatus.FAILED.value
    assert next_run("rostock") == Schedule(NIGHTLY).after(run.started)


def test_a_source_that_somebody_else_runs_stays_due(five: StandIn) -> None:
    overdue("rostock")
    (item,) = due.due()
    model.Session.execute(
        sa.update(HarvestSource).values(
            lease_holder="elsewhere:1 x:1", lease_until=due.now() + timedelta(minutes=1)
        )
    )
    model.Session.commit()
    ended = jobs.run(item.name, RunKind.SCHEDULE.value, planned=item.planned.isoformat())
    assert ended == "source-busy"
    assert runs_of("rostock") == []
    assert next_run("rostock") == item.planned
    assert jobs.enqueue("rostock").state is JobState.RUNNING


def test_tick_run_needs_no_worker_and_no_redis(five: StandIn) -> None:
    overdue("rostock", "wismar")
    with stopped(Redis):
        ticked = tick.tick(run=True)
        assert ticked.ran == {"rostock": "success", "wismar": "success"}
        # What needs Redis is said; nothing else was kept from its turn.
        assert "heartbeat" in ticked.faults
        assert "sources" not in ticked.faults
    assert due.due() == []


def test_a_failed_job_and_a_lost_one_give_their_id_back(five: StandIn) -> None:
    first = jobs.enqueue("rostock")
    assert first.state is JobState.QUEUED
    assert jobs.enqueue("rostock").state is JobState.WAITING
    job = Job.fetch(first.job, connection=connect_to_redis())
    job.set_status("failed")
    jobs.queue().remove(job)
    assert jobs.enqueue("rostock").state is JobState.QUEUED
    assert jobs.queue().job_ids == [first.job]


def test_an_administrator_sets_a_run_going_and_is_told_when_it_waits(
    five: StandIn, api: Callable[..., Any], sysadmin: dict[str, Any]
) -> None:
    first = api(sysadmin, "hanse_source_run", id="rostock")
    assert (first["source"], first["state"]) == ("rostock", "queued")
    assert api(sysadmin, "hanse_source_run", id="rostock")["state"] == "waiting"
    before = next_run("rostock")
    with forked("worker", "--burst") as process:
        assert process.wait(PATIENCE) == 0
    (run,) = runs_of("rostock")
    assert (run.kind, run.by, run.planned) == (RunKind.MANUAL.value, sysadmin["name"], None)
    assert next_run("rostock") == before  # the plan is not touched by it


def test_without_redis_who_asks_for_a_run_is_told(
    five: StandIn, api: Callable[..., Any], sysadmin: dict[str, Any]
) -> None:
    with stopped(Redis), pytest.raises(tk.ValidationError, match="queue"):
        api(sysadmin, "hanse_source_run", id="rostock")
