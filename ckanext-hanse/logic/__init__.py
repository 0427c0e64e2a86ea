"""Actions, who may call them, and validators."""

from __future__ import annotations

from collections.abc import Callable
from inspect import getmembers, isfunction
from typing import Any

import ckan.plugins as p


def actions() -> dict[str, Callable[..., Any]]:
    """Every action of ours; those around the DataStore only where a site has one."""
    from ckanext.hanse.logic import action, datastore

    modules = [action, datastore] if p.plugin_loaded("datastore") else [action]
    return {
        name: function
        for module in modules
        for name, function in getmembers(module, isfunction)
        if not name.startswith("_") and function.__module__ == module.__name__
    }
