"""Who sets a source going or holds it: the administrators of the organisation it feeds."""

from __future__ import annotations

from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_doctor", "hanse_source_pause", "hanse_source_resume", "hanse_source_run"]


def hanse_source_run(context: Context, data_dict: DataDict) -> Result:
    """Administrators of the source's organisation, and sysadmins."""
    return _administers(context, data_dict)


def hanse_source_pause(context: Context, data_dict: DataDict) -> Result:
    """As for a run."""
    return _administers(context, data_dict)


def hanse_source_resume(context: Context, data_dict: DataDict) -> Result:
    """As for a run."""
    return _administers(context, data_dict)


def hanse_doctor(context: Context, data_dict: DataDict) -> Result:
    """Sysadmins: it names hosts, paths and settings."""
    return {"success": False}


def _administers(context: Context, data_dict: DataDict) -> Result:
    return permission.administers(context, permission.source_of(data_dict).organization_id)
