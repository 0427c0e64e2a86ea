"""``hanse_alert``: who was notified of a run, and whether it was delivered."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, DateTime, ForeignKey, Integer, Text, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column


class Alert(tk.BaseModel):  # type: ignore[misc]
    """One message about one run to one address.

    ``channel``  "mail" or "webhook"; ``target`` the address.
    ``occasion`` the reason: "failed", "held", "issues", "always".
    ``sent``     NULL until it was delivered; ``error`` why not, after ``tries``.
    """

    __tablename__ = "hanse_alert"
    __table_args__ = (
        UniqueConstraint("run_id", "channel", "target", name="uq_hanse_alert_target"),
    )

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    run_id: Mapped[int] = mapped_column(BigInteger, ForeignKey("hanse_run.id", ondelete="CASCADE"))
    channel: Mapped[str] = mapped_column(Text)
    target: Mapped[str] = mapped_column(Text)
    occasion: Mapped[str] = mapped_column(Text)
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    sent: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    tries: Mapped[int] = mapped_column(Integer, default=0)
    error: Mapped[str] = mapped_column(Text, default="")
