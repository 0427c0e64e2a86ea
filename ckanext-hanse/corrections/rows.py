"""Rows of ``hanse_correction``: the one in force, its beginning and its end."""

from __future__ import annotations

from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import Correction


def live(dataset_id: str, field: str) -> Correction | None:
    """Return the correction of a field that is in force; None if there is none."""
    found: Correction | None = model.Session.scalar(
        sa.select(Correction).where(
            Correction.dataset_id == dataset_id,
            Correction.field == field,
            Correction.withdrawn.is_(None),
        )
    )
    return found


def source_says(row: Correction) -> Any:
    """Return the source's value as last seen."""
    return row.source_value if row.flagged else row.replaced


def store(row: Correction, before: Correction | None, user: Any) -> None:
    """Add ``row`` in place of ``before``, within the caller's transaction."""
    if before is not None:
        end(before, user)
        model.Session.flush()  # only one correction in force per field: end the old one first
    model.Session.add(row)
    model.Session.flush()


def end(row: Correction, user: Any) -> None:
    """Make a correction history; ``user`` withdraws it."""
    row.withdrawn = datetime.now(timezone.utc)
    row.withdrawn_by = user.id
