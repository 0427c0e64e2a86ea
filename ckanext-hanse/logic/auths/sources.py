"""Who may manage sources: administrators of the organisation that owns their datasets."""

from __future__ import annotations

from ckan import authz, model

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import ADMINISTER, Context, DataDict, Result
from ckanext.hanse.sources.preview import store

__all__ = [
    "hanse_preview_ask",
    "hanse_preview_show",
    "hanse_source_check",
    "hanse_source_create",
    "hanse_source_delete",
    "hanse_source_issues",
    "hanse_source_preview",
    "hanse_source_removal",
    "hanse_source_update",
]


def hanse_source_create(context: Context, data_dict: DataDict) -> Result:
    """Administrators, for their own organisation; without one: whoever administers any."""
    user = context.get("user") or ""
    wanted = data_dict.get("organization") or ""
    if not wanted:
        return {"success": bool(user and authz.has_user_permission_for_some_org(user, ADMINISTER))}
    group = model.Group.get(wanted) if isinstance(wanted, str) else None
    return permission.administers(context, group.id if group and group.is_organization else None)


def hanse_source_update(context: Context, data_dict: DataDict) -> Result:
    """Administrators of the organisation that owns the source's datasets."""
    return permission.administers(context, permission.source_of(data_dict).organization_id)


def hanse_source_delete(context: Context, data_dict: DataDict) -> Result:
    """As changing it."""
    return hanse_source_update(context, data_dict)


def hanse_source_removal(context: Context, data_dict: DataDict) -> Result:
    """As removing it."""
    return hanse_source_update(context, data_dict)


def hanse_source_preview(context: Context, data_dict: DataDict) -> Result:
    """As changing it: the portal is asked."""
    return hanse_source_update(context, data_dict)


def hanse_source_check(context: Context, data_dict: DataDict) -> Result:
    """As changing it, or making one: the portal is asked."""
    if data_dict.get("id"):
        return hanse_source_update(context, data_dict)
    return hanse_source_create(context, data_dict)


def hanse_preview_ask(context: Context, data_dict: DataDict) -> Result:
    """As checking it."""
    return hanse_source_check(context, data_dict)


def hanse_preview_show(context: Context, data_dict: DataDict) -> Result:
    """Who asked for it, and who could have."""
    preview = store.load(str(data_dict.get("id") or ""))
    user = model.User.get(context.get("user") or "")
    if preview is None or user is None:
        return {"success": False}
    if user.id == preview.by:
        return {"success": True}
    if preview.source:
        return hanse_source_preview(context, {"id": preview.source})
    return hanse_source_create(context, {"organization": preview.organization})


def hanse_source_issues(context: Context, data_dict: DataDict) -> Result:
    """Who sees the source: editors too, since they repair."""
    return authz.is_authorized("hanse_source_show", context, data_dict)
