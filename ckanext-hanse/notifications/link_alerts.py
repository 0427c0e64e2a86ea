"""What a city is told of its links: one message a day and address, and only of what is new."""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import date, datetime, timezone
from typing import Any
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from redis import RedisError
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.link_checks import figures, options
from ckanext.hanse.model import Alert, HarvestSource
from ckanext.hanse.notifications import rules
from ckanext.hanse.redis_keys import key
from hanse_harvesters.alert_rules import LINKS
from hanse_harvesters.errors import ConfigError

log = logging.getLogger(__name__)

_DAY = 24 * 3600


def plan(*, now: datetime | None = None) -> int:
    """Store today's messages, once the night is over; return how many.  Commits.

    Called each minute; a second call on one day does nothing, even by another machine.
    """
    moment = now or datetime.now(timezone.utc)
    night = options.night()
    if not options.enabled() or (night.start != night.end and night.is_open(moment)):
        return 0
    day = moment.astimezone(ZoneInfo(night.zone)).date()
    with suppress(RedisError):  # without it the rows themselves keep it to once a day
        if not connect_to_redis().set(key(f"links-told-{day}"), "1", nx=True, ex=_DAY):
            return 0
    return sum(_plan(city, targets, day) for city, targets in _recipients().items())


def _recipients() -> dict[str, list[tuple[str, str]]]:
    """Return the recipients of each city with sources: those of all its sources."""
    found: dict[str, dict[tuple[str, str], None]] = {}
    for source in model.Session.scalars(sa.select(HarvestSource).order_by(HarvestSource.id)):
        try:
            wanted = rules.of_source(source)
        except ConfigError as error:
            log.warning("alerts of %s: %s", source.name, error)
            continue
        if source.organization_id and LINKS in wanted.on:
            found.setdefault(source.organization_id, {}).update(dict.fromkeys(wanted.targets()))
    return {city: list(targets) for city, targets in found.items() if targets}


def _plan(city: str, targets: list[tuple[str, str]], day: date) -> int:
    told = figures.newly_dead(city, since=_last(city))
    if not told["links"] and not told["hosts"]:
        return 0
    return sum(_row(city, day, told, *target) for target in targets)


def _last(city: str) -> datetime | None:
    """Return when the city was told last, None for never."""
    newest: datetime | None = model.Session.scalar(
        sa.select(sa.func.max(Alert.created)).where(Alert.organization_id == city)
    )
    return newest


def _row(city: str, day: date, told: dict[str, Any], channel: str, target: str) -> int:
    values = {"channel": channel, "target": target, "occasion": LINKS, "told": told}
    done = model.Session.execute(
        insert(Alert)
        .values(organization_id=city, day=day, tries=0, error="", **values)
        .on_conflict_do_nothing()
    )
    model.Session.commit()
    return int(done.rowcount)
