"""Who may say which model dataset a dataset is, and what does not apply to a city."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = [
    "hanse_model_absence_set",
    "hanse_model_datasets_decide",
    "hanse_model_datasets_list",
    "hanse_model_datasets_show",
]


@tk.auth_allow_anonymous_access
def hanse_model_datasets_show(context: Context, data_dict: DataDict) -> Result:
    """Allow who may see the dataset."""
    tk.check_access("package_show", context, {"id": data_dict.get("id")})
    return {"success": True}


def hanse_model_datasets_list(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the organization ``id``."""
    return permission.edits(context, permission.organization_of(data_dict).id)


def hanse_model_datasets_decide(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_model_datasets_list``."""
    return hanse_model_datasets_list(context, data_dict)


def hanse_model_absence_set(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_model_datasets_list``."""
    return hanse_model_datasets_list(context, data_dict)
