"""``hanse_correction``: an officer's corrections of a harvested dataset, applied in every run."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, DateTime, ForeignKey, Index, Text, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class Correction(tk.BaseModel):  # type: ignore[misc]
    """One field of one dataset, overridden until the correction is withdrawn.

    ``field``      of our schema; a distribution's as ``resources[<resource id>].<field>``;
                   ``private`` hides the dataset, ``detached`` makes it our own, ``hvd`` is a
                   person's word on whether it is a high-value dataset (corrections/hvd.py).
    ``value``      the new value; JSON null for none.
    ``replaced``   the source's value when the correction was made.
    ``source_value``  the source's present value, if it differs from ``replaced``.
    ``flagged``    when the source was first seen to have another value.
    ``author``, ``withdrawn_by``  user ids.
    ``withdrawn``  when it was withdrawn; NULL while in force.
    """

    __tablename__ = "hanse_correction"
    __table_args__ = (
        Index(
            "uq_hanse_correction_field",
            "dataset_id",
            "field",
            unique=True,
            postgresql_where=text("withdrawn IS NULL"),
        ),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    dataset_id: Mapped[str] = mapped_column(
        Text, ForeignKey("package.id", ondelete="CASCADE"), index=True
    )
    field: Mapped[str] = mapped_column(Text)
    value: Mapped[Any] = mapped_column(JSONB, nullable=True, default=None)
    replaced: Mapped[Any] = mapped_column(JSONB, nullable=True, default=None)
    source_value: Mapped[Any] = mapped_column(JSONB, nullable=True, default=None)
    reason: Mapped[str] = mapped_column(Text, default="")
    author: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    flagged: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    withdrawn_by: Mapped[str] = mapped_column(Text, default="")
