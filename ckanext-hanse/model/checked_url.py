"""``hanse_url``, ``hanse_url_use``, ``hanse_url_host``: addresses in datasets, and what we know.

A link that thousands of datasets share is one row, and is requested once.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

import ckan.plugins.toolkit as tk
from sqlalchemy import Boolean, DateTime, ForeignKey, Index, Text, Uuid, func, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class CheckedUrl(tk.BaseModel):  # type: ignore[misc]
    """One distinct URL, and what its checks found (:mod:`hanse_harvesters.links`).

    ``id``       the first half of ``key_of(url)``: an address of any length has a short key, in
                 the same order.
    ``origin``   scheme, host and port; ``host`` alone decides which requests are one at a time.
    ``kind``, ``service``  what is behind it, which decides how it is requested.
    ``state``    a ``LinkState``; ``since`` when it began, NULL before the first check.
    ``record``   ``LinkRecord.as_json()``, NULL before the first check.
    ``down``     whether its origin as a whole did not answer, so that it was not requested.
    ``checked``  the last check; ``due``: the next one.
    ``wanted``   when a person asked for a check that has not taken place; such are checked first,
                 also outside of the nightly hours.
    """

    __tablename__ = "hanse_url"
    __table_args__ = (
        Index("ix_hanse_url_host_due", "host", "due"),
        Index("ix_hanse_url_wanted", "host", postgresql_where=text("wanted IS NOT NULL")),
        Index("ix_hanse_url_down", "origin", postgresql_where=text("down")),
    )

    id: Mapped[UUID] = mapped_column(Uuid, primary_key=True)
    url: Mapped[str] = mapped_column(Text)
    host: Mapped[str] = mapped_column(Text)
    origin: Mapped[str] = mapped_column(Text)
    kind: Mapped[str] = mapped_column(Text)
    service: Mapped[str] = mapped_column(Text, default="", server_default="")
    state: Mapped[str] = mapped_column(Text, default="pending", server_default="pending")
    since: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    record: Mapped[dict[str, Any] | None] = mapped_column(JSONB(none_as_null=True))
    down: Mapped[bool] = mapped_column(Boolean, default=False, server_default=text("false"))
    checked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    due: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    wanted: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))


class UrlUse(tk.BaseModel):  # type: ignore[misc]
    """A dataset that has the URL, in one place or several."""

    __tablename__ = "hanse_url_use"
    __table_args__ = (Index("ix_hanse_url_use_url_id", "url_id"),)

    dataset_id: Mapped[str] = mapped_column(
        Text, ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    url_id: Mapped[UUID] = mapped_column(
        Uuid, ForeignKey("hanse_url.id", ondelete="CASCADE"), primary_key=True
    )


class UrlHost(tk.BaseModel):  # type: ignore[misc]
    """A host with URLs to check, and who may send requests to it at this moment.

    ``holder``       the process that has the lease, "" for none; ``held_until``: when it expires.
    ``rests_until``  no request before: as long as the host asked for (``Retry-After``).
    """

    __tablename__ = "hanse_url_host"

    host: Mapped[str] = mapped_column(Text, primary_key=True)
    holder: Mapped[str] = mapped_column(Text, default="", server_default="")
    held_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    rests_until: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
