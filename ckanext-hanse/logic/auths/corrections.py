"""Who may correct harvested datasets: editors and administrators of their organization."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result
from ckanext.hanse.model import Correction
from ckanext.hanse.store import pg_text

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


def _of(context: Context, organization_id: str | None) -> Result:
    if permission.has(context, organization_id, permission.EDIT):
        return {"success": True}
    message = tk._("Only editors and administrators of the dataset's organisation may do this.")
    return {"success": False, "msg": message}


def _of_dataset(context: Context, data_dict: DataDict) -> Result:
    return _of(context, permission.city_of(data_dict))


def hanse_correction_list(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization."""
    return _of_dataset(context, data_dict)


def hanse_correction_create(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization."""
    return _of_dataset(context, data_dict)


def hanse_correction_withdraw(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the organization of the corrected dataset."""
    number = pg_text.row(data_dict.get("id"))
    row = model.Session.get(Correction, number) if number else None
    if row is None:
        raise tk.ObjectNotFound(tk._("Correction not found"))
    return _of_dataset(context, {"id": row.dataset_id})


def hanse_dataset_hide(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization."""
    return _of_dataset(context, data_dict)


def hanse_dataset_show_again(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization."""
    return _of_dataset(context, data_dict)


def hanse_dataset_detach(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization."""
    return _of_dataset(context, data_dict)


def hanse_dataset_reattach(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the dataset's organization."""
    return _of_dataset(context, data_dict)


def hanse_correction_export(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of the organization that owns the source's datasets."""
    return _of(context, permission.source_of(data_dict).organization_id)
