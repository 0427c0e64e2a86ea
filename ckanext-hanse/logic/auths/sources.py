"""Who may manage sources: administrators of the organization that owns their datasets."""

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
    """Allow administrators of the organization; if none is given, administrators of any."""
    user = context.get("user") or ""
    wanted = data_dict.get("organization") or ""
    if not wanted:
        return {"success": bool(user and authz.has_user_permission_for_some_org(user, ADMINISTER))}
    group = model.Group.get(wanted) if isinstance(wanted, str) else None
    return permission.administers(context, group.id if group and group.is_organization else None)


def hanse_source_update(context: Context, data_dict: DataDict) -> Result:
    """Allow administrators of the organization that owns the source's datasets."""
    return permission.administers(context, permission.source_of(data_dict).organization_id)


def hanse_source_delete(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_source_update``."""
    return hanse_source_update(context, data_dict)


def hanse_source_removal(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_source_delete``."""
    return hanse_source_update(context, data_dict)


def hanse_source_preview(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_source_update``, since the portal is queried."""
    return hanse_source_update(context, data_dict)


def hanse_source_check(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as for updating or creating a source, since the portal is queried."""
    if data_dict.get("id"):
        return hanse_source_update(context, data_dict)
    return hanse_source_create(context, data_dict)


def hanse_preview_ask(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_source_check``."""
    return hanse_source_check(context, data_dict)


def hanse_preview_show(context: Context, data_dict: DataDict) -> Result:
    """Allow the user who requested it, and those who may request it."""
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
    """Allow everyone who may see the source, editors included, since they correct the issues."""
    return authz.is_authorized("hanse_source_show", context, data_dict)
