"""A dataset's shape (WKT or GeoJSON) as a GeoJSON geometry that a map can draw."""

from __future__ import annotations

import json
import re
from typing import Any

from ckanext.hanse.search.area import box_of_shape
from ckanext.hanse.search.boxes import Box
from hanse_harvesters.normalise.geometry import PAIR, shape
from hanse_harvesters.normalise.in_degrees import in_degrees

#: Characters of a shape that a page carries; of a longer one the box around it is drawn.
LONGEST = 20_000

_NAMES = {
    "point": "Point", "multipoint": "MultiPoint", "linestring": "LineString",
    "multilinestring": "MultiLineString", "polygon": "Polygon", "multipolygon": "MultiPolygon",
}  # fmt: skip
_PREFIX = re.compile(r"^(?:<[^>]*>|SRID=\d+;)?\s*[A-Za-z]+\s*(?:ZM|Z|M)?\s*(?=\()")


def geometry(text: str) -> dict[str, Any] | None:
    """Return the shape in degrees, or the box around it if it is long or of many kinds.

    None if it is not a shape, or not in degrees.
    """
    around = box_of_shape(text)
    found = in_degrees(text) or shape(text)
    if around is None or found is None:
        return None
    kept = len(found.text) <= LONGEST
    drawn = _of_text(found.text, found.kind) if kept else None
    return drawn if drawn is not None else rectangle(around)


def rectangle(found: Box) -> dict[str, Any]:
    """Return a box as a GeoJSON polygon."""
    w, s, e, n = found.west, found.south, found.east, found.north
    return {"type": "Polygon", "coordinates": [[[w, s], [e, s], [e, n], [w, n], [w, s]]]}


def _of_text(text: str, kind: str) -> dict[str, Any] | None:
    if text.startswith("{"):
        came = json.loads(text)
        inner = came.get("geometry") if came.get("type") == "Feature" else came
        kind = str((inner or {}).get("type", "")).lower()
        return (
            {"type": _NAMES[kind], "coordinates": inner["coordinates"]} if kind in _NAMES else None
        )
    if kind not in _NAMES:
        return None
    body = PAIR.sub(lambda pair: f"[{float(pair[1])!r},{float(pair[2])!r}]", _PREFIX.sub("", text))
    try:
        read = json.loads(body.replace("(", "[").replace(")", "]"))
    except ValueError:
        return None
    if kind == "point":
        read = read[0]
    elif kind == "multipoint":  # both (1 2, 3 4) and ((1 2), (3 4)) are written
        read = [item[0] if isinstance(item[0], list) else item for item in read]
    return {"type": _NAMES[kind], "coordinates": read}
