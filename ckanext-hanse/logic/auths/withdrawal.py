"""Who may agree to withdrawals: the administrators of the organisation that owns the source."""

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

__all__ = ["hanse_withdrawal_approve", "hanse_withdrawal_list", "hanse_withdrawal_undo"]


def hanse_withdrawal_list(context: Context, data_dict: DataDict) -> Result:
    """Editors and administrators of the source's organisation."""
    return _with(context, data_dict, "update_dataset")


def hanse_withdrawal_approve(context: Context, data_dict: DataDict) -> Result:
    """Administrators of the source's organisation."""
    return _with(context, data_dict, "admin")


def hanse_withdrawal_undo(context: Context, data_dict: DataDict) -> Result:
    """Administrators of the source's organisation."""
    return _with(context, data_dict, "admin")


def _with(context: Context, data_dict: DataDict, permission: str) -> Result:
    try:
        source = sources.get(data_dict["id"])
    except HanseError as error:
        raise tk.ObjectNotFound(error.text(language.of_page())) from error
    user = context.get("user")
    return {
        "success": bool(
            user
            and source.organization_id
            and authz.has_user_permission_for_group_or_org(source.organization_id, user, permission)
        )
    }
