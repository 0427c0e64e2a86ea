"""How a value of JSON is read where its notation is not that of the field (``as``)."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from typing import Any

from hanse_harvesters.normalise import geometry

#: Larger numbers are milliseconds since 1970: as seconds they are beyond the year 5000.
_SECONDS = 100_000_000_000


def place(value: Any) -> Any:
    """Return a location from GeoJSON, four numbers, WKT or a name."""
    if isinstance(value, dict) and "geometry" in value:
        value = value["geometry"]
    if isinstance(value, dict):
        return {"geom": json.dumps(value, ensure_ascii=False)} if value.get("type") else value
    if not isinstance(value, str):
        return value
    return {"geom": value} if geometry.shape(value) else {"text": value}


def box(value: Any) -> Any:
    """Return a location from ``[west, south, east, north]``, also with heights between."""
    numbers = value if isinstance(value, list) else []
    if len(numbers) == 1 and isinstance(numbers[0], list):  # extent.spatial.bbox
        numbers = numbers[0]
    if len(numbers) == 6:
        numbers = [*numbers[:2], *numbers[3:5]]
    return {"geom": ",".join(map(str, numbers))} if len(numbers) == 4 else value


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


READERS: Mapping[str, Callable[[Any], Any]] = {
    "box": box,
    "epoch": epoch,
    "interval": interval,
    "json": as_json,
    "moment": moment,
    "place": place,
    "repeating": repeating,
}
#: Readers that take a list as a whole.
OF_LISTS = frozenset({"box", "interval", "json"})
