"""When a source is harvested next: a cron expression in the local time of a zone.

Local times are mapped to instants so that each runs exactly once: a time skipped in spring
runs when the clocks have gone forward, a time repeated in autumn runs the first time.
Times are computed from planned times, never from when a run ended, so the schedule does
not drift.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from hanse_harvesters.errors import ConfigError

#: croniter replaces an ``r`` by a random number, a new one at each call.
_RANDOM = re.compile(r"(?<![a-z])r(?![a-z])", re.IGNORECASE)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Planned times of one source.

    ``cron``      five fields; ``timezone`` the IANA name of the zone they refer to.
    ``offset``    added to every time (:func:`jitter`).
    Raises ConfigError (``schedule-invalid``) for an expression that is invalid or never matches.
    """

    cron: str
    timezone: str = "Europe/Berlin"
    offset: timedelta = field(default=timedelta())

    def after(self, moment: datetime) -> datetime:
        """Return the first planned time later than ``moment`` (with a zone), in UTC."""
        # Loaded here, as settings are read by commands that plan nothing.
        from croniter import CroniterError, croniter

        zone = ZoneInfo(self.timezone)
        wall = (moment - self.offset).astimezone(zone).replace(tzinfo=None)
        try:
            walk = croniter(self.cron, wall)
            while True:
                # In the repeated hour, its first occurrences may be over already.
                instant = _instant(walk.get_next(datetime), zone) + self.offset
                if instant > moment:
                    return instant
        except (CroniterError, OverflowError) as error:
            raise ConfigError("schedule-invalid", where=self.cron, value=self.cron) from error

    def kept(self, noted: datetime | None, now: datetime) -> datetime:
        """Return the next planned time, given the one stored earlier (None: none yet).

        A stored time is kept as long as the schedule contains it: in the past it is a run that
        is due, in the future the next run.  If the schedule does not contain it, the schedule has
        changed, and the time is computed from ``now``: a new schedule has missed nothing.
        """
        if noted is None:
            return self.after(now)
        expected = self.after(now) if noted > now else self.after(noted - _TICK)
        return noted if noted == expected else self.after(now)


def jitter(name: str, most: timedelta) -> timedelta:
    """Return a source's share of ``most``, in whole seconds, the same at every call.

    It prevents sources with the same expression from starting in the same second.
    """
    digest = hashlib.sha256(name.encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % (int(most.total_seconds()) + 1))


def is_valid(cron: str) -> bool:
    """Return whether this is a cron expression of five fields that matches at some time."""
    from croniter import CroniterError, croniter

    if len(cron.split()) != 5 or _RANDOM.search(cron) or not croniter.is_valid(cron):
        return False
    try:
        croniter(cron, datetime(2024, 1, 1)).get_next(datetime)
    except CroniterError:  # the 30th of February
        return False
    return True


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the first instant with local time ``wall``; if it is skipped, when clocks change."""
    before = wall.replace(tzinfo=zone)
    instant = before.astimezone(timezone.utc)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _transition(wall, zone)


def _transition(wall: datetime, zone: ZoneInfo) -> datetime:
    """Return the instant at which the clocks go forward over ``wall``, found by bisection."""
    # In a gap, fold 0 uses the offset before it, fold 1 the one after it.
    early = wall.replace(tzinfo=zone, fold=1).astimezone(timezone.utc)
    late = wall.replace(tzinfo=zone, fold=0).astimezone(timezone.utc)
    offset = early.astimezone(zone).utcoffset()
    while late - early > timedelta(seconds=1):
        middle = early + timedelta(seconds=(late - early) // timedelta(seconds=2))
        if middle.astimezone(zone).utcoffset() == offset:
            early = middle
        else:
            late = middle
    return late
