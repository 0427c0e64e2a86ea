"""What is stored about a source's records, in our own tables.

One query loads a source's map; what a run sees is compared with it in memory, and only changed
rows are written.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any, TypeAlias

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.model import DatasetState, RecordState, SourceRecord
from ckanext.hanse.store import link_states, pg_text, rdf
from ckanext.hanse.store.bulk.copying import copy
from ckanext.hanse.store.record_rows import RecordRow, identity_key, kept, stored_issues
from hanse_harvesters.issue import Issue, rules
from hanse_harvesters.record import Record


@dataclass(slots=True)
class KnownRecord:
    """A row of ``hanse_record`` as a run needs it; ``seen`` means in this run."""

    id: int
    dataset_id: str | None
    fingerprint: str
    normalised: str
    attached: str
    state: str
    missing_since: datetime | None = None
    missing_runs: int = 0
    approved: datetime | None = None
    seen: bool = False

    @property
    def expected(self) -> bool:
        """Whether the record is missing if a complete walk does not see it."""
        return self.dataset_id is not None and self.state in _EXPECTED


RecordMap: TypeAlias = dict[str, KnownRecord]

#: A rejected record may have a dataset from an earlier run.
_EXPECTED = frozenset(
    {RecordState.ACTIVE.value, RecordState.MISSING.value, RecordState.REJECTED.value}
)


def issues_from(stored: Iterable[dict[str, Any]]) -> list[Issue]:
    """Reverse :func:`stored_issues`; issues whose rule no longer exists are dropped."""
    return [
        Issue(
            item["rule"],
            item.get("field", ""),
            item.get("value", ""),
            tuple((key, value) for key, value in item.get("params", ())),
        )
        for item in stored
        if item["rule"] in rules()
    ]


def load(source_id: int) -> RecordMap:
    """Return every record of the source by identity, in one query."""
    columns = (
        SourceRecord.identity,
        SourceRecord.id,
        SourceRecord.dataset_id,
        SourceRecord.fingerprint,
        SourceRecord.normalised,
        SourceRecord.attached,
        SourceRecord.state,
        SourceRecord.missing_since,
        SourceRecord.missing_runs,
        SourceRecord.approved,
    )
    query = sa.select(*columns).where(SourceRecord.source_id == source_id)
    rows = model.Session.execute(query, execution_options={"yield_per": 2000})
    return {identity: KnownRecord(*rest) for identity, *rest in rows}


def keep(record: Record, *, source_id: int, run_id: int, dataset_id: str) -> None:
    """Bind a record to its dataset, within the transaction that writes the dataset."""
    row = kept(record, source_id=source_id, run_id=run_id, dataset_id=dataset_id)
    record_id = model.Session.execute(_upsert(row).returning(SourceRecord.id)).scalar_one()
    keep_dataset(
        dataset_id,
        harvested=True,
        record_id=record_id,
        issues=stored_issues(record.issues),
        fragment=record.unknown,
    )


def keep_judged(record: Record, dataset_id: str) -> None:
    """Write a dataset's RDF and points, once its resources have their ids; the caller commits."""
    values = _judged(record, dataset_id, rdf.resource_ids([dataset_id])[dataset_id], rdf.site())
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id == dataset_id)
        .values(**values)
        .execution_options(synchronize_session=False)
    )


def _judged(
    record: Record, dataset_id: str, resources: Sequence[str], of_site: str
) -> dict[str, Any]:
    text = rdf.of_record(record, dataset_id, resources, of_site)
    return {
        "rdf": text,
        # Without a text, it is made when the dataset is handed on.
        "rdf_version": rdf.version(of_site) if text else "",
        "terms": rdf.terms(record.dataset),
        "mqa": record.score,
        "score": record.score.get("points"),
    }


@dataclass(frozen=True, slots=True)
class StoredRecord:
    """A record and its dataset: whether that is ``new``; ``index_pending`` if it changed."""

    record: Record
    dataset_id: str
    index_pending: bool = False
    new: bool = False


def keep_all(chunk: Sequence[StoredRecord], *, source_id: int, run_id: int) -> None:
    """Bind many records to their datasets, as :func:`keep` does for one, in two statements."""
    if not chunk:
        return
    rows = [
        kept(item.record, source_id=source_id, run_id=run_id, dataset_id=item.dataset_id)
        | {"first_run_id": run_id}
        for item in chunk
    ]
    # Only with RETURNING are the rows sent together; otherwise each is its own statement.
    statement = _upsert_all(rows[0]).returning(SourceRecord.id, SourceRecord.identity)
    ids = {identity: key for key, identity in model.Session.execute(statement, rows)}
    resources, site = rdf.resource_ids(item.dataset_id for item in chunk), rdf.site()
    states = [
        {
            "dataset_id": item.dataset_id,
            "harvested": True,
            "record_id": ids[row["identity"]],
            "issues": stored_issues(item.record.issues),
            "fragment": pg_text.text(item.record.unknown),
            "changed": now(),
            # An unchanged dataset need not be indexed again.
            "index_pending": item.index_pending,
            # A harvested dataset is its own again, even if it was merged earlier.
            "merged_into": None,
            **_judged(item.record, item.dataset_id, resources[item.dataset_id], site),
        }
        for item, row in zip(chunk, rows, strict=True)
    ]
    if new := [state for item, state in zip(chunk, states, strict=True) if item.new]:
        copy(DatasetState.__table__, new)
    if old := [state for item, state in zip(chunk, states, strict=True) if not item.new]:
        model.Session.execute(_upsert_states(old[0]), old)
    link_states.written({item.dataset_id: item.record.dataset for item in chunk})


def _upsert_states(columns: Iterable[str]) -> Any:
    statement = insert(DatasetState.__table__)
    values = {name: statement.excluded[name] for name in columns if name != "dataset_id"}
    # A dataset still pending from an earlier run stays pending.
    values["index_pending"] = sa.or_(DatasetState.index_pending, values["index_pending"])
    statement = statement.on_conflict_do_update(index_elements=["dataset_id"], set_=values)
    return statement.returning(DatasetState.dataset_id)


def keep_dataset(
    dataset_id: str,
    *,
    harvested: bool,
    record_id: int | None,
    issues: list[dict[str, Any]],
    fragment: str,
) -> None:
    """Write the state of one dataset; the caller commits."""
    values: dict[str, Any] = {
        "harvested": harvested,
        "record_id": record_id,
        "issues": issues,
        "fragment": pg_text.text(fragment),
        "changed": now(),
        "merged_into": None,
    }
    statement = insert(DatasetState).values(dataset_id=dataset_id, index_pending=False, **values)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["dataset_id"], set_=values)
    )


def changed(dataset_ids: Sequence[str]) -> None:
    """Note that datasets are handed on otherwise from now on; the caller commits."""
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id.in_(dataset_ids))
        .values(changed=sa.func.now()),
        execution_options={"synchronize_session": False},
    )


def remember(rows: Sequence[RecordRow]) -> None:
    """Write rows of records whose dataset, if any, does not change.

    All of one kind: ``rejection``, ``origin`` or ``local`` of the module ``record_rows``.
    """
    if rows:
        rows = [row | {"first_run_id": row["last_run_id"]} for row in rows]
        model.Session.execute(_upsert_all(rows[0]).returning(SourceRecord.id), rows)


def touch(pairs: Sequence[tuple[int, str]], *, run_id: int) -> None:
    """Mark records with an unchanged dataset as seen and store their new raw fingerprint."""
    if pairs:
        model.Session.execute(
            sa.update(SourceRecord),
            [
                {
                    "id": record_id,
                    "fingerprint": fingerprint,
                    "state": RecordState.ACTIVE.value,
                    "missing_since": None,
                    "missing_runs": 0,
                    "approved": None,
                    "last_run_id": run_id,
                }
                for record_id, fingerprint in pairs
            ],
        )


def mark_missing(record_ids: Sequence[int]) -> None:
    """Count one more complete walk that did not see these records; withdraws nothing."""
    if record_ids:
        model.Session.execute(
            sa.update(SourceRecord)
            .where(SourceRecord.id.in_(record_ids))
            .values(
                state=RecordState.MISSING.value,
                missing_since=sa.func.least(
                    sa.func.coalesce(SourceRecord.missing_since, sa.func.now()), sa.func.now()
                ),
                missing_runs=SourceRecord.missing_runs + 1,
            )
        )


def rename(record_id: int, identity: str) -> None:
    """Change the identity of a record; its dataset stays bound to it."""
    model.Session.execute(
        sa.update(SourceRecord)
        .where(SourceRecord.id == record_id)
        .values(identity=identity_key(identity))
    )


def _upsert(row: dict[str, Any]) -> Any:
    return (
        insert(SourceRecord)
        .values(**row, first_run_id=row["last_run_id"])
        .on_conflict_do_update(constraint="uq_hanse_record_identity", set_=row)
    )


def _upsert_all(row: RecordRow) -> Any:
    """Return the upsert statement for rows with the columns of ``row``."""
    statement = insert(SourceRecord.__table__)
    values = {name: statement.excluded[name] for name in row if name != "first_run_id"}
    return statement.on_conflict_do_update(constraint="uq_hanse_record_identity", set_=values)


def now() -> datetime:
    """Return the current time in UTC."""
    return datetime.now(timezone.utc)
