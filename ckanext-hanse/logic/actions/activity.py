"""Suppresses activities of a harvest (``hanse.activities``)."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.store.no_activity import is_quiet

__all__ = ["activity_create"]


@tk.chained_action
def activity_create(
    original: Any, context: dict[str, Any], data_dict: dict[str, Any]
) -> dict[str, Any] | None:
    """Call CKAN's action, except while a writer has activities switched off."""
    if is_quiet():
        tk.check_access("activity_create", context, data_dict)
        return None
    result: dict[str, Any] | None = original(context, data_dict)
    return result
