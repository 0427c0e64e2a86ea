"""``hanse_source``: a portal that is harvested."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, Boolean, DateTime, ForeignKey, Index, Integer, Text, func
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class HarvestSource(tk.BaseModel):  # type: ignore[misc]
    """One source; created by ``ckan hanse source sync`` from the sources file, or on the site.

    ``organization_id``  CKAN organization that owns its datasets; NULL once that is purged.
    ``settings``         the fields of :class:`hanse_harvesters.settings.source.SourceSettings` that
                         have no column here, by name.
    ``from_file``        False once the sources file no longer lists it (or never did).
    ``paused``           True while its schedule is paused; set by a person on the site.
    ``alerts``           who is notified of what (notifications/send.py).
    ``next_run``         the planned time of the next run, NULL before it was computed.
    ``lease_token``      fencing token: incremented whenever a run takes the source.
    ``lease_holder``     who runs it (host, process), "" if nobody does.
    ``lease_until``      when the lease expires without another heartbeat.
    ``etag``, ``last_modified``  of the document that the last complete run stored entirely.
    ``basis``            table version and settings at that time (settings.basis).
    ``overrides``        what an administrator set differently from the sources file:
                         field → ``{"here": value, "file": value}``; a sync keeps it.
    ``author``           who created it on the site, or changed it there once the file no longer
                         listed it; "" for one that belongs to the file.
    """

    __tablename__ = "hanse_source"
    __table_args__ = (Index("ix_hanse_source_next_run", "next_run"),)

    id: Mapped[int] = mapped_column(Integer, primary_key=True)
    name: Mapped[str] = mapped_column(Text, unique=True)
    kind: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    organization_id: Mapped[str | None] = mapped_column(
        Text, ForeignKey("group.id", ondelete="SET NULL"), index=True
    )
    title: Mapped[str] = mapped_column(Text, default="")
    portal: Mapped[str] = mapped_column(Text, default="")
    enabled: Mapped[bool] = mapped_column(Boolean, default=True)
    inferred: Mapped[bool] = mapped_column(Boolean, default=False)
    note: Mapped[str] = mapped_column(Text, default="")
    from_file: Mapped[bool] = mapped_column(Boolean, default=True)
    settings: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    changed: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    paused: Mapped[bool] = mapped_column(Boolean, default=False)
    alerts: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    next_run: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    lease_token: Mapped[int] = mapped_column(BigInteger, default=0)
    lease_holder: Mapped[str] = mapped_column(Text, default="")
    lease_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    etag: Mapped[str] = mapped_column(Text, default="")
    last_modified: Mapped[str] = mapped_column(Text, default="")
    basis: Mapped[str] = mapped_column(Text, default="")
    overrides: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict)
    author: Mapped[str] = mapped_column(Text, default="")
