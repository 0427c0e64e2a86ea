"""``hanse_former``: the records of a removed source, in case it is added again."""

from __future__ import annotations

from datetime import datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import BigInteger, DateTime, ForeignKey, Text, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column


class Former(tk.BaseModel):  # type: ignore[misc]
    """One record of a source that was removed, and the dataset it had become.

    It belongs to the dataset, and so to the organization that owns it; the source's
    name is no key, as another city may use it next.  A source that brings the dataset again
    takes it over (sources/archive.py, harvest/adopt.py).

    ``source``, ``url``  name and address of that source.
    ``state``    a :class:`RecordState`; ``origin``, ``withdrawn`` as in ``hanse_record``.
    """

    __tablename__ = "hanse_former"
    __table_args__ = (UniqueConstraint("dataset_id", "identity", name="uq_hanse_former_dataset"),)

    id: Mapped[int] = mapped_column(BigInteger, primary_key=True)
    source: Mapped[str] = mapped_column(Text)
    url: Mapped[str] = mapped_column(Text)
    identity: Mapped[str] = mapped_column(Text)
    dataset_id: Mapped[str] = mapped_column(Text, ForeignKey("package.id", ondelete="CASCADE"))
    origin: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(Text)
    withdrawn: Mapped[datetime | None] = mapped_column(DateTime(timezone=True))
