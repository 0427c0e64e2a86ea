"""Key figures of sources for administrators, in a few queries for all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.harvest import withdrawal
from ckanext.hanse.model import DatasetState, HarvestRun, RecordState, SourceRecord

_ON_SITE = (RecordState.ACTIVE.value, RecordState.MISSING.value)


@dataclass(slots=True)
class SourceStats:
    """The figures of a source.

    ``datasets``  of this source on the site.
    ``states``    record state → number of records.
    ``issues``    of its datasets and rejected records, all severities.
    ``waiting``   missing records without an approval to withdraw.
    ``unasked``   withdrawn ones without an approval since.
    ``last``      its newest run; ``complete`` the newest complete one.
    """

    datasets: int = 0
    states: dict[str, int] = field(default_factory=dict)
    issues: int = 0
    waiting: int = 0
    unasked: int = 0
    last: HarvestRun | None = None
    complete: HarvestRun | None = None

    @property
    def held(self) -> bool:
        """Whether so much is gone that a person must approve; by the criteria of a run."""
        stock = sum(self.states.get(state, 0) for state in _ON_SITE)
        gone = self.waiting + self.unasked
        return self.waiting > 0 and withdrawal.too_many(gone, stock + self.unasked)


def of(source_ids: Collection[int]) -> dict[int, SourceStats]:
    """Return the figures of these sources, by id."""
    found = {source_id: SourceStats() for source_id in source_ids}
    if found:
        _records(found)
        _datasets(found)
        _runs(found)
    return found


def _records(found: dict[int, SourceStats]) -> None:
    record = SourceRecord
    rows = model.Session.execute(
        sa.select(
            record.source_id,
            record.state,
            sa.func.count(),
            sa.func.sum(sa.func.jsonb_array_length(record.issues)),
            sa.func.count().filter(record.approved.is_(None)),
        )
        .where(record.source_id.in_(found))
        .group_by(record.source_id, record.state)
    )
    for source_id, state, number, issues, unapproved in rows:
        figures = found[source_id]
        figures.states[state] = number
        if state == RecordState.MISSING.value:
            figures.waiting = unapproved
        elif state == RecordState.WITHDRAWN.value:
            figures.unasked = unapproved
        if state not in _ON_SITE:
            figures.issues += int(issues or 0)


def _datasets(found: dict[int, SourceStats]) -> None:
    rows = model.Session.execute(
        sa.select(
            SourceRecord.source_id,
            sa.func.count().filter(model.Package.state == model.State.ACTIVE),
            sa.func.sum(sa.func.jsonb_array_length(DatasetState.every_issue)),
        )
        .select_from(SourceRecord)
        .join(DatasetState, DatasetState.record_id == SourceRecord.id)
        .join(model.Package, model.Package.id == SourceRecord.dataset_id)
        .where(SourceRecord.source_id.in_(found), SourceRecord.state.in_(_ON_SITE))
        .group_by(SourceRecord.source_id)
    )
    for source_id, datasets, issues in rows:
        found[source_id].datasets = datasets
        found[source_id].issues += int(issues or 0)


def _runs(found: dict[int, SourceStats]) -> None:
    for name, which in (("last", sa.true()), ("complete", HarvestRun.complete)):
        newest = (
            sa.select(sa.func.max(HarvestRun.id))
            .where(HarvestRun.source_id.in_(found), which)
            .group_by(HarvestRun.source_id)
        )
        for run in model.Session.scalars(sa.select(HarvestRun).where(HarvestRun.id.in_(newest))):
            setattr(found[run.source_id], name, run)
