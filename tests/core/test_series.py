"""The order of the datasets of a series."""

from __future__ import annotations

from typing import Any

from hanse_harvesters.series import ordered


def year(number: int, **fields: Any) -> dict[str, Any]:
    return {"uri": f"urn:{number}", "title": f"Luftbilder {number}", **fields}


def titles(members: list[Any]) -> list[str]:
    return [item["title"] for item in ordered(members)]


def test_a_chain_of_predecessors_decides() -> None:
    members = [
        year(2020, series_previous="urn:2024"),
        year(2016),
        year(2024, series_previous="urn:2016"),
    ]
    assert titles(members) == ["Luftbilder 2016", "Luftbilder 2024", "Luftbilder 2020"]


def test_without_a_chain_through_all_the_period_decides_then_the_date_then_the_title() -> None:
    members = [
        year(2, issued="2019"),
        year(1, issued="2019"),
        year(3, temporal_coverage=[{"start": "2021"}, {"start": "2012"}]),
        year(4, temporal_coverage=[{"end": "2011"}], series_previous="urn:elsewhere"),
        year(5),
    ]
    assert [item["uri"] for item in ordered(members)] == [
        "urn:4", "urn:3", "urn:1", "urn:2", "urn:5"
    ]  # fmt: skip


def test_a_ring_is_no_chain() -> None:
    ring = [year(2, series_previous="urn:1"), year(1, series_previous="urn:2")]
    assert titles(ring) == ["Luftbilder 1", "Luftbilder 2"]
    assert ordered([]) == []
