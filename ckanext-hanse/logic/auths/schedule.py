"""Who may run or pause a source: the administrators of its organization."""

from __future__ import annotations

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_doctor", "hanse_source_pause", "hanse_source_resume", "hanse_source_run"]


def hanse_source_run(context: Context, data_dict: DataDict) -> Result:
    """Allow administrators of the source's organization, and sysadmins."""
    return _administers(context, data_dict)


def hanse_source_pause(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_source_run``."""
    return _administers(context, data_dict)


def hanse_source_resume(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_source_run``."""
    return _administers(context, data_dict)


def hanse_doctor(context: Context, data_dict: DataDict) -> Result:
    """Allow sysadmins: the result names hosts, paths and settings."""
    return {"success": False}


def _administers(context: Context, data_dict: DataDict) -> Result:
    return permission.administers(context, permission.source_of(data_dict).organization_id)
