"""Gives changes their places in the feed, once they are committed.

A place is never given before the change is visible, and places are visible in their order: one
process at a time gives them, and its transaction ends before the next one's begins.  So a client
that has read up to a place has seen all that is before it, however late a transaction commits.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.export import rows
from ckanext.hanse.model import Change, DatasetState, Gone, RecordState, SourceRecord

#: Of PostgreSQL's advisory lock that the one who gives places holds.
_LOCK = 0x68616E73650002
#: Datasets in one transaction, and transactions that a request waits for.
_TOGETHER, _MOST = 1000, 5


@dataclass(frozen=True, slots=True)
class _Now:
    """A dataset as committed; ``gone`` is "" for one that is handed on."""

    name: str
    uri: str
    gone: str


def settle(most: int = _MOST) -> int:
    """Settle what is committed, in at most so many transactions; return how many datasets."""
    done = 0
    for _ in range(most):
        number = _some()
        done += number
        if number < _TOGETHER:
            break
    return done


def _some() -> int:
    with model.meta.engine.begin() as connection:
        connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_LOCK)))
        # A row that a running transaction has noted is locked by it: it stays for the next time.
        # From here on no transaction can commit a further change of these datasets.
        found = connection.execute(
            sa.select(Change.dataset_id, Change.position, Change.gone, Change.name, Change.uri)
            .where(Change.pending)
            .order_by(Change.dataset_id)
            .limit(_TOGETHER)
            .with_for_update(skip_locked=True)
        ).all()
        if found:
            # A statement of its own: it sees what was committed until the rows were locked.
            _place(connection, found, _now(connection, [row.dataset_id for row in found]))
    return len(found)


def _now(connection: sa.Connection, ids: Sequence[str]) -> dict[str, _Now]:
    """Return id → what is committed, of the datasets that exist."""
    delivered = rows.delivered(connection, ids)
    package = model.Package
    query = (
        sa.select(
            package.id,
            package.name,
            sa.func.coalesce(package.extras["uri"].astext, ""),
            package.state,
            DatasetState.merged_into,
            SourceRecord.state,
        )
        .outerjoin(DatasetState, DatasetState.dataset_id == package.id)
        .outerjoin(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .where(package.id.in_(ids))
    )
    return {
        id: _Now(name, uri, "" if id in delivered else _why(state, merged, record))
        for id, name, uri, state, merged, record in connection.execute(query)
    }


def _why(state: str, merged: str | None, record: str | None) -> str:
    if merged:
        return Gone.MERGED.value
    if state != model.State.DELETED:
        return Gone.HIDDEN.value
    withdrawn = record == RecordState.WITHDRAWN.value
    return Gone.WITHDRAWN.value if withdrawn else Gone.DELETED.value


def _place(connection: sa.Connection, found: Sequence[Any], now: Mapping[str, _Now]) -> None:
    moved: list[tuple[str, _Now]] = []
    unseen: list[str] = []
    same: list[str] = []
    for row in found:
        there = now.get(row.dataset_id)
        if there and not there.gone:
            moved.append((row.dataset_id, there))
        elif row.position is None:
            # It was never handed on, so nobody is told of it.
            (same if there else unseen).append(row.dataset_id)
        elif row.gone and (row.name or row.gone == Gone.ERASED.value):
            same.append(row.dataset_id)
        else:
            moved.append((row.dataset_id, _Now(row.name, row.uri, _left(row, there))))
    if moved:
        _move(connection, moved)
    if unseen:
        connection.execute(sa.delete(Change).where(Change.dataset_id.in_(unseen)))
    if same:
        connection.execute(
            sa.update(Change).where(Change.dataset_id.in_(same)).values(pending=False)
        )


def _left(row: Any, there: _Now | None) -> str:
    """Return why a dataset is gone; one without a name was erased (ckanext/hanse/erasure.py)."""
    if not row.name:
        return Gone.ERASED.value
    return there.gone if there else Gone.DELETED.value


_MOVE = sa.text(
    """
WITH moment AS (
  SELECT greatest(clock_timestamp(), (SELECT max(settled) FROM hanse_change
                                      WHERE position IS NOT NULL)) AS now),
given AS (
  SELECT id, name, uri, gone, nextval('hanse_change_position') AS position
  FROM unnest(CAST(:ids AS text[]), CAST(:names AS text[]),
              CAST(:uris AS text[]), CAST(:gone AS text[])) AS item (id, name, uri, gone))
UPDATE hanse_change AS change
SET pending = false, position = given.position, name = given.name, uri = given.uri,
    gone = given.gone, settled = moment.now,
    first = CASE WHEN given.gone = '' AND (change.first IS NULL OR change.gone <> '')
            THEN given.position ELSE change.first END
FROM given, moment WHERE change.dataset_id = given.id
"""
)


def _move(connection: sa.Connection, moved: Sequence[tuple[str, _Now]]) -> None:
    values = {
        "ids": [id for id, _ in moved],
        "names": [now.name for _, now in moved],
        "uris": [now.uri for _, now in moved],
        "gone": [now.gone for _, now in moved],
    }
    connection.execute(_MOVE, values)
