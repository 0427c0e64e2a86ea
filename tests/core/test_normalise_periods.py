"""Periods in one field, in the spellings of German and other catalogues."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from portals.files import turtle

from hanse_harvesters.normalise import dates, periods

SPELLINGS = [
    ("2017", "2017", "2017"),
    ("2017-05-04", "2017-05-04", "2017-05-04"),
    ("im Jahr 2017", "2017", "2017"),
    ("Juli 2019", "2019-07", "2019-07"),
    ("start=2001-05-01; end=2003-06-30; scheme=W3C-DTF;", "2001-05-01", "2003-06-30"),
    ("name=Bauzeit; start=2010", "2010", ""),
    ("01.01.2017 - 31.12.2018", "2017-01-01", "2018-12-31"),
    ("01.01.2017-31.12.2018", "2017-01-01", "2018-12-31"),
    ("01.01.-31.12.2018", "2018-01-01", "2018-12-31"),
    ("1.-15.03.2018", "2018-03-01", "2018-03-15"),
    ("1. Juli 2019 bis 3. August 2019", "2019-07-01", "2019-08-03"),
    ("Januar bis März 2018", "2018-01", "2018-03"),
    ("01/2017 - 12/2018", "2017-01", "2018-12"),
    ("2010 bis 2015", "2010", "2015"),
    ("von 2010 bis 2015", "2010", "2015"),
    ("between 2010 and 2015", "2010", "2015"),
    ("2010-2015", "2010", "2015"),
    ("2010–2015", "2010", "2015"),
    ("2010/2015", "2010", "2015"),
    ("2010-01-01/2015-12-31", "2010-01-01", "2015-12-31"),
    ("2010-01-01/..", "2010-01-01", ""),
    ("../2015", "", "2015"),
    ("2010-01-01/P1Y", "2010-01-01", "2010-12-31"),
    ("2017-01-01/9999-12-31", "2017-01-01", ""),
    ("2010 - heute", "2010", ""),
    ("seit 2010", "2010", ""),
    ("bis 2015", "", "2015"),
    ("3. Quartal 2018", "2018-07", "2018-09"),
    ("Q3 2018", "2018-07", "2018-09"),
    ("1. Halbjahr 2018", "2018-01", "2018-06"),
    ("KW 27/2019", "2019-07-01", "2019-07-07"),
    ("2019-W27", "2019-07-01", "2019-07-07"),
    ("Schuljahr 2010/11", "2010", "2011"),
    ("2017, 2018, 2019", "2017", "2019"),
    ("01/2017-12/2018", "2017-01", "2018-12"),
    ("2017-01-01-2018-12-31", "2017-01-01", "2018-12-31"),
    ("20170101-20181231", "2017-01-01", "2018-12-31"),
    ("Oktober-Dezember 2018", "2018-10", "2018-12"),
    ("von 1.1.2017", "2017-01-01", ""),
]


@pytest.mark.parametrize(("came", "start", "end"), SPELLINGS)
def test_a_period_in_words_has_start_and_end(came: str, start: str, end: str) -> None:
    assert periods.read(came) == (start, end)


@pytest.mark.parametrize("came", ["", "Sommer 2019", "19. Jahrhundert", "P1Y", "start=;end="])
def test_what_is_no_period_is_none(came: str) -> None:
    assert periods.read(came) is None


def test_periods_as_text_arrive_in_the_dataset(tmp_path: Path) -> None:
    said = "\n".join(
        f'<https://a.de/{number}> a dcat:Dataset ; dct:title "{number}" ; dct:temporal "{came}" .'
        for number, (came, _, _) in enumerate(SPELLINGS)
    )
    found = turtle(tmp_path, said)
    for record in found.records:
        _, start, end = SPELLINGS[int(record.dataset["title"])]
        sides = {key: date for key, date in (("start", start), ("end", end)) if date}
        assert record.dataset["temporal_coverage"] == [sides], record.dataset["title"]


def test_a_period_by_a_label_and_words_that_are_none(tmp_path: Path) -> None:
    found = turtle(
        tmp_path,
        """<https://a.de/1> a dcat:Dataset ; dct:title "a" ;
          dct:temporal [ a dct:PeriodOfTime ; rdfs:label "2010 bis 2015" ] .
        <https://a.de/2> a dcat:Dataset ; dct:title "b" ; dct:temporal "Sommer 2019" .""",
    )
    one, two = found.records
    assert one.dataset["temporal_coverage"] == [{"start": "2010", "end": "2015"}]
    assert two.dataset["temporal_coverage"] == [{"start": "Sommer 2019"}]  # nothing is lost
    assert "date-unknown" in {said.rule for said in two.issues}


_PIECES = st.sampled_from(
    ["2010", "2015", "11", "-", "/", " bis ", "..", "ab ", "1.", "P1Y", "start=", ";", " "]
)


@given(st.one_of(st.text(max_size=40), st.lists(_PIECES, max_size=7).map("".join)))
def test_what_is_read_is_dates_of_the_standard_and_reads_the_same_again(came: str) -> None:
    found = periods.read(came)
    if found is None:
        return
    assert all(not date or dates.is_xsd(date) for date in found)
    sides = {key: date for key, date in zip(("start", "end"), found, strict=True) if date}
    assert periods.split(sides)[0] == sides
