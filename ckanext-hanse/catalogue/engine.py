"""Harvest a source by name: settings, walk, writer and report brought together."""

from __future__ import annotations

import logging
from collections.abc import Callable

from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.catalogue import portal, runs, sources
from ckanext.hanse.catalogue.harvest import Harvest, Progress, Silent, Walk
from ckanext.hanse.catalogue.plain import PlainWriter
from ckanext.hanse.catalogue.report import Report
from ckanext.hanse.catalogue.writer import DryWriter, Writer
from ckanext.hanse.model import RunStatus, Source
from hanse_harvesters.errors import HanseError, StopRun

log = logging.getLogger(__name__)


def harvest(
    name: str,
    *,
    dry_run: bool = False,
    limit: int | None = None,
    progress: Progress | None = None,
    begun: Callable[[Walk], None] | None = None,
) -> Report:
    """One run of the source ``name``.

    ``dry_run`` writes nothing, not even that it ran.  ``limit`` ends the walk after
    so many records.  ``begun`` is told the walk before its first record.
    ConfigError for a source that does not exist; what happens in the run stands in
    the report, whose status and message say how it ended.
    """
    source = sources.get(name)
    report = Report(name, dry_run=dry_run, max_entries=settings.report_entries())
    if not dry_run:
        report.run_id = runs.begin(source.id)
    try:
        with portal.walk(sources.settings_of(source), limit=limit) as walk:
            if begun:
                begun(walk)
            _run(source, walk, report, progress or Silent(), limited=limit is not None)
    except HanseError as error:
        _failed(report, error)
    except KeyboardInterrupt:
        _failed(report, StopRun("run-interrupted"))
        raise
    except Exception as error:
        # A fault of ours must not end the runs of the other sources.
        log.exception("harvest of %s broke", name)
        _failed(report, StopRun("run-broken", reason=f"{type(error).__name__}: {error}"))
    finally:
        if report.run_id is not None:
            runs.end(report)
    return report


def _run(source: Source, walk: Walk, report: Report, progress: Progress, *, limited: bool) -> None:
    writer = _writer(source, report)
    Harvest(source.id, walk, writer, report, progress, limited).run()


def _writer(source: Source, report: Report) -> Writer:
    if report.run_id is None:
        return DryWriter()
    return PlainWriter(
        source_id=source.id, run_id=report.run_id, owner_org=source.organization_id or ""
    )


def _failed(report: Report, error: HanseError) -> None:
    model.Session.rollback()
    report.status = RunStatus.PARTIAL if report.found else RunStatus.FAILED
    report.stopped = error
