"""``hanse_record``: what a source has, one row per record, not per run."""

from __future__ import annotations

import enum
from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import (
    BigInteger,
    DateTime,
    ForeignKey,
    Index,
    Integer,
    Text,
    UniqueConstraint,
    column,
    func,
)
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column


class RecordState(str, enum.Enum):
    """The state of a record; only ``ACTIVE`` ones can become ``MISSING``.

    ``DETACHED``: a person made its dataset our own; the record is seen but not written.
    ``LOCAL``: it is one of our own datasets harvested back, and no dataset is made of it.
    """

    ACTIVE = "active"
    MISSING = "missing"
    WITHDRAWN = "withdrawn"
    REJECTED = "rejected"
    DETACHED = "detached"
    LOCAL = "ours"


class SourceRecord(tk.BaseModel):  # type: ignore[misc]
    """One record of a source, and the dataset it became.

    ``identity``      harvest identity, unique in the source (store/records.py, identity_key).
    ``dataset_id``    NULL for a record that never became a dataset, or whose dataset was purged.
    ``fingerprint``   of the raw payload: decides whether to map at all.
    ``normalised``    of the dataset dict: decides whether to write it.
    ``attached``      of what hanse_dataset_state stores beside it (issues, fragment, origin).
    ``origin``        URL of the record at its portal.
    ``first_run_id``, ``last_run_id``  the runs that first and last wrote this row.  When a
                      record was last *seen* is not stored per row: an active one was seen by
                      its source's last complete run.
    ``missing_runs``  consecutive complete runs that did not see it.
    ``approved``      when a person approved its withdrawal.
    ``withdrawn``     when its dataset was withdrawn.
    ``title``, ``issues``  of a record whose dataset does not have them: a rejected one, or
                      one of several origins that does not prevail.  Issues as in
                      hanse_dataset_state.
    ``twins``         globally unique identifiers, else a digest of identifier and
                      publisher (store/match_key.py, keys).
    """

    __tablename__ = "hanse_record"
    __table_args__ = (
        UniqueConstraint("source_id", "identity", name="uq_hanse_record_identity"),
        Index("ix_hanse_record_identity", "identity"),
        Index("ix_hanse_record_twins", "twins", postgresql_using="gin"),
    )

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
    missing_runs: Mapped[int] = mapped_column(Integer, default=0)
    approved: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    title: Mapped[str] = mapped_column(Text, default="")
    issues: Mapped[list[dict[str, object]]] = mapped_column(JSONB, default=list)
    twins: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list)


#: The identifiers of records, a row each: ``join(TWINS, sa.true())``, column ``TWINS.c.twin``.
TWINS = (
    func.unnest(SourceRecord.twins).table_valued(column("twin", Text)).render_derived(name="twins")
)
