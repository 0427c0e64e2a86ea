"""``hanse_link``: two records that may, do or do not describe one dataset."""

from __future__ import annotations

import enum
from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, CheckConstraint, DateTime, ForeignKey, Text, UniqueConstraint
from sqlalchemy import func as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class LinkVerdict(str, enum.Enum):
    """The verdict on a pair; SAME and DIFFERENT last if a person decided (``decided``)."""

    SUGGESTED = "suggested"
    SAME = "same"
    DIFFERENT = "different"


class Link(tk.BaseModel):  # type: ignore[misc]
    """A pair of records of different sources, the smaller id first.

    ``reasons``  list of ``{"rule", "value"}``: why it was suggested.
    ``decided``  when a person decided; NULL for a suggestion, and for a pair that was merged
                 by a rule (``SAME``).
    ``author``   user id of who decided.
    """

    __tablename__ = "hanse_link"
    __table_args__ = (
        UniqueConstraint("first_id", "second_id", name="uq_hanse_link_pair"),
        CheckConstraint("first_id < second_id", name="ck_hanse_link_order"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    first_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("hanse_record.id", ondelete="CASCADE")
    )
    second_id: Mapped[int] = mapped_column(
        BigInteger, ForeignKey("hanse_record.id", ondelete="CASCADE"), index=True
    )
    verdict: Mapped[str] = mapped_column(Text, default=LinkVerdict.SUGGESTED.value)
    reasons: Mapped[list[dict[str, str]]] = mapped_column(JSONB, default=list)
    author: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=sql.now())
    decided: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
