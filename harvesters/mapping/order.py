"""A fixed order for lists: RDF is unordered, and equal content must give equal lists.

Resources are sorted by title and format, as readers would expect; everything else by
its text.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from hanse_schemas.table import Class, Property, expand

V = TypeVar("V", str, int, "str | int")
Item = TypeVar("Item")

_TITLES = frozenset(expand(name) for name in ("dcterms:title", "foaf:name", "vcard:fn"))


def sort_values(values: Iterable[Any]) -> list[Any]:
    """Return the values sorted, without duplicates."""
    return sorted(set(values))


def choose(prop: Property, values: Iterable[Any]) -> list[Any]:
    """Return the values, best first: the latest date, GeoJSON before WKT, else by text."""
    ordered = sort_values(values)
    if prop.kind == "date":
        return ordered[::-1]
    if prop.kind == "geometry":
        return sorted(ordered, key=lambda text: (not text.startswith("{"), text))
    return ordered


def sort_objects(
    cls: Class, items: Iterable[Item], *, key: Callable[[Item], dict[str, Any]]
) -> list[Item]:
    """Return unique objects, sorted by title, first code (the format), and then all content."""
    titles = [prop.field for prop in cls.properties if prop.term in _TITLES]
    codes = [prop.field for prop in cls.properties if prop.store == "code"][:1]
    places: dict[tuple[str, ...], list[Item]] = {}
    for item in items:
        found = key(item)
        place = tuple(str(found.get(name, "")) for name in (*titles, *codes))
        places.setdefault(place, []).append(item)
    return [item for _, some in sorted(places.items()) for item in _by_content(some, key)]


def _by_content(items: list[Item], key: Callable[[Item], dict[str, Any]]) -> list[Item]:
    """Return unique objects in the order of all their content."""
    if len(items) == 1:
        return items
    unique: dict[str, Item] = {}
    for item in items:
        unique.setdefault(json.dumps(key(item), sort_keys=True, ensure_ascii=False), item)
    return [unique[text] for text in sorted(unique)]
