"""``hanse_list``: a spreadsheet that a city uploaded as the list of its datasets."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import DateTime, ForeignKey, Integer, Text, func
from sqlalchemy.orm import Mapped, mapped_column


class UploadedList(tk.BaseModel):  # type: ignore[misc]
    """One upload; its file is stored as ``name`` and never changed (store/lists.py).

    The list that a source is read from is the one its ``url`` names (``upload:<name>``), so
    a source changes from one list to another in one transaction.

    ``title``    the file's name on the computer it came from.
    ``source_id``  NULL for one whose source is not saved yet, and once its source is removed.
    ``author``   id of the account.
    ``checked``  when a preview read it as a whole, NULL before.
    ``released``  when its source was removed.
    """

    __tablename__ = "hanse_list"

    name: Mapped[str] = mapped_column(Text, primary_key=True)
    title: Mapped[str] = mapped_column(Text)
    size: Mapped[int] = mapped_column(Integer)
    organization_id: Mapped[str] = mapped_column(
        Text, ForeignKey("group.id", ondelete="CASCADE"), index=True
    )
    source_id: Mapped[int | None] = mapped_column(
        Integer, ForeignKey("hanse_source.id", ondelete="SET NULL"), index=True
    )
    author: Mapped[str] = mapped_column(Text, default="")
    created: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=func.now())
    checked: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
    released: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
