"""What happens to a source's datasets when it is removed, and when it is created again.

They stay as the city's own and are no longer harvested.  What each had been at the portal is
stored with the dataset, so that a source of the same city that brings it again continues it
instead of creating a second one: a source of the same URL immediately, any other when its run
finds a record that matches the dataset (harvest/adopt.py).  Names are not used: another city may
use them next.
"""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.dedup import handover
from ckanext.hanse.model import DatasetState, Former, HarvestSource, RecordState, SourceRecord
from ckanext.hanse.store.resources import normalised_url


def release(source: HarvestSource) -> int:
    """Archive the source's records; hand its datasets over to another origin or to the city.

    Call it before its row is deleted; the caller commits.  Returns the number of
    datasets that become the city's own.
    """
    hand_over(source.id)
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


def hand_over(source_id: int) -> None:
    """Hand the datasets over that another source has too."""
    mine = sa.select(SourceRecord.id).where(SourceRecord.source_id == source_id)
    handover.hand_over(model.Session.scalars(mine).all())


def _remember(source: HarvestSource) -> None:
    record = SourceRecord
    columns = ("source", "url", "identity", "dataset_id", "origin", "state", "withdrawn")
    rows = sa.select(
        sa.literal(source.name),
        sa.literal(source.url),
        record.identity,
        record.dataset_id,
        record.origin,
        record.state,
        record.withdrawn,
    ).where(record.source_id == source.id, record.dataset_id.is_not(None))
    statement = insert(Former).from_select(columns, rows)
    values = {name: statement.excluded[name] for name in columns}
    model.Session.execute(
        statement.on_conflict_do_update(constraint="uq_hanse_former_dataset", set_=values)
    )


def left_behind(organization: Any) -> sa.ColumnElement[bool]:
    """Condition on :func:`joined`: owned by this city (id or a query for it), not harvested."""
    return sa.and_(
        model.Package.owner_org == organization,
        DatasetState.record_id.is_(None),
        DatasetState.merged_into.is_(None),
    )


def joined(*columns: sa.ColumnElement[Any]) -> sa.Select[Any]:
    """Return a query over former records with their packages and states."""
    return (
        sa.select(*columns)
        .select_from(Former)
        .join(model.Package, model.Package.id == Former.dataset_id)
        .outerjoin(DatasetState, DatasetState.dataset_id == Former.dataset_id)
    )


def take_back(source: HarvestSource) -> int:
    """Bind a source to what one with its URL had brought; return how many datasets.

    Only datasets of its organization that are not harvested.  Their fingerprints are
    empty: the first run maps and compares them all.  The caller commits.
    """
    mine = left_behind(source.organization_id)
    addresses = model.Session.scalars(joined(Former.url).where(mine).distinct()).all()
    wanted = normalised_url(source.url)
    same = [address for address in addresses if normalised_url(address) == wanted]
    if not same:
        return 0
    columns = ("source_id", "identity", "dataset_id", "origin", "state", "withdrawn")
    found = (
        joined(
            sa.literal(source.id),
            Former.identity,
            Former.dataset_id,
            Former.origin,
            state_again(),
            Former.withdrawn,
        )
        .where(mine, Former.url.in_(same))
        # If several removed sources had a dataset: the record of the last one.
        .distinct(Former.dataset_id)
        .order_by(Former.dataset_id, Former.id.desc())
    )
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
    forget(source.id)
    return int(bound.rowcount)


def forget(source_id: int) -> None:
    """Delete the former records of the datasets that a source has; the caller commits."""
    has = sa.select(SourceRecord.dataset_id).where(SourceRecord.source_id == source_id)
    model.Session.execute(sa.delete(Former).where(Former.dataset_id.in_(has)))


def state_again() -> sa.ColumnElement[str]:
    """Return the restored record's state; a dataset deleted meanwhile returns when seen again."""
    return sa.case(
        (Former.state == RecordState.DETACHED.value, Former.state),
        (model.Package.state == model.State.DELETED, RecordState.WITHDRAWN.value),
        else_=RecordState.ACTIVE.value,
    )
