"""The order of the datasets of a series (dcat:DatasetSeries).  Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

Dataset = Mapping[str, Any]


def ordered(members: Sequence[Dataset]) -> list[Dataset]:
    """Return the members of a series in order.

    By ``dcat:prev`` if it leads through all of them in one chain; else by the beginning of the
    period they cover, then the date of issue, then the title.
    """
    return _chained(members) or sorted(members, key=_position)


def _chained(members: Sequence[Dataset]) -> list[Dataset]:
    """Return the members in the order of their chain, [] if they form none."""
    after = {str(item["series_previous"]): item for item in members if item.get("series_previous")}
    first = [item for item in members if not item.get("series_previous")]
    if len(first) != 1 or len(after) != len(members) - 1:
        return []
    found = [first[0]]
    while len(found) < len(members) and (item := after.get(str(found[-1].get("uri") or ""))):
        found.append(item)
    return found if len(found) == len(members) > 1 else []


def _position(item: Dataset) -> tuple[str, str, str]:
    periods = item.get("temporal_coverage")
    starts = [
        str(period.get("start") or period.get("end") or "")
        for period in (periods if isinstance(periods, list) else ())
        if isinstance(period, dict)
    ]
    # "~" sorts after every date: a member without one comes last.
    begins = min((start for start in starts if start), default="~")
    return begins, str(item.get("issued") or "~"), str(item.get("title") or "").casefold()
