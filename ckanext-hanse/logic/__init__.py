"""Actions, their auth functions and validators: a module per subject, discovered automatically."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from importlib import import_module
from inspect import getmembers, isfunction
from pkgutil import iter_modules
from types import ModuleType
from typing import Any

import ckan.plugins as p

#: Modules that are only loaded together with another CKAN plugin.
_NEEDS = {"activity": "activity"}


def actions() -> dict[str, Callable[..., Any]]:
    """Return every public function of ``logic/actions/``."""
    return _functions("ckanext.hanse.logic.actions")


def auths() -> dict[str, Callable[..., Any]]:
    """Return every public function of ``logic/auths/``."""
    return _functions("ckanext.hanse.logic.auths")


def _functions(package: str) -> dict[str, Callable[..., Any]]:
    return {
        name: function
        for module in _modules(package)
        for name, function in getmembers(module, isfunction)
        if not name.startswith("_")
        and function.__module__ == module.__name__
        and name in getattr(module, "__all__", [name])
    }


def _modules(package: str) -> Iterator[ModuleType]:
    for found in iter_modules(import_module(package).__path__):
        wanted = _NEEDS.get(found.name)
        if wanted is None or p.plugin_loaded(wanted):
            yield import_module(f"{package}.{found.name}")
