"""Schemas of the actions on high-value datasets."""

from __future__ import annotations

from ckanext.hanse.logic import fields as f
from ckanext.hanse.logic.schema import Schema, only_id, only_language
from hanse_harvesters.quality import hvd

#: Datasets that can be decided about together.
MOST_DECIDED = 100
#: What a person says of a dataset; "undo" takes the last word back.
VERDICTS = ("confirmed", "rejected", "undo")


def hvd_list() -> Schema:
    """Return the schema for a part of the high-value datasets."""
    return (
        only_language()
        | f.part()
        | {
            "id": [*f.optional(), f.named],
            "show": [*f.optional(), f.one_of(("declared", "offered", "rejected"))],
            "category": [*f.optional(), f.one_of(hvd.main_categories())],
            "fails": [*f.optional(), f.one_of(hvd.CRITERIA)],
        }
    )


def hvd_decide() -> Schema:
    """Return the schema for a person's word on datasets of a city."""
    return only_id() | {
        "datasets": [*f.needed(), f.listed, f.storable],
        "verdict": [*f.needed(), f.one_of(VERDICTS)],
        "category": f.text(),
        "reason": f.text(),
        "dry_run": f.flag(False),
    }
