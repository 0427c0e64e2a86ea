"""Auth functions for sources, runs and datasets.

Harvested datasets are read-only: errors in them are corrected at the portal,
or the next run would restore them.  Sysadmins are refused by these auth
functions too, so that form, API and buttons agree; the harvester itself
writes with ``ignore_auth``.
"""

from __future__ import annotations

from collections.abc import Callable

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ckanext.hanse import provenance, settings
from ckanext.hanse.logic import permission
from ckanext.hanse.logic.auths.deletions import restorable
from ckanext.hanse.logic.permission import Context, DataDict, Result
from ckanext.hanse.store import runs, sources

Auth = Callable[[Context, DataDict], Result]

__all__ = [
    "hanse_dataset_issues",
    "hanse_harvest",
    "hanse_origin_show",
    "hanse_run_list",
    "hanse_run_show",
    "hanse_source_list",
    "hanse_source_show",
    "hanse_source_sync",
    "package_delete",
    "package_owner_org_update",
    "package_update",
    "resource_create",
    "resource_delete",
    "resource_update",
]


def _sysadmin_only(context: Context, data_dict: DataDict) -> Result:
    return {"success": False}


def hanse_source_sync(context: Context, data_dict: DataDict) -> Result:
    """Allow sysadmins: the file belongs to the operator."""
    return _sysadmin_only(context, data_dict)


def hanse_harvest(context: Context, data_dict: DataDict) -> Result:
    """Allow sysadmins."""
    return _sysadmin_only(context, data_dict)


def hanse_source_list(context: Context, data_dict: DataDict) -> Result:
    """Allow anyone with an account; the action filters the list by user."""
    return {"success": bool(context.get("user"))}


def hanse_source_show(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the organization that owns its datasets."""
    return permission.edits(context, permission.source_of(data_dict).organization_id)


def hanse_run_list(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as for the source."""
    return hanse_source_show(context, data_dict)


def hanse_run_show(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as for the run's source."""
    run = runs.get(data_dict["id"])
    if run is None:
        raise tk.ObjectNotFound(tk._("Run not found"))
    source = next(item for item in sources.every() if item.id == run.source_id)
    return permission.edits(context, source.organization_id)


@tk.auth_allow_anonymous_access
def hanse_origin_show(context: Context, data_dict: DataDict) -> Result:
    """Allow everyone who may see the dataset."""
    return authz.is_authorized("package_show", context, {"id": data_dict["id"]})


def hanse_dataset_issues(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization, whether the dataset is harvested or not."""
    return permission.edits(context, permission.city_of(data_dict))


def _read_only(next_auth: Auth, context: Context, data_dict: DataDict, dataset_id: str) -> Result:
    """Refuse for a harvested dataset, with the reason and where to correct it; else as CKAN."""
    sysadmin = authz.is_sysadmin(context.get("user") or "")
    if provenance.is_harvested(dataset_id) and not (
        sysadmin and settings.sysadmins_edit_harvested()
    ):
        return {"success": False, "msg": read_only_reason(dataset_id)}
    return {"success": True} if sysadmin else next_auth(context, data_dict)


def read_only_reason(dataset_id: str) -> str:
    """Return why a harvested dataset cannot be edited here, with its URL at the portal."""
    found = provenance.of(dataset_id)
    return tk._(
        "This dataset is harvested from {portal} and is read-only here. "
        "Correct it at the portal: {page}"
    ).format(portal=found["portal_title"], page=found["page"] or found["portal_url"])


def _dataset_id(context: Context, data_dict: DataDict) -> str:
    package = context.get("package")
    wanted = data_dict.get("id") or data_dict.get("name")
    if package is not None and (not wanted or wanted in (package.id, package.name)):
        return str(package.id)
    found = model.Package.get(wanted)
    return str(found.id) if found else ""


def _dataset_of_resource(context: Context, data_dict: DataDict) -> str:
    resource = context.get("resource")
    wanted = data_dict.get("id")
    if resource is None or (wanted and resource.id != wanted):
        resource = model.Resource.get(wanted)
    return str(resource.package_id) if resource else ""


@tk.chained_auth_function
@tk.auth_allow_anonymous_access
@tk.auth_sysadmins_check
def package_update(next_auth: Auth, context: Context, data_dict: DataDict) -> Result:
    """Refuse harvested datasets, and those that only a sysadmin may still restore."""
    dataset_id = _dataset_id(context, data_dict)
    allowed = _read_only(next_auth, context, data_dict, dataset_id)
    package = model.Session.get(model.Package, dataset_id) if dataset_id else None
    if not allowed["success"] or package is None or package.state != "deleted":
        return allowed
    sysadmin = authz.is_sysadmin(context.get("user"))
    return allowed if sysadmin else restorable(dataset_id)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def package_delete(next_auth: Auth, context: Context, data_dict: DataDict) -> Result:
    """Refuse harvested datasets."""
    return _read_only(next_auth, context, data_dict, _dataset_id(context, data_dict))


@tk.chained_auth_function
@tk.auth_sysadmins_check
def package_owner_org_update(next_auth: Auth, context: Context, data_dict: DataDict) -> Result:
    """Refuse harvested datasets, which stay with the organization of their source."""
    return _read_only(next_auth, context, data_dict, _dataset_id(context, data_dict))


@tk.chained_auth_function
@tk.auth_sysadmins_check
def resource_create(next_auth: Auth, context: Context, data_dict: DataDict) -> Result:
    """Refuse in harvested datasets."""
    dataset = _dataset_id(context, {"id": data_dict.get("package_id")})
    return _read_only(next_auth, context, data_dict, dataset)


@tk.chained_auth_function
@tk.auth_sysadmins_check
def resource_update(next_auth: Auth, context: Context, data_dict: DataDict) -> Result:
    """Refuse in harvested datasets."""
    return _read_only(next_auth, context, data_dict, _dataset_of_resource(context, data_dict))


@tk.chained_auth_function
@tk.auth_sysadmins_check
def resource_delete(next_auth: Auth, context: Context, data_dict: DataDict) -> Result:
    """Refuse in harvested datasets."""
    return _read_only(next_auth, context, data_dict, _dataset_of_resource(context, data_dict))
