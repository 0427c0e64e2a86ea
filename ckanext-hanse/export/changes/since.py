"""What a client means by ``since``: a place in the feed, or a time."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone

from hanse_harvesters.errors import ConfigError

#: Mark of the list of changes, and a place in it.
_CURSOR = re.compile(r"([0-9a-f]{8})-([0-9]{1,18})")
#: By so much a client's clock may be fast.
_FAST = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in the feed: everything up to ``position`` is known.

    ``log``  marks the list of changes; one that begins anew has another mark.
    """

    log: str
    position: int

    def __str__(self) -> str:
        return f"{self.log}-{self.position}"


def read(value: str, now: datetime) -> Cursor | datetime | None:
    """Return what ``since`` names; None for the beginning ("", "0").

    A time without a zone is UTC, a date its beginning.  Raises ConfigError: ``since-malformed``,
    ``since-future``.
    """
    text = value.strip()
    if text in ("", "0"):
        return None
    if found := _CURSOR.fullmatch(text):
        return Cursor(found[1], int(found[2]))
    try:
        moment = time(text)
        ahead = moment - now
    except (ValueError, OverflowError) as error:
        raise ConfigError("since-malformed", value=text[:100]) from error
    if ahead > _FAST:
        raise ConfigError("since-future", value=text, now=now.strftime("%Y-%m-%dT%H:%M:%SZ"))
    return moment


def time(text: str) -> datetime:
    """Return a time of an address, without a zone in UTC, a date as its beginning; ValueError."""
    # In addresses, a plus sign is often sent as it is, which is a blank.
    moment = datetime.fromisoformat(re.sub(r" (?=\d\d:?\d\d$)", "+", text))
    return moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
