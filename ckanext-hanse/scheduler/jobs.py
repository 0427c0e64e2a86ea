"""Runs as jobs of CKAN's background workers, in a queue of our own.

A source has at most one job: its id is derived from the source's name, and Redis accepts an
id only once.  The queue may be lost or repeat jobs; what prevents two workers from running
one source is the lease (:mod:`ckanext.hanse.harvest.lease`).
"""

from __future__ import annotations

import enum
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

from ckan.lib import jobs as ckan_jobs
from rq import Queue, worker_registration
from rq.exceptions import DuplicateJobError, NoSuchJobError
from rq.job import Job, JobStatus

from ckanext.hanse import redis_keys, settings
from ckanext.hanse.dedup import decide
from ckanext.hanse.harvest import engine
from ckanext.hanse.model import RunKind
from ckanext.hanse.scheduler import due
from ckanext.hanse.scheduler.due import Due
from hanse_harvesters.errors import HanseError

log = logging.getLogger(__name__)

#: Seconds that a failed job is kept in Redis for inspection.
_FAILED_KEPT = 24 * 3600
#: Pairs of duplicates per job.
_PAIRS = 500
#: A waiting job that has been in no list for this long was lost on its way to a worker.
_ON_ITS_WAY = timedelta(minutes=5)
#: No heartbeat is valid for so many seconds: one that seems to be was set by a wrong clock.
_LONGEST = 24 * 3600
#: The run did not take place, as another process has the source: it is still due.
_NOT_OURS = {"source-busy", "lease-lost"}


class JobState(str, enum.Enum):
    """The state of a source's job; ``QUEUED``: queued by this call."""

    QUEUED = "queued"
    WAITING = "waiting"
    RUNNING = "running"


@dataclass(frozen=True, slots=True)
class Queued:
    """The result of a request to run a source in the background."""

    source: str
    state: JobState
    job: str

    def as_json(self) -> dict[str, str]:
        """Return ``{"source", "state", "job"}``."""
        return {"source": self.source, "state": self.state.value, "job": self.job}


def queue() -> Queue:
    """Return our queue; using it raises ``redis.RedisError`` if Redis cannot be reached."""
    found: Queue = ckan_jobs.get_queue(settings.queue())
    return found


def workers_of(where: Queue) -> int:
    """Return how many processes work on a queue."""
    keys = worker_registration.get_keys(queue=where)
    return int(where.connection.exists(*keys)) if keys else 0


def enqueue(
    name: str,
    kind: RunKind = RunKind.MANUAL,
    by: str = "",
    planned: datetime | None = None,
) -> Queued:
    """Queue a run of the source ``name``, unless one is waiting or running."""
    identifier = job_id(name)
    where = queue()
    job = _job(where, name)
    found = state_of(where, job) if job else None
    if found is None and due.is_held(name):  # by a command in a terminal
        found = JobState.RUNNING
    if found is None:
        if job:  # it failed, or its worker is gone; its id is needed
            job.delete()
        try:
            where.enqueue_call(
                run,
                kwargs={
                    "name": name,
                    "kind": kind.value,
                    "by": by,
                    "planned": planned.isoformat() if planned else None,
                },
                timeout=settings.job_timeout(),
                # Deleted when it is done, so that its id is free again.
                result_ttl=0,
                failure_ttl=_FAILED_KEPT,
                description=f"harvest {name}",
                meta={"title": f"harvest {name}"},
                job_id=identifier,
                unique=True,
            )
            found = JobState.QUEUED
        except DuplicateJobError:  # another process was first
            found = JobState.WAITING
    return Queued(name, found, identifier)


def enqueue_once(
    work: Callable[[], object],
    name: str,
    title: str,
    *,
    where: Queue | None = None,
    timeout: int | None = None,
) -> bool:
    """Queue ``work`` unless its job waits or runs; return whether it was added.

    ``name``     of the job: the same at each call.
    ``where``    a queue other than ours.  ``timeout``  seconds, other than those of a run.
    """
    where, identifier = where or queue(), redis_keys.job_id(name)
    try:
        job = Job.fetch(identifier, connection=where.connection)
        if state_of(where, job):
            return False
        job.delete()
    except NoSuchJobError:
        pass
    try:
        where.enqueue_call(
            work,
            timeout=timeout or settings.job_timeout(),
            result_ttl=0,
            failure_ttl=_FAILED_KEPT,
            description=title,
            meta={"title": title},
            job_id=identifier,
            unique=True,
        )
    except DuplicateJobError:  # another process was first
        return False
    return True


def enqueue_pairs(link_ids: Sequence[int]) -> None:
    """Queue what is left to do of decisions about duplicates, ``_PAIRS`` per job."""
    for start in range(0, len(link_ids), _PAIRS):
        queue().enqueue_call(
            carry_out,
            kwargs={"link_ids": list(link_ids[start : start + _PAIRS])},
            timeout=settings.job_timeout(),
            result_ttl=0,
            failure_ttl=_FAILED_KEPT,
            description="duplicates",
            meta={"title": "duplicates"},
        )


def carry_out(link_ids: list[int]) -> None:
    """Run the job of :func:`enqueue_pairs`."""
    decide.carry_out(link_ids)


def job_id(name: str) -> str:
    """Return the id of a source's only job."""
    return redis_keys.job_id(f"run_{name}")


def state(name: str) -> JobState | None:
    """Return whether the job of a source waits or runs; None if it has no live job."""
    where = queue()
    job = _job(where, name)
    return state_of(where, job) if job else None


def forget(name: str) -> None:
    """Delete the job of a source whose worker is known to be gone; a waiting one is kept."""
    job = _job(queue(), name)
    if job and job.get_status(refresh=False) == JobStatus.STARTED:
        job.delete()


def _job(where: Queue, name: str) -> Job | None:
    try:
        return Job.fetch(job_id(name), connection=where.connection)
    except NoSuchJobError:
        return None


def state_of(where: Queue, job: Job) -> JobState | None:
    """Return whether a job of the queue ``where`` waits or runs; None if it is over or lost."""
    status = job.get_status(refresh=False)
    if status == JobStatus.STARTED:
        return JobState.RUNNING if _is_alive(where, job) else None
    if status == JobStatus.QUEUED and (_is_listed(where, job) or _is_on_its_way(job)):
        return JobState.WAITING
    return None


def _is_alive(where: Queue, job: Job) -> bool:
    """Return whether its worker had a recent heartbeat (RQ: every 30 s, valid for 90)."""
    moment = datetime.now(timezone.utc).timestamp()
    key = where.started_job_registry.key
    alive = where.connection.zrangebyscore(key, moment, moment + _LONGEST)
    return any(entry.decode().split(":")[0] == job.id for entry in alive)


def _is_listed(where: Queue, job: Job) -> bool:
    listed = where.get_job_position(job) is not None
    return listed or job.id in where.intermediate_queue.get_job_ids()


def _is_on_its_way(job: Job) -> bool:
    since = job.enqueued_at or job.created_at
    if since.tzinfo is None:
        since = since.replace(tzinfo=timezone.utc)
    return abs(datetime.now(timezone.utc) - since) < _ON_ITS_WAY


def run(name: str, kind: str, by: str = "", planned: str | None = None) -> str:
    """Run one source once, as a job; return how it ended.

    A planned run that is no longer due (it ran elsewhere, its source was paused) is
    skipped.  Afterwards the source is advanced to its next time, whatever happened.
    """
    item = Due(name, datetime.fromisoformat(planned)) if planned else None
    if item and not due.is_due(item):
        log.info("%s: not due any more", name)
        return "not-due"
    began = due.now()
    ended = "failed"
    try:
        ended = _harvest(name, kind=RunKind(kind), by=by, planned=item.planned if item else None)
    finally:
        if item and ended not in _NOT_OURS:
            due.done(item, began)
    return ended


def _harvest(name: str, **keywords: Any) -> str:
    """Return how the run ended; the id of the message if it did not take place."""
    try:
        report = engine.harvest(name, **keywords)
    except HanseError as error:
        log.warning("%s: %s", name, error)
        return error.id
    log.info("%s: %s %s", name, report.status.value, report.message)
    if report.stopped and report.stopped.id in _NOT_OURS:
        return report.stopped.id
    return report.status.value
