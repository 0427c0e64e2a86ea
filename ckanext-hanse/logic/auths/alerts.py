"""Who sees and says who is told of a source: as who manages it; addresses are nobody else's."""

from __future__ import annotations

from ckanext.hanse.logic.auths.schedule import hanse_source_pause
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = ["hanse_alerts_show", "hanse_alerts_test", "hanse_alerts_update"]


def hanse_alerts_show(context: Context, data_dict: DataDict) -> Result:
    """Administrators of the source's organisation, and sysadmins."""
    return hanse_source_pause(context, data_dict)


def hanse_alerts_update(context: Context, data_dict: DataDict) -> Result:
    """As for seeing them."""
    return hanse_source_pause(context, data_dict)


def hanse_alerts_test(context: Context, data_dict: DataDict) -> Result:
    """As for seeing them."""
    return hanse_source_pause(context, data_dict)
