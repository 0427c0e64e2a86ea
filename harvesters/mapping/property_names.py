"""Under which names a reader looks for the properties of a class, worked out once."""

from __future__ import annotations

from functools import cache

from hanse_harvesters.mapping.namespaces import canonical
from hanse_schemas.table import Property, classes


def names_of(prop: Property) -> list[str]:
    """The table's names of a property, its own first."""
    return list(dict.fromkeys(canonical(name) for name in (prop.term, *prop.also)))


@cache
def plan_of(name: str) -> list[tuple[Property, list[str]]]:
    """The properties of a class that a reader looks for, with their names."""
    return [(prop, names_of(prop)) for prop in classes()[name].properties if not prop.more_of]


@cache
def places_of(name: str) -> dict[str, list[int]]:
    """Name → the places in the plan of the properties that have it."""
    places: dict[str, list[int]] = {}
    for place, (_, names) in enumerate(plan_of(name)):
        for alias in names:
            places.setdefault(alias, []).append(place)
    return places


@cache
def known_names(name: str) -> frozenset[str]:
    """Every name of every property of a class."""
    return frozenset(alias for _, names in plan_of(name) for alias in names)
