"""Schemas of the actions on model datasets."""

from __future__ import annotations

from ckanext.hanse.logic import fields as f
from ckanext.hanse.logic.schema import Schema, of_id, only_id
from ckanext.hanse.model_datasets.listing import STATES

#: Datasets that can be decided on together.
MOST_DECIDED = 500


def models_show() -> Schema:
    """Return the schema for a dataset."""
    return of_id()


def models_list() -> Schema:
    """Return the schema for the datasets of a city in one state."""
    return of_id() | {"show": [*f.optional(), f.one_of(STATES)], "q": f.words()} | f.part()


def models_decide() -> Schema:
    """Return the schema for a person's word on datasets of a city."""
    return only_id() | {
        "datasets": [*f.needed(), f.listed, f.storable],
        "verdict": [*f.needed(), f.one_of(("confirmed", "refused", "undo"))],
        "model": f.text(),
    }


def absence_set() -> Schema:
    """Return the schema for why a model dataset does not apply to a city."""
    return only_id() | {"model": [*f.needed(), f.named], "reason": f.text()}
