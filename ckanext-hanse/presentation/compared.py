"""Words of the comparison of cities: format groups, months, filters, who says it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

import ckan.plugins.toolkit as tk
from babel.dates import format_skeleton

from ckanext.hanse.comparison import matrix


def group_names() -> dict[str, str]:
    """Return the format groups → their names, those that say most first."""
    return {
        "service": tk._("Interface"),
        "map": tk._("Map"),
        "table": tk._("Table"),
        "data": tk._("Data"),
        "document": tk._("Document"),
        "image": tk._("Image"),
    }


def groups(found: Iterable[str]) -> str:
    """Return format groups in words, in the order of :func:`group_names`."""
    there = set(found)
    return ", ".join(name for group, name in group_names().items() if group in there)


def month(value: date | None, language: str) -> str:
    """Return month and year of a day in ``language``, "" for none."""
    return str(format_skeleton("yMMM", value, locale=language)) if value else ""


def shared() -> dict[str, str]:
    """Return the values of the filter by how many cities publish it → words."""
    return {
        "": tk._("all, with or without data"),
        matrix.SOMEBODY: tk._("at least one city publishes it"),
        matrix.SEVERAL: tk._("at least two cities publish it"),
        matrix.NOBODY: tk._("no city publishes it yet"),
    }


def how(said: str) -> str:
    """Return in words who says which model dataset a dataset is."""
    return {
        "confirmed": tk._("confirmed by the city"),
        "reference": tk._("says the dataset itself"),
        "keywords": tk._("by its keywords"),
        "machine": tk._("found by a machine, not checked by anybody yet"),
    }.get(said, "")
