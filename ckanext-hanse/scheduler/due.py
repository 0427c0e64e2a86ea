"""When each source runs next, and which are due.

``next_run`` is the planned time of a source's next run and advances only when that run
has ended.  So a run whose worker was killed, or whose job was lost with the queue, is still
due and is started again; and however many times were missed, one run makes up for them.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.model import HarvestRun, HarvestSource
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings.schedule import Schedule, jitter
from hanse_harvesters.settings.source import SourceSettings

#: Maximum number of times a planned run is started if its worker dies.
MOST_TRIES = 3
_DEFAULTS = SourceSettings("", "", "", "")


@dataclass(frozen=True, slots=True)
class Due:
    """A source whose planned time has come."""

    name: str
    planned: datetime


def now() -> datetime:
    """Return the database's time with a time zone, the same for every machine."""
    return model.Session.scalars(sa.select(sa.func.clock_timestamp())).one()


def of(source: HarvestSource) -> Schedule | None:
    """Return the schedule of a source, None if it is not run automatically."""
    cron = source.settings.get("schedule", "")
    if not cron or not source.enabled or source.paused:
        return None
    zone = source.settings.get("timezone") or _DEFAULTS.timezone
    return Schedule(cron, zone, jitter(source.name, settings.schedule_jitter()))


def refresh() -> dict[str, ConfigError]:
    """Bring every ``next_run`` in line with its schedule; commits.

    A computed time is kept, unless the schedule was changed since; a source that is not run
    automatically has none.  Returns the sources whose schedule is invalid.
    """
    unusable: dict[str, ConfigError] = {}
    moment = now()
    for source in model.Session.scalars(sa.select(HarvestSource).order_by(HarvestSource.id)):
        try:
            found = of(source)
            wanted = found.kept(source.next_run, moment) if found else None
        except ConfigError as error:
            unusable[source.name], wanted = error, None
        if wanted != source.next_run:
            _move(source.name, source.next_run, wanted)
    model.Session.commit()
    return unusable


def due() -> list[Due]:
    """Return due sources that are not running, the longest overdue first."""
    moment = now()
    idle = sa.or_(HarvestSource.lease_until.is_(None), HarvestSource.lease_until < moment)
    query = (
        sa.select(HarvestSource.name, HarvestSource.next_run)
        .where(_by_itself(), HarvestSource.next_run <= moment, idle)
        .order_by(HarvestSource.next_run, HarvestSource.name)
    )
    return [Due(*row) for row in model.Session.execute(query)]


def is_held(name: str) -> bool:
    """Return whether the source is running with a valid lease."""
    query = sa.select(HarvestSource.id).where(
        HarvestSource.name == name, HarvestSource.lease_until >= now()
    )
    return model.Session.scalar(query) is not None


def is_due(item: Due) -> bool:
    """Return whether this planned run is still due; not once it ran or the source was paused."""
    query = sa.select(HarvestSource.id).where(
        _by_itself(), HarvestSource.name == item.name, HarvestSource.next_run == item.planned
    )
    return model.Session.scalar(query) is not None


def done(item: Due, began: datetime) -> None:
    """Advance the source to its next time after the planned run has ended; commits.

    Counted from the beginning of the run (``began``), which makes up for a delay.  Does
    nothing if the plan was changed meanwhile.
    """
    source = model.Session.scalar(sa.select(HarvestSource).where(HarvestSource.name == item.name))
    try:
        found = of(source) if source else None
        following = found.after(max(began, item.planned)) if found else None
    except ConfigError:
        following = None
    _move(item.name, item.planned, following)
    model.Session.commit()


def tries(item: Due) -> int:
    """Return how often this planned run was started."""
    query = (
        sa.select(sa.func.count())
        .select_from(HarvestRun)
        .join(HarvestSource, HarvestSource.id == HarvestRun.source_id)
        .where(HarvestSource.name == item.name, HarvestRun.planned == item.planned)
    )
    return model.Session.scalars(query).one()


def given_up(items: list[Due]) -> Iterator[Due]:
    """Yield those started :data:`MOST_TRIES` times without an end, advanced to their next time."""
    for item in items:
        if tries(item) >= MOST_TRIES:
            done(item, now())
            yield item


def pause(name: str, *, paused: bool) -> datetime | None:
    """Pause or resume the schedule of a source; return its next time.  Commits.

    Runs missed during a pause are not made up for: the pause was intended.
    """
    model.Session.execute(
        sa.update(HarvestSource)
        .where(HarvestSource.name == name)
        .values(paused=paused, next_run=None)
    )
    model.Session.commit()
    refresh()
    return model.Session.scalar(sa.select(HarvestSource.next_run).where(HarvestSource.name == name))


def _by_itself() -> sa.ColumnElement[bool]:
    return sa.and_(
        HarvestSource.enabled, sa.not_(HarvestSource.paused), HarvestSource.next_run.is_not(None)
    )


def _move(name: str, noted: datetime | None, wanted: datetime | None) -> None:
    """Set ``next_run``, unless another process was first."""
    model.Session.execute(
        sa.update(HarvestSource)
        .where(HarvestSource.name == name, HarvestSource.next_run.is_not_distinct_from(noted))
        .values(next_run=wanted)
    )
