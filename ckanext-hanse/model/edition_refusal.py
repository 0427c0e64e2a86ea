"""``hanse_edition_refusal``: that datasets of a city are no editions of one another."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column


class EditionRefusal(tk.BaseModel):  # type: ignore[misc]
    """A person's word that what the titles let be editions are none.

    ``key``     as in the index (search/exact.py): of the title without its year and of the city.
    ``author``  user id, "" if unknown.
    """

    __tablename__ = "hanse_edition_refusal"

    key: Mapped[str] = mapped_column(Text, primary_key=True)
    organization_id: Mapped[str] = mapped_column(Text, ForeignKey("group.id", ondelete="CASCADE"))
    author: Mapped[str] = mapped_column(Text, default="", server_default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
