"""How a value of JSON is read where its notation is not that of the field (``as``)."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hanse_harvesters.normalise import geometry

#: Larger numbers are milliseconds since 1970: as seconds they are beyond the year 5000.
_SECONDS = 100_000_000_000
_REGION = re.compile(r"(?P<language>[a-z]{2,3})[-_](?:[A-Z]{2}|[a-z]{2}|[0-9]{3})")
_LANGUAGE = re.compile(r"[a-z]{2}(?:[-_][A-Za-z]{2})?")
_IRI = re.compile(r"(?:https?://|urn:[a-z0-9])\S+$", re.IGNORECASE)


#: Names of the edges of a box: west, south, east, north.
_EDGES = (
    ("west", "south", "east", "north"),
    ("westlimit", "southlimit", "eastlimit", "northlimit"),
    ("xmin", "ymin", "xmax", "ymax"),
    ("minX", "minY", "maxX", "maxY"),
)


def place(value: Any) -> Any:
    """Return a location from GeoJSON, the corners of a box, WKT, an address or a name."""
    if isinstance(value, dict) and "geometry" in value:
        value = value["geometry"]
    if box := corners(value):
        return {"geom": box}
    if isinstance(value, dict):
        return {"geom": json.dumps(value, ensure_ascii=False)} if "coordinates" in value else value
    if not isinstance(value, str):
        return value
    if geometry.shape(value):
        return {"geom": value}
    return {"uri": value} if web(value) else {"text": value}


def corners(value: Any) -> str:
    """Return ``west,south,east,north`` of a box in any notation of JSON, "" for anything else."""
    if isinstance(value, dict):
        if str(value.get("type")).lower() == "envelope":  # [[west, north], [east, south]]
            return _between(value.get("coordinates"))
        named = next((names for names in _EDGES if all(name in value for name in names)), ())
        value = [value[name] for name in named]
    if isinstance(value, list) and len(value) == 6:  # heights between
        value = [*value[:2], *value[3:5]]
    if isinstance(value, list) and len(value) == 4 and all(map(_is_number, value)):
        return ",".join(map(str, value))
    return _between(value)


def _between(points: Any) -> str:
    """Return the box between two opposite corners."""
    if not (isinstance(points, list) and len(points) == 2):
        return ""
    if not all(isinstance(p, list) and len(p) == 2 and all(map(_is_number, p)) for p in points):
        return ""
    east, north = (sorted(pair, key=float) for pair in zip(*points, strict=True))
    return ",".join(map(str, (east[0], north[0], east[1], north[1])))


def _is_number(value: Any) -> bool:
    try:
        return not isinstance(value, bool | list | dict) and math.isfinite(float(value))
    except (TypeError, ValueError):
        return False


def web(value: Any) -> Any:
    """Return an address on the web, "" for anything else: a name within the portal."""
    text = value.strip() if isinstance(value, str) else ""
    return text if text.startswith(("http://", "https://")) and " " not in text else ""


#: What stands for the whole of an object where a plain value belongs, the best first.
_PLAIN = ("@value", "@id", "prefLabel", "title", "name", "label", "notation", "value")


#: What leads to a thing of which an object tells, rather than only naming it.
_ADDRESSES = ("downloadURL", "accessURL")


def plain(value: Any, *, address: bool = False) -> tuple[str, Any]:
    """Return name and value of what an object says as a plain value, ("", None) if nothing does.

    ``address``  whether the value is to be an address.
    """
    if not isinstance(value, dict):
        return "", None
    names = (*_ADDRESSES, *_PLAIN) if address else _PLAIN
    named = [(name, value[name]) for name in names if isinstance(value.get(name), str | int)]
    found = [(name, said) for name, said in named if name != "@id" or ":" in str(said)] or named
    return found[0] if found else ("", None)


def translation(value: Mapping[str, Any]) -> tuple[str, Any]:
    """Return language and value of one of the translations, ("", None) if they are none."""
    said = {name: text for name, text in value.items() if isinstance(text, str) and text.strip()}
    if not said or not all(map(_LANGUAGE.fullmatch, value)):
        return "", None
    name = next((name for name in ("de", "en") if name in said), next(iter(said)))
    return name, said[name]


def box(value: Any) -> Any:
    """Return a location from ``[west, south, east, north]``, also with heights between."""
    if isinstance(value, list) and len(value) == 1 and isinstance(value[0], list):
        value = value[0]  # extent.spatial.bbox
    found = corners(value)
    return {"geom": found} if found else value


def bounds(value: Any) -> Any:
    """Return the text of a box that is given as a list; others as they are."""
    return corners(value) or value


def interval(value: Any) -> Any:
    """Return a period from ``[start, end]``, in which ``..`` and null are open ends."""
    ends = value if isinstance(value, list) else []
    if len(ends) == 1 and isinstance(ends[0], list):  # extent.temporal.interval
        ends = ends[0]
    if len(ends) != 2:
        return value
    named = {"start": ends[0], "end": ends[1]}
    return {key: end for key, end in named.items() if end not in (None, "..", "")}


def epoch(value: Any) -> Any:
    """Return a date from seconds or milliseconds since 1970."""
    try:
        number = float(value)
        seconds = number / 1000 if abs(number) > _SECONDS else number
        return datetime.fromtimestamp(seconds, UTC).isoformat(timespec="seconds")
    except (TypeError, ValueError, OverflowError, OSError):
        return value


def moment(value: Any) -> Any:
    """Return a date, "" for a repetition (``R/P1W``), which data.json has in its place."""
    return "" if repeating(value) else value


def repeating(value: Any) -> Any:
    """Return a repetition (``R/P1W``), "" for a date."""
    return value if isinstance(value, str) and value.strip().startswith("R/P") else ""


def as_json(value: Any) -> Any:
    """Return a list or object as its JSON."""
    return json.dumps(value, ensure_ascii=False) if isinstance(value, dict | list) else value


def iri(value: Any) -> Any:
    """Return a text that is an IRI, "" for any other."""
    return value if isinstance(value, str) and _IRI.match(value) else ""


def language(value: Any) -> Any:
    """Return the language of a tag without its region: ``en-CA`` is English."""
    region = isinstance(value, str) and _REGION.fullmatch(value.strip())
    return region["language"] if region else value


READERS: Mapping[str, Callable[[Any], Any]] = {
    "bounds": bounds,
    "box": box,
    "epoch": epoch,
    "interval": interval,
    "iri": iri,
    "json": as_json,
    "language": language,
    "moment": moment,
    "place": place,
    "repeating": repeating,
    "web": web,
}
#: Readers that take a list as a whole.
OF_LISTS = frozenset({"bounds", "box", "interval", "json"})
#: Readers that take a list as a whole if they can read it, else each item.
OF_EITHER: Mapping[str, Callable[[Any], Any]] = {"place": corners}
