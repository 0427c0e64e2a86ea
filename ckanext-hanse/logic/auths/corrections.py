"""Who repairs harvested datasets: editors and administrators of their organisation."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import authz, model

from ckanext.hanse import language
from ckanext.hanse.catalogue.desk import sources
from ckanext.hanse.model import Correction
from hanse_harvesters.errors import HanseError

Context = dict[str, Any]
DataDict = dict[str, Any]
Result = dict[str, Any]

__all__ = [
    "hanse_correction_create",
    "hanse_correction_export",
    "hanse_correction_list",
    "hanse_correction_withdraw",
    "hanse_dataset_detach",
    "hanse_dataset_hide",
    "hanse_dataset_reattach",
    "hanse_dataset_show_again",
]


def _edits(context: Context, organization_id: str | None) -> Result:
    user = context.get("user")
    if (
        user
        and organization_id
        and authz.has_user_permission_for_group_or_org(organization_id, user, "update_dataset")
    ):
        return {"success": True}
    message = tk._("Only editors and administrators of the dataset's organisation may do this.")
    return {"success": False, "msg": message}


def _of_dataset(context: Context, data_dict: DataDict) -> Result:
    package = model.Package.get(data_dict.get("id"))
    if package is None:
        raise tk.ObjectNotFound(tk._("Dataset not found"))
    return _edits(context, package.owner_org)


def hanse_correction_list(context: Context, data_dict: DataDict) -> Result:
    """Of the dataset's organisation."""
    return _of_dataset(context, data_dict)


def hanse_correction_create(context: Context, data_dict: DataDict) -> Result:
    """Of the dataset's organisation."""
    return _of_dataset(context, data_dict)


def hanse_correction_withdraw(context: Context, data_dict: DataDict) -> Result:
    """Of the organisation of the dataset that was corrected."""
    number = str(data_dict.get("id", ""))
    row = model.Session.get(Correction, int(number)) if number.isdecimal() else None
    if row is None:
        raise tk.ObjectNotFound(tk._("Correction not found"))
    return _of_dataset(context, {"id": row.dataset_id})


def hanse_dataset_hide(context: Context, data_dict: DataDict) -> Result:
    """Of the dataset's organisation."""
    return _of_dataset(context, data_dict)


def hanse_dataset_show_again(context: Context, data_dict: DataDict) -> Result:
    """Of the dataset's organisation."""
    return _of_dataset(context, data_dict)


def hanse_dataset_detach(context: Context, data_dict: DataDict) -> Result:
    """Of the dataset's organisation."""
    return _of_dataset(context, data_dict)


def hanse_dataset_reattach(context: Context, data_dict: DataDict) -> Result:
    """Of the dataset's organisation."""
    return _of_dataset(context, data_dict)


def hanse_correction_export(context: Context, data_dict: DataDict) -> Result:
    """Of the organisation that owns the source's datasets."""
    try:
        source = sources.get(str(data_dict.get("id", "")))
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
    return _edits(context, source.organization_id)
