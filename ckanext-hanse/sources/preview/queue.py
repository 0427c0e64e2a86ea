"""The waiting list of checks and previews: few run at a time, and fewer per account.

Those that start go to a separate queue of CKAN's background jobs, so that they and harvests do
not delay each other.  How many that queue holds is decided here, for all workers together.
"""

from __future__ import annotations

import enum
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from ckan.lib import jobs as ckan_jobs
from ckan.lib.redis import connect_to_redis
from rq import Queue
from rq.exceptions import NoSuchJobError
from rq.job import Job

from ckanext.hanse import redis_keys
from ckanext.hanse.scheduler import jobs
from ckanext.hanse.scheduler.jobs import JobState
from ckanext.hanse.sources.preview import options, store
from ckanext.hanse.sources.preview.store import Preview, PreviewAnswer

#: By name, for the worker to import: the job itself calls this module for the next one.
_JOB = "ckanext.hanse.sources.preview.job.perform"
#: Seconds for which the lock of the waiting list may be held, and to wait for it.
_HELD = 10


class PreviewState(str, enum.Enum):
    """The state of a preview; ``LOST``: its worker is gone; ``EXPIRED``: its answer is."""

    WAITING = "waiting"
    RUNNING = "running"
    DONE = "done"
    LOST = "lost"
    EXPIRED = "expired"


@dataclass(frozen=True, slots=True)
class Standing:
    """State; ``ahead``: how many wait before it; ``records`` received; ``since``: start time."""

    state: PreviewState
    ahead: int = 0
    records: int = 0
    since: datetime | None = None
    answer: PreviewAnswer | None = None

    @property
    def is_live(self) -> bool:
        """Whether the answer is still to come."""
        return self.state in (PreviewState.WAITING, PreviewState.RUNNING)


class LineFullError(Exception):
    """Raised if the account has the maximum number of requests waiting."""


def queue() -> Queue:
    """Return the queue of started ones; using it raises ``redis.RedisError`` without Redis."""
    found: Queue = ckan_jobs.get_queue(options.queue())
    return found


def workers() -> int:
    """Return how many processes work on it."""
    return jobs.workers_of(queue())


def ask(wanted: Preview) -> Preview:
    """Add it to the waiting list; return an equal live request of the account instead, if any.

    Raises LineFullError if the account has too many waiting.
    """
    with _alone():
        live = [item for item in store.of(wanted.by) if standing(item.id).is_live]
        for item in live:
            if item.is_same(wanted):
                return item
        if len(live) >= store.MOST_KEPT:
            raise LineFullError
        store.keep(wanted)
        connect_to_redis().rpush(store.key("waiting"), wanted.id)
        _advance()
    return wanted


def advance(ended: str = "") -> None:
    """Start those that may start; ``ended`` has just ended."""
    with _alone():
        if ended:
            connect_to_redis().srem(store.key("begun"), ended)
        _advance()


def standing(preview_id: str) -> Standing:
    """Return the state of a preview."""
    found = store.answer(preview_id)
    if found is not None:
        return Standing(PreviewState.DONE, answer=found)
    ahead = connect_to_redis().lpos(store.key("waiting"), preview_id)
    if ahead is not None:
        return Standing(PreviewState.WAITING, ahead=ahead)
    job = _job(preview_id)
    if job is None:
        # It may have ended between the two queries.
        found = store.answer(preview_id)
        return Standing(
            PreviewState.DONE if found is not None else PreviewState.EXPIRED, answer=found
        )
    state = jobs.state_of(queue(), job)
    if state is JobState.RUNNING:
        return Standing(
            PreviewState.RUNNING, records=store.counted(preview_id), since=job.started_at
        )
    return Standing(PreviewState.WAITING if state else PreviewState.LOST)


def _advance() -> None:
    connection, waiting, begun = connect_to_redis(), store.key("waiting"), store.key("begun")
    at_work = dict(_at_work())
    for entry in connection.lrange(waiting, 0, -1):
        preview = store.load(entry.decode())
        if preview and preview.id not in at_work:
            if len(at_work) >= options.at_once():
                return
            if [*at_work.values()].count(preview.by) >= options.per_account():
                continue
            at_work[preview.id] = preview.by
            connection.sadd(begun, preview.id)
            _begin(preview.id)
        connection.lrem(waiting, 0, entry)


def _at_work() -> Iterator[tuple[str, str]]:
    """Yield id and account of those that have started and are not over."""
    connection, begun = connect_to_redis(), store.key("begun")
    for entry in connection.smembers(begun):
        preview, job = store.load(entry.decode()), _job(entry.decode())
        if preview and job and jobs.state_of(queue(), job):
            yield preview.id, preview.by
        else:
            connection.srem(begun, entry)


def _begin(preview_id: str) -> None:
    queue().enqueue_call(
        _JOB,
        args=(preview_id,),
        timeout=options.seconds(),
        result_ttl=0,
        # For this long its page shows that it failed.
        failure_ttl=options.kept(),
        description="preview",
        meta={"title": "preview"},
        job_id=_job_id(preview_id),
    )


def _job(preview_id: str) -> Job | None:
    try:
        return Job.fetch(_job_id(preview_id), connection=queue().connection)
    except NoSuchJobError:
        return None


def _job_id(preview_id: str) -> str:
    return redis_keys.job_id(f"preview_{preview_id}")


@contextmanager
def _alone() -> Iterator[None]:
    """Lock the waiting list; ``redis.RedisError`` if the lock is not obtained in time."""
    name = store.key("lock")
    with connect_to_redis().lock(name, timeout=_HELD, blocking_timeout=_HELD):
        yield
