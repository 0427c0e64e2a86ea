"""``ckan hanse tick``: what is due is done, and said; one part that fails stops no other."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from click.testing import CliRunner, Result
from outage import stopped
from times import NIGHTLY
from walks import source

from ckanext.hanse.cli import hanse
from ckanext.hanse.model import DatasetState, HarvestRun, HarvestSource, RunStatus
from ckanext.hanse.scheduler import due, jobs, tick
from hanse_config.services.redis import Redis
from hanse_config.services.solr_server import Solr
from hanse_harvesters.settings.schedule import Schedule


@pytest.fixture
def rostock(cities: dict[str, Any]) -> Iterator[HarvestSource]:
    """A source whose last night's run did not take place."""
    connect_to_redis().flushdb()
    row = source(cities["rostock"]["id"], "rostock")
    row.settings = {"schedule": NIGHTLY}
    row.next_run = Schedule(NIGHTLY).after(due.now() - timedelta(days=1))
    model.Session.commit()
    yield row
    connect_to_redis().flushdb()


def ckan(*words: str) -> Result:
    return CliRunner().invoke(hanse, ["tick", *words])


def test_it_says_what_it_queued_and_that_it_waits(rostock: HarvestSource) -> None:
    first = ckan("--language", "de")
    assert (first.exit_code, first.output) == (0, "Eingereiht: rostock\n")
    assert "Fällig, warten oder laufen schon: rostock" in ckan("--language", "de").output
    assert jobs.queue().job_ids == [jobs.job_id("rostock")]


def test_it_says_that_nothing_was_due(rostock: HarvestSource) -> None:
    due.pause("rostock", paused=True)
    assert ckan("--language", "en").output == "Nothing was due.\n"
    done = json.loads(ckan("--json", "--language", "en").output)
    assert (done["queued"], done["faults"]) == ([], {})


def test_runs_whose_lease_ran_out_are_ended_and_queued_again(rostock: HarvestSource) -> None:
    run = HarvestRun(source_id=rostock.id, planned=rostock.next_run, kind="schedule", token=3)
    rostock.lease_holder, rostock.lease_token = "elsewhere:1 x:1", 3
    rostock.lease_until = due.now() - timedelta(seconds=1)
    model.Session.add(run)
    model.Session.commit()
    number = run.id
    done = tick.tick()
    assert (done.abandoned, done.queued) == (["rostock"], ["rostock"])
    ended = model.Session.get(HarvestRun, number)
    assert ended.status == RunStatus.FAILED.value
    assert ended.message


def test_a_source_that_kills_its_workers_is_put_off_and_said(rostock: HarvestSource) -> None:
    for _ in range(due.MOST_TRIES):
        model.Session.add(
            HarvestRun(
                source_id=rostock.id,
                planned=rostock.next_run,
                status=RunStatus.FAILED.value,
                finished=due.now(),
            )
        )
    model.Session.commit()
    output = ckan("--language", "de").output
    assert "Zurückgestellt bis zum nächsten Termin" in output
    assert jobs.queue().job_ids == []


def test_a_schedule_that_cannot_be_used_is_said_and_the_others_run(
    rostock: HarvestSource, cities: dict[str, Any]
) -> None:
    broken = source(cities["stralsund"]["id"], "kaputt")
    broken.settings = {"schedule": "0 0 30 2 *"}
    model.Session.commit()
    done = ckan("--language", "de")
    assert done.exit_code == 0
    assert "Zeitplan nicht verwendbar – kaputt" in done.output
    assert "Eingereiht: rostock" in done.output


@pytest.fixture
def waiting(rostock: HarvestSource) -> str:
    """A dataset that waits for the search index."""
    dataset = factories.Dataset(title="Bäume", owner_org=rostock.organization_id)
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id == dataset["id"])
        .values(index_pending=True)
    )
    model.Session.commit()
    return str(dataset["id"])


def still_waits() -> bool:
    model.Session.rollback()
    return bool(model.Session.scalar(sa.select(DatasetState.index_pending)))


def test_without_redis_the_index_is_brought_up_to_date_all_the_same(waiting: str) -> None:
    with stopped(Redis):
        done = ckan("--language", "de")
    assert done.exit_code == 1
    assert "Fehlgeschlagen – fällige Quellen: " in done.output
    assert "In den Suchindex nachgetragen: 1" in done.output
    assert not still_waits()
    assert [item.name for item in due.due()] == ["rostock"]  # queued once Redis is back


def test_without_solr_sources_are_queued_and_nothing_is_forgotten(waiting: str) -> None:
    with stopped(Solr):
        done = ckan("--language", "de")
        assert done.exit_code == 1
        assert "Eingereiht: rostock" in done.output
        assert "Fehlgeschlagen – Suchindex: " in done.output
        assert tick.pending_since() is not None
    assert still_waits()
    assert "In den Suchindex nachgetragen: 1" in ckan("--language", "de").output
    assert not still_waits()
    assert tick.pending_since() is None
