"""Key figures on the state of the catalogue: cheap, for the health endpoint.

Each is one query; what cannot be reached raises (``SQLAlchemyError``, ``RedisError``).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from ckan import model
from ckan.lib.jobs import Worker
from redis import RedisError

from ckanext.hanse import settings
from ckanext.hanse.model import DatasetState, HarvestRun, HarvestSource, RunStatus
from ckanext.hanse.scheduler import due, jobs, tick

#: Minutes without a tick that count as a fault: there should be one each minute.
CLOCK_LATE = 5


@dataclass(frozen=True, slots=True)
class Workers:
    """The workers of our queue, and the number of jobs that wait for them."""

    alive: int
    waiting: int


def workers() -> Workers:
    """Return the workers of our queue.  A killed worker is detected after two to eight minutes."""
    queue = jobs.queue()
    return Workers(jobs.workers_of(queue), queue.count)


def workers_of(name: str) -> int:
    """Return how many workers the queue ``name`` (CKAN's name for it) has."""
    from ckan.lib.jobs import get_queue

    return len(Worker.all(queue=get_queue(name)))


@dataclass(frozen=True, slots=True)
class Pending:
    """Datasets waiting to be indexed; since when ticks could not index them all.

    While a run is active, some always wait for a moment.
    """

    number: int
    since: datetime | None

    @property
    def is_late(self) -> bool:
        """Whether something prevents indexing."""
        return bool(self.number and self.since and age(self.since) > settings.late())


def pending() -> Pending:
    """Return what is waiting to be indexed."""
    query = sa.select(sa.func.count()).where(DatasetState.index_pending)
    number = model.Session.scalars(query).one()
    try:
        since = tick.pending_since() if number else None
    except RedisError:  # reported by other checks
        since = None
    return Pending(number, since)


def overdue() -> list[str]:
    """Return sources that are long overdue and not running."""
    limit = due.now() - settings.late()
    return [item.name for item in due.due() if item.planned < limit]


def scheduled() -> int:
    """Return how many sources are scheduled."""
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
    """Return the last ended run of each enabled source, with one index lookup for each."""
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
    """Return the sources whose last run ended with ``status``."""
    return [run.source for run in runs if run.status == status.value]


def ran_out() -> list[str]:
    """Return sources whose run has no heartbeat any more."""
    query = (
        sa.select(HarvestSource.name)
        .where(HarvestSource.lease_until < due.now())
        .order_by(HarvestSource.name)
    )
    return list(model.Session.scalars(query))


def age(moment: datetime) -> timedelta:
    """Return how long ago that was."""
    return datetime.now(timezone.utc) - moment
