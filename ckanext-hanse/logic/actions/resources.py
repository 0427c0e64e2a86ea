"""Searching for resources, limited like searching for datasets."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.types import Context, DataDict

_FARTHEST = 2**31 - 1
"""Largest offset the database accepts."""


@tk.chained_action
@tk.side_effect_free
def resource_search(
    original_action: Callable[[Context, DataDict], Any], context: Context, data_dict: DataDict
) -> Any:
    """Return at most ``ckan.search.rows_max`` resources, as ``package_search`` does for datasets.

    ``limit`` and ``offset``: whole numbers; ``tk.ValidationError`` names the field.
    """
    query = data_dict.get("query") or []
    if not all(isinstance(part, str) for part in (query if isinstance(query, list) else [query])):
        raise tk.ValidationError({"query": [tk._("This should be text")]})
    most = int(tk.config["ckan.search.rows_max"])
    limit = most if data_dict.get("limit") is None else _number(data_dict, "limit")
    bounded = {**data_dict, "limit": min(limit, most)}
    if data_dict.get("offset") is not None:
        bounded["offset"] = min(_number(data_dict, "offset"), _FARTHEST)
    return original_action(context, bounded)


def _number(data_dict: DataDict, field: str) -> int:
    value = data_dict[field]
    try:
        number = int(value)
    except (TypeError, ValueError, OverflowError):
        number = -1
    if number < 0 or isinstance(value, bool):
        raise tk.ValidationError({field: [tk._("Must be a natural number")]})
    return number
