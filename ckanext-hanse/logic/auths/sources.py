"""Who may manage sources: administrators of the organisation that owns their datasets."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ckanext.hanse import language
from ckanext.hanse.catalogue.desk import sources
from hanse_harvesters.errors import HanseError

Context = dict[str, Any]
DataDict = dict[str, Any]
Result = dict[str, Any]

__all__ = [
    "hanse_source_check",
    "hanse_source_create",
    "hanse_source_delete",
    "hanse_source_issues",
    "hanse_source_preview",
    "hanse_source_update",
]


def hanse_source_create(context: Context, data_dict: DataDict) -> Result:
    """Administrators, for their own organisation; without one: whoever administers any."""
    user = context.get("user") or ""
    wanted = data_dict.get("organization") or ""
    if not wanted:
        return {"success": _administers_any(user)}
    group = model.Group.get(wanted) if isinstance(wanted, str) else None
    return _administers(user, group.id if group and group.is_organization else None)


def hanse_source_update(context: Context, data_dict: DataDict) -> Result:
    """Administrators of the organisation that owns the source's datasets."""
    return _administers(context.get("user") or "", _owner(data_dict))


def hanse_source_delete(context: Context, data_dict: DataDict) -> Result:
    """As changing it."""
    return hanse_source_update(context, data_dict)


def hanse_source_preview(context: Context, data_dict: DataDict) -> Result:
    """As changing it: the portal is asked."""
    return hanse_source_update(context, data_dict)


def hanse_source_check(context: Context, data_dict: DataDict) -> Result:
    """As changing it, or making one: the portal is asked."""
    if data_dict.get("id"):
        return hanse_source_update(context, data_dict)
    return hanse_source_create(context, data_dict)


def hanse_source_issues(context: Context, data_dict: DataDict) -> Result:
    """Who sees the source: editors too, since they repair."""
    return authz.is_authorized("hanse_source_show", context, data_dict)


def _owner(data_dict: DataDict) -> str | None:
    try:
        return sources.get(str(tk.get_or_bust(data_dict, "id"))).organization_id
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error


def _administers(user: str, organization_id: str | None) -> Result:
    """ "update" is what CKAN gives administrators of an organisation, and nobody below them."""
    allowed = bool(
        user
        and organization_id
        and authz.has_user_permission_for_group_or_org(organization_id, user, "update")
    )
    return {"success": allowed}


def _administers_any(user: str) -> bool:
    return bool(user and authz.has_user_permission_for_some_org(user, "update"))
