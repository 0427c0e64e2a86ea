"""Who may see the overview of a city: its editors and administrators."""

from __future__ import annotations

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_city_datasets", "hanse_city_findings", "hanse_desk_list", "hanse_desk_show"]


def hanse_desk_list(context: Context, data_dict: DataDict) -> Result:
    """Allow anyone with an account; the list only has the cities that the user edits."""
    return {"success": bool(context.get("user"))}


def hanse_desk_show(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the organization ``id``."""
    return permission.edits(context, permission.organization_of(data_dict).id)


def hanse_city_datasets(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_desk_show``."""
    return hanse_desk_show(context, data_dict)


def hanse_city_findings(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_desk_show``."""
    return hanse_desk_show(context, data_dict)
