"""``hanse_score``: the score of a dataset, source, city or the site on one day."""

from __future__ import annotations

import enum
from datetime import date, datetime

import ckan.plugins.toolkit as tk
from sqlalchemy import Date, DateTime, Float, Integer, Text
from sqlalchemy import func as sql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column


class ScoreKind(str, enum.Enum):
    """Whose score a point is."""

    DATASET = "dataset"
    SOURCE = "source"
    CITY = "city"
    SITE = "site"


class ScorePoint(tk.BaseModel):  # type: ignore[misc]
    """One point of a curve; a day has one, the last that was written on it.

    ``owner``    id of the dataset, source or organization, "" for the site.
    ``day``      by the database's clock, in UTC.
    ``of``       405, or 325 while links are pending.
    ``mean``     of ``datasets`` datasets, NULL of none; ``least`` and ``most`` of them.
    ``summary``  all figures as ``hanse_harvesters.quality.summary`` writes them, and ``advice``, a
                 list of ``[action, points, datasets]``; {} for a dataset.
    """

    __tablename__ = "hanse_score"

    kind: Mapped[str] = mapped_column(Text, primary_key=True)
    owner: Mapped[str] = mapped_column(Text, primary_key=True)
    day: Mapped[date] = mapped_column(Date, primary_key=True)
    datasets: Mapped[int] = mapped_column(Integer)
    of: Mapped[int] = mapped_column(Integer)
    mean: Mapped[float | None] = mapped_column(Float)
    least: Mapped[int | None] = mapped_column(Integer)
    most: Mapped[int | None] = mapped_column(Integer)
    summary: Mapped[dict[str, object]] = mapped_column(JSONB, default=dict, server_default="{}")
    updated: Mapped[datetime] = mapped_column(DateTime(timezone=True), server_default=sql.now())
