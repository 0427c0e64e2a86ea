"""Schema of the action on what is handed on to other catalogues."""

from __future__ import annotations

from ckanext.hanse.logic import fields as f
from ckanext.hanse.logic.schema import Schema, only_id


def dataset_deliver() -> Schema:
    """Return the schema for a dataset that is handed on, or withheld for a reason."""
    return only_id() | {"deliver": f.flag(True), "reason": f.text()}
