"""Dates as portals write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.normalise import dates, periods


@pytest.mark.parametrize(
    ("came", "read"),
    [
        ("2021-01-28 GMT 01:51:03.34919300", "2021-01-28T01:51:03.349193Z"),
        ("2021-12-08Z", "2021-12-08"),
        ("15/08/2013", "2013-08-15"),
        ("08/15/2013", "2013-08-15"),
        ("15.08.2013", "2013-08-15"),
        ("1. 8. 2013", "2013-08-01"),
        ("1.8.2013 9:30 Uhr", "2013-08-01T09:30:00"),
        ("15. August 2013", "2013-08-15"),
        ("März 2020", "2020-03"),
        ("08/2013", "2013-08"),
        ("20130815", "2013-08-15"),
        ("2021-1-8", "2021-01-08"),
        ("2021/01/28", "2021-01-28"),
        ("2021-01-28 01:51:03", "2021-01-28T01:51:03"),
        ("2021-01-28T01:51", "2021-01-28T01:51:00"),
        ("2021-01-28T01:51:03+0100", "2021-01-28T01:51:03+01:00"),
        ("Thu, 28 Jan 2021 01:51:03 GMT", "2021-01-28T01:51:03Z"),
        ("1561975200", "2019-07-01T10:00:00Z"),
        ("1561975200000", "2019-07-01T10:00:00Z"),
        ("/Date(1561975200000+0200)/", "2019-07-01T10:00:00Z"),
        ("20190701T120000Z", "2019-07-01T12:00:00Z"),
        ("20190701T120000+0200", "2019-07-01T12:00:00+02:00"),
        ("2019-W27-1", "2019-07-01"),
        ("2019W271", "2019-07-01"),
        ("2019-182", "2019-07-01"),
        ("Mo., 1. Juli 2019, 12:00 Uhr", "2019-07-01T12:00:00"),
        ("Montag, den 1. Juli 2019", "2019-07-01"),
        ("Sonnabend, 6.7.2019", "2019-07-06"),
        ("1. Juli 2019 um 12.30 Uhr", "2019-07-01T12:30:00"),
        ("Stand: 01.07.2019", "2019-07-01"),
        ("2019-07-01T12:00:00 MESZ", "2019-07-01T12:00:00+02:00"),
        ("7/1/2019 12:05:00 PM", "2019-07-01T12:05:00"),
        ("July 1st, 2019 3:45 PM", "2019-07-01T15:45:00"),
        ("01-JUL-2019 12:00:00", "2019-07-01T12:00:00"),
        ("1 lipca 2019", "2019-07-01"),
        ("2019-07-01T24:00:00", "2019-07-02T00:00:00"),
        ("2021-12-31T24:00:00+02:00", "2022-01-01T00:00:00+02:00"),
        ("Mi, 05/08/2013 - 12:00", "2013-05-08T12:00:00"),
        ("Mo, 05/08/2013 - 12:00", "2013-08-05T12:00:00"),
        ("Do, 05/08/2013 - 12:00", "2013-08-05T12:00:00"),
        ("Mon, 13/01/2020", "2020-01-13"),
        ("mar, 10/12/2019 - 09:23", "2019-12-10T09:23:00"),
        ("Date changed  jeu, 19/12/2019 - 03:00", "2019-12-19T03:00:00"),
        ("Mié, 12/11/2024 - 14:57", "2024-12-11T14:57:00"),
        ("Dom, 08/12/2024 - 14:57", "2024-12-08T14:57:00"),
        ("dim, 08/12/2024 - 14:57", "2024-12-08T14:57:00"),
        ("ma, 09/12/2024 - 14:57", "2024-12-09T14:57:00"),
        ("05/08/2013 - 12:00", "2013-08-05T12:00:00"),
        ("Date changed  2013-08-05 12:00", "2013-08-05T12:00:00"),
        ("Date changed  Wed, 05/08/2013 - 12:00", "2013-05-08T12:00:00"),
        ("<span>2013-08-05</span>", "2013-08-05"),
    ],
)
def test_other_writings_are_read(came: str, read: str) -> None:
    assert dates.date(came).value == read


@pytest.mark.parametrize(
    "came",
    [
        "2013",
        "2013-08",
        "2013-08-15",
        "1784-05-01",
        "2021-01-28T01:51:03",
        "2021-01-28T01:51:03.123456789Z",
    ],
)
def test_a_date_of_the_standard_stays_and_nothing_is_said(came: str) -> None:
    assert dates.date(came) == dates.Outcome(came)


@pytest.mark.parametrize("came", ["null", "None", "k. A.", "9999-01-01", "0001-01-01T00:00:00", ""])
def test_a_placeholder_goes(came: str) -> None:
    assert dates.date(came).value is None


@pytest.mark.parametrize(
    ("came", "rule"),
    [
        ("gestern", "date-unknown"),
        ("Sommer 2019", "date-unknown"),
        ("2019-W60", "date-impossible"),
        ("16117986630", "date-unknown"),
        ("2021-02-30", "date-impossible"),
        ("31.06.2020", "date-impossible"),
        ("2021-01-28T25:00:00", "date-impossible"),
    ],
)
def test_what_is_no_date_is_kept_and_said(came: str, rule: str) -> None:
    outcome = dates.date(came)
    assert outcome.value == came
    assert [said.rule for said in outcome.findings] == [rule]


def test_day_and_month_that_cannot_be_told_apart_are_said_with_the_reading() -> None:
    outcome = dates.date("03/04/2013")
    assert outcome.value == "2013-04-03"
    assert outcome.findings == (dates.finding("date-ambiguous", "03/04/2013", read="2013-04-03"),)


def test_no_zone_is_invented() -> None:
    assert dates.date("1.8.2013 12:30").value == "2013-08-01T12:30:00"


@pytest.mark.parametrize(
    ("came", "start", "end"),
    [
        ("2010-2015", "2010", "2015"),
        ("1.1.2010 bis 31.12.2015", "2010-01-01", "2015-12-31"),
        ("2010-01-01/2015-12-31", "2010-01-01", "2015-12-31"),
    ],
)
def test_a_period_in_one_field_is_taken_apart(came: str, start: str, end: str) -> None:
    period, said = periods.split({"start": came})
    assert period == {"start": start, "end": end}
    assert [item.rule for item in said] == ["period-split"]


def test_a_period_with_both_ends_is_left_alone() -> None:
    period = {"start": "2010-2015", "end": "2020"}
    assert periods.split(period) == (period, ())


_PIECES = st.sampled_from(
    ["2021", "13", "1", "08", "-", "/", ".", "T", " ", ":", "GMT", "Z", "+01", "Mai", "9999"]
)


@given(st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=9).map("".join)))
def test_reading_twice_is_reading_once(came: str) -> None:
    once = dates.date(came).value
    assert once is None or dates.date(once).value == once
