"""What is missing, said with a remedy; only what cannot be stored is rejected."""

from __future__ import annotations

from typing import Any

import pytest

from hanse_harvesters.issue import Severity
from hanse_harvesters.quality.judge import HVD_REGULATION, judge
from hanse_harvesters.record import Record

BY = "http://dcat-ap.de/def/licenses/dl-by-de/2.0"
ZERO = "http://dcat-ap.de/def/licenses/dl-zero-de/2.0"


def judged(**dataset: Any) -> Record:
    record = Record({"title": "Baumkataster", **dataset}, "x")
    judge(record)
    return record


def fields(record: Record, rule: str) -> list[str]:
    return [item.field for item in record.issues if item.rule == rule]


def test_a_dataset_without_title_is_rejected_and_nothing_else_is() -> None:
    record = judged(title="")
    assert not record.usable
    assert [item.rule for item in record.issues if item.severity is Severity.ERROR] == [
        "title-missing"
    ]
    assert judged().usable


def test_a_title_in_another_language_is_a_title() -> None:
    record = Record({"title_translated": {"pl": "Drzewa"}}, "x")
    judge(record)
    assert record.usable


def test_obligations_of_the_table_are_said_with_their_names_in_both_languages() -> None:
    record = judged()
    assert fields(record, "mandatory-missing") == ["notes", "publisher"]
    assert "theme" in fields(record, "recommended-missing")
    assert "resources" in fields(record, "distribution-missing")
    (notes,) = [item for item in record.issues if item.field == "notes"]
    assert "Beschreibung" in notes.message("de")
    assert "Description" in notes.message("en")
    assert notes.severity is Severity.WARNING


def test_what_is_there_is_not_missed() -> None:
    record = judged(
        notes="Alle Bäume", publisher=[{"name": "Stadt Wismar"}], tags=[{"name": "Baum"}]
    )
    assert fields(record, "mandatory-missing") == []
    assert "tags" not in fields(record, "recommended-missing")


def test_a_publisher_known_by_its_iri_alone_is_no_nameless_publisher() -> None:
    record = judged(notes="x", publisher=[{"uri": "https://stadt.example/"}])
    assert fields(record, "mandatory-missing") == []


def test_a_recommended_property_missing_in_many_resources_is_one_issue() -> None:
    with_name = {"name": "x", "access_url": "https://a.example", "license": ZERO}
    resources = [with_name, {**with_name, "name": ""}, {**with_name, "name": ""}]
    record = judged(resources=resources)
    (issue,) = [item for item in record.issues if item.field == "resources.name"]
    assert "(2 von 3)" in issue.message("de")


@pytest.mark.parametrize(
    ("resource", "rule", "field"),
    [
        ({"name": "x", "license": ZERO}, "access-url-missing", "resources[0].access_url"),
        ({"access_url": "https://a.example"}, "license-missing", "resources[0].license"),
        (
            {"access_url": "https://a.example", "license": BY},
            "license-attribution-missing",
            "resources[0].license_attribution_by_text",
        ),
    ],
)
def test_a_resource_needs_an_address_a_licence_and_whom_to_name(
    resource: dict[str, Any], rule: str, field: str
) -> None:
    assert fields(judged(resources=[resource]), rule) == [field]


def test_a_complete_resource_is_not_complained_about() -> None:
    resource = {
        "access_url": "https://a.example",
        "license": BY,
        "license_attribution_by_text": "Stadt Wismar",
    }
    record = judged(resources=[resource])
    for rule in ("access-url-missing", "license-missing", "license-attribution-missing"):
        assert fields(record, rule) == []


def test_a_service_is_a_way_to_the_data() -> None:
    service = {"title": "WFS", "endpoint_url": ["https://a.example/wfs"]}
    assert fields(judged(resources=[{"access_services": [service]}]), "access-url-missing") == []


def test_a_contact_wants_a_way_to_reach_it() -> None:
    contacts = [
        {"name": "Amt"},
        {"name": "Rat", "telephone": "0381 1"},
        {"uri": "https://a.example"},
    ]
    assert fields(judged(contact=contacts), "contact-unreachable") == ["contact[0]"]


@pytest.mark.parametrize(
    ("period", "rule"),
    [
        ({"uri": "https://a.example/p"}, "period-empty"),
        ({"start": "2021", "end": "2020-12-31"}, "period-reversed"),
        ({"start": "2020-12-31", "end": "2020"}, None),
        ({"start": "2020"}, None),
        ({"start": "irgendwann", "end": "2020"}, None),
    ],
)
def test_a_period_has_an_end_and_does_not_run_backwards(
    period: dict[str, str], rule: str | None
) -> None:
    record = judged(temporal_coverage=[period])
    found = [item.rule for item in record.issues if item.rule.startswith("period")]
    assert found == ([rule] if rule else [])


@pytest.mark.parametrize(
    ("dataset", "rule"),
    [
        ({"hvd_category": ["http://data.europa.eu/bna/c_ac64a52d"]}, "hvd-legislation-missing"),
        ({"applicable_legislation": [HVD_REGULATION]}, "hvd-category-missing"),
    ],
)
def test_regulation_and_category_of_high_value_data_belong_together(
    dataset: dict[str, Any], rule: str
) -> None:
    rules = [item.rule for item in judged(**dataset).issues if item.rule.startswith("hvd")]
    assert rules == [rule]
    both = judged(
        hvd_category=["http://data.europa.eu/bna/c_ac64a52d"],
        applicable_legislation=[HVD_REGULATION],
    )
    assert not [item for item in both.issues if item.rule.startswith("hvd")]


def test_a_series_needs_no_files_of_its_own() -> None:
    assert fields(judged(rdf_type="DatasetSeries"), "distribution-missing") == []


def test_judging_twice_says_nothing_twice() -> None:
    record = judged()
    before = list(record.issues)
    judge(record)
    assert record.issues == before
