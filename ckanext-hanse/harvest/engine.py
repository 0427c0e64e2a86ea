"""Harvest a source by name: connects lease, settings, walk, writer and report."""

from __future__ import annotations

import gc
import logging
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime

from ckan import model
from rq import get_current_job
from rq.timeouts import JobTimeoutException
from sqlalchemy.exc import InterfaceError, OperationalError

from ckanext.hanse import settings
from ckanext.hanse.corrections.apply import Corrector, overtaken
from ckanext.hanse.dedup.resolve import DuplicateResolver
from ckanext.hanse.harvest import finish, http_validators, lease, open_source
from ckanext.hanse.harvest.heartbeat import Heartbeat
from ckanext.hanse.harvest.lease import Lease
from ckanext.hanse.harvest.run import Harvest
from ckanext.hanse.harvest.walk import Progress, Silent, Walk
from ckanext.hanse.model import HarvestSource, RunKind, RunStatus
from ckanext.hanse.notifications import send
from ckanext.hanse.sources import probe, push
from ckanext.hanse.store import choose_writer, index, push_files, runs, sources
from ckanext.hanse.store.report import Report
from ckanext.hanse.store.writer import NoFence
from hanse_harvesters.errors import HanseError, StopRun
from hanse_harvesters.settings import basis
from hanse_harvesters.sources.pushed import BROKEN
from hanse_harvesters.workers.steps import OBJECTS

log = logging.getLogger(__name__)

#: Status of a run that may have left work unfinished.
_BROKEN = (RunStatus.FAILED.value, RunStatus.PARTIAL.value)
#: Seconds before each further attempt to store how a run ended.
_PAUSES = (1.0, 2.0, 4.0, 8.0)


def harvest(
    name: str,
    *,
    dry_run: bool = False,
    limit: int | None = None,
    seconds: int | None = None,
    progress: Progress | None = None,
    begun: Callable[[Walk], None] | None = None,
    kind: RunKind = RunKind.MANUAL,
    by: str = "",
    planned: datetime | None = None,
    url: str = "",
) -> Report:
    """Run the source ``name`` once.

    ``dry_run`` writes nothing, not even that it ran; it may read ``url`` instead of the
    source's.  ``limit`` ends the walk after that many records, ``seconds`` that of a dry run
    after that time.  ``begun`` is called with the walk before its first record.  ``kind``, ``by``
    (a user's name) and ``planned`` describe what started the run.  Raises ConfigError for a
    source that does not exist; whatever happens in the run is in the report, whose status and
    message describe how it ended.  If the source is being harvested by another run, returns a
    failed report without a run (``source-busy``).
    """
    source = sources.get(name)
    report = Report(name, dry_run=dry_run, max_entries=settings.report_entries())
    watcher = progress or Silent()
    if dry_run:
        with _reported(report):
            _run(source, report, watcher, begun, limit, None, seconds=seconds, url=url)
        return report
    held = lease.take(source.id, seconds=settings.lease_seconds())
    if held is None:
        report.status = RunStatus.FAILED
        report.stopped = StopRun("source-busy", where=name, holder=lease.holding(source.id).holder)
        return report
    try:
        held.hold()
        report.run_id = runs.begin(source.id, token=held.token, kind=kind, by=by, planned=planned)
        with Heartbeat(held, report.run_id) as heartbeat, _reported(report):
            broken = _recover(source.id, held)
            index.drain(patience=settings.index_patience(), fence=held)
            _run(source, report, _Both(watcher, heartbeat), begun, limit, held, broken)
    finally:
        _finish(report, held)
    if report.run_id is not None and not held.lost.is_set():
        send.after_run(report.run_id)
    return report


def _recover(source_id: int, held: Lease) -> bool:
    """Finish what an aborted run left undone; return whether the previous run aborted."""
    newest = runs.latest(source_id, limit=2)[1:]
    if held.recovered or (newest and newest[0].status in _BROKEN):
        held.hold()
        overtaken(source_id)
        model.Session.commit()
    if held.recovered:
        # Solr may have acknowledged documents to a worker that died before the commit.
        index.commit(patience=settings.index_patience())
    return any(not runs.settled(run) for run in newest)


def _run(
    source: HarvestSource,
    report: Report,
    progress: Progress,
    begun: Callable[[Walk], None] | None,
    limit: int | None,
    held: Lease | None,
    broken: bool = False,
    seconds: int | None = None,
    url: str = "",
) -> None:
    wanted = sources.settings_of(source)
    wanted = replace(wanted, url=url) if url else wanted
    mark = basis.digest(wanted)
    harvest = Harvest(
        source.id,
        choose_writer.choose(source, report.run_id, held),
        report,
        DuplicateResolver(source.id, wanted.level, resume=broken),
        Corrector(source.id),
        progress,
        limit is not None,
        held or NoFence(),
    )
    if held and report.run_id is not None and source.kind == push.KIND:
        push.read_by(source.id, report.run_id)
    with (
        _few_collections(),
        open_source.walk(
            wanted,
            limit=limit,
            seconds=seconds,
            same=harvest.knows,
            validators=http_validators.stored(source, mark),
        ) as walk,
    ):
        if isinstance(progress, _Both):
            progress.walk = walk
        if begun:
            begun(walk)
        complete(harvest, walk)
        if held and any(found.rule == BROKEN for found in report.source_issues):
            push_files.doubt(source.id)
        if report.stopped:
            report.stopped = probe.explained(wanted, report.stopped)
        if held and limit is None:
            http_validators.keep(source.id, report, walk.validators, mark, held)


def complete(harvest: Harvest, walk: Walk) -> Report:
    """Process a walk and settle the run; an error that ends it is reported, not raised."""
    started = time.monotonic()
    try:
        harvest.take(walk)
        finish.settle(harvest, walk)
    except HanseError as error:
        harvest.stopped(walk, error)
    except JobTimeoutException:
        harvest.stopped(walk, ran_out(harvest.report))
    harvest.report.seconds = time.monotonic() - started
    return harvest.report


def ran_out(report: Report) -> StopRun:
    """Return the StopRun for a run whose job reached its time limit."""
    job = get_current_job()
    seconds = job.timeout if job and job.timeout else settings.job_timeout()
    return StopRun("preview-timeout" if report.dry_run else "run-timeout", seconds=seconds)


class _Both:
    """Forwards progress to the watcher and to the run's heartbeat."""

    def __init__(self, watcher: Progress, heartbeat: Heartbeat) -> None:
        self._watcher = watcher
        self._pulse = heartbeat
        self.walk: Walk | None = None

    def step(self) -> None:
        """Count one more record; StopRun once another run has taken the source."""
        self._pulse.done += 1
        self._pulse.total = self.walk.total if self.walk else None
        if self._pulse.lease.lost.is_set():
            raise StopRun("lease-lost", holder=self._pulse.lease.holder)
        self._watcher.step()


@contextmanager
def _few_collections() -> Iterator[None]:
    """Look for cycles seldom: among all that CKAN has loaded it takes a tenth of a run."""
    usual, frozen = gc.get_threshold(), gc.get_freeze_count()
    if not frozen:
        gc.freeze()
    gc.set_threshold(OBJECTS)
    try:
        yield
    finally:
        gc.set_threshold(*usual)
        if not frozen:
            gc.unfreeze()


@contextmanager
def _reported(report: Report) -> Iterator[None]:
    """Store an error that ends a run in its report; only an interruption is raised again."""
    try:
        yield
    except HanseError as error:
        _failed(report, error)
    except KeyboardInterrupt:
        _failed(report, StopRun("run-interrupted"))
        raise
    except JobTimeoutException:
        _failed(report, ran_out(report))
    except (OperationalError, InterfaceError) as error:
        log.warning("harvest of %s: the database went away", report.source, exc_info=True)
        _failed(report, StopRun("database-silent", reason=_short(error)))
    except Exception as error:
        # An error of ours must not end the runs of the other sources.
        log.exception("harvest of %s broke", report.source)
        _failed(report, StopRun("run-broken", reason=f"{type(error).__name__}: {error}"))


def _failed(report: Report, error: HanseError) -> None:
    _roll_back()
    report.status = RunStatus.PARTIAL if report.found else RunStatus.FAILED
    report.stopped = error


def _finish(report: Report, held: Lease) -> None:
    """Close the run and release the source, even if the database was away meanwhile."""
    for pause in (*_PAUSES, None):
        try:
            if report.run_id is not None:
                held.hold()
                runs.end(report, token=held.token)
            held.release()
            return
        except StopRun as lost:  # the new holder of the source has closed the run
            _roll_back()
            report.status, report.stopped = RunStatus.FAILED, lost
            return
        except (OperationalError, InterfaceError):
            _roll_back()
            if pause is None:
                log.exception("run %s could not be closed; the next one does it", report.run_id)
                return
            time.sleep(pause)


def _roll_back() -> None:
    try:
        model.Session.rollback()
    except (OperationalError, InterfaceError):  # a lost connection has rolled back
        model.Session.remove()


def _short(error: Exception) -> str:
    return " ".join(str(error).split())[:300]
