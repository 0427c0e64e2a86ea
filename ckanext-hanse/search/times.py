"""The time that a dataset covers, for Solr's field ``hanse_time`` and for records of OGC APIs.

The field is a ``DateRangeField``: a range of days or of moments, any end of which may be open.
Does not depend on CKAN.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

FIELD = "hanse_time"
#: Periods of one dataset that are looked at.
_MOST = 500
_DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?(?:Z|[+-]\d{2}:\d{2})?")
_MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T.*")


class Period(NamedTuple):
    """From the beginning of ``start`` to the end of ``end``; "" for an open end, not for both.

    Both are days (``2024-05-31``) or both moments (``2024-05-31T12:00:00Z``).
    """

    start: str
    end: str


def span(text: str) -> Period | None:
    """Return the first and the last day of a year, month or day; the moment twice, in UTC.

    A moment without a zone is taken for UTC.  None for anything else, also before the year 1.

    >>> span("2024-02")
    Period(start='2024-02-01', end='2024-02-29')
    >>> span("2024-05-06T01:30:00+02:00").start
    '2024-05-05T23:30:00Z'
    """
    text = text.strip()
    try:
        if _MOMENT.fullmatch(text):
            moment = datetime.fromisoformat(text)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment
            plain = moment.replace(tzinfo=None).isoformat(timespec="seconds")
            return Period(f"{plain}Z", f"{plain}Z")
        if not (found := _DAY.fullmatch(text)) or not text.isascii():
            return None
        year, month = int(found[1]), int(found[2] or 0)
        if found[3]:
            day = date(year, month, int(found[3])).isoformat()
            return Period(day, day)
        last = month or 12
        first = date(year, month or 1, 1)
        return Period(first.isoformat(), date(year, last, monthrange(year, last)[1]).isoformat())
    except (ValueError, OverflowError):
        return None


def periods(dataset: Mapping[str, Any]) -> list[Period]:
    """Return the periods that ``dataset`` covers; those that end before they begin are left out."""
    came = dataset.get("temporal_coverage")
    items = came[:_MOST] if isinstance(came, list) else []
    return list(dict.fromkeys(filter(None, map(_period, items))))


def _period(item: Any) -> Period | None:
    if not isinstance(item, Mapping):
        return None
    first, last = span(str(item.get("start") or "")), span(str(item.get("end") or ""))
    if not (first or last):
        return None
    found = _alike(Period(first.start if first else "", last.end if last else ""))
    return None if found.start and found.end and found.start > found.end else found


def _alike(found: Period) -> Period:
    """Return both ends as days, unless both are moments."""
    ends = [end for end in found if end]
    if len({len(end) for end in ends}) > 1:
        return Period(found.start[:10], found.end[:10])
    return found


def around(found: Iterable[Period]) -> Period | None:
    """Return the period from the first beginning to the last end; None of none.

    Both ends may be open, "".
    """
    known = list(found)
    if not known:
        return None
    if len({len(end) for period in known for end in period if end}) > 1:
        known = [Period(period.start[:10], period.end[:10]) for period in known]
    starts, ends = zip(*known, strict=True)
    return Period("" if "" in starts else min(starts), "" if "" in ends else max(ends))


def time_field(dataset: Mapping[str, Any]) -> list[str]:
    """Return the periods of ``dataset`` in Solr's notation."""
    return list(_ranges(periods(dataset)))


def time_query(asked: Period) -> str:
    """Return the filter query for datasets that cover any of a time; an end may be open, ""."""
    return f"{FIELD}:{next(_ranges([asked]))}"


def _ranges(found: Iterable[Period]) -> Iterator[str]:
    for start, end in found:
        yield f"[{start or '*'} TO {end or '*'}]"
