"""Checks of links as jobs of a queue of their own, and the processes that work on it."""

from __future__ import annotations

import logging
from datetime import datetime, timezone

from ckan.lib import jobs as ckan_jobs
from rq import Queue

from ckanext.hanse.link_checks import collect, due, options, pause, rounds
from ckanext.hanse.scheduler import jobs

log = logging.getLogger(__name__)

#: Seconds for which a job checks links; the next minute queues another, in a process anew.
_SHARE = 600
#: Seconds beyond, for requests that are open: then something hangs.
_GRACE = 900


def queue() -> Queue:
    """Return the queue; using it raises ``redis.RedisError`` without Redis."""
    found: Queue = ckan_jobs.get_queue(options.queue())
    return found


def workers() -> int:
    """Return how many processes work on it."""
    return jobs.workers_of(queue())


def is_time() -> bool:
    """Return whether there is something to check now.  ConfigError for invalid hours."""
    if not options.enabled() or pause.is_paused():
        return False
    if due.is_any(wanted=True, free=True):
        return True
    return options.night().is_open(datetime.now(timezone.utc)) and due.is_any(free=True)


def advance() -> int:
    """Queue as many jobs as there are workers, if it is time; return how many were added."""
    if not is_time():
        return 0
    return sum(_enqueue(number) for number in range(max(1, workers())))


def work() -> None:
    """Check links, as a job."""
    collect.daily()
    done = rounds.check_due(seconds=_SHARE)
    log.info("links: %s checked%s", done.number, f", {done.stopped}" if done.stopped else "")


def _enqueue(number: int) -> bool:
    """Queue the job with this number unless it waits or runs; it has an id of its own."""
    timeout = _SHARE + _GRACE
    return jobs.enqueue_once(work, f"links_{number}", "links", where=queue(), timeout=timeout)
