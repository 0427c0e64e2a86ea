"""Shapes: WKT and GeoJSON, parsed only as far as needed to name, compare and bound them.

Coordinates are longitude, latitude (WGS 84).  A rectangle becomes a bounding
box, and so does a shape too long for a catalogue; a value that is not a shape is
kept as it was.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.projected import Point
from hanse_harvesters.normalise.text import clean, is_nothing

#: Maximum characters of a shape; longer ones do not improve maps but bloat search results.
LONGEST_SHAPE = 100_000

_TYPES = {
    name.lower(): name
    for name in (
        "Point", "MultiPoint", "LineString", "MultiLineString", "Polygon", "MultiPolygon",
        "GeometryCollection", "Feature", "FeatureCollection",
    )
}  # fmt: skip
# In these patterns no two adjacent parts can match the same character, so that their time
# grows linearly with the text and not quadratically.
_NUMBER = r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,3})?"
PAIR = re.compile(rf"(?<![\d.])({_NUMBER})\s+({_NUMBER})(?:\s+{_NUMBER}){{0,2}}", re.ASCII)
_WKT = re.compile(
    r"(?:<(?P<crs>[^<>]*)>\s*|SRID=(?P<srid>\d+);\s*)?"
    r"(?P<type>POINT|MULTIPOINT|LINESTRING|MULTILINESTRING|POLYGON|MULTIPOLYGON|ENVELOPE|BOX|"
    r"GEOMETRYCOLLECTION)\s*(?:(?:ZM|Z|M)\s*)?(?P<body>\(.*\))",
    re.IGNORECASE | re.DOTALL,
)
_FOUR = re.compile(
    rf"[\[(]?\s*({_NUMBER})[\s,;]+({_NUMBER})[\s,;]+({_NUMBER})[\s,;]+({_NUMBER})\s*[\])]?"
)


@dataclass(frozen=True, slots=True)
class Geometry:
    """A parsed shape: its text, its points in order, its type in lower case."""

    text: str
    kind: str
    points: tuple[Point, ...]

    @property
    def box(self) -> tuple[float, float, float, float]:
        """West, south, east, north."""
        across = [x for x, _ in self.points]
        up = [y for _, y in self.points]
        return min(across), min(up), max(across), max(up)


def _in_list(value: Any, depth: int = 0) -> Iterator[Point]:
    """Yield the positions in GeoJSON coordinates, at any depth."""
    if not isinstance(value, list) or depth > 8:
        raise ValueError("no coordinates")
    numbers = [item for item in value if isinstance(item, int | float)]
    if len(value) >= 2 and len(numbers) == len(value):
        x, y = float(value[0]), float(value[1])
        if not (math.isfinite(x) and math.isfinite(y)):
            raise ValueError("not finite")
        yield x, y
        return
    for item in value:
        yield from _in_list(item, depth + 1)


def _named(value: Any, depth: int = 0) -> Any:
    """Return GeoJSON with its types spelt as in RFC 7946 (``multipolygon`` → MultiPolygon)."""
    if depth > 8:
        return value
    if isinstance(value, dict):
        kind = value.get("type")
        named = _TYPES.get(kind.lower(), kind) if isinstance(kind, str) else kind
        inside = {
            key: _named(item, depth + 1) if key in {"geometry", "geometries", "features"} else item
            for key, item in value.items()
        }
        return {**inside, "type": named} if "type" in value else inside
    return [_named(item, depth + 1) for item in value] if isinstance(value, list) else value


def _points_of(geojson: dict[str, Any], depth: int = 0) -> Iterator[Point]:
    if depth > 8:
        raise ValueError("too deep")
    kind = geojson.get("type")
    if not isinstance(kind, str):
        raise ValueError("no type")
    if kind in {"Feature", "FeatureCollection", "GeometryCollection"}:
        parts = geojson.get("geometry") or geojson.get("geometries") or geojson.get("features")
        for part in parts if isinstance(parts, list) else [parts]:
            if not isinstance(part, dict):
                raise ValueError("no geometry")
            yield from _points_of(part, depth + 1)
        return
    if kind not in _TYPES.values():
        raise ValueError("unknown type")
    yield from _in_list(geojson.get("coordinates"))


def _from_geojson(text: str) -> Geometry | None:
    try:
        came = json.loads(text)
        named = _named(came)
        points = tuple(_points_of(named)) if isinstance(named, dict) else ()
        written = text if named == came else json.dumps(named, ensure_ascii=False)
    except (ValueError, RecursionError, OverflowError):
        return None
    return Geometry(written, str(named["type"]).lower(), points) if points else None


def _from_wkt(text: str) -> Geometry | None:
    match = _WKT.fullmatch(text)
    if not match:
        return None
    kind, body = match["type"].upper(), match["body"]
    if kind in {"ENVELOPE", "BOX"}:
        return _from_box_words(kind, body)
    points = tuple((float(x), float(y)) for x, y in PAIR.findall(body))
    if not points or not all(math.isfinite(x) and math.isfinite(y) for x, y in points):
        return None
    prefix = text[: match.start("type")]
    if match["srid"]:
        prefix = f"<http://www.opengis.net/def/crs/EPSG/0/{match['srid']}> "
    kind_upper = text[match.start("type") : match.start("body")].upper()
    return Geometry(f"{prefix}{kind_upper}{body}", kind.lower(), points)


def _from_box_words(kind: str, body: str) -> Geometry | None:
    """Parse ``ENVELOPE(west, east, north, south)`` (CQL, Solr), ``BOX(west south, east north)``."""
    numbers = [float(number) for number in re.findall(_NUMBER, body, re.ASCII)]
    if len(numbers) != 4 or not all(math.isfinite(number) for number in numbers):
        return None
    if kind == "ENVELOPE":
        west, east, north, south = numbers
    else:
        west, south, east, north = numbers
    return _rectangle(west, south, east, north)


def _from_four_numbers(text: str) -> Geometry | None:
    """Parse ``10.5,53.8,10.9,54.0``: west, south, east, north, the order of OGC services."""
    match = _FOUR.fullmatch(text)
    if not match:
        return None
    west, south, east, north = (float(item) for item in match.groups())
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return None
    return _rectangle(west, south, east, north)


def corners(text: str) -> tuple[Point, ...]:
    """Return the corners of a box given by four numbers in any unit, () for other texts."""
    match = _FOUR.fullmatch(text) if len(text) <= 200 else None
    if not match:
        return ()
    west, south, east, north = (float(item) for item in match.groups())
    return ((west, south), (east, south), (east, north), (west, north))


def _digits(number: float) -> str:
    text = f"{number:.10f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def box_wkt(west: float, south: float, east: float, north: float) -> str:
    """Return a bounding box as a WKT polygon, as DCAT requires."""
    w, s, e, n = (_digits(item) for item in (west, south, east, north))
    return f"POLYGON(({w} {s},{e} {s},{e} {n},{w} {n},{w} {s}))"


def _rectangle(west: float, south: float, east: float, north: float) -> Geometry:
    points = ((west, south), (east, south), (east, north), (west, north), (west, south))
    return Geometry(box_wkt(west, south, east, north), "polygon", points)


def shape(text: str) -> Geometry | None:
    """Parse WKT, GeoJSON or four numbers; return None if ``text`` is not a shape."""
    text = text.strip()
    if text.startswith("{"):
        return _from_geojson(text)
    return _from_wkt(text) or (_from_four_numbers(text) if len(text) <= 200 else None)


def is_rectangle(found: Geometry) -> bool:
    """Return whether the shape is a polygon whose corners are those of its bounding box."""
    if found.kind != "polygon" or not 4 <= len(found.points) <= 6:
        return False
    if found.text.startswith("<") and "CRS84" not in found.text:
        return False
    west, south, east, north = found.box
    corners = {(west, south), (west, north), (east, south), (east, north)}
    return set(found.points) == corners and len(corners) == 4


def _hint(found: Geometry) -> tuple[Finding, ...]:
    """Report coordinates that look swapped or projected, without changing them."""
    west, south, east, north = found.box
    if found.text.startswith("<") and "CRS84" not in found.text:
        return ()
    if not (-180 <= west <= east <= 180 and -90 <= south <= north <= 90):
        return (finding("geometry-not-wgs84", found.text),)
    # Germany and the Baltic are at 47–66° north and 5–31° east; swapped, that is the Gulf.
    if west >= 47 and east <= 66 and south >= 5 and north <= 31:
        return (finding("geometry-axes-swapped", found.text),)
    return ()


def geometry(text: str) -> Outcome[str]:
    """Normalise one shape and the spelling of its types; keep and report other values.

    A shape of more than :data:`LONGEST_SHAPE` characters is replaced by its bounding box.
    """
    came = clean(text)
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    found = shape(came)
    if found is None:
        kept = came if len(came) <= LONGEST_SHAPE else None
        return Outcome(kept, (finding("geometry-unknown", text),))
    reported = _hint(found)
    if len(found.text) > LONGEST_SHAPE:
        long = finding("geometry-too-large", found.text, length=len(found.text))
        return Outcome(box_wkt(*found.box), (*reported, long))
    return Outcome(found.text, reported)


def same(one: str, other: str) -> bool:
    """Return whether two notations (such as WKT and GeoJSON) describe the same points."""
    first, second = shape(one), shape(other)
    if first is None or second is None:
        return one == other
    return len(first.points) == len(second.points) and all(
        math.isclose(x, u, abs_tol=1e-7) and math.isclose(y, v, abs_tol=1e-7)
        for (x, y), (u, v) in zip(first.points, second.points, strict=True)
    )


def same_box(one: str, other: Geometry) -> bool:
    """Return whether the text ``one`` has the same bounding box as ``other``."""
    found = shape(one)
    return found is not None and all(
        math.isclose(x, y, abs_tol=1e-7) for x, y in zip(found.box, other.box, strict=True)
    )
