"""The conventions of DCAT-AP.de that stay in force: K12, K13, K25, K26, K40."""

from __future__ import annotations

import pytest

from hanse_harvesters.quality.conventions import conventions
from hanse_harvesters.quality.fragment import fragment

OURS = "http://dcat-ap.de/def/contributors/openDataHRO"
OTHER = "http://dcat-ap.de/def/contributors/mecklenburgVorpommern"
DATASET = {
    "uri": "https://stadt.example/1",
    "title": "Bäume",
    "identifier": "https://stadt.example/1",
    "contributor_id": [OURS],
    "modified": "2024-01-01",
    "spatial_coverage": [{"uri": "http://dcat-ap.de/def/politicalGeocoding/stateKey/13"}],
}


def rules(kind="", **change):
    found = conventions({**DATASET, **change}, kind=kind)
    return [(issue.rule, issue.field) for issue in found]


def test_a_dataset_that_follows_them_has_no_issue():
    assert rules("csw") == []


def test_a_contributor_id_is_missed_in_germany_only():
    assert rules(contributor_id=[]) == [("contributor-missing", "contributor_id")]
    assert rules(contributor_id=[], spatial_coverage=[]) == []


def test_one_of_another_list_is_none_but_may_stand_beside():
    assert rules(contributor_id=["https://stadt.example/id"])[0][0] == "contributor-missing"
    assert rules(contributor_id=[OURS, "https://stadt.example/id"]) == []


def test_two_of_the_list_are_one_too_many():
    assert rules(contributor_id=[OURS, OTHER]) == [("contributor-several", "contributor_id")]


def test_a_dataset_without_identifier_cannot_be_recognised():
    assert rules(identifier="") == [("identifier-missing", "identifier")]
    assert rules(other_identifiers=["7"]) == [("identifier-several", "other_identifiers")]


@pytest.mark.parametrize("kind", ["rdf", "csw"])
def test_a_record_of_iso_19139_has_a_date(kind):
    missed = [("modified-missing-iso", "modified")] if kind == "csw" else []
    assert rules(kind, modified="") == missed


def test_identifiers_are_handed_on_unchanged():
    given = [" 0815/A ", "Ümläut", "urn:uuid:3F6B2F0E-8B0D-4A51-9E0C-6A5A2B7C9D10"]
    text = fragment({**DATASET, "identifier": given[0], "other_identifiers": given[1:]}).text
    for one in given:
        assert f'<http://purl.org/dc/terms/identifier> "{one}" .' in text
