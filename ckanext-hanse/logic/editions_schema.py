"""Schema of the action on editions."""

from __future__ import annotations

from ckanext.hanse.logic import fields as f
from ckanext.hanse.logic.schema import Schema, only_id


def editions_decide() -> Schema:
    """Return the schema for a person's word on the editions of a dataset."""
    return only_id() | {"verdict": [*f.needed(), f.one_of(("confirmed", "refused", "undo"))]}
