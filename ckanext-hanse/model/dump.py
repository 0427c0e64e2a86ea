"""``hanse_dump``: the dumps of the catalogue that are kept, and what each consists of."""

from __future__ import annotations

import enum
from datetime import date, datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, Date, DateTime, Index, Integer, Text, func, text
from sqlalchemy.dialects.postgresql import ARRAY, JSONB
from sqlalchemy.orm import Mapped, mapped_column


class DumpState(str, enum.Enum):
    """``MAKING``: its files may be there in part; ``FAILED``: none are, ``reason`` is why."""

    MAKING = "making"
    READY = "ready"
    FAILED = "failed"


class Dump(tk.BaseModel):  # type: ignore[misc]
    """One dump; the row is what makes its files the dump of its day, all of them at once.

    ``day``       of the site's time zone; a later dump of the same day replaces it.
    ``folder``    where the storage has its files; never used twice.
    ``files``     list of ``{"name", "size", "sha256", "rows"}``.
    ``datasets``  how many are in it.
    ``cursor``    of the change feed: what changed behind it may not be in the dump.
    ``without``   ids of datasets that were erased since; until it is empty again, the files are
                  not handed out (:mod:`ckanext.hanse.export.dumps.rewrite`).
    ``finished``  when it was complete; after a rewriting, when that was.
    """

    __tablename__ = "hanse_dump"
    __table_args__ = (
        Index("uq_hanse_dump_day", "day", unique=True, postgresql_where=text("state = 'ready'")),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    day: Mapped[date] = mapped_column(Date)
    state: Mapped[str] = mapped_column(Text)
    folder: Mapped[str] = mapped_column(Text)
    files: Mapped[list[dict[str, object]]] = mapped_column(JSONB, default=list, server_default="[]")
    datasets: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    cursor: Mapped[str] = mapped_column(Text, default="", server_default="")
    without: Mapped[list[str]] = mapped_column(ARRAY(Text), default=list, server_default="{}")
    reason: Mapped[str] = mapped_column(Text, default="", server_default="")
    started: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    finished: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
