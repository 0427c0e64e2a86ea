"""The items of DKAN 2's metastore: those of ``data.json``, with references and notes between.

A referenced value may come as ``{"identifier": …, "data": value}`` (``show-reference-ids``); keys
that begin with ``%`` are the metastore's own, ``%modified`` among them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

#: The table that maps an item.
TABLE = "data-json"
_OWN = "%"
_MODIFIED = "%modified"


def is_item(value: Mapping[str, Any]) -> bool:
    """Return whether an object is an item of the metastore rather than a package of CKAN's API."""
    return "resources" not in value and bool(
        {"accessLevel", "distribution", _MODIFIED} & value.keys()
    )


def plain(value: Any) -> Any:
    """Return an item as ``data.json`` has it; a date it lacks is that of the metastore."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    if "data" in value and value.keys() <= {"identifier", "data"}:
        return plain(value["data"])
    found = {key: plain(item) for key, item in value.items() if not key.startswith(_OWN)}
    if _MODIFIED in value and not found.get("modified"):
        found["modified"] = value[_MODIFIED]
    return found
