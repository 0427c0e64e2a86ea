"""Who may list and restore deleted datasets: editors of the city, later only sysadmins."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.hanse import deletions
from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_dataset_restore", "hanse_deleted_list"]


def hanse_deleted_list(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the organization ``id``."""
    return permission.edits(context, permission.organization_of(data_dict).id)


def hanse_dataset_restore(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization, for 30 days; after that sysadmins."""
    allowed = permission.edits(context, permission.city_of(data_dict))
    return restorable(str(data_dict["id"])) if allowed["success"] else allowed


def restorable(name_or_id: str) -> Result:
    """Check that the period in which editors may undo a deletion has not expired."""
    package = model.Package.get(name_or_id)
    if package is None or not deletions.of(package.id).get("expired"):
        return {"success": True}
    message = tk._("It was deleted more than {days} days ago: a sysadmin can restore it.")
    return {"success": False, "msg": message.format(days=deletions.DAYS)}
