"""Words of the comparison of cities: format groups, months, filters, who says it."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date

import ckan.plugins.toolkit as tk
from babel.dates import format_skeleton

from ckanext.hanse.comparison import matrix
from ckanext.hanse.facets import label

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


_GROUPS = ("service", "map", "table", "data", "document", "image")


def groups(found: Iterable[str], language: str) -> str:
    """Return format groups in words, those that say most first."""
    there = set(found)
    return ", ".join(label("hanse_group", item, "", language) for item in _GROUPS if item in there)


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
        "machine": tk._("not checked by anybody yet"),
    }.get(said, "")
