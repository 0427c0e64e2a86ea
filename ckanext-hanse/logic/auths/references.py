"""Who may see what datasets rest on, and cities compared: everyone, all of it is public."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_comparison_list", "hanse_comparison_show", "hanse_reference_list"]


@tk.auth_allow_anonymous_access
def hanse_reference_list(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def hanse_comparison_list(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone, as the pages do."""
    return {"success": True}


@tk.auth_allow_anonymous_access
def hanse_comparison_show(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone, as the pages do."""
    return {"success": True}
