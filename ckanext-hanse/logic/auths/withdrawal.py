"""Who may approve withdrawals: the administrators of the organization that owns the source."""

from __future__ import annotations

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_withdrawal_approve", "hanse_withdrawal_list", "hanse_withdrawal_undo"]


def hanse_withdrawal_list(context: Context, data_dict: DataDict) -> Result:
    """Allow editors and administrators of the source's organization."""
    return permission.edits(context, permission.source_of(data_dict).organization_id)


def hanse_withdrawal_approve(context: Context, data_dict: DataDict) -> Result:
    """Allow administrators of the source's organization."""
    return permission.administers(context, permission.source_of(data_dict).organization_id)


def hanse_withdrawal_undo(context: Context, data_dict: DataDict) -> Result:
    """Allow administrators of the source's organization."""
    return permission.administers(context, permission.source_of(data_dict).organization_id)
