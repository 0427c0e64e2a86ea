"""Who may see scores: everyone those of public datasets, cities and the site."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz

from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_quality_show"]


@tk.auth_allow_anonymous_access
def hanse_quality_show(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone who may see the dataset or the source; cities and the site are public."""
    named = {"id": data_dict.get("id")}
    if data_dict["kind"] == "dataset":
        return authz.is_authorized("package_show", context, named)
    if data_dict["kind"] == "source":
        if not context.get("user"):
            return {"success": False}
        return authz.is_authorized("hanse_source_show", context, named)
    return {"success": True}
