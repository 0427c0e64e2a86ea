"""The nightly dump: when it is due, and as a job of the background worker."""

from __future__ import annotations

import logging
import os
from contextlib import suppress
from datetime import datetime, timedelta, timezone

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.export.dumps import make, options, rewrite
from ckanext.hanse.model import Dump
from ckanext.hanse.scheduler import jobs, zone
from hanse_harvesters.errors import HanseError
from hanse_harvesters.settings.schedule import Schedule

log = logging.getLogger(__name__)

#: Seconds that a job may take: 100,000 datasets take ten minutes, fourteen dumps rewritten longer.
_LONGEST = 4 * 3600


def is_due() -> bool:
    """Return whether a night has passed since the last attempt, or dumps are to be rewritten.

    Raises ConfigError (``schedule-invalid``) for a schedule that cannot be read.
    """
    if rewrite.waiting():
        return True
    cron = options.schedule()
    if not cron:
        return False
    now = datetime.now(timezone.utc)
    last = model.Session.scalar(sa.select(sa.func.max(Dump.started)))
    since = last or now - timedelta(days=1)
    return Schedule(cron, zone.timezone()).after(since) <= now


def run() -> str:
    """Make what is due, as a job; return how it ended."""
    with suppress(OSError):
        os.nice(10)  # the site goes before it
    return work()


def work() -> str:
    """Rewrite what is to be rewritten, else make a dump; return the id of an error, "" for none."""
    try:
        if rewrite.waiting():
            for row in rewrite.rewrite():
                log.info("the dump of %s was written anew", row.day)
        else:
            row = make.make()
            log.info("dump of %s: %s datasets", row.day, row.datasets)
    except HanseError as error:
        log.warning("dumps: %s", error)
        return error.id
    return ""


def enqueue() -> bool:
    """Queue the job, unless it waits or runs; return whether it was queued."""
    return jobs.enqueue_once(run, "dump", "dumps", timeout=_LONGEST)
