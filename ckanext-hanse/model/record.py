"""``hanse_record``: what a source has, one row per record, not per run."""

from __future__ import annotations

import enum
from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, DateTime, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column


class RecordState(str, enum.Enum):
    """Where a record stands; only ``ACTIVE`` ones can become ``MISSING``."""

    ACTIVE = "active"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"


class SourceRecord(tk.BaseModel):  # type: ignore[misc]
    """One record of a source, and the dataset it became.

    ``identity``      harvest identity, unique in the source (catalogue/state.py, identity_key).
    ``dataset_id``    NULL for a record that never became a dataset, or whose dataset was purged.
    ``fingerprint``   of the raw payload: decides whether to map at all.
    ``normalised``    of the dataset dict: decides whether to write it.
    ``attached``      of what hanse_dataset_state keeps beside it (issues, fragment, origin).
    ``origin``        URL of the record at its portal.
    ``first_run_id``, ``last_run_id``  the runs that first and last wrote this row.  When a
                      record was last *seen* is not kept per row: an active one was seen by
                      its source's last complete run.
    """

    __tablename__ = "hanse_record"
    __table_args__ = (UniqueConstraint("source_id", "identity", name="uq_hanse_record_identity"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("hanse_source.id", ondelete="CASCADE"))
    identity: Mapped[str] = mapped_column(Text)
    dataset_id: Mapped[str | None] = mapped_column(
        Text, ForeignKey("package.id", ondelete="SET NULL"), index=True
    )
    fingerprint: Mapped[str] = mapped_column(Text, default="")
    normalised: Mapped[str] = mapped_column(Text, default="")
    attached: Mapped[str] = mapped_column(Text, default="")
    origin: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text, default=RecordState.ACTIVE.value)
    missing_since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    first_run_id: Mapped[int | None] = mapped_column(
        ForeignKey("hanse_run.id", ondelete="SET NULL")
    )
    last_run_id: Mapped[int | None] = mapped_column(ForeignKey("hanse_run.id", ondelete="SET NULL"))
