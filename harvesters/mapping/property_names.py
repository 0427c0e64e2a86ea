"""The names under which a reader looks up the properties of a class, computed once."""

from __future__ import annotations

from functools import cache

from hanse_harvesters.mapping.namespaces import canonical
from hanse_schemas.table import Property, classes


def names_of(prop: Property) -> list[str]:
    """Return the table's names of a property, its own first."""
    return list(dict.fromkeys(canonical(name) for name in (prop.term, *prop.also)))


@cache
def plan_of(name: str) -> list[tuple[Property, list[str]]]:
    """Return the properties that a reader looks up, with their names."""
    return [(prop, names_of(prop)) for prop in classes()[name].properties if not prop.more_of]


@cache
def places_of(name: str) -> dict[str, list[int]]:
    """Return name → positions in :func:`plan_of` of the properties with that name."""
    places: dict[str, list[int]] = {}
    for place, (_, names) in enumerate(plan_of(name)):
        for alias in names:
            places.setdefault(alias, []).append(place)
    return places


@cache
def known_names(name: str) -> frozenset[str]:
    """Return all names of all properties of a class."""
    return frozenset(alias for _, names in plan_of(name) for alias in names)
