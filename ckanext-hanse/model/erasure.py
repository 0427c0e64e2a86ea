"""``hanse_erasure``: that a dataset was erased, by whom and why; nothing of what it said."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, DateTime, Index, Text, func
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.orm import Mapped, mapped_column


class Erasure(tk.BaseModel):  # type: ignore[misc]
    """One erased dataset.

    ``author``   name of the user, or of the account of the machine for the command line.
    ``reason``   as given; it should name a file or a law, no person.
    ``records``  SHA-256 of the identities that its records have at their portals: a harvest passes
                 them over.
    """

    __tablename__ = "hanse_erasure"
    __table_args__ = (Index("ix_hanse_erasure_records", "records", postgresql_using="gin"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    dataset_id: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text)
    reason: Mapped[str] = mapped_column(Text)
    records: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    erased: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
