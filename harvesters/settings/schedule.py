"""When a source is harvested next: a cron expression in the wall time of a zone.

Wall times are mapped to instants so that each runs exactly once: one that the clocks
skip in spring runs when they have gone forward, one that they show twice in autumn
runs the first time.  Everything is counted from planned times, never from when a run
ended, so nothing drifts.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

from croniter import croniter
from croniter.croniter import CroniterError

from hanse_harvesters.errors import ConfigError

#: croniter draws a random number for an ``r``, another one at each call.
_RANDOM = re.compile(r"(?<![a-z])r(?![a-z])", re.IGNORECASE)
_TICK = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True)
class Schedule:
    """Planned times of one source.

    ``cron``      five fields; ``timezone`` an IANA name, in which they are meant.
    ``offset``    added to every time (:func:`jitter`).
    ConfigError (``schedule-invalid``) for an expression that never comes true or is none.
    """

    cron: str
    timezone: str = "Europe/Berlin"
    offset: timedelta = field(default=timedelta())

    def after(self, moment: datetime) -> datetime:
        """The first planned time later than ``moment`` (with a zone), in UTC."""
        zone = ZoneInfo(self.timezone)
        wall = (moment - self.offset).astimezone(zone).replace(tzinfo=None)
        try:
            walk = croniter(self.cron, wall)
            while True:
                # Within the hour that comes twice, the first ones are over already.
                instant = _instant(walk.get_next(datetime), zone) + self.offset
                if instant > moment:
                    return instant
        except (CroniterError, OverflowError) as error:
            raise ConfigError("schedule-invalid", where=self.cron, value=self.cron) from error

    def kept(self, noted: datetime | None, now: datetime) -> datetime:
        """The next planned time, given the one that was noted earlier (None: none yet).

        A noted time stands as long as it is the schedule's: one in the past is a run that
        is due, one in the future the next.  Where the schedule says otherwise by now it
        was changed, and is counted from ``now``: a new schedule has missed nothing.
        """
        if noted is None:
            return self.after(now)
        expected = self.after(now) if noted > now else self.after(noted - _TICK)
        return noted if noted == expected else self.after(now)


def jitter(name: str, most: timedelta) -> timedelta:
    """A source's own part of ``most``, in whole seconds, the same at every call.

    It keeps sources with the same expression from starting in the same second.
    """
    digest = hashlib.sha256(name.encode()).digest()
    return timedelta(seconds=int.from_bytes(digest[:8], "big") % (int(most.total_seconds()) + 1))


def is_valid(cron: str) -> bool:
    """Whether this is a cron expression of five fields that comes true one day."""
    if len(cron.split()) != 5 or _RANDOM.search(cron) or not croniter.is_valid(cron):
        return False
    try:
        croniter(cron, datetime(2024, 1, 1)).get_next(datetime)
    except CroniterError:  # the 30th of February
        return False
    return True


def _instant(wall: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks of ``zone`` first show ``wall``; if never, when they are put past it."""
    before = wall.replace(tzinfo=zone)
    instant = before.astimezone(timezone.utc)
    if instant.astimezone(zone).replace(tzinfo=None) == wall:
        return instant
    return _transition(wall, zone)


def _transition(wall: datetime, zone: ZoneInfo) -> datetime:
    """The instant at which the clocks go forward over ``wall``, found by halving."""
    # In a gap, fold 0 counts with the offset of before, fold 1 with that of after.
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
