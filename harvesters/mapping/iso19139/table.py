"""The table of the mapping, ``iso19139.yaml`` of :mod:`hanse_schemas`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from importlib.resources import files
from typing import Any, TypeAlias

import yaml

from hanse_schemas.table import LOADER

#: An entry of the section ``dataset`` or ``service``: value, way of reading, fields.
Step: TypeAlias = Mapping[str, Any]


@cache
def table() -> Mapping[str, Any]:
    """Return the whole table."""
    text = files("hanse_schemas").joinpath("mappings", "iso19139.yaml").read_text(encoding="utf-8")
    loaded: Mapping[str, Any] = yaml.load(text, LOADER)
    return loaded


@cache
def listed(name: str) -> Any:
    """Return a code list of the table."""
    return table()["lists"][name]


@cache
def pattern(text: str) -> re.Pattern[str]:
    """Return a pattern of the table, compiled; case is not significant."""
    return re.compile(text, re.IGNORECASE)


def part(name: str) -> Mapping[str, str]:
    """Return role → field of the objects of a class inside a dataset."""
    fields: Mapping[str, str] = table()["parts"][name]
    return fields


def path_of(name: str) -> str:
    """Return the path of a value of the record, or its name for one inside a group."""
    if name not in table()["values"]:
        return name
    path = table()["values"][name]["path"]
    return str(path if isinstance(path, str) else path[0])
