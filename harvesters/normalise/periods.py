"""Periods: start and end taken apart where a portal wrote both into one field."""

from __future__ import annotations

from typing import Any

from hanse_harvesters.normalise import dates
from hanse_harvesters.normalise.outcome import Finding, finding


def split(period: dict[str, Any]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """``{"start": "2010-2015"}`` → start 2010, end 2015; any other period as it is."""
    start, end = period.get("start"), period.get("end")
    whole = start if isinstance(start, str) and end in (None, "", start) else None
    if whole is None and isinstance(end, str) and not start:
        whole = end
    found = dates.span(whole) if whole else None
    if found is None:
        return period, ()
    return {**period, "start": found[0], "end": found[1]}, (finding("period-split", whole),)
