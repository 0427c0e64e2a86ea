"""``hanse_run``: one walk over a source, and its result."""

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
    arrived is in the catalogue; ``HELD`` a complete walk that misses so much that a
    person must approve before anything is withdrawn; ``FAILED`` nothing arrived.
    """

    RUNNING = "running"
    SUCCESS = "success"
    PARTIAL = "partial"
    HELD = "held"
    FAILED = "failed"


class RunKind(str, enum.Enum):
    """What started a run."""

    MANUAL = "manual"
    SCHEDULE = "schedule"


class HarvestRun(tk.BaseModel):  # type: ignore[misc]
    """One run of a source.

    ``complete``  whether the walk saw everything the source has.
    ``issues``    rule → number of records concerned.
    ``report``    lists of changes, rejected and missing, and what stopped the run, all
                  without texts (store/report.py).
    ``message``   why it failed or stopped, in English; "" otherwise.
    ``kind``      a :class:`RunKind`; ``by`` the user who started it, "" for the schedule.
    ``planned``   the time planned by the schedule, NULL for a manual run.
    ``token``     the fencing token it ran under.
    ``heartbeat`` its last heartbeat; ``done`` records by then, of ``total`` if known.
    ``withdrawn``, ``returned``, ``held``  datasets withdrawn from the site, restored,
                  and waiting for approval.
    ``merged``    records in whose dataset another source prevails; ``skipped`` our own ones.
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
    kind: Mapped[str] = mapped_column(Text, default=RunKind.MANUAL.value)
    by: Mapped[str] = mapped_column(Text, default="")
    planned: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    token: Mapped[int] = mapped_column(BigInteger, default=0)
    heartbeat: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    done: Mapped[int] = mapped_column(Integer, default=0)
    total: Mapped[int | None] = mapped_column(Integer)
    withdrawn: Mapped[int] = mapped_column(Integer, default=0)
    returned: Mapped[int] = mapped_column(Integer, default=0)
    held: Mapped[int] = mapped_column(Integer, default=0)
    merged: Mapped[int] = mapped_column(Integer, default=0)
    skipped: Mapped[int] = mapped_column(Integer, default=0)
