"""Names the area that a box covers: which known area it is, is part of, or holds.

Does not depend on CKAN; :mod:`ckanext.hanse.presentation.areas` puts the answer in words.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from ckanext.hanse.search import named_areas
from ckanext.hanse.search.boxes import KILOMETRES, Box
from ckanext.hanse.search.named_areas import CITY, DISTRICT, REGION, NamedArea

#: What a box is to the areas that are named.
IS, PART, AROUND, COAST, NEAR, ELSEWHERE = "is", "part", "around", "coast", "near", "elsewhere"

#: Share of what two boxes cover together that both must have, to be the same area, by kind of area.
_SAME = {CITY: 0.5, DISTRICT: 0.5, REGION: 0.75}
#: Share of a district that a larger one must have, so that a box in both is in the smaller one.
_NESTED = 0.7
#: Share of a box that must be inside an area, to be part of it.
_INSIDE = 0.9
#: Share of a box of the coast that must be where the coast is; the rest is its hinterland.
_MOSTLY = 0.75
#: Share of an area that must be inside a box, to be held by it.
_HELD = 0.85
#: A box so many times as large as the cities in it is no longer "the city and its surroundings".
_SURROUNDINGS = 60
#: So many cities and more are the coast.
_MOST_NAMED = 3
#: Kilometres up to which a city says where something is.
_NEAR = 150
#: Where the coast of our cities is.
_COAST_KEY = "ostsee"
_COMPASS = ("n", "ne", "e", "se", "s", "sw", "w", "nw")


@dataclass(frozen=True, slots=True)
class AreaName:
    """What a box is (``relation``) to ``areas``; for :data:`NEAR` how far and where from there.

    ``direction`` is one of n, ne, e, se, s, sw, w, nw; ``kilometres`` are to the box's middle.
    """

    relation: str
    areas: tuple[NamedArea, ...] = ()
    kilometres: float = 0.0
    direction: str = ""


def name_of(box: Box) -> AreaName:
    """Return what ``box`` covers; it does not cross the date line."""
    if found := _same(box):
        return AreaName(IS, (found,))
    if found := _smallest_around(box, named_areas.places()):
        return AreaName(PART, (found,))
    held = [area for area in cities() if _share(box, area.box) >= _HELD]
    coast = named_areas.by_key()[_COAST_KEY]
    if len(held) >= _MOST_NAMED and _share(coast.box, box) >= _MOSTLY:
        return AreaName(COAST, (coast,))
    if held and box.size <= _SURROUNDINGS * sum(city.box.size for city in held):
        return AreaName(AROUND, tuple(held))
    return _further(box)


def _further(box: Box) -> AreaName:
    """Name a box that is neither in a city nor around one."""
    if max(box.kilometres) < _NEAR and (near := _nearest(box)):
        return near
    region = _smallest_around(box, named_areas.regions()[:-1])  # the last one is the world
    return AreaName(PART, (region,)) if region else AreaName(ELSEWHERE)


def _same(box: Box) -> NamedArea | None:
    """Return the area that is most like ``box``, None if none is like enough."""
    alike = {area.key: _alike(box, area.box) for area in named_areas.by_key().values()}
    best = named_areas.by_key()[max(alike, key=alike.__getitem__)]
    return best if alike[best.key] >= _SAME[best.kind] else None


def _alike(one: Box, other: Box) -> float:
    shared = one.shared(other)
    return shared / (one.size + other.size - shared) if shared else 0.0


def _share(whole: Box, part: Box) -> float:
    """Return which share of ``part`` is inside ``whole``; of a point or line, all or nothing."""
    if part.size:
        return whole.shared(part) / part.size
    return 1.0 if whole.holds(part) else 0.0


def cities() -> list[NamedArea]:
    """Return the cities that are known by their box."""
    return [area for area in named_areas.places() if area.kind == CITY]


def _smallest_around(box: Box, areas: Iterable[NamedArea]) -> NamedArea | None:
    """Return the smallest area that ``box`` is part of.

    The districts' boxes overlap: where ``box`` is in two, and neither is in the other, only their
    city is certain.
    """
    around = sorted(
        (area for area in areas if _share(area.box, box) >= _INSIDE), key=lambda item: item.box.size
    )
    districts = [area for area in around if area.kind == DISTRICT]
    others = [area for area in around if area.kind != DISTRICT]
    if districts and all(_share(area.box, districts[0].box) >= _NESTED for area in districts):
        return districts[0]
    return others[0] if others else None


def _nearest(box: Box) -> AreaName | None:
    """Return the nearest city, if it is near enough to say where the box is."""
    far, city = min(
        ((math.hypot(*_between(city.box, box)), city) for city in cities()),
        key=lambda item: item[0],
    )
    if far > _NEAR:
        return None
    east, north = _between(city.box, box)
    turn = math.degrees(math.atan2(east, north)) % 360
    return AreaName(NEAR, (city,), far, _COMPASS[round(turn / 45) % 8])


def _between(start: Box, end: Box) -> tuple[float, float]:
    """Return the kilometres to the east and to the north between the middles."""
    (x, y), (u, v) = start.middle, end.middle
    return (u - x) * KILOMETRES * math.cos(math.radians((y + v) / 2)), (v - y) * KILOMETRES
