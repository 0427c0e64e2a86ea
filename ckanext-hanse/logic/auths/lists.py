"""Who may upload the list of a city's datasets, and see what was uploaded."""

from __future__ import annotations

from ckan import authz

from ckanext.hanse.logic import given, permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_list_show", "hanse_list_upload", "hanse_list_use", "hanse_source_lists"]


def hanse_list_upload(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as for changing the source or, without one, for creating it."""
    action = "hanse_source_update" if data_dict.get("id") else "hanse_source_create"
    return authz.is_authorized(action, context, data_dict)


def hanse_list_use(context: Context, data_dict: DataDict) -> Result:
    """Allow administrators of the organization that owns the source's datasets."""
    return permission.administers(context, permission.source_of(data_dict).organization_id)


def hanse_source_lists(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone who may see the source, editors included, since they correct the list."""
    return authz.is_authorized("hanse_source_show", context, data_dict)


def hanse_list_show(context: Context, data_dict: DataDict) -> Result:
    """Allow those who may see its source; without one, administrators of its organization."""
    row = given.uploaded_list(data_dict)
    if row.source_id is None:
        return permission.administers(context, row.organization_id)
    return permission.edits(context, row.organization_id)
