"""What becomes of a source's datasets when it is removed, and when it is made anew.

They stay, and nobody harvests them any more: they are the city's own.  What
each had been at the portal is kept, so that a source made again with the same
name and address goes on where the old one ended instead of making them twice.
"""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.catalogue.twins import handover
from ckanext.hanse.model import DatasetState, Former, RecordState, Source, SourceRecord


def release(source: Source) -> int:
    """Remember the source's records; its datasets go to another origin they have, or to the city.

    To be called before its row is removed; the caller commits.  Gives the number of
    datasets that become the city's own.
    """
    _hand_over(source.id)
    _remember(source)
    return int(
        model.Session.scalar(
            sa.select(sa.func.count())
            .select_from(DatasetState)
            .join(SourceRecord, SourceRecord.id == DatasetState.record_id)
            .where(SourceRecord.source_id == source.id)
        )
        or 0
    )


def _hand_over(source_id: int) -> None:
    """Datasets that another source has too are that one's from now on."""
    mine = sa.select(SourceRecord.id).where(SourceRecord.source_id == source_id)
    handover.hand_over(model.Session.scalars(mine).all())


def _remember(source: Source) -> None:
    record = SourceRecord
    columns = ("source", "url", "identity", "dataset_id", "origin", "state", "withdrawn")
    rows = sa.select(
        sa.literal(source.name),
        sa.literal(_plain(source.url)),
        record.identity,
        record.dataset_id,
        record.origin,
        record.state,
        record.withdrawn,
    ).where(record.source_id == source.id, record.dataset_id.is_not(None))
    model.Session.execute(sa.delete(Former).where(Former.source == source.name))
    model.Session.execute(insert(Former).from_select(columns, rows))


def take_back(source: Source) -> int:
    """Bind a new source to what one of its name and address had brought; gives how many.

    Only datasets of its organisation that nobody else harvests.  Their fingerprints are
    empty: the first run maps and compares them all.  The caller commits.
    """
    found = (
        sa.select(Former)
        .join(model.Package, model.Package.id == Former.dataset_id)
        .outerjoin(DatasetState, DatasetState.dataset_id == Former.dataset_id)
        .where(
            Former.source == source.name,
            Former.url == _plain(source.url),
            model.Package.owner_org == source.organization_id,
            DatasetState.record_id.is_(None),
        )
        .with_only_columns(
            sa.literal(source.id),
            Former.identity,
            Former.dataset_id,
            Former.origin,
            _state(),
            Former.withdrawn,
        )
    )
    columns = ("source_id", "identity", "dataset_id", "origin", "state", "withdrawn")
    model.Session.execute(insert(SourceRecord).from_select(columns, found).on_conflict_do_nothing())
    bound = model.Session.execute(
        sa.update(DatasetState)
        .where(
            DatasetState.dataset_id == SourceRecord.dataset_id,
            DatasetState.record_id.is_(None),
            SourceRecord.source_id == source.id,
            SourceRecord.state != RecordState.DETACHED.value,
        )
        .values(record_id=SourceRecord.id, harvested=True)
        .execution_options(synchronize_session=False)
    )
    model.Session.execute(sa.delete(Former).where(Former.source == source.name))
    return int(bound.rowcount)


def _state() -> sa.ColumnElement[str]:
    """The state a record comes back in; what was deleted meanwhile returns when it is met again."""
    return sa.case(
        (Former.state == RecordState.DETACHED.value, Former.state),
        (model.Package.state == model.State.DELETED, RecordState.WITHDRAWN.value),
        else_=RecordState.ACTIVE.value,
    )


def _plain(url: str) -> str:
    return url.rstrip("/")
