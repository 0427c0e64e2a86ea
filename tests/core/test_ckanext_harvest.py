"""What sources of ckanext-harvest become."""

from __future__ import annotations

import json

import pytest
from croniter import croniter

from hanse_harvesters import ckanext_harvest as theirs
from hanse_harvesters.sandbox.document import Package
from hanse_harvesters.sources import ckan, ckan_record


def test_filters_are_carried_over_and_mean_the_same() -> None:
    config = {
        "organizations_filter_include": ["amt-a", "amt-b"],
        "groups_filter_exclude": ["geo", 'we"ird'],
        "force_all": True,
        "default_tags": [{"name": "rostock"}],
        "remote_groups": "create",
        "default_extras": {},
    }
    found = theirs.carry("ckan", json.dumps(config))
    assert found.options == {
        "organization": ["amt-a", "amt-b"],
        "fq": ['-groups:"geo"', '-groups:"we\\"ird"'],
    }
    assert found.lost == ["default_tags", "remote_groups"]
    assert found.needless == ["default_extras", "force_all"]
    options = ckan.Options(organization=("amt-a", "amt-b"), fq=tuple(found.options["fq"]))
    assert ckan.filter_queries(options)[0] == 'organization:("amt-a" OR "amt-b")'


def test_what_belongs_to_another_kind_or_is_no_list_of_names_is_said() -> None:
    found = theirs.carry("rdf", '{"groups_filter_include": ["geo"], "rdf_format": "text/turtle"}')
    assert (found.options, found.lost, found.needless) == (
        {},
        ["groups_filter_include"],
        ["rdf_format"],
    )
    odd = theirs.carry("ckan", '{"groups_filter_include": [1]}')
    assert (odd.options, odd.lost) == ({}, ["groups_filter_include"])


@pytest.mark.parametrize("config", ["{", "[1]", '"x"', "[" * 100_000])
def test_no_json_object_is_said(config: str) -> None:
    assert theirs.carry("ckan", config).unreadable


@pytest.mark.parametrize("frequency", ["ALWAYS", "DAILY", "WEEKLY", "BIWEEKLY", "MONTHLY"])
def test_every_frequency_is_a_cron_expression_and_sources_are_spread(frequency: str) -> None:
    found = {theirs.cron(frequency, f"source-{number}") for number in range(50)}
    assert all(croniter.is_valid(item) for item in found)
    assert len(found) > 25
    assert theirs.cron(frequency, "x") == theirs.cron(frequency.lower(), "x")


def test_how_often_they_run_stays() -> None:
    def days(frequency: str) -> float:
        moments = croniter(theirs.cron(frequency, "x"), start_time=0)
        times = [moments.get_next(float) for _ in range(25)]
        return (times[-1] - times[0]) / 24 / 86400

    assert days("ALWAYS") == pytest.approx(1 / 24)
    assert days("DAILY") == 1
    assert days("WEEKLY") == 7
    assert days("BIWEEKLY") == pytest.approx(15, abs=1)
    assert days("MONTHLY") == pytest.approx(30, abs=1)


@pytest.mark.parametrize("frequency", ["MANUAL", "", "FORTNIGHTLY"])
def test_by_hand_stays_by_hand(frequency: str) -> None:
    assert theirs.cron(frequency, "x") == ""


@pytest.mark.parametrize(
    ("theirs_", "ours"),
    [
        ("open_data_hro", "open-data-hro"),
        ("Lübeck", "lubeck"),
        ("x", "quelle-x"),
        ("…", "quelle-x"),
    ],
)
def test_names(theirs_: str, ours: str) -> None:
    assert theirs.name(theirs_) == ours


def test_the_identity_is_the_one_our_connector_gives() -> None:
    url = "https://daten.example.org/ckan"
    package = {"id": "77", "name": "baeume"}
    named = {**package, "extras": [{"key": "uri", "value": "https://x.example/baeume"}]}
    for found in (package, named):
        ours = ckan_record.record(Package.of(found), url).identity
        assert theirs.identity("ckan", "77", json.dumps(found), url) == ours
    assert theirs.identity("ckan", "77", "", url) == f"{url}/dataset/77"
    assert theirs.identity("ckan", "77", "no json", url) == f"{url}/dataset/77"
    assert theirs.identity("rdf", "https://x.example/1", "", url) == "https://x.example/1"
