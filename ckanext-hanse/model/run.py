"""``hanse_run``: one walk over a source, and what came of it."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Index, Integer, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class RunStatus(str, enum.Enum):
    """How a run ended.

    ``SUCCESS`` a complete walk; ``PARTIAL`` the walk was cut or incomplete, what
    arrived is in the catalogue; ``FAILED`` nothing arrived.
    """

    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    FAILED = "failed"


class Run(tk.BaseModel):  # type: ignore[misc]
    """One run of a source.

    ``complete``  whether the walk saw everything the source has.
    ``issues``    rule → how many records it concerns.
    ``report``    lists of changes, rejected and missing, and what stopped the run, all
                  without words (catalogue/report.py).
    ``message``   why it failed or stopped, in English; "" otherwise.
    """

    __tablename__ = "hanse_run"
    __table_args__ = (Index("ix_hanse_run_source_finished", "source_id", "finished"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source_id: Mapped[int] = mapped_column(ForeignKey("hanse_source.id", ondelete="CASCADE"))
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    finished: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    status: Mapped[str] = mapped_column(Text, default=RunStatus.RUNNING.value)
    complete: Mapped[bool] = mapped_column(Boolean, default=False)
    found: Mapped[int] = mapped_column(Integer, default=0)
    created: Mapped[int] = mapped_column(Integer, default=0)
    updated: Mapped[int] = mapped_column(Integer, default=0)
    unchanged: Mapped[int] = mapped_column(Integer, default=0)
    missing: Mapped[int] = mapped_column(Integer, default=0)
    rejected: Mapped[int] = mapped_column(Integer, default=0)
    issues: Mapped[dict[str, int]] = mapped_column(JSONB, default=dict)
    report: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    message: Mapped[str] = mapped_column(Text, default="")
