"""``hanse_deletion``: who deleted a dataset, when, and what it was before."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, ForeignKey, Text, func
from sqlalchemy.orm import Mapped, mapped_column


class Deletion(tk.BaseModel):  # type: ignore[misc]
    """One dataset of our own that was deleted; the row is removed when it is restored.

    ``deleted``  when.
    ``author``   user id of who deleted it, "" if unknown.
    ``state``    CKAN's state before: ``active``, or ``draft`` if it was never public.
    """

    __tablename__ = "hanse_deletion"

    dataset_id: Mapped[str] = mapped_column(
        Text, ForeignKey("package.id", ondelete="CASCADE"), primary_key=True
    )
    deleted: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    author: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text)
