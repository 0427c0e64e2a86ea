"""The HTTP validators of a portal's document (RFC 9110, 8.8): stored and dropped."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import HarvestSource, RecordState, SourceRecord
from ckanext.hanse.store.report import Report
from ckanext.hanse.store.writer import Fence
from hanse_harvesters.sources.fetch import Validators


def stored(source: HarvestSource, basis: str) -> Validators:
    """Return the validators for the request; empty unless stored under the same ``basis``."""
    if source.basis != basis:
        return Validators()
    return Validators(source.etag, source.last_modified)


def forget(source_id: int, fence: Fence) -> None:
    """Clear the validators, as the catalogue will no longer match their document; commits."""
    given = sa.or_(HarvestSource.etag != "", HarvestSource.last_modified != "")
    model.Session.execute(
        sa.update(HarvestSource)
        .where(HarvestSource.id == source_id, given, fence.owns())
        .values(etag="", last_modified="")
    )
    model.Session.commit()


def keep(source_id: int, report: Report, found: Validators, basis: str, fence: Fence) -> None:
    """Store the validators for the next run, after a run that stored everything; commits.

    Not while a record waits to be written again (dedup/handover.py, renew).
    """
    waiting = sa.select(
        sa.exists().where(
            SourceRecord.source_id == source_id,
            SourceRecord.fingerprint == "",
            SourceRecord.state == RecordState.ACTIVE.value,
        )
    )
    stored = report.complete and report.stored_all and bool(found)
    kept = found if stored and not model.Session.scalar(waiting) else Validators()
    values = {"etag": kept.etag, "last_modified": kept.last_modified, "basis": basis}
    same = [getattr(HarvestSource, name) == value for name, value in values.items()]
    model.Session.execute(
        sa.update(HarvestSource)
        .where(HarvestSource.id == source_id, sa.not_(sa.and_(*same)), fence.owns())
        .values(values)
    )
    model.Session.commit()
