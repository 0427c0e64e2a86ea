"""What auth functions ask: whose organisation it is, and what the user may do there."""

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

#: What editors of an organisation may, and what only its administrators may.
EDIT, ADMINISTER = "update_dataset", "admin"


def has(context: Context, organization_id: str | None, permission: str) -> bool:
    """Whether the user has the permission in this organisation; nobody has it in none."""
    user = context.get("user")
    return bool(
        user
        and organization_id
        and authz.has_user_permission_for_group_or_org(organization_id, user, permission)
    )


def edits(context: Context, organization_id: str | None) -> Result:
    """Editors and administrators of the organisation."""
    return {"success": has(context, organization_id, EDIT)}


def administers(context: Context, organization_id: str | None) -> Result:
    """Administrators of the organisation."""
    return {"success": has(context, organization_id, ADMINISTER)}


def source_of(data_dict: DataDict) -> HarvestSource:
    """The source ``id``; ObjectNotFound where there is none."""
    try:
        return sources.get(str(tk.get_or_bust(data_dict, "id")))
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error


def city_of(data_dict: DataDict) -> str | None:
    """The organisation of the dataset ``id``; ObjectNotFound where there is none."""
    package = model.Package.get(data_dict.get("id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    owner: str | None = package.owner_org
    return owner


def organization_of(data_dict: DataDict) -> model.Group:
    """The city ``id`` (name or id); ObjectNotFound where there is none."""
    group = model.Group.get(str(data_dict.get("id") or ""))
    if group is None or not group.is_organization or group.state != model.State.ACTIVE:
        raise tk.ObjectNotFound(tk._("There is no such city"))
    return group
