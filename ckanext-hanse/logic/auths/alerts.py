"""Who sees and says who is told of a source: as who manages it; addresses are nobody else's."""

from __future__ import annotations

from typing import Any

from ckanext.hanse.logic.auths.schedule import hanse_source_pause

Context = dict[str, Any]
DataDict = dict[str, Any]
Result = dict[str, Any]

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
