"""Who may see and decide which datasets are high-value datasets."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_hvd_decide", "hanse_hvd_list"]


@tk.auth_allow_anonymous_access
def hanse_hvd_list(context: Context, data_dict: DataDict) -> Result:
    """Allow everybody, for what the metadata say; what is offered is for the city's editors."""
    if data_dict.get("show", "declared") in ("", "declared"):
        return {"success": True}
    return hanse_hvd_decide(context, data_dict)


def hanse_hvd_decide(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the organization ``id``."""
    if not data_dict.get("id"):
        return {"success": False, "msg": tk._("Name the city whose datasets you look after.")}
    return permission.edits(context, permission.organization_of(data_dict).id)
