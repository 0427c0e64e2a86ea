"""What a client means by ``since``; what it means wrongly is said in plain words."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import pytest

from ckanext.hanse.export.changes import since
from ckanext.hanse.export.changes.since import Cursor
from hanse_harvesters.errors import ConfigError

NOW = datetime(2026, 11, 30, 4, 30, tzinfo=timezone.utc)


@pytest.mark.parametrize(
    ("value", "meant"),
    [
        ("", None),
        (" 0 ", None),
        ("0a1b2c3d-17", Cursor("0a1b2c3d", 17)),
        ("2026-11-30", datetime(2026, 11, 30, tzinfo=timezone.utc)),
        ("2026-11-30T04:00:00Z", NOW - timedelta(minutes=30)),
        ("2026-11-30T05:00:00+01:00", NOW - timedelta(minutes=30)),
        ("2026-11-30T05:00:00 01:00", NOW - timedelta(minutes=30)),  # a plus sent as it is
        ("2026-11-30T04:30:30Z", NOW + timedelta(seconds=30)),  # a clock that is fast
        ("1970-01-01", datetime(1970, 1, 1, tzinfo=timezone.utc)),
    ],
)
def test_a_cursor_a_time_or_the_beginning(value: str, meant: object) -> None:
    assert since.read(value, NOW) == meant


@pytest.mark.parametrize(
    "value",
    ["gestern", "2026-13-01", "0a1b2c3d-", "0a1b2c3d-" + "9" * 19, "12", "-1", "2026-11-30T25:00",
     "' OR 1=1 --", "\0", "x" * 5000, "0a1b2c3d-١٧"],
)  # fmt: skip
def test_anything_else_is_refused_with_an_example(value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        since.read(value, NOW)
    assert refused.value.id == "since-malformed"
    assert "2026-11-30T02:30:00Z" in refused.value.text("en")
    assert len(refused.value.text("en")) < 500


@pytest.mark.parametrize(
    "value", ["2026-11-30T04:32:00Z", "2027-01-01", "9999-12-31T23:59:59+14:00"]
)
def test_the_future_is_refused_with_the_time_it_is(value: str) -> None:
    with pytest.raises(ConfigError) as refused:
        since.read(value, NOW)
    assert refused.value.id == "since-future"
    assert "2026-11-30T04:30:00Z" in refused.value.text("en")


def test_a_cursor_is_read_as_it_was_written() -> None:
    assert since.read(str(Cursor("00ff00ff", 12)), NOW) == Cursor("00ff00ff", 12)
