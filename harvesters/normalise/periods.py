"""Periods: start and end taken apart where a portal wrote both into one field."""

from __future__ import annotations

from typing import Any

from hanse_harvesters.normalise import dates
from hanse_harvesters.normalise.outcome import Finding, finding


def split(period: dict[str, Any]) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """``{"start": "2010-2015"}`` → start 2010, end 2015; any other period as it is."""
    start, end = _said(period.get("start")), _said(period.get("end"))
    whole = start if not end or end == start else end if not start else ""
    found = dates.span(whole) if whole else None
    if found is None:
        return period, ()
    return {**period, "start": found[0], "end": found[1]}, (finding("period-split", whole),)


def _said(value: Any) -> str:
    """A date as it came, "" for nothing and for what stands for nothing."""
    return value if isinstance(value, str) and dates.date(value).value else ""
