"""The area of a dataset in words and for the map: never as WKT or GeoJSON."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
from flask import has_app_context

from ckanext.hanse.presentation import cities, words
from ckanext.hanse.presentation.geojson import geometry, rectangle
from ckanext.hanse.search import area_names
from ckanext.hanse.search.area import AskedArea, box, box_of_shape
from ckanext.hanse.search.boxes import Box, around
from ckanext.hanse.search.named_areas import CITY, DISTRICT, NamedArea, known

#: Vocabularies for an area's IRI.
VOCABULARIES = ("municipal-keys", "states")
#: Fields of a place that hold a shape, the most telling first.
_SHAPES = ("geom", "bbox", "centroid")
#: Places of one dataset that are drawn and named, and characters of all their shapes.
_MOST, _LONGEST = 50, 40_000


@dataclass(frozen=True, slots=True)
class DatasetArea:
    """What a dataset's page says about its area.

    ``names`` are for reading; ``drawn`` for the map: GeoJSON geometries, or ``{"city": name}``
    for a city whose outline the map has.  ``box`` is around the shapes that the dataset states,
    None if it states none.  ``search`` is its area in the address of a search, "" for none.
    """

    names: tuple[str, ...]
    drawn: tuple[Mapping[str, Any], ...]
    box: Box | None
    search: str


def dataset_area(dataset: Mapping[str, Any], language: str) -> DatasetArea:
    """Return the area of ``dataset``, as ``package_show`` returns it."""
    places = [item for item in dataset.get("spatial_coverage") or () if isinstance(item, Mapping)]
    places = places[:_MOST]
    named = (place_name(place, language) for place in places)
    names = tuple(dict.fromkeys(name for name in named if name))
    drawn = [shape for place in places if (shape := _drawn(place))]
    if len(json.dumps(drawn)) > _LONGEST:
        drawn = [rectangle(found) for place in places for found in _stated(place)]
    stated = [found for place in places for found in _stated(place)]
    return DatasetArea(
        names, tuple(drawn), around(stated) if stated else None, _search(dataset, places)
    )


def _stated(place: Mapping[str, Any]) -> list[Box]:
    """Return the box of the place's first shape that can be read."""
    shapes = (box_of_shape(str(place[field])) for field in _SHAPES if place.get(field))
    return [found for found in shapes if found][:1]


def _search(dataset: Mapping[str, Any], places: Sequence[Mapping[str, Any]]) -> str:
    """Return the name of the one known area that a dataset is about, else its box."""
    if len(places) == 1:
        texts = (str(places[0].get(field) or "") for field in ("uri", "text"))
        if found := next((area for text in texts if (area := known(text))), None):
            return found.key
    found_box = box(dataset)
    return found_box.written if found_box else ""


def place_name(place: Mapping[str, Any], language: str) -> str:
    """Return the name of one place: of its key, as written, else of what its shape covers."""
    for field in ("uri", "text"):
        value = str(place.get(field) or "")
        if found := coded(value, language):
            return found
    if text := str(place.get("text") or ""):
        return text
    return next((box_name(found_box, language) for found_box in _stated(place)), "")


def coded(value: str, language: str) -> str:
    """Return the name of the place that has the key or IRI ``value``, "" if it is unknown."""
    if found := known(value):
        return area_title(found, language)
    for name in VOCABULARIES:
        if concept := words.concept(name, value):
            return str(concept.label(language))
    return ""


def area_title(area: NamedArea, language: str) -> str:
    """Return the full name of an area: "Hansestadt Wismar", "Rostock, Stadtteil Warnemünde"."""
    if area.kind == CITY:
        # Outside a page (a command, a test) there is no list of cities to ask.
        city = cities.every(language).get(area.city) if has_app_context() else None
        return city.title if city else area.name(language)
    if area.kind == DISTRICT:
        return str(
            tk._("{city}, {district} district").format(
                city=_city_name(area.city), district=area.name(language)
            )
        )
    return area.name(language)


def box_name(found: Box, language: str) -> str:
    """Return what a box covers, in words."""
    if found.west > found.east:
        return _measured(found, language)
    name = area_names.name_of(found)
    first = name.areas[0] if name.areas else None
    if first is None:
        return _measured(found, language)
    if name.relation == area_names.IS or (
        name.relation == area_names.PART and first.kind == DISTRICT
    ):
        return area_title(first, language)
    if name.relation == area_names.PART:
        return _part(first, language)
    if name.relation == area_names.COAST:
        return str(tk._("Large part of the Baltic coast"))
    if name.relation == area_names.AROUND:
        listed = ", ".join(area.name(language) for area in name.areas)
        return str(tk._("{cities} and surroundings").format(cities=listed))
    where = _DIRECTIONS[name.direction]()
    far = words.number(round(name.kilometres), language)
    return str(
        tk._("{kilometres} km {direction} of {city}").format(
            kilometres=far, direction=where, city=first.name(language)
        )
    )


def _part(area: NamedArea, language: str) -> str:
    if area.kind == DISTRICT:
        return area_title(area, language)
    if area.kind == CITY:
        return str(tk._("Part of the city of {city}").format(city=area.name(language)))
    inside = area.inside.get(language) or area.inside["de"]
    return str(tk._("An area {inside}").format(inside=inside))


def _measured(found: Box, language: str) -> str:
    """Return size and middle of a box of which no name is known."""
    across, up = (words.number(max(1, round(item)), language) for item in found.kilometres)
    x, y = found.middle
    return str(
        tk._("About {width} × {height} km around {north}, {east}").format(
            width=across,
            height=up,
            north=f"{words.number(abs(round(y, 1)), language)}° {_side(y, tk._('N'), tk._('S'))}",
            east=f"{words.number(abs(round(x, 1)), language)}° {_side(x, tk._('E'), tk._('W'))}",
        )
    )


def _side(value: float, above: str, below: str) -> str:
    return above if value >= 0 else below


def corners(found: Box, language: str) -> str:
    """Return the sides of a box for whoever needs numbers: ``12,04°–12,1° O, 54,16°–54,19° N``."""

    def sides(low: float, high: float, above: str, below: str) -> str:
        shown = [words.number(abs(round(item, 3)), language) for item in (low, high)]
        if (low < 0) == (high < 0):
            return f"{shown[0]}°–{shown[1]}° {_side(low, above, below)}"
        return f"{shown[0]}° {_side(low, above, below)} – {shown[1]}° {_side(high, above, below)}"

    across = sides(found.west, found.east, tk._("E"), tk._("W"))
    return f"{across}, {sides(found.south, found.north, tk._('N'), tk._('S'))}"


def asked_name(asked: AskedArea, language: str) -> str:
    """Return what an address asks for in words: "Rostock, Warnemünde district"."""
    if asked.named:
        return area_title(asked.named, language)
    return box_name(asked.box, language) if asked.box else asked.text


def problem(asked: AskedArea) -> str:
    """Return what is to be said about an asked area, "" if it was read as written."""
    return str(_PROBLEMS[asked.problem]()) if asked.problem else ""


def _drawn(place: Mapping[str, Any]) -> Mapping[str, Any] | None:
    for field in _SHAPES:
        value = place.get(field)
        if isinstance(value, str) and (shape := geometry(value)):
            return shape
    for field in ("uri", "text"):
        if found := known(str(place.get(field) or "")):
            return {"city": found.city} if found.kind == CITY else rectangle(found.box)
    return None


def _city_name(name: str) -> str:
    """Return the short name of a city: "Rostock"."""
    return {area.city: area.name("de") for area in area_names.cities()}.get(name, name)


_DIRECTIONS = {
    "n": lambda: tk._("north"),
    "ne": lambda: tk._("north-east"),
    "e": lambda: tk._("east"),
    "se": lambda: tk._("south-east"),
    "s": lambda: tk._("south"),
    "sw": lambda: tk._("south-west"),
    "w": lambda: tk._("west"),
    "nw": lambda: tk._("north-west"),
}
_PROBLEMS = {
    "not-four": lambda: tk._(
        "The area in the address was not understood; the search goes on without it. Please "
        "choose one among the filters."
    ),
    "out-of-range": lambda: tk._(
        "The area in the address is not on the Earth; the search goes on without it. Please "
        "choose one among the filters."
    ),
    "swapped": lambda: tk._("The corners of the area were swapped and have been put in order."),
}
