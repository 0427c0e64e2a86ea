"""Planned times: laws over many schedules, zones and clock changes; and the cases people meet."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from croniter import croniter
from hypothesis import example, given, settings
from hypothesis import strategies as st
from profiles import examples

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings.schedule import Schedule, is_valid, jitter

UTC = timezone.utc
MINUTE = timedelta(minutes=1)
BERLIN = ZoneInfo("Europe/Berlin")
#: Half an hour at Lord Howe; a whole day was left out on Samoa in 2011.
ZONES = ["Europe/Berlin", "UTC", "America/St_Johns", "Australia/Lord_Howe", "Pacific/Apia"]
#: What is watched before and after a change: enough for each to be met, and quickly seen through.
AROUND = timedelta(hours=4)
CHANGES = [
    datetime(2026, 3, 29, 1, tzinfo=UTC),
    datetime(2026, 10, 25, 1, tzinfo=UTC),
    datetime(2026, 10, 3, 15, 30, tzinfo=UTC),
    datetime(2026, 4, 4, 15, tzinfo=UTC),
    datetime(2011, 12, 30, 10, tzinfo=UTC),
]

few = settings(max_examples=examples(30))
crons = st.one_of(
    st.builds("{} {} * * *".format, st.integers(0, 59), st.integers(0, 23)),
    st.builds("*/{} * * * *".format, st.sampled_from([5, 7, 15, 20, 30])),
    st.builds("{} */{} * * *".format, st.integers(0, 59), st.sampled_from([1, 2, 6])),
    st.builds("{0} {1} {2} * *".format, st.integers(0, 59), st.integers(0, 4), st.integers(1, 31)),
    st.builds("{} 2-3 * * {}".format, st.integers(0, 59), st.integers(0, 6)),
)
moments = st.one_of(
    st.datetimes(datetime(2025, 1, 1), datetime(2027, 1, 1), timezones=st.just(UTC)),
    st.builds(
        lambda change, seconds: change + timedelta(seconds=seconds),
        st.sampled_from(CHANGES),
        st.floats(-90000, 90000).map(lambda number: round(number, 3)),
    ),
)
schedules = st.builds(
    Schedule,
    crons,
    st.sampled_from(ZONES),
    st.integers(0, 3600).map(lambda seconds: timedelta(seconds=seconds)),
)


@few
@given(schedules, moments)
def test_the_next_time_is_later_and_the_same_from_anywhere_before_it(
    schedule: Schedule, moment: datetime
) -> None:
    following = schedule.after(moment)
    assert following > moment
    assert following.utcoffset() == timedelta()
    for part in (0.25, 0.5, 0.999):
        assert schedule.after(moment + (following - moment) * part) == following


@few
@given(schedules, moments, st.timedeltas(timedelta(0), timedelta(days=40)))
def test_a_later_moment_has_no_earlier_next_time(
    schedule: Schedule, moment: datetime, more: timedelta
) -> None:
    assert schedule.after(moment) <= schedule.after(moment + more)


@settings(max_examples=examples(12))
@given(crons, st.sampled_from(ZONES), st.sampled_from(CHANGES))
@example("30 2 * * *", "Europe/Berlin", CHANGES[0])
@example("30 2 * * *", "Europe/Berlin", CHANGES[1])
@example("*/15 * * * *", "Australia/Lord_Howe", CHANGES[2])
@example("0 12 * * *", "Pacific/Apia", CHANGES[4])
def test_around_a_clock_change_the_times_are_those_a_patient_watcher_notes(
    cron: str, zone: str, change: datetime
) -> None:
    schedule = Schedule(cron, zone)
    first, last = change - AROUND, change + AROUND
    found = []
    moment = first
    while (moment := schedule.after(moment)) <= last:
        found.append(moment)
    assert found == _watched(cron, ZoneInfo(zone), first, last)


def _watched(cron: str, zone: ZoneInfo, first: datetime, last: datetime) -> list[datetime]:
    """Look at the clock every minute; run what it shows for the first time, and what it skipped."""
    found = []
    fields = croniter.expand(cron)[0]
    shown = first.astimezone(zone).replace(tzinfo=None)
    newest = shown
    moment = first
    while moment < last:
        moment += MINUTE
        shown = moment.astimezone(zone).replace(tzinfo=None)
        while newest < shown:
            newest += MINUTE
            if _shows(fields, newest) and moment not in found:
                found.append(moment)
    return found


def _shows(fields: list[list[int | str]], wall: datetime) -> bool:
    """Whether a clock that shows ``wall`` shows what an expression names, field by field."""
    values = (wall.minute, wall.hour, wall.day, wall.month, wall.isoweekday() % 7)
    return all("*" in named or v in named for named, v in zip(fields, values, strict=True))


@given(st.integers(0, 23), st.integers(0, 59), st.sampled_from(["Europe/Berlin", "UTC"]))
@settings(max_examples=examples(3))
def test_a_daily_time_comes_once_a_day_all_year(hour: int, minute: int, zone: str) -> None:
    schedule = Schedule(f"{minute} {hour} * * *", zone)
    moment = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone)) - MINUTE
    days = []
    for _ in range(365):
        moment = schedule.after(moment)
        days.append(moment.astimezone(ZoneInfo(zone)).timetuple().tm_yday)
    assert days == list(range(1, 366))


@few
@given(schedules, moments, st.integers(1, 20))
def test_after_downtime_one_run_is_due_and_the_next_is_on_the_grid(
    schedule: Schedule, planned: datetime, missed: int
) -> None:
    noted = now = schedule.after(planned)
    for _ in range(missed):
        now = schedule.after(now)
    now += timedelta(seconds=1)
    assert schedule.kept(noted, now) == noted  # due once, however many were missed
    assert schedule.kept(noted, noted) == noted  # or exactly now
    following = schedule.after(now)
    assert following > now
    assert schedule.kept(following, now) == following
    if following - now > timedelta(seconds=1):
        # When the run ended changes nothing: no drift.
        assert schedule.after(now + (following - now) / 2) == following


@few
@given(schedules, schedules, moments)
def test_a_changed_schedule_is_counted_from_now_and_has_missed_nothing(
    old: Schedule, new: Schedule, now: datetime
) -> None:
    noted = old.after(now)
    assert new.kept(noted, now) == new.after(now)
    kept = new.kept(noted, noted + timedelta(days=1))
    assert kept in (noted, new.after(noted + timedelta(days=1)))
    assert new.kept(None, now) == new.after(now)


@given(st.text(), st.timedeltas(timedelta(0), timedelta(hours=2)))
def test_jitter_is_a_sources_own_and_never_more_than_allowed(name: str, most: timedelta) -> None:
    assert timedelta(0) <= jitter(name, most) <= most
    assert jitter(name, most) == jitter(name, most)


def test_jitter_spreads_sources() -> None:
    starts = {jitter(f"stadt-{number}", timedelta(minutes=10)) for number in range(200)}
    assert len(starts) > 150
    assert jitter("rostock", timedelta(0)) == timedelta(0)


def berlin(*when: int) -> datetime:
    """A wall time in Berlin."""
    return datetime(*when, tzinfo=BERLIN)  # type: ignore[misc, arg-type]


def test_half_past_two_in_the_night_the_clocks_go_forward_is_three() -> None:
    schedule = Schedule("30 2 * * *")
    following = schedule.after(berlin(2026, 3, 28, 12))
    assert following == berlin(2026, 3, 29, 3)
    assert schedule.after(following) == berlin(2026, 3, 30, 2, 30)


def test_half_past_two_in_the_night_the_clocks_go_back_is_the_first_one() -> None:
    schedule = Schedule("30 2 * * *")
    following = schedule.after(berlin(2026, 10, 24, 12))
    assert following == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)
    assert schedule.after(following) == berlin(2026, 10, 26, 2, 30)


def test_three_in_the_morning_stays_three_in_summer_and_winter() -> None:
    schedule = Schedule("0 3 * * *")
    for day in (berlin(2026, 1, 14, 12), berlin(2026, 7, 14, 12)):
        assert schedule.after(day).astimezone(BERLIN).hour == 3


@pytest.mark.parametrize(
    "cron",
    ["", "x", "0 3 * *", "0 3 * * * *", "0 0 30 2 *", "R 3 * * *", "r(0-5) 3 * * *", "@daily"],
)
def test_what_never_comes_or_is_drawn_by_lot_is_refused(cron: str) -> None:
    assert not is_valid(cron)


@pytest.mark.parametrize("cron", ["0 3 * * *", "0 0 29 2 *", "0 3 * mar fri", "*/15 * * * *"])
def test_what_comes_is_accepted(cron: str) -> None:
    assert is_valid(cron)


def test_an_impossible_date_is_an_error_that_names_it() -> None:
    with pytest.raises(ConfigError, match="0 0 30 2"):
        Schedule("0 0 30 2 *").after(datetime(2026, 1, 1, tzinfo=UTC))
