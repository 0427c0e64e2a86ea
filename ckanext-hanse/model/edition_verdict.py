"""``hanse_edition_verdict``: whether datasets of a city are editions of one another."""

from __future__ import annotations

import enum
from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column


class EditionSaid(str, enum.Enum):
    """What a person says of what the titles let be editions."""

    CONFIRMED = "confirmed"
    REFUSED = "refused"


class EditionVerdict(tk.BaseModel):  # type: ignore[misc]
    """A person's word on datasets whose titles let them be editions.

    ``key``      as in the index (search/exact.py): of the title without its year and of the city.
    ``verdict``  a value of :class:`EditionSaid`.
    ``author``   user id, "" if unknown.
    """

    __tablename__ = "hanse_edition_verdict"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    organization_id: Mapped[str] = mapped_column(Text, ForeignKey("group.id", ondelete="CASCADE"))
    verdict: Mapped[str] = mapped_column(Text)
    author: Mapped[str] = mapped_column(Text, default="", server_default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
