"""A schedule as text: by hand, hourly, nightly, weekly, or a cron expression."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timezone
from zoneinfo import ZoneInfo

import ckan.plugins.toolkit as tk

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings import schedule

KINDS = ("hand", "daily", "weekly", "hourly", "cron")
_TIME = re.compile(r"([01]?\d|2[0-3]):([0-5]\d)")
_DAILY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* \*")
_WEEKLY = re.compile(r"(\d{1,2}) (\d{1,2}) \* \* ([0-7])")
_MINUTES = re.compile(r"(?:\*|[0-5]?\d-59)/(\d{1,2}) \* \* \* \*")
_HOURLY = re.compile(r"(\d{1,2}) \* \* \* \*")


@dataclass(frozen=True, slots=True)
class ScheduleChoice:
    """Values of the form: one of :data:`KINDS`, ``HH:MM``, a day (1 Monday … 7), an expression."""

    kind: str = "daily"
    time: str = "03:15"
    day: str = "1"
    cron: str = ""


def choice(cron: str) -> ScheduleChoice:
    """Convert a cron expression to the form's values."""
    if not cron:
        return ScheduleChoice("hand")
    if found := _HOURLY.fullmatch(cron):
        return ScheduleChoice("hourly", time=f"00:{int(found[1]):02}", cron=cron)
    if found := _DAILY.fullmatch(cron):
        return ScheduleChoice("daily", _clock(found[2], found[1]), cron=cron)
    if found := _WEEKLY.fullmatch(cron):
        return ScheduleChoice("weekly", _clock(found[2], found[1]), str(int(found[3]) or 7), cron)
    return ScheduleChoice("cron", cron=cron)


def _clock(hour: str, minute: str) -> str:
    return f"{int(hour):02}:{int(minute):02}"


def expression(form: Mapping[str, str]) -> str:
    """Return the cron expression of the fields ``schedule_kind``, ``_time``, ``_day``, ``_cron``.

    Invalid input is returned unchanged, for the validation to refuse.
    """
    kind = form.get("schedule_kind", "")
    if kind == "cron":
        return form.get("schedule_cron", "").strip()
    if kind not in KINDS or kind == "hand":
        return ""
    time = form.get("schedule_time", "").strip()[:20]
    found = _TIME.fullmatch(time[:5])
    if not found:
        return time or "?"
    minute, hour = int(found[2]), int(found[1])
    if kind == "hourly":
        return f"{minute} * * * *"
    day = form.get("schedule_day", "1")
    if kind == "weekly":
        return f"{minute} {hour} * * {int(day) % 7 if day in '1234567' and day else day}"
    return f"{minute} {hour} * * *"


def days() -> list[tuple[str, str]]:
    """Return the days of the week, Monday first."""
    words = (
        tk._("Monday"), tk._("Tuesday"), tk._("Wednesday"), tk._("Thursday"), tk._("Friday"),
        tk._("Saturday"), tk._("Sunday"),
    )  # fmt: skip
    return [(str(number), word) for number, word in enumerate(words, 1)]


def words(cron: str) -> str:
    """Describe a schedule in words."""
    found = choice(cron)
    if found.kind == "hand":
        return tk._("by hand only")
    if found.kind == "hourly":
        return tk._("every hour, {minute} minutes past").format(minute=int(found.time[3:]))
    if found.kind == "daily":
        return tk._("daily at {time}").format(time=found.time)
    if found.kind == "weekly":
        day = dict(days())[found.day]
        return tk._("every week on {day} at {time}").format(day=day, time=found.time)
    if often := _MINUTES.fullmatch(cron):
        return tk._("every {number} minutes").format(number=int(often[1]))
    return tk._("by the expression {cron}").format(cron=found.cron)


def next_times(cron: str, zone: str, number: int = 3, *, now: datetime | None = None) -> list[str]:
    """Return a schedule's next times, ISO 8601 in its zone; none if the expression is invalid."""
    if not schedule.is_valid(cron):
        return []
    try:
        place = ZoneInfo(zone)
        found, moment = [], now or datetime.now(timezone.utc)
        for _ in range(number):
            moment = schedule.Schedule(cron, zone).after(moment)
            found.append(moment.astimezone(place).isoformat(timespec="minutes"))
    except (ConfigError, ValueError, OSError, KeyError):
        return []
    return found
