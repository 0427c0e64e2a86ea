"""Check background processes: workers, scheduler, sources and their runs."""

from __future__ import annotations

from collections.abc import Iterator

from redis import RedisError

from ckanext.hanse import settings
from ckanext.hanse.harvest import lease
from ckanext.hanse.model import RunStatus
from ckanext.hanse.monitoring import figures
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, error, ok, reason_of, warn
from ckanext.hanse.scheduler import due, heartbeat
from ckanext.hanse.scheduler.heartbeat import Beat
from ckanext.hanse.store import index, index_consistency, lists, sources
from hanse_harvesters.errors import HanseError


def mend() -> Iterator[DoctorFinding]:
    """Index what is pending, and close the runs whose worker is gone."""
    freed = lease.close_abandoned()
    if freed:
        yield ok("mended-leases", names=freed)
    number = index.drain()
    number += index_consistency.mend(index_consistency.look(everything=True))
    if number:
        yield ok("mended-index", number=number)


def worker() -> Iterator[DoctorFinding]:
    """Check that our queue has a worker."""
    try:
        found = figures.workers()
        beat = heartbeat.last_beat()
    except RedisError:  # `services.redis` reports it
        return
    if found.alive:
        yield ok("worker-ok", number=found.alive, waiting=found.waiting)
    elif beat and beat.runs:
        yield ok("worker-not-needed")
    else:
        level = error if figures.scheduled() or found.waiting else warn
        yield level("worker-absent", queue=settings.queue(), waiting=found.waiting)
    if not figures.workers_of("default"):
        yield warn("worker-default-absent")
    for queue in settings.table_queues():
        if not figures.workers_of(queue):
            yield warn("worker-tables-absent", queue=queue)


def clock() -> Iterator[DoctorFinding]:
    """Check that there was a tick recently."""
    try:
        beat = heartbeat.last_beat()
    except RedisError:
        return
    level = error if figures.scheduled() else warn
    if beat is None:
        yield level("clock-never")
    elif is_late(beat):
        yield level("clock-stopped", minutes=int(beat.age // 60), host=beat.host)
    else:
        yield ok("clock-ok", seconds=int(beat.age), host=beat.host)


def is_late(beat: Beat) -> bool:
    """Return whether the last tick is too long ago, or its time is in the future."""
    return abs(beat.age) > figures.CLOCK_LATE * 60


def leases() -> Iterator[DoctorFinding]:
    """Check that no run hangs without a heartbeat."""
    names = figures.ran_out()
    if names:
        yield warn("leases-ran-out", names=names)


def runs() -> Iterator[DoctorFinding]:
    """Check that no source is overdue, and how the last runs ended."""
    overdue = figures.overdue()
    if overdue:
        yield error("sources-overdue", names=overdue)
    last = figures.last_runs()
    failed = figures.names(last, RunStatus.FAILED)
    held = figures.names(last, RunStatus.HELD)
    if failed:
        yield warn("runs-failed", names=failed)
    if held:
        yield warn("runs-held", names=held)
    if not (overdue or failed or held):
        yield ok("runs-ok", scheduled=figures.scheduled())


def _checked() -> Iterator[tuple[str, HanseError | None]]:
    """Yield each enabled source, and why its settings are invalid, if so."""
    for source in sources.every(enabled_only=True):
        try:
            sources.settings_of(source)
            found = due.of(source)
            if found:
                found.after(due.now())
        except HanseError as fault:
            yield source.name, fault
        else:
            yield source.name, None


def usable() -> Iterator[DoctorFinding]:
    """Check that each enabled source has a city and valid settings."""
    checked = list(_checked())
    for name, fault in checked:
        if fault:
            yield error("source-unusable", name=name, reason=reason_of(fault))
    if not checked:
        yield warn("sources-none")
    elif not any(fault for _, fault in checked):
        yield ok("sources-ok", number=len(checked))


def uploaded_lists() -> Iterator[DoctorFinding]:
    """Check that the file of each uploaded list that a source is read from is in the storage."""
    for source, name in lists.missing():
        yield error("list-missing", source=source, path=str(lists.folder() / name))
