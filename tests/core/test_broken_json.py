"""JSON-LD with values that are none, and JSON that is none: what costs what."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from portals.files import Arrived, arrived

from hanse_harvesters.pipeline import Bounds, Run
from hanse_harvesters.sandbox.document import ParseLimits

BASE = "https://daten.hafen.example/"
CONTEXT = {
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "id": "@id",
    "type": "@type",
}


def node(number: int, **more: Any) -> dict[str, Any]:
    return {
        "@id": f"{BASE}{number}",
        "@type": "dcat:Dataset",
        **{key.replace("__", ":"): value for key, value in more.items()},
        "dct:title": f"Titel {number}",
        "dcat:distribution": [
            {"@type": "dcat:Distribution", "dcat:accessURL": {"@id": f"https://h.example/{number}"}}
        ],
    }


def documents(*nodes: Any) -> dict[str, Any]:
    """The same as a graph, with the context last, as a list, within its catalogue."""
    catalogue = {"@id": f"{BASE}k", "@type": "dcat:Catalog", "dcat:dataset": list(nodes)}
    return {
        "graph": {"@context": CONTEXT, "@graph": list(nodes)},
        "context last": {"@graph": list(nodes), "@context": CONTEXT},
        "nested": {"@context": CONTEXT, **catalogue},
    }


def usable(found: Arrived) -> dict[str, dict[str, Any]]:
    return {r.identity: r.dataset for r in found.records if r.usable}


def said(found: Arrived) -> str:
    return " ".join(i.message("de") for i in found.run.issues)


BAD = {
    "type null": {"@type": ["dcat:Dataset", None]},
    "type number": {"@type": ["dcat:Dataset", 7]},
    "type object": {"@type": ["dcat:Dataset", {"a": 1}]},
    "language null": {"dct__subject": {"@value": "x", "@language": None}},
    "language number": {"dct__subject": {"@value": "x", "@language": 7}},
    "language list": {"dct__subject": {"@value": "x", "@language": ["de"]}},
    "value object": {"dct__issued": {"@value": {"a": 1}, "@type": "xsd:date"}},
    "value list": {"dct__issued": {"@value": ["2020"], "@type": "xsd:date"}},
    "value and id": {"dct__issued": {"@value": "2020", "@id": "a:b"}},
    "type of value a number": {"dct__issued": {"@value": "2020-01-01", "@type": 7}},
    "id inside a number": {"dct__license": {"@id": 7}},
    "alias null": {"dct__license": {"id": {"a": "b"}}},
    "list in set": {"dct__subject": {"@set": "x", "@value": "y"}},
    "index number": {"dct__subject": {"@value": "x", "@index": 7}},
    "reverse text": {"@reverse": "x"},
}


@pytest.mark.parametrize("bad", BAD.values(), ids=BAD)
@pytest.mark.parametrize("form", ["graph", "context last", "nested"])
def test_a_bad_value_costs_that_value_or_that_record(
    tmp_path: Path, bad: dict[str, Any], form: str
) -> None:
    document = documents(node(1), node(2, **bad), node(3))[form]
    found = arrived(tmp_path, json.dumps(document))
    for number in (1, 3):
        dataset = usable(found)[f"{BASE}{number}"]
        assert dataset["title"] == f"Titel {number}"
        assert len(dataset["resources"]) == 1
    assert {record.identity for record in found.records} >= {f"{BASE}2"}
    assert "JSON-LD" in said(found)


@pytest.mark.parametrize("name", [4711, None, {"a": 1}, ["a:1", "a:2"], True])
def test_a_record_without_a_name_that_can_be_read_is_kept_back(tmp_path: Path, name: Any) -> None:
    document = documents(node(1), {**node(2), "@id": name}, node(3))["graph"]
    found = arrived(tmp_path, json.dumps(document))
    assert set(usable(found)) == {f"{BASE}1", f"{BASE}3"}
    assert "@graph[1].@id" in said(found)
    assert not found.run.completeness.complete


def test_a_name_in_a_list_is_a_name(tmp_path: Path) -> None:
    document = documents(node(1), {**node(2), "@id": [f"{BASE}2"]}, node(3))["graph"]
    found = arrived(tmp_path, json.dumps(document))
    assert set(usable(found)) == {f"{BASE}{number}" for number in (1, 2, 3)}


def test_what_was_read_before_the_fault_is_there_once(tmp_path: Path) -> None:
    """Without names of their own: nodes that were read twice would be two."""
    document = documents(node(1), node(2, dct__subject={"@value": "x", "@language": 7}))["graph"]
    for stream in (True, False):
        text = json.dumps(document, sort_keys=stream)
        found = arrived(tmp_path, text)
        assert [len(dataset["resources"]) for dataset in usable(found).values()] == [1, 1]


MENDED = {
    "NaN": ('"dct:x": 1', '"dct:x": NaN', "NaN"),
    "-Infinity": ('"dct:x": 1', '"dct:x": -Infinity', "Infinity"),
    "a comma in an object": ('"dct:x": 1', '"dct:x": {"dct:y": 1,}', ","),
    "a comma in a list": ('"dct:x": 1', '"dct:x": [1, 2,\n]', ","),
    "a tab": ('"dct:x": 1', '"dct:x": "a\tb"', "control character"),
    "a line break": ('"dct:x": 1', '"dct:x": "a\nb"', "control character"),
}


@pytest.mark.parametrize("form", ["graph", "context last", "nested"])
@pytest.mark.parametrize("case", MENDED.values(), ids=MENDED)
def test_json_that_is_nearly_right_is_mended_and_it_is_said(
    tmp_path: Path, case: tuple[str, str, str], form: str
) -> None:
    right, wrong, word = case
    text = json.dumps(documents(node(1), node(2, dct__x=1), node(3))[form])
    found = arrived(tmp_path, text.replace(right, wrong))
    assert set(usable(found)) == {f"{BASE}{number}" for number in (1, 2, 3)}
    assert word in said(found)
    assert found.run.completeness.complete


@pytest.mark.parametrize("form", ["graph", "context last", "nested"])
@pytest.mark.parametrize(
    "wrong", ['"dct:x": nix', '"dct:x": "ohne Ende', '"dct:x" 1', '"dct:x": 1]', "'dct:x': 1"]
)
def test_a_record_that_is_no_json_is_kept_back_and_no_other(
    tmp_path: Path, wrong: str, form: str
) -> None:
    text = json.dumps(documents(node(1), node(2, dct__x=1), node(3))[form], indent=1)
    found = arrived(tmp_path, text.replace('"dct:x": 1', wrong))
    assert set(usable(found)) == {f"{BASE}1", f"{BASE}3"}
    (kept,) = [r for r in found.records if r.identity == f"{BASE}2"]
    (why,) = [i for i in kept.issues if i.rule == "record-broken"]
    assert "Zeile" in why.message("de")
    assert not found.run.completeness.complete


def test_a_document_that_ends_within_a_record_keeps_those_before(tmp_path: Path) -> None:
    text = json.dumps(documents(node(1), node(2), node(3))["graph"])
    found = arrived(tmp_path, text[: text.rindex('"dcat:accessURL"')])
    assert set(usable(found)) == {f"{BASE}1", f"{BASE}2"}
    assert [r.identity for r in found.records if not r.usable] == [f"{BASE}3"]
    assert found.run.completeness.reason == "document-cut"


def test_a_large_document_is_read_again_too(tmp_path: Path, monkeypatch: Any) -> None:
    """Beyond what is kept in memory it is read as a stream, which ends at the fault."""
    made = Run.__init__

    def streams(self: Run, *args: Any, **kwargs: Any) -> None:
        made(self, *args, **{**kwargs, "bounds": Bounds(parse=ParseLimits(stream=100))})

    monkeypatch.setattr(Run, "__init__", streams)
    bad = {"@value": "x", "@language": None}
    nodes = [node(n, **({"dct__subject": bad} if n == 50 else {})) for n in range(1, 101)]
    found = arrived(tmp_path, json.dumps(documents(*nodes)["graph"]))
    assert len(usable(found)) == 100
    assert "@graph[49]" in said(found)
