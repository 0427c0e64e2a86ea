"""The filter by area on a search page: what is chosen, and the cities and districts to choose."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation import areas
from ckanext.hanse.search import named_areas
from ckanext.hanse.search.area import WITHIN, AskedArea, asked_area
from ckanext.hanse.search.named_areas import CITY, NamedArea

#: Parameters of an address.
AREA, RELATION = "area", "area_relation"
#: What of the regions is no use for choosing among datasets.
_NOT_OFFERED = {"welt"}


@dataclass(frozen=True, slots=True)
class Choice:
    """An area to choose: its value in an address, its name, and its box for the map."""

    value: str
    name: str
    box: str


@dataclass(frozen=True, slots=True)
class AreaFilter:
    """The filter as the page shows it.

    ``value`` is the chosen area as in the address, "" for none; ``name`` it in words;
    ``known`` whether it is one of the choices, which ``groups`` has by heading.
    """

    value: str
    name: str
    relation: str
    known: bool
    groups: tuple[tuple[str, tuple[Choice, ...]], ...]


def area_filter(given: Mapping[str, str], language: str) -> AreaFilter:
    """Return the filter for the parameters of an address."""
    text = given.get(AREA, "").strip()
    asked = asked_area(text, given.get(RELATION, "")) if text else AskedArea("")
    return AreaFilter(
        value=(asked.named.key if asked.named else asked.box.written) if asked.box else "",
        name=areas.asked_name(asked, language) if asked.box else "",
        relation=asked.relation,
        known=asked.named is not None,
        groups=tuple(_groups(language)),
    )


def problem(given: Mapping[str, str]) -> str:
    """Return what is to be said about the area in an address, "" for none or a good one."""
    text = given.get(AREA, "").strip()
    return areas.problem(asked_area(text)) if text else ""


def label(text: str, relation: str, language: str) -> str:
    """Return an asked area in words, as a removable filter names it."""
    asked = asked_area(text, relation)
    if not asked.box:
        return str(tk._("not understood"))
    name = areas.asked_name(asked, language)
    return (
        str(tk._("{area}, entirely inside").format(area=name)) if asked.relation == WITHIN else name
    )


def _groups(language: str) -> list[tuple[str, tuple[Choice, ...]]]:
    by_city: dict[str, list[NamedArea]] = {}
    for area in named_areas.places():
        by_city.setdefault(area.city, []).append(area)
    found = []
    for own in by_city.values():
        city = own[0].name(language)
        named = tk._("All of {city}").format(city=city)
        whole = [_choice(area, named) for area in own if area.kind == CITY]
        districts = [_choice(area, area.name(language)) for area in own if area.kind != CITY]
        found.append((city, (*whole, *districts)))
    regions = [area for area in named_areas.regions() if area.key not in _NOT_OFFERED]
    further = tuple(_choice(area, area.name(language)) for area in regions)
    return [*found, (tk._("Larger areas"), further)]


def _choice(area: NamedArea, name: str) -> Choice:
    return Choice(area.key, name, area.box.written)
