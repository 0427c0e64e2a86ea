"""``hanse_change``: the last change of each dataset that is, or once was, handed on."""

from __future__ import annotations

import enum
from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, Boolean, DateTime, Index, Text, func, text, true
from sqlalchemy.orm import Mapped, mapped_column


class Gone(str, enum.Enum):
    """Why a dataset that was handed on no longer is; ``HIDDEN``: it exists, but is not public."""

    WITHDRAWN = "withdrawn"
    DELETED = "deleted"
    MERGED = "merged"
    HIDDEN = "not-public"
    ERASED = "erased"


class Change(tk.BaseModel):  # type: ignore[misc]
    """One dataset; it outlives the dataset, so that who mirrors us hears that it is gone.

    Triggers (migration 0015) set ``pending`` in the transaction that changes a dataset, whoever
    does it.  :mod:`ckanext.hanse.export.changes.settle` gives what is committed its place.

    ``position``  place in the feed, growing; NULL for one that was never handed on.
    ``first``     place at which it was handed on for the first time, or again.
    ``gone``      a :class:`Gone`; "" for a dataset that is handed on.
    ``name``, ``uri``  at that time; ``uri`` is "" for one that has only our IRI.  Of an erased one
                  nothing but the id is left.
    ``settled``   when it got its place; never earlier than of a place before.
    """

    __tablename__ = "hanse_change"
    __table_args__ = (
        Index("ix_hanse_change_pending", "dataset_id", postgresql_where=text("pending")),
        Index("uq_hanse_change_position", "position", unique=True),
        Index("ix_hanse_change_settled", "settled"),
    )

    dataset_id: Mapped[str] = mapped_column(Text, primary_key=True)
    pending: Mapped[bool] = mapped_column(Boolean, default=True, server_default=true())
    position: Mapped[int | None] = mapped_column(BigInteger)
    first: Mapped[int | None] = mapped_column(BigInteger)
    gone: Mapped[str] = mapped_column(Text, default="", server_default="")
    name: Mapped[str] = mapped_column(Text, default="", server_default="")
    uri: Mapped[str] = mapped_column(Text, default="", server_default="")
    settled: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
