"""Extents: places by IRI, name, box or shape, and periods."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hanse_harvesters.mapping.iso19139.facts import Box, box_of, parts
from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.simple import is_web
from hanse_harvesters.mapping.iso19139.table import Step, part
from hanse_harvesters.mapping.iso19139.values import Group, Value, first, groups, href, text
from hanse_harvesters.normalise import geometry, places
from hanse_harvesters.record import EntityDict

_SIDES = ("west", "south", "east", "north")
_KEY = re.compile(r"(?:.*\()?(?P<key>\d{12}|\d{8}|\d{5})\)?", re.DOTALL)
_NUMBER = re.compile(r"[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?")
#: Reference systems whose axes are longitude, latitude.
_EAST_FIRST = re.compile(r"CRS:?84|^(?:EPSG:)?4326$|^$", re.IGNORECASE)
#: Signs of a reference system at most, as the next pattern takes the square of them.
_LONGEST = 1_000
#: Reference systems whose axes are latitude, longitude.
_NORTH_FIRST = re.compile(r"(?:urn:.*|https?://.*)(?:[:/])(?:4326|4258)$", re.IGNORECASE)


def extents(reading: Reading, values: Sequence[Group], step: Step) -> None:
    """All extents of a record."""
    fields = step["fields"]
    for extent in values:
        found = list(_places(reading, extent, fields["place"]))
        names = [reading.words(value) for value in extent.get("description", ())]
        if names and names[0] and len(found) == 1 and set(found[0]) == {part("location")["box"]}:
            found[0].update(_named(reading, names.pop(0)))
        found += [named for words in names if (named := _named(reading, words))]
        reading.put_objects(fields["place"], found)
        for period in groups(extent, "period"):
            _keep_vague(reading, period)
        periods = [period for group in groups(extent, "period") if (period := _period(group))]
        reading.put_objects(fields["period"], periods)


def _named(reading: Reading, words: Mapping[str, str]) -> EntityDict:
    inner = reading.inside("location")
    inner.put_words(part("location")["name"], words)
    return inner.entity


def _places(reading: Reading, extent: Group, field: str) -> Iterator[EntityDict]:
    fields = part("location")
    for place in groups(extent, "place"):
        if first(place, "included").lower() in {"false", "0"}:
            reading.keep("extent excluded", *(first(place, side) for side in _SIDES))
            continue
        if any(first(place, side) for side in _SIDES):
            if box := box_of(place):
                halves = [_box(part) for part in parts(box)]
                shape = f"MULTIPOLYGON({','.join(half.removeprefix('POLYGON') for half in halves)})"
                yield {fields["box"]: halves[0]} if len(halves) == 1 else {fields["shape"]: shape}
            else:
                came = " ".join(first(place, side) or "–" for side in _SIDES)
                reading.note("iso-value-unread", field, came)
                reading.keep("extent", came)
        for identifier in groups(place, "identifier"):
            yield from _identified(reading, identifier)
        for shape in place.get("polygon", ()):
            if found := wkt(shape):
                yield {fields["shape"]: found}
            else:
                reading.keep("extent polygon", shape)


def _box(box: Box) -> str:
    west, south, east, north = box
    if west == east and south == north:  # a point: a box without area is no valid polygon
        return f"POINT({west} {south})"
    return geometry.box_wkt(west, south, east, north)


def _identified(reading: Reading, identifier: Group) -> Iterator[EntityDict]:
    """Yield the place of a geographic identifier: an IRI, a municipality's key, or a name."""
    fields = part("location")
    for value in identifier.get("code", ()):
        iri, words = _iri(value), reading.words(value)
        if iri:
            named = {} if text(value) in {iri, ""} or text(value).isdigit() else words
            yield {fields["iri"]: iri, **_named(reading, named)}
        elif words:
            yield _named(reading, words)


def _iri(value: Value) -> str:
    code = text(value).strip()
    if is_web(href(value)):
        return href(value)
    if is_web(code):
        return code
    match = _KEY.fullmatch(code)
    known = places.key_concept(match["key"]) if match else None
    return known.iri if known else ""


def _keep_vague(reading: Reading, group: Group) -> None:
    """Keep that a time is only before or after the one given."""
    for value in (*group.get("begin", ()), *group.get("end", ()), *group.get("instant", ())):
        if not isinstance(value, str) and value.get("nil") in {"before", "after"} and text(value):
            reading.keep("extent period", f"{value['nil']} {text(value)}")


def _period(group: Group) -> EntityDict:
    fields = part("period")
    instant = first(group, "instant")
    begin = first(group, "begin") or instant
    end = first(group, "end") or instant
    return {field: date for field, date in ((fields["begin"], begin), (fields["end"], end)) if date}


def wkt(shape: Mapping[str, Any]) -> str:
    """Return polygons in degrees as WKT, "" for what is not certain to be in degrees."""
    system = shape["srs"]
    if len(system) > _LONGEST:
        return ""
    turned = bool(_NORTH_FIRST.search(system))
    if not turned and not _EAST_FIRST.search(system):
        return ""
    polygons = [[_ring(ring, turned) for ring in rings] for rings in shape["polygons"]]
    if not all(ring for rings in polygons for ring in rings):
        return ""
    parts = [f"({','.join(f'({ring})' for ring in rings)})" for rings in polygons]
    return f"POLYGON{parts[0]}" if len(parts) == 1 else f"MULTIPOLYGON({','.join(parts)})"


def _ring(ring: str, turned: bool) -> str:
    """Return the points of a ring, "" if they are no degrees."""
    numbers = _NUMBER.findall(ring)
    points = list(zip(numbers[::2], numbers[1::2], strict=False))
    if len(points) < 4 or len(numbers) % 2 or points[0] != points[-1]:
        return ""
    points = [(y, x) for x, y in points] if turned else points
    if any(abs(float(x)) > 180 or abs(float(y)) > 90 for x, y in points):
        return ""
    return ",".join(f"{x} {y}" for x, y in points)
