"""Check that the nightly dump is made, and that none waits to be rewritten."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta, timezone

from ckanext.hanse.export.dumps import listing, options, rewrite, storage
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, error, ok, reason_of, warn
from ckanext.hanse.scheduler import zone
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings.schedule import Schedule

#: After so long without a dump something is wrong.
_SILENT = timedelta(hours=48)


def checks() -> Iterator[DoctorFinding]:
    """Check storage, schedule, the last attempt, and dumps that hold erased datasets."""
    try:
        storage.storage()
        if cron := options.schedule():
            Schedule(cron, zone.timezone()).after(datetime.now(timezone.utc))
    except ConfigError as fault:
        yield error("dumps-settings", reason=reason_of(fault))
        return
    if number := rewrite.waiting():
        yield warn("dumps-erased", number=number)
    if failed := listing.failed():
        yield warn("dumps-failed", day=failed.day.isoformat(), reason=failed.reason)
        return
    newest = listing.find(listing.LATEST)
    if newest is None:
        yield ok("dumps-none")
    elif options.schedule() and datetime.now(timezone.utc) - newest.started > _SILENT:
        yield warn("dumps-behind", day=newest.day.isoformat())
    else:
        yield ok("dumps-ok", day=newest.day.isoformat(), number=newest.datasets)
