"""Who may read dumps and changes: everyone; who may erase: sysadmins."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_change_list", "hanse_dataset_erase", "hanse_dump_list"]


@tk.auth_allow_anonymous_access
def hanse_dump_list(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def hanse_change_list(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone."""
    return {"success": True}


def hanse_dataset_erase(context: Context, data_dict: DataDict) -> Result:
    """Allow nobody but sysadmins, who pass every auth function."""
    return {"success": False, "msg": tk._("Only a sysadmin may erase a dataset.")}
