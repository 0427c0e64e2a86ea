"""Dates and times in common notations: 31.12.2025, 2025-12-31, both with a time.

``03/04/2025`` is ambiguous, and ``31.12.25`` may be in any century:
they stay text, as do invalid dates.
"""

from __future__ import annotations

import re
from datetime import datetime
from functools import lru_cache

DAY, MOMENT, ZONED = "day", "moment", "zoned"

_TIME = (
    r"(?:(?:T|,?[ \u00a0]+)(?P<hour>\d{1,2}):(?P<minute>\d\d)"
    r"(?::(?P<second>\d\d)(?:[.,](?P<fraction>\d{1,6})\d*)?)?"
)
_ISO = re.compile(
    r"(?P<year>\d{4})-(?P<month>\d\d)-(?P<day>\d\d)"
    + _TIME
    + r"[ ]?(?P<zone>Z|[+-]\d\d(?::?\d\d)?)?)?"
)
_GERMAN = re.compile(
    r"(?P<day>\d{1,2})\.[ ]?(?P<month>\d{1,2})\.[ ]?(?P<year>\d{4})" + _TIME + r"(?:[ ]?Uhr)?)?"
)


@lru_cache(maxsize=1 << 14)
def read(cell: str) -> tuple[str, str] | None:
    """Return (`DAY`, `MOMENT` or `ZONED`; the ISO form), None if it is not a date."""
    found = _GERMAN.fullmatch(cell) or _ISO.fullmatch(cell)
    if not found:
        return None
    part = found.groupdict()
    numbers = [int(part[name] or 0) for name in ("year", "month", "day", "hour", "minute")]
    try:
        moment = datetime(
            *numbers,  # type: ignore[arg-type]
            int(part["second"] or 0),
            int((part["fraction"] or "").ljust(6, "0")),
        )
    except ValueError:
        return None
    if part["hour"] is None:
        return DAY, moment.date().isoformat()
    if zone := part.get("zone"):
        return ZONED, moment.isoformat() + zone
    return MOMENT, moment.isoformat(" ")
