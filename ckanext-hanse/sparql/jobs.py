"""When the store is built: after runs that changed something, each night, and if there is none.

By a job of the harvests' queue; between two builds there is a rest, so that many runs of a night
do not build it many times.
"""

from __future__ import annotations

import logging
from contextlib import suppress
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from redis import RedisError

from ckanext.hanse.model import Change, Erasure, HarvestRun
from ckanext.hanse.redis_keys import key
from ckanext.hanse.scheduler import due, jobs, zone
from ckanext.hanse.sparql import documents, options
from hanse_harvesters.sparql.folder import BuiltStore

log = logging.getLogger(__name__)

_TRIED = "sparql-tried"


def build() -> BuiltStore:
    """Build the store here and use it from now on; StoreUnavailable, OSError: the old one stays."""
    built = options.stores().build(documents.documents(), options.limits())
    log.info("sparql: %s triples as of %s", built.triples, built.made.isoformat())
    for fault in built.faults:
        log.warning("sparql: not in the store: %s", fault)
    return built


def work() -> None:
    """Build the store, as a job; a second time if it was taken out of use meanwhile."""
    build()
    if options.stores().current() is None:
        build()


def advance() -> bool:
    """Queue a build if one is due; return whether it was added.  A failed one rests too."""
    if not is_due():
        return False
    rest = int(options.rest().total_seconds())
    if not connect_to_redis().set(key(_TRIED), "1", nx=True, ex=rest):
        return False
    return enqueue()


def renew() -> None:
    """Take the store out of use and queue a new one: something must be answered for no more.

    OSError if it cannot be deleted.  Without Redis the next tick queues it.
    """
    if options.has_place():
        options.stores().drop()  # also where queries are switched off: it is still on the disk
    if options.enabled():
        with suppress(RedisError):
            connect_to_redis().delete(key(_TRIED))
            enqueue()


def enqueue() -> bool:
    """Queue a build now, unless one waits or runs; return whether it was added."""
    return jobs.enqueue_once(work, "sparql", "sparql")


def is_due() -> bool:
    """Return whether the store lacks something, or there is none."""
    if not options.enabled():
        return False
    built, moment = options.stores().current(), due.now()
    if built is None:
        return True
    if moment - built.made < options.rest():
        return False
    since = (_last_night(moment), _last_change(), _last_removal(), _last_erasure())
    return built.made < max(filter(None, since), default=built.made)


def _last_night(moment: datetime) -> datetime | None:
    """Return the last time of the day at which the store is built whatever happened."""
    nightly = options.nightly()
    if nightly is None:
        return None
    local = moment.astimezone(ZoneInfo(zone.timezone()))
    found = datetime.combine(local.date(), nightly, local.tzinfo)
    return found if found <= moment else found - timedelta(days=1)


def _last_change() -> datetime | None:
    """Return the end of the last run that changed a dataset."""
    changes = (
        HarvestRun.created
        + HarvestRun.updated
        + HarvestRun.withdrawn
        + HarvestRun.returned
        + HarvestRun.merged
    )
    query = sa.select(sa.func.max(HarvestRun.finished)).where(changes > 0)
    return model.Session.scalar(query)


def _last_removal() -> datetime | None:
    """Return when a dataset was last taken from the public, by a run or by hand."""
    return model.Session.scalar(sa.select(sa.func.max(Change.settled)).where(Change.gone != ""))


def _last_erasure() -> datetime | None:
    """Return when a dataset was last erased: who did so may have been killed before renewing."""
    return model.Session.scalar(sa.select(sa.func.max(Erasure.erased)))
