"""Words of the comparison of cities: format groups, months, filters, who says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import ckan.plugins.toolkit as tk
from babel.dates import format_skeleton

from ckanext.hanse.comparison import matrix

_KIND_OF_CITY = re.compile(
    r"(?:(?:Hanse|Universität|Landeshaupt|Hauptstadt|Hanseatic|University|City|Town|Stadt|and|und|of"
    r"|the)[\w-]*\s+)+",
    re.IGNORECASE,
)


def short(title: str) -> str:
    """Return a city's title without the kind of city, as the head of a column.

    >>> short("Hanse- und Universitätsstadt Rostock"), short("Hanseatic City of Lübeck")
    ('Rostock', 'Lübeck')
    >>> short("Bad Doberan"), short("Stadt")
    ('Bad Doberan', 'Stadt')
    """
    return _KIND_OF_CITY.sub("", title, count=1) if _KIND_OF_CITY.match(title) else title


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
        "": tk._("any number of cities"),
        matrix.SOMEBODY: tk._("at least one city"),
        matrix.SEVERAL: tk._("at least two cities"),
        matrix.NOBODY: tk._("no city yet"),
    }


def how(said: str) -> str:
    """Return in words who says which model dataset a dataset is."""
    return {
        "confirmed": tk._("confirmed by the city"),
        "reference": tk._("says the dataset itself"),
        "keywords": tk._("by its keywords"),
        "machine": tk._("found by a machine, not checked by anybody yet"),
    }.get(said, "")
