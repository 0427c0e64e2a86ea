"""Who may make tokens of a source; the steps of a push check the token themselves."""

from __future__ import annotations

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_push_token_create", "hanse_push_token_list", "hanse_push_token_revoke"]


def hanse_push_token_create(context: Context, data_dict: DataDict) -> Result:
    """Allow administrators of the organization that owns the source's datasets."""
    return permission.administers(context, permission.source_of(data_dict).organization_id)


def hanse_push_token_revoke(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as for making one."""
    return hanse_push_token_create(context, data_dict)


def hanse_push_token_list(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as for making one."""
    return hanse_push_token_create(context, data_dict)
