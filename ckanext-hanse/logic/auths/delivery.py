"""Who may say whether a dataset is handed on to other catalogues."""

from __future__ import annotations

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_dataset_deliver"]


def hanse_dataset_deliver(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the dataset's organization."""
    return permission.edits(context, permission.city_of(data_dict))
