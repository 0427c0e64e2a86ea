"""Who may decide whether datasets of two portals are the same: editors of the cities concerned."""

from __future__ import annotations

import ckan.plugins.toolkit as tk

from ckanext.hanse.dedup import candidates
from ckanext.hanse.logic import permission
from ckanext.hanse.logic.permission import Context, DataDict, Result

__all__ = [
    "hanse_link_decide",
    "hanse_link_decide_all",
    "hanse_link_groups",
    "hanse_link_list",
    "hanse_link_show",
]


def hanse_link_list(context: Context, data_dict: DataDict) -> Result:
    """Allow anyone with an account; the list only has pairs that concern the user."""
    return {"success": bool(context.get("user"))}


def hanse_link_groups(context: Context, data_dict: DataDict) -> Result:
    """Allow the same users as ``hanse_link_list``."""
    return hanse_link_list(context, data_dict)


def hanse_link_show(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of one of the two cities."""
    return {"success": any(_edits(context, data_dict))}


def hanse_link_decide(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of both cities: merging takes a dataset from one and gives it to the other."""
    return {"success": all(_edits(context, data_dict))}


def hanse_link_decide_all(context: Context, data_dict: DataDict) -> Result:
    """Allow editors of both cities, as for one pair."""
    sources = [permission.source_of({"id": name}) for name in data_dict.get("sources") or ()]
    cities = [source.organization_id for source in sources]
    edits = [permission.has(context, city, permission.EDIT) for city in cities]
    return {"success": bool(edits) and all(edits)}


def _edits(context: Context, data_dict: DataDict) -> list[bool]:
    link = candidates.get(data_dict.get("id"))
    if link is None:
        raise tk.ObjectNotFound(tk._("Pair not found"))
    cities = candidates.cities(link)
    return [permission.has(context, city, permission.EDIT) for city in cities] or [False]
