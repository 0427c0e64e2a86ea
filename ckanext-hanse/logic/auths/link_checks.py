"""Who may see the states of links, and ask for a check."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import authz

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = [
    "hanse_city_links",
    "hanse_dataset_links",
    "hanse_dataset_links_check",
    "hanse_links_status",
    "hanse_source_links",
]


@tk.auth_allow_anonymous_access
def hanse_dataset_links(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone who may see the dataset."""
    return authz.is_authorized("package_show", context, {"id": data_dict["id"]})


def hanse_dataset_links_check(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization, whether the dataset is harvested or not."""
    return permission.edits(context, permission.city_of(data_dict))


def hanse_source_links(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the organization that owns the source's datasets."""
    return permission.edits(context, permission.source_of(data_dict).organization_id)


def hanse_city_links(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the organization ``id``."""
    return permission.edits(context, permission.organization_of(data_dict).id)


def hanse_links_status(context: Context, data_dict: DataDict) -> Result:
    """Allow sysadmins: workers and pauses belong to the operator."""
    return {"success": False}
