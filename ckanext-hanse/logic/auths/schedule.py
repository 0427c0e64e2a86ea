"""Who sets a source going or holds it: the administrators of the organisation it feeds."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz

from ckanext.hanse import language
from ckanext.hanse.catalogue.desk import sources
from hanse_harvesters.errors import HanseError

Context = dict[str, Any]
DataDict = dict[str, Any]
Result = dict[str, Any]

__all__ = ["hanse_doctor", "hanse_source_pause", "hanse_source_resume", "hanse_source_run"]


def hanse_source_run(context: Context, data_dict: DataDict) -> Result:
    """Administrators of the source's organisation, and sysadmins."""
    return _administers(context, data_dict)


def hanse_source_pause(context: Context, data_dict: DataDict) -> Result:
    """As for a run."""
    return _administers(context, data_dict)


def hanse_source_resume(context: Context, data_dict: DataDict) -> Result:
    """As for a run."""
    return _administers(context, data_dict)


def hanse_doctor(context: Context, data_dict: DataDict) -> Result:
    """Sysadmins: it names hosts, paths and settings."""
    return {"success": False}


def _administers(context: Context, data_dict: DataDict) -> Result:
    try:
        source = sources.get(data_dict["id"])
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
    user = context.get("user")
    allowed = bool(
        user
        and source.organization_id
        and authz.has_user_permission_for_group_or_org(source.organization_id, user, "admin")
    )
    return {"success": allowed}
