"""Who may see and set a source's alerts: whoever manages it, since addresses are personal data."""

from __future__ import annotations

from ckanext.hanse.logic.auths.schedule import hanse_source_pause
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_alerts_show", "hanse_alerts_test", "hanse_alerts_update"]


def hanse_alerts_show(context: Context, data_dict: DataDict) -> Result:
    """Allow administrators of the source's organization, and sysadmins."""
    return hanse_source_pause(context, data_dict)


def hanse_alerts_update(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_alerts_show``."""
    return hanse_source_pause(context, data_dict)


def hanse_alerts_test(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_alerts_show``."""
    return hanse_source_pause(context, data_dict)
