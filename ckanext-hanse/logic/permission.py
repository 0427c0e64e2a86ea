"""Checks for auth functions: whose organization it is, and the user's permissions there."""

from __future__ import annotations

from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
from ckan import authz, model
from ckan.types import Context, DataDict

from ckanext.hanse import language
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.store import sources
from hanse_harvesters.errors import HanseError

Result: TypeAlias = dict[str, Any]

#: Permission of editors of an organization, and of its administrators only.
EDIT, ADMINISTER = "update_dataset", "admin"


def has(context: Context, organization_id: str | None, permission: str) -> bool:
    """Return whether the user has the permission in this organization; False if it is None."""
    user = context.get("user")
    return bool(
        user
        and organization_id
        and authz.has_user_permission_for_group_or_org(organization_id, user, permission)
    )


def edits(context: Context, organization_id: str | None) -> Result:
    """Allow editors and administrators of the organization."""
    return {"success": has(context, organization_id, EDIT)}


def administers(context: Context, organization_id: str | None) -> Result:
    """Allow administrators of the organization."""
    return {"success": has(context, organization_id, ADMINISTER)}


def source_of(data_dict: DataDict) -> HarvestSource:
    """Return the source ``id``; ObjectNotFound if not found."""
    try:
        return sources.get(str(tk.get_or_bust(data_dict, "id")))
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error


def city_of(data_dict: DataDict) -> str | None:
    """Return the organization of the dataset ``id``; ObjectNotFound if not found."""
    package = model.Package.get(data_dict.get("id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    owner: str | None = package.owner_org
    return owner


def organization_of(data_dict: DataDict) -> model.Group:
    """Return the organization ``id`` (name or id); ObjectNotFound if not found."""
    group = model.Group.get(str(data_dict.get("id") or ""))
    if group is None or not group.is_organization or group.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("There is no such city"))
    return group
