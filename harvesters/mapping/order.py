"""RDF has no order, a dict's lists have one: the same content always in the same.

Resources by title and format, as a reader would sort them; everything else by
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
    """Each value once, in order."""
    return sorted(set(values))


def choose(prop: Property, values: Iterable[Any]) -> list[Any]:
    """The values, the one to keep first: the latest date, GeoJSON before WKT, else by text."""
    ordered = sort_values(values)
    if prop.kind == "date":
        return ordered[::-1]
    if prop.kind == "geometry":
        return sorted(ordered, key=lambda text: (not text.startswith("{"), text))
    return ordered


def sort_objects(
    cls: Class, items: Iterable[Item], *, key: Callable[[Item], dict[str, Any]]
) -> list[Item]:
    """Each object once, by title, then by its first code (the format), then by all it holds."""
    titles = [prop.field for prop in cls.properties if prop.term in _TITLES]
    codes = [prop.field for prop in cls.properties if prop.store == "code"][:1]
    unique: dict[tuple[str, ...], Item] = {}
    for item in items:
        found = key(item)
        place = [str(found.get(name, "")) for name in (*titles, *codes)]
        unique.setdefault((*place, json.dumps(found, sort_keys=True, ensure_ascii=False)), item)
    return [unique[place] for place in sorted(unique)]
