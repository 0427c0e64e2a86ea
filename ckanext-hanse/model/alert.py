"""``hanse_alert``: who was notified of a run or a city's links, and whether it was delivered."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

import ckan.plugins.toolkit as tk
from sqlalchemy import (
    BigInteger,
    Date,
    DateTime,
    ForeignKey,
    Integer,
    Text,
    UniqueConstraint,
    func,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class Alert(tk.BaseModel):  # type: ignore[misc]
    """One message about one run, or about the links of a city on one day, to one address.

    ``channel``  "mail" or "webhook"; ``target`` the address.
    ``occasion`` the reason: "failed", "held", "issues", "always"; "links" without a run.
    ``organization_id``, ``day``, ``told``  of one about links: the city, the day, and the numbers.
    ``sent``     NULL until it was delivered; ``error`` why not, after ``tries``.
    """

    __tablename__ = "hanse_alert"
    __table_args__ = (
        UniqueConstraint("run_id", "channel", "target", name="uq_hanse_alert_target"),
        UniqueConstraint("organization_id", "day", "channel", "target", name="uq_hanse_alert_day"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[int | None] = mapped_column(
        BigInteger, ForeignKey("hanse_run.id", ondelete="CASCADE")
    )
    organization_id: Mapped[str | None] = mapped_column(
        Text, ForeignKey("group.id", ondelete="CASCADE")
    )
    day: Mapped[date | None] = mapped_column(Date)
    told: Mapped[dict[str, Any]] = mapped_column(JSONB, default=dict, server_default="{}")
    channel: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    occasion: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    sent: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
