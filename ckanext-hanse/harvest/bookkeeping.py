"""Rows for records whose datasets a run does not write, collected and written in bulk."""

from __future__ import annotations

from dataclasses import dataclass, field

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.store import record_rows, records
from ckanext.hanse.store.records import KnownRecord
from ckanext.hanse.store.writer import Fence
from hanse_harvesters.record import Record

#: Pending rows that are written together.
_TOGETHER = 500


@dataclass(slots=True)
class Bookkeeping:
    """Pending rows; nothing is stored in a dry run, which has no ``run_id``.

    ``full``  True once there are enough to write.
    """

    source_id: int
    run_id: int | None
    fence: Fence
    _touched: list[tuple[int, str]] = field(default_factory=list)
    _confirmed: list[records.StoredRecord] = field(default_factory=list)
    _told: list[records.RecordRow] = field(default_factory=list)
    _refused: list[records.RecordRow] = field(default_factory=list)

    @property
    def full(self) -> bool:
        """Whether enough rows are pending to write them."""
        return len(self._touched) + len(self._confirmed) + len(self._told) >= _TOGETHER

    def touch(self, known: KnownRecord, record: Record) -> None:
        """Note that the record was seen and only its raw fingerprint differs."""
        if self.run_id is not None:
            self._touched.append((known.id, record.fingerprint))

    def confirm(self, record: Record, dataset_id: str) -> None:
        """Note an unchanged dataset whose issues or unknown triples changed."""
        if self.run_id is not None:
            self._confirmed.append(records.StoredRecord(record, dataset_id))

    def origin(self, record: Record, dataset_id: str) -> None:
        """Note that another record prevails in the dataset."""
        if self.run_id is not None:
            self._told.append(
                record_rows.origin(
                    record, source_id=self.source_id, run_id=self.run_id, dataset_id=dataset_id
                )
            )

    def local(self, record: Record, mark: str) -> None:
        """Note that the record is a dataset of ours; ``mark`` of our addresses."""
        if self.run_id is not None:
            self._told.append(
                record_rows.local(record, source_id=self.source_id, run_id=self.run_id, mark=mark)
            )

    def refuse(self, record: Record) -> None:
        """Note that the record cannot be stored."""
        if self.run_id is not None:
            self._refused.append(
                record_rows.rejection(record, source_id=self.source_id, run_id=self.run_id)
            )

    def flush(self) -> None:
        """Write pending rows, except rejections."""
        if self.run_id is None or not (self._touched or self._confirmed or self._told):
            return
        self.fence.hold()
        self._drop_purged()
        records.touch(self._touched, run_id=self.run_id)
        records.keep_all(self._confirmed, source_id=self.source_id, run_id=self.run_id)
        records.remember(self._told)
        model.Session.commit()
        self._touched, self._confirmed, self._told = [], [], []

    def _drop_purged(self) -> None:
        """Drop rows of datasets that a sysadmin purged meanwhile; the next run recreates them."""
        ids = {item.dataset_id for item in self._confirmed}
        ids |= {row["dataset_id"] for row in self._told if row["dataset_id"]}
        if not ids:
            return
        query = sa.select(model.Package.id).where(model.Package.id.in_(ids))
        query = query.with_for_update(read=True, key_share=True)
        there = {*model.Session.scalars(query), None}
        self._confirmed = [item for item in self._confirmed if item.dataset_id in there]
        self._told = [row for row in self._told if row["dataset_id"] in there]

    def flush_rejections(self) -> None:
        """Write rejections; not after a truncated walk, which can cut records in half."""
        if self.run_id is None or not self._refused:
            return
        self.fence.hold()
        records.remember(self._refused)
        model.Session.commit()
        self._refused = []
