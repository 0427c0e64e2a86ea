"""The parameters of a request for records: what they mean, and what is refused."""

from __future__ import annotations

from typing import Any

import pytest

from ckanext.hanse.records.asked import MOST, read
from ckanext.hanse.records.problem import Problem
from ckanext.hanse.search.boxes import Box
from ckanext.hanse.search.times import Period, periods, span, time_field


def asked(**given: str) -> Any:
    return read(given.items())


def refused(**given: str) -> str:
    with pytest.raises(Problem) as caught:
        read(given.items())
    return caught.value.code


def test_nothing_is_everything_in_the_order_of_identifiers() -> None:
    found = asked()
    assert (found.by_id, found.limit, found.offset, found.given) == (True, 10, 0, ())
    assert asked(q="", bbox="", f="html") == found


@pytest.mark.parametrize(
    ("text", "limit"), [("1", 1), ("500", 500), ("1000000000", MOST), ("9" * 40, MOST)]
)
def test_a_limit_beyond_the_largest_is_the_largest(text: str, limit: int) -> None:
    assert asked(limit=text).limit == limit


@pytest.mark.parametrize("text", ["1e9", "0", "-1", "ten", "10.0", "١", "9" * 9000])
def test_what_is_no_limit(text: str) -> None:
    assert refused(limit=text) == "limit"


@pytest.mark.parametrize("text", ["-1", "1e9", "1000001", "x"])
def test_what_is_no_offset(text: str) -> None:
    assert refused(offset=text) == "offset"


def test_a_parameter_that_is_unknown_or_given_twice() -> None:
    with pytest.raises(Problem) as caught:
        asked(colour="red")
    assert (caught.value.code, caught.value.name) == ("parameter-unknown", "colour")
    assert "bbox" in caught.value.known
    assert refused(filter="title='x'") == refused(**{"bbox-crs": "x"}) == "parameter-unknown"
    with pytest.raises(Problem):
        read([("q", "a"), ("q", "b")])
    assert refused(f="xml") == "format"


@pytest.mark.parametrize(
    ("text", "box"),
    [
        ("10,53,14,55", Box(10, 53, 14, 55)),
        ("10,53,0,14,55,100", Box(10, 53, 14, 55)),
        ("170,-20,-170,20", Box(170, -20, -170, 20)),  # across the date line
        ("14,53,10,55", Box(14, 53, 10, 55)),  # almost around the world
        ("12,54,12,54", Box(12, 54, 12, 54)),
    ],
)
def test_a_box(text: str, box: Box) -> None:
    assert asked(bbox=text).box == box


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("10,53,14", "bbox-numbers"),
        ("10,53,14,55,1", "bbox-numbers"),
        ("a,b,c,d", "bbox-numbers"),
        ("nan,53,14,55", "bbox-numbers"),
        ("10,53,inf,55", "bbox-numbers"),
        ("10;53;14;55", "bbox-numbers"),
        ("1_0,5_3,1_4,5_5", "bbox-numbers"),
        ("١٠,53,14,55", "bbox-numbers"),
        ("-181,0,0,1", "bbox-range"),
        ("0,-91,1,0", "bbox-range"),
        ("10,55,14,53", "bbox-south"),
    ],
)
def test_what_is_no_box(text: str, code: str) -> None:
    assert refused(bbox=text) == code


@pytest.mark.parametrize(
    ("text", "time"),
    [
        ("2024-05-31", ("2024-05-31", "2024-05-31")),
        ("2024-05-31T12:00:00Z", ("2024-05-31T12:00:00Z", "2024-05-31T12:00:00Z")),
        ("2024-05-31T12:00:00 02:00", ("2024-05-31T10:00:00Z", "2024-05-31T10:00:00Z")),
        ("2024-01-01/2024-05-31", ("2024-01-01", "2024-05-31")),
        ("2024-01-01/..", ("2024-01-01", "")),
        ("/2024-05-31T00:00:00.5Z", ("", "2024-05-31T00:00:00Z")),
        ("2024-05-31/2024-05-31T12:00:00Z", ("2024-05-31", "2024-05-31T12:00:00Z")),
    ],
)
def test_a_time(text: str, time: tuple[str, str]) -> None:
    assert asked(datetime=text).time == Period(*time)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2024", "datetime"),
        ("gestern", "datetime"),
        ("2024-02-30", "datetime"),
        ("2024-01-01T25:00:00Z", "datetime"),
        ("2024-01-01T12:00:00", "datetime"),  # without a zone
        ("../..", "datetime"),
        ("/", "datetime"),
        ("..", "datetime"),
        ("2024-01-01/2024-02-01/2024-03-01", "datetime"),
        ("2024-06-01/2024-05-31", "datetime-crossed"),
        ("2024-05-31T12:00:01Z/2024-05-31T12:00:00Z", "datetime-crossed"),
    ],
)
def test_what_is_no_time(text: str, code: str) -> None:
    assert refused(datetime=text) == code


def test_values_between_commas_are_alternatives() -> None:
    found = asked(q="Baum, alter Hafen", type="dataset,series", ids="a,b")
    assert found.terms == ("Baum", "alter Hafen")
    assert found.types == ("dataset", "series")
    assert set(found.ids) == {"a,b", "a", "b"}
    assert "https://a.example/x,y" in asked(externalIds="https://a.example/x,y").external


def test_queryables_are_read_as_the_index_has_them() -> None:
    found = asked(themes="TRAN", open="yes", license="cc-zero", title="Straßen & Wege", year="2024")
    assert found.choices["hanse_theme"][0].endswith("/TRAN")
    assert (
        asked(themes=found.choices["hanse_theme"][0]).choices["hanse_theme"]
        == (found.choices["hanse_theme"])
    )
    assert found.choices["hanse_open"] == ["true"]
    assert found.choices["hanse_licence"][0].endswith("/cc-zero")
    assert found.choices["title_string"] == ["strassen & wege"]
    assert refused(themes="Verkehr-oder-so") == "choice"
    assert refused(open="vielleicht") == "flag"
    assert refused(year="24") == "year"


def test_orders() -> None:
    assert asked(sortby="-updated, title").order == ("metadata_modified desc", "title_string asc")
    assert asked(sortby="+title").order == asked(sortby="title").order
    assert not asked(sortby="title").by_id
    assert refused(sortby="colour") == "sortby"


def test_too_much() -> None:
    assert refused(ids=",".join(map(str, range(300)))) == "values-many"
    assert refused(q="x" * 1_001) == "q-long"


# --- The time that a dataset covers ---------------------------------------------------------------


def covers(*given: tuple[str, str]) -> dict[str, Any]:
    return {"temporal_coverage": [{"start": first, "end": last} for first, last in given]}


def test_periods_for_solr() -> None:
    assert time_field(covers(("2020", "2021-02"))) == ["[2020-01-01 TO 2021-02-28]"]
    assert time_field(covers(("2020-05-01", ""), ("", "1999"))) == [
        "[2020-05-01 TO *]",
        "[* TO 1999-12-31]",
    ]
    assert time_field(covers(("2024-05-06T01:30:00+02:00", "2024-05-07"))) == [
        "[2024-05-05 TO 2024-05-07]"
    ]


@pytest.mark.parametrize(
    "dataset",
    [
        {},
        covers(("", "")),
        covers(("Sommer 2013", "bald")),
        covers(("2021", "2020-12-31")),
        covers(("-0500", "0000")),
        {"temporal_coverage": "2020"},
        {"temporal_coverage": [None, "2020", {"start": ["2020"]}]},
    ],
)
def test_what_names_no_period(dataset: Any) -> None:
    assert periods(dataset) == []


def test_days_and_moments() -> None:
    assert span("2024-02") == Period("2024-02-01", "2024-02-29")
    assert span("9999-12-31T23:59:59-05:00") is None
    assert span("0001") == Period("0001-01-01", "0001-12-31")
    assert span("٢٠٢٤") is None
