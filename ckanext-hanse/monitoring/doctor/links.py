"""Check what checks links: workers, hours, and links that wait too long."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from redis import RedisError

from ckanext.hanse.link_checks import due, figures, jobs, options, pause
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, error, ok, reason_of, warn
from hanse_harvesters.errors import ConfigError

#: After so many nights without a check something is wrong.
_SILENT = timedelta(hours=48)


def checks() -> Iterator[DoctorFinding]:
    """Check that due links are checked, each night."""
    if not options.enabled():
        return
    try:
        options.night()
    except ConfigError as fault:
        yield error("links-hours", reason=reason_of(fault))
        return
    number, last = due.number(), figures.last_check()
    if pause.is_paused():
        yield warn("links-paused", number=number)
        return
    hosts = figures.down_hosts(figures.everything())
    if hosts:
        yield warn("links-hosts", names=[host.host for host in hosts[:20]])
    if number and is_silent(last):
        yield warn("links-behind", number=number)
    else:
        yield ok("links-ok", number=number)
    try:
        if not jobs.workers() and number:
            yield warn("links-workers", queue=options.queue())
    except RedisError:  # `services.redis` reports it
        return


def is_silent(last: datetime | None) -> bool:
    """Return whether no link was checked in the last two nights."""
    return last is None or datetime.now(timezone.utc) - last > _SILENT
