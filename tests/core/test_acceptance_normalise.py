"""Recorded catalogues: what can be recognised is recognised, and nothing else is claimed."""

from __future__ import annotations

import copy
import json
from collections import Counter
from pathlib import Path

import pytest
from test_acceptance_mapping import load

from hanse_harvesters.mapping.ckan_package import read_package
from hanse_harvesters.mapping.reader import datasets, read_dataset
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.normalise import normalise
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings

pytestmark = pytest.mark.samples

SOURCE = SourceSettings(
    name="hansestadt", kind="rdf", url="https://daten.example/catalog.rdf", organization="stadt"
)
#: File → rules of values nobody can recognise, with their number.
UNRECOGNISED = {
    "rostock-catalog.rdf": {"mimetype-unknown": 19},  # application/octet-stream+zip
    "destatis-catalog.rdf": {},
    "staticat-catalog.ttl": {},
    "odsh__rdf_catalog.xml": {"format-unknown": 38},  # the word "res_format"
    "sh__with_collection.xml": {"code-unlisted": 1},  # a dataset type of the state's own
}
PACKAGES = [
    "shckan__package_show__badegewasser-stammdaten1.json",
    "shckan__package_show__dataset_in_collection.json",
    "shckan__package_show__relationship_null.json",
]


def _results(path: Path) -> list[ReadResult]:
    if path.suffix != ".json":
        graph = load(path)
        return [read_dataset(graph, node) for node in datasets(graph)]
    return [read_package(json.loads(path.read_text("utf-8")), base_url="https://portal.example")]


def _records(path: Path) -> list[Record]:
    records = []
    for result in _results(path):
        record = Record(result.dataset, result.identity, issues=list(result.issues))
        normalise(record, SOURCE)
        once = copy.deepcopy(record.dataset)
        normalise(record, SOURCE)
        assert record.dataset == once
        judge(record)
        records.append(record)
    return records


@pytest.mark.parametrize("name", UNRECOGNISED)
def test_every_code_that_can_be_recognised_is(samples: Path, name: str) -> None:
    rules = Counter(item.rule for record in _records(samples / name) for item in record.issues)
    unknown = {
        rule: number
        for rule, number in rules.items()
        if rule.endswith(("-unknown", "-unlisted", "-invalid", "-impossible"))
        and not rule.startswith("property")
    }
    assert unknown == UNRECOGNISED[name]


def test_rostock_has_a_licence_everywhere_and_a_format_where_it_says_one(samples: Path) -> None:
    records = _records(samples / "rostock-catalog.rdf")
    resources = [item for record in records for item in record.dataset["resources"]]
    assert Counter(item["license"].rpartition("/")[2] for item in resources) == {
        "cc-zero": 765,
        "odbl": 8,
    }
    assert sum("format" in item for item in resources) == 719
    assert all(record.usable for record in records)


@pytest.mark.parametrize("name", PACKAGES)
def test_packages_of_schleswig_holstein_arrive_whole(samples: Path, name: str) -> None:
    (record,) = _records(samples / name)
    assert record.usable
    assert record.dataset["publisher"][0]["name"]
    assert record.dataset["theme"]
    for resource in record.dataset["resources"]:
        assert resource["license"].startswith("http://dcat-ap.de/def/licenses/")
        assert resource["format"] in {"CSV", "PDF"}
    assert not {item.rule for item in record.issues} & {"license-unknown", "format-unknown"}
