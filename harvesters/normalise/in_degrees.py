"""Convert shapes in metres to degrees, if their coordinate system is known."""

from __future__ import annotations

import json
import re
from typing import Any

from hanse_harvesters.normalise import projected
from hanse_harvesters.normalise.geometry import PAIR, Geometry, box_wkt, corners, shape
from hanse_harvesters.normalise.geometry import geometry as plainly
from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.text import clean

_SYSTEM = re.compile(r"\s*(?:<(?P<iri>[^<>]*)>|SRID=(?P<srid>\d+);)", re.IGNORECASE)


def geometry(text: str) -> Outcome[str]:
    """Normalise a shape like :func:`.geometry.geometry`, converted to degrees if possible."""
    found = in_degrees(clean(text))
    if found is None:
        outcome = plainly(text)
        reported = {item.rule for item in outcome.findings}
        if outcome.value and not reported & {"geometry-not-wgs84", "geometry-unknown"}:
            return Outcome(outcome.value, outcome.findings + _foreign(outcome.value))
        return outcome
    outcome = plainly(found.text)
    read = finding("geometry-converted", clean(text)[:300], read=(outcome.value or "")[:300])
    return Outcome(outcome.value, (read, *outcome.findings))


def _foreign(text: str) -> tuple[Finding, ...]:
    """Report a shape in an unknown coordinate system whose numbers are not degrees."""
    found = shape(text) if _SYSTEM.match(text) else None
    if found is None or all(-180 <= x <= 180 and -180 <= y <= 180 for x, y in found.points):
        return ()
    return (finding("geometry-not-wgs84", text),)


def in_degrees(text: str) -> Geometry | None:
    """Convert a shape to longitude and latitude; None if it is not needed or not possible.

    A rectangle becomes its bounding box: in degrees its sides are no longer straight.
    """
    found = shape(text)
    box = found.points if found else corners(text)
    if not box:
        return None
    convert = _system(text) or projected.plain(box)
    if convert is None:
        return None
    try:
        points = tuple(convert(x, y) for x, y in box)
    except (OverflowError, ValueError):
        return None
    if not all(-180 <= x <= 180 and -90 <= y <= 90 for x, y in points):
        return None
    if found is None or _is_box(found):
        west, south = min(x for x, _ in points), min(y for _, y in points)
        east, north = max(x for x, _ in points), max(y for _, y in points)
        return shape(box_wkt(*(round(item, 7) for item in (west, south, east, north))))
    return shape(_written(text, found, convert))


def _system(text: str) -> projected.Convert | None:
    if match := _SYSTEM.match(text):
        return projected.named(match["iri"] or f"EPSG:{match['srid']}")
    if text.lstrip().startswith("{"):
        try:
            came = json.loads(text)
            return projected.named(str(came["crs"]["properties"]["name"]))
        except (ValueError, KeyError, TypeError, RecursionError):
            return None
    return None


def _is_box(found: Geometry) -> bool:
    across, up = {x for x, _ in found.points}, {y for _, y in found.points}
    few = 4 <= len(found.points) <= 6 and len(across) == len(up) == 2
    return found.kind in ("polygon", "envelope", "box") and few


def _written(text: str, found: Geometry, convert: projected.Convert) -> str:
    """Return the shape in its original notation, with every position converted."""
    if found.text.startswith("{"):
        came = json.loads(found.text)
        came.pop("crs", None)
        return json.dumps(_turned(came, convert), ensure_ascii=False)

    def pair(match: re.Match[str]) -> str:
        x, y = convert(float(match[1]), float(match[2]))
        return f"{x:.7f} {y:.7f}"

    return PAIR.sub(pair, _SYSTEM.sub("", found.text, count=1).strip())


def _turned(value: Any, convert: projected.Convert) -> Any:
    if isinstance(value, dict):
        inside = ("coordinates", "geometry", "geometries", "features")
        return {k: _turned(v, convert) if k in inside else v for k, v in value.items()}
    if not isinstance(value, list):
        return value
    if len(value) >= 2 and all(isinstance(item, int | float) for item in value):
        return [round(item, 7) for item in convert(value[0], value[1])]
    return [_turned(item, convert) for item in value]
