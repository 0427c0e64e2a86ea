"""The area of a dataset in Solr's notation, and the area that a search asks for.

The field ``hanse_area`` is a ``BBoxField``.  An address asks with
``area=minx,miny,maxx,maxy`` or the name of a known area (``area=rostock-warnemuende``), and
``area_relation=within`` or ``touches``.  Does not depend on CKAN.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from ckanext.hanse.search.boxes import Box, around
from ckanext.hanse.search.named_areas import NamedArea, by_key, known
from hanse_harvesters.normalise.geometry import shape
from hanse_harvesters.normalise.in_degrees import in_degrees

FIELD = "hanse_area"
TOUCHES, WITHIN = "touches", "within"
RELATIONS = {TOUCHES: "Intersects", WITHIN: "Within"}
"""Relation in an address → predicate of Solr's spatial fields."""
LONGEST = 200
"""Characters of a value that are looked at."""

#: Share of a known area's width and height by which its box may be too small.
_ROUGH = 0.12

#: Why an area is not understood, or how it was read.
NOT_FOUR, OUT_OF_RANGE, SWAPPED = "not-four", "out-of-range", "swapped"

_SHAPES = ("bbox", "geom", "centroid")
#: An asked area in CKAN's ``fq``; its value may have quotes, and ends before the next field.
_IN_FQ = re.compile(r'(?:^|(?<=\s))\+?(area|area_relation):"(.*?)"(?=\s+[+-]?\w+:|\s*$)', re.DOTALL)


@dataclass(frozen=True, slots=True)
class AskedArea:
    """The area that an address asks for.

    ``box`` is None if it was not understood, and ``problem`` says why; with a box, ``problem``
    is "" or :data:`SWAPPED`.  ``named`` is the known area that was asked for by its name.
    """

    text: str
    relation: str = TOUCHES
    box: Box | None = None
    named: NamedArea | None = None
    problem: str = ""

    @property
    def fq(self) -> str:
        """The filter query, "" if the area was not understood.

        The boxes of known areas are rough: what is entirely inside may reach a little beyond.
        """
        if self.box is None:
            return ""
        rough = self.named is not None and self.relation == WITHIN
        return area_query(self.box.grown(_ROUGH) if rough else self.box, self.relation)


def area(dataset: Mapping[str, Any]) -> str | None:
    """Return ``ENVELOPE(minX,maxX,maxY,minY)`` around a dataset's coverage; None without one."""
    found = box(dataset)
    return envelope(found) if found else None


def box(dataset: Mapping[str, Any]) -> Box | None:
    """Return the box around all places of ``dataset``, as ``package_show`` returns it.

    A place without a shape that can be read counts with the box of its key or name, if known.
    """
    found = [item for place in _places(dataset) if (item := _of_place(place))]
    return around(found) if found else None


def envelope(found: Box) -> str:
    """Return a box in Solr's notation: ``ENVELOPE(minX,maxX,maxY,minY)``."""
    west, east, north, south = map(_number, (found.west, found.east, found.north, found.south))
    return f"ENVELOPE({west},{east},{north},{south})"


def area_query(found: Box, relation: str = TOUCHES) -> str:
    """Return the filter query for datasets that touch ``found``, or that are within it."""
    predicate = RELATIONS.get(relation, RELATIONS[TOUCHES])
    return f'{FIELD}:"{predicate}({envelope(found)})"'


def asked_area(text: str, relation: str = "") -> AskedArea:
    """Read an address's parameters; never raises.

    >>> asked_area("12,54,12.3,54.2", "within").box
    Box(west=12.0, south=54.0, east=12.3, north=54.2)
    >>> asked_area("rostock-warnemuende").named.name("de")
    'Warnemünde'
    >>> asked_area("12,54,nan,54.2").problem
    'not-four'
    """
    text = text.strip()[:LONGEST]
    relation = relation if relation in RELATIONS else TOUCHES
    if named := by_key().get(text.lower()):
        return AskedArea(text, relation, named.box, named)
    numbers = _numbers(text)
    if len(numbers) != 4:
        return AskedArea(text, relation, problem=NOT_FOUR)
    west, south, east, north = numbers
    if not all(abs(x) <= 540 for x in (west, east)) or not all(
        abs(y) <= 90 for y in (south, north)
    ):
        return AskedArea(text, relation, problem=OUT_OF_RANGE)
    return _in_order(text, relation, west, south, east, north)


def _in_order(
    text: str, relation: str, west: float, south: float, east: float, north: float
) -> AskedArea:
    """Put the corners in order.

    A map that was turned around the world counts on beyond 180°.  West of more than 180° east
    of the other side is meant across the date line; otherwise the corners are swapped.
    """
    if abs(east - west) >= 360:
        west, east = -180.0, 180.0
    swapped = south > north
    west, east = _turned(west), _turned(east)
    if west > east and west - east <= 180:
        west, east, swapped = east, west, True
    south, north = sorted((south, north))
    return AskedArea(
        text, relation, Box(west, south, east, north), problem=SWAPPED if swapped else ""
    )


def _turned(longitude: float) -> float:
    return longitude if abs(longitude) <= 180 else round((longitude + 180) % 360 - 180, 7)


def _numbers(text: str) -> list[float]:
    try:
        numbers = [float(item) for item in re.split(r"[,;\s]+", text) if item]
    except ValueError:
        return []
    return numbers if all(map(math.isfinite, numbers)) else []


def with_area(search_params: dict[str, Any]) -> dict[str, Any]:
    """Replace an asked area in ``fq``, as CKAN's search page passes it, by its filter query.

    One that is not understood is left out; the page says so (:func:`asked_area`).
    """
    fq = search_params.get("fq")
    if not isinstance(fq, str) or "area" not in fq:
        return search_params
    asked: dict[str, str] = {}
    for match in _IN_FQ.finditer(fq):
        asked.setdefault(match[1], match[2])  # of several the first, as on the page
    if not asked:
        return search_params
    search_params["fq"] = _IN_FQ.sub("", fq).strip()
    found = asked_area(asked.get("area", ""), asked.get("area_relation", ""))
    if found.fq:
        search_params["fq_list"] = [*search_params.get("fq_list", ()), found.fq]
    return search_params


def _places(dataset: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    came = dataset.get("spatial_coverage")
    for place in came if isinstance(came, list) else ():
        if isinstance(place, Mapping):
            yield place


def _of_place(place: Mapping[str, Any]) -> Box | None:
    for field in _SHAPES:
        value = place.get(field)
        if isinstance(value, str) and (found := box_of_shape(value)):
            return found
    for field in ("uri", "text"):
        value = place.get(field)
        if isinstance(value, str) and (named := known(value)):
            return named.box
    return None


@lru_cache(maxsize=1024)
def box_of_shape(text: str) -> Box | None:
    """Return the box around WKT or GeoJSON; None if it is not a shape, or not in degrees."""
    found = in_degrees(text) or shape(text)
    if found is None:
        return None
    west, south, east, north = found.box
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return Box(west, south, east, north)


def _number(value: float) -> str:
    text = f"{value:.7f}".rstrip("0").rstrip(".")
    return "0" if text in ("", "-0") else text
