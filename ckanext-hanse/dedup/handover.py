"""Hand over datasets of withdrawn records that another portal has too."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse.dedup import other_sources
from ckanext.hanse.model import DatasetState, HarvestSource, RecordState, SourceRecord

#: States of a record that keeps a dataset alive, best first.
LIVE = (RecordState.ACTIVE.value, RecordState.MISSING.value, RecordState.REJECTED.value)


def hand_over(record_ids: Sequence[int]) -> set[int]:
    """Before records are withdrawn, hand their datasets over to other portals' records.

    A dataset owned by one of them goes to the best other record of it: one present at its portal,
    then by level, then the oldest; with the same id, name and URL, and its present content until
    that portal's next run writes its own.  Returns the records whose dataset stays, including
    those that did not own it.  The caller commits.
    """
    handled: set[int] = set()
    for dataset_id, leaving in _shared(record_ids).items():
        state = model.Session.get(DatasetState, dataset_id)
        if state is None:
            continue
        handled |= leaving
        best = _best(dataset_id, leaving) if state.record_id in leaving else None
        if best is not None:
            state.record_id = best
            state.index_pending = True  # the other source may hand its datasets on, or not
            renew([best])
    model.Session.flush()
    forget(handled)
    return handled


def renew(record_ids: Iterable[int]) -> None:
    """Make the next run of their sources place and write these records again."""
    ids = list(record_ids)
    forget(ids)
    sources = sa.select(SourceRecord.source_id).where(SourceRecord.id.in_(ids))
    model.Session.execute(
        sa.update(HarvestSource)
        .where(HarvestSource.id.in_(sources))
        .values(etag="", last_modified="", basis="")
        .execution_options(synchronize_session=False)
    )


def forget(record_ids: Iterable[int]) -> None:
    """Clear the fingerprints of these records, so that they are placed again when seen."""
    model.Session.execute(
        sa.update(SourceRecord)
        .where(SourceRecord.id.in_(list(record_ids)))
        .values(fingerprint="", normalised="")
        .execution_options(synchronize_session="fetch")
    )


def rerank(source_id: int) -> None:
    """After a change of a source's level, determine anew who prevails in its shared datasets."""
    shared = sa.select(SourceRecord.dataset_id).where(
        SourceRecord.source_id == source_id, SourceRecord.dataset_id.is_not(None)
    )
    several = (
        sa.select(SourceRecord.dataset_id)
        .where(SourceRecord.dataset_id.in_(shared))
        .group_by(SourceRecord.dataset_id)
        .having(sa.func.count() > 1)
    )
    renew(
        model.Session.scalars(
            sa.select(SourceRecord.id).where(SourceRecord.dataset_id.in_(several))
        ).all()
    )


def _shared(record_ids: Sequence[int]) -> dict[str, set[int]]:
    """Return dataset id → its records among these, if the dataset stays without them.

    It stays if it has a live record of another portal, or if it is our own by now.
    """
    leaving = list(record_ids)
    other = aliased(SourceRecord)
    alive = sa.exists().where(
        other.dataset_id == SourceRecord.dataset_id,
        other.state.in_(LIVE),
        other.id.not_in(leaving),
    )
    own = ~DatasetState.harvested | DatasetState.record_id.is_(None)
    query = (
        sa.select(SourceRecord.dataset_id, SourceRecord.id)
        .join(DatasetState, DatasetState.dataset_id == SourceRecord.dataset_id)
        .where(SourceRecord.id.in_(leaving), alive | own)
    )
    found: dict[str, set[int]] = defaultdict(set)
    for dataset_id, record_id in model.Session.execute(query):
        found[dataset_id].add(record_id)
    return found


def _best(dataset_id: str, leaving: Iterable[int]) -> int | None:
    """Return the record that takes the dataset over; None for our own one without another."""
    query = (
        sa.select(SourceRecord.id, SourceRecord.state, HarvestSource.settings["level"].astext)
        .join(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .where(
            SourceRecord.dataset_id == dataset_id,
            SourceRecord.state.in_(LIVE),
            SourceRecord.id.not_in(list(leaving)),
        )
    )
    found = [
        (LIVE.index(state), other_sources.rank(level), record_id)
        for record_id, state, level in model.Session.execute(query)
    ]
    return int(min(found)[2]) if found else None
