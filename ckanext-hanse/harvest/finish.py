"""After the walk: handle missing records and determine the status of the run."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.harvest import withdrawal
from ckanext.hanse.harvest.run import Harvest
from ckanext.hanse.harvest.walk import Walk
from ckanext.hanse.harvest.withdrawal import WithdrawalVerdict
from ckanext.hanse.model import RecordState, RunStatus, SourceRecord
from ckanext.hanse.sources import archive
from ckanext.hanse.store import records, runs
from ckanext.hanse.store.records import KnownRecord
from ckanext.hanse.store.report import Missing, Report
from ckanext.hanse.store.writer import Action
from hanse_harvesters.errors import StopRun
from hanse_harvesters.issue import issue
from hanse_harvesters.texts import CORE

_MISSING = RecordState.MISSING.value
#: Records in one statement.
_CHUNK = 5000


def settle(harvest: Harvest, walk: Walk) -> None:
    """Settle a run after its walk has ended, complete or not."""
    report = harvest.report
    report.completeness = walk.completeness
    report.add_source_issues(walk.issues)
    report.selection = walk.selection
    if harvest.rebound:
        report.add_source_issues([issue("identities-moved", "identifier", count=harvest.rebound)])
    if harvest.adopted:
        report.add_source_issues([issue("taken-up-again", "identifier", count=harvest.adopted)])
    if walk.not_modified:
        _nothing_sent(harvest)
    whole = report.complete or harvest.limited
    if whole:
        harvest.bookkeeping.flush_rejections()
    verdict = _withdraw(harvest) if _counts_missing(harvest, walk) else None
    if report.run_id is not None:
        harvest.duplicates.settle(harvest.fence)
        harvest.fence.hold(alone=True)
        if harvest.adopted:
            archive.forget(harvest.source_id)
        harvest.corrector.settle(harvest.fence)
        model.Session.commit()
    _conclude(report, whole, verdict)


def _nothing_sent(harvest: Harvest) -> None:
    """Count all records as unchanged: the document is that of the last complete run."""
    rows = model.Session.execute(
        sa.select(SourceRecord.state, sa.func.count())
        .where(SourceRecord.source_id == harvest.source_id)
        .group_by(SourceRecord.state)
    ).all()
    counts = {str(name): int(number) for name, number in rows}
    harvest.report.counts[Action.UNCHANGED] = counts.get(RecordState.ACTIVE.value, 0)
    harvest.report.counts[Action.SKIPPED] = counts.get(RecordState.LOCAL.value, 0)
    harvest.report.counts[Action.REJECTED] = counts.get(RecordState.REJECTED.value, 0)
    harvest.report.not_modified = True
    if counts.get(_MISSING):
        for known in harvest.known.values():
            known.seen = known.state != _MISSING and known.state != RecordState.WITHDRAWN.value
    model.Session.commit()


def _counts_missing(harvest: Harvest, walk: Walk) -> bool:
    """Return whether unseen records count: after a complete walk, unless nothing changed."""
    if harvest.limited or not harvest.report.complete:
        return False
    return not walk.not_modified or harvest.has_loaded


def _withdraw(harvest: Harvest) -> WithdrawalVerdict:
    """Mark unseen records as missing, and withdraw those missing for long enough."""
    report = harvest.report
    unseen = [known for known in harvest.known.values() if known.expected and not known.seen]
    # The database's clock, the same for all workers; a timestamp in its future is wrong.
    now = model.Session.scalars(sa.select(sa.func.clock_timestamp())).one()
    for known in unseen:
        known.missing_runs += 1
        known.missing_since = min(known.missing_since or now, now)
    _mark(harvest, unseen)
    verdict = withdrawal.judge(harvest.known.values(), now=now)
    report.missing_count = len(unseen)
    report.missing = _named(unseen[: report.max_entries])
    report.gone = _named(list(verdict.ripe[: report.max_entries]))
    if report.run_id is not None and verdict.ripe:
        gone = withdrawal.withdraw([known.id for known in verdict.ripe], fence=harvest.fence)
        report.withdrawn = len(gone)
    elif verdict.ripe:
        report.withdrawn = len(verdict.ripe)
    return verdict


def _mark(harvest: Harvest, unseen: list[KnownRecord]) -> None:
    if harvest.report.run_id is None:
        return
    for start in range(0, len(unseen), _CHUNK):
        harvest.fence.hold()
        records.mark_missing([known.id for known in unseen[start : start + _CHUNK]])
        model.Session.commit()


def _named(unseen: list[KnownRecord]) -> list[Missing]:
    return [Missing(*row) for row in runs.names_of([known.id for known in unseen])]


def _conclude(report: Report, whole: bool, verdict: WithdrawalVerdict | None) -> None:
    if not whole:
        report.status = RunStatus.PARTIAL
        report.stopped = _why(report)
    elif verdict and verdict.held:
        report.status = RunStatus.HELD
        report.held = verdict.gone
        report.stopped = StopRun("run-held", gone=verdict.gone, total=verdict.total)
    else:
        report.status = RunStatus.SUCCESS


def _why(report: Report) -> StopRun:
    """Return why the walk is incomplete, with the texts of its rule."""
    reason = (report.completeness and report.completeness.reason) or "walk-unfinished"
    reported = next((item for item in report.source_issues if item.rule == reason), issue(reason))
    return StopRun(
        "run-incomplete",
        where=reported.value,
        what={language: reported.message(language) for language in CORE.languages()},
        remedy={language: reported.remedy(language) for language in CORE.languages()},
    )
