"""The few figures that tell whether the catalogue is kept up: cheap, for the health address.

Each asks one thing; what cannot be reached raises (``SQLAlchemyError``, ``RedisError``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from ckan import model
from ckan.lib.jobs import Worker
from redis import RedisError
from rq import worker_registration

from ckanext.hanse import settings
from ckanext.hanse.model import DatasetState, HarvestRun, HarvestSource, RunStatus
from ckanext.hanse.scheduler import due, jobs, tick

#: Minutes without a tick until something is wrong: it should come each minute.
CLOCK_LATE = 5


@dataclass(frozen=True, slots=True)
class Workers:
    """Those of our queue: how many there are, how many jobs wait for them."""

    alive: int
    waiting: int


def workers() -> Workers:
    """Who works off our queue.  A worker that was killed is missed after two to eight minutes."""
    queue = jobs.queue()
    keys = worker_registration.get_keys(queue=queue)
    alive = queue.connection.exists(*keys) if keys else 0
    return Workers(alive, queue.count)


def workers_of(name: str) -> int:
    """How many workers the queue ``name`` (CKAN's name for it) has."""
    from ckan.lib.jobs import get_queue

    return len(Worker.all(queue=get_queue(name)))


@dataclass(frozen=True, slots=True)
class Pending:
    """Datasets that wait for the search index; since when ticks could not bring them all.

    While a run is at work some always wait, for moments.
    """

    number: int
    since: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether something hinders them."""
        return bool(self.number and self.since and age(self.since) > settings.late())


def pending() -> Pending:
    """What waits for the search index."""
    query = sa.select(sa.func.count()).where(DatasetState.index_pending)
    number = model.Session.scalars(query).one()
    try:
        since = tick.pending_since() if number else None
    except RedisError:  # others say so
        since = None
    return Pending(number, since)


def overdue() -> list[str]:
    """Sources that should have run long ago and that nobody runs."""
    limit = due.now() - settings.late()
    return [item.name for item in due.due() if item.planned < limit]


def scheduled() -> int:
    """How many sources run by themselves."""
    query = sa.select(sa.func.count()).where(HarvestSource.next_run.is_not(None))
    return model.Session.scalars(query).one()


@dataclass(frozen=True, slots=True)
class Last:
    """The last run of a source that has ended."""

    source: str
    status: str
    started: datetime
    finished: datetime
    found: int
    complete: bool


def last_runs() -> list[Last]:
    """The last ended run of each enabled source, one look into the index for each."""
    newest = (
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == HarvestSource.id, HarvestRun.finished.is_not(None))
        .order_by(HarvestRun.finished.desc())
        .limit(1)
        .lateral("newest")
    )
    query = (
        sa.select(
            HarvestSource.name,
            newest.c.status,
            newest.c.started,
            newest.c.finished,
            newest.c.found,
            newest.c.complete,
        )
        .join(newest, sa.true())
        .where(HarvestSource.enabled)
        .order_by(HarvestSource.name)
    )
    return [Last(*row) for row in model.Session.execute(query)]


def names(runs: list[Last], status: RunStatus) -> list[str]:
    """Sources whose last run ended so."""
    return [run.source for run in runs if run.status == status.value]


def ran_out() -> list[str]:
    """Sources whose run gives no sign of life any more."""
    query = (
        sa.select(HarvestSource.name)
        .where(HarvestSource.lease_until < due.now())
        .order_by(HarvestSource.name)
    )
    return list(model.Session.scalars(query))


def age(moment: datetime) -> timedelta:
    """How long ago that was."""
    return datetime.now(timezone.utc) - moment
