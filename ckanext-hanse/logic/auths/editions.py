"""Who may say that datasets are no editions of one another."""

from __future__ import annotations

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_editions_decide"]


def hanse_editions_decide(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the dataset's organization."""
    return permission.edits(context, permission.city_of(data_dict))
