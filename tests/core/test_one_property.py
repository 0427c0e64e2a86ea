"""A property is one entry of the table: everything that has to know it finds it there."""

from __future__ import annotations

import json
from typing import Any

import one_property
import pytest
import yaml
from one_property import FIELD, LABEL, TERM, VALUE, Copy

DATASET = {"uri": "https://baum.example/1", "title": "Bäume", FIELD: VALUE}

EVERYWHERE = f"""
import json
import pyshacl, rdflib
from ckanext.hanse.search import search_fields
from hanse_harvesters.graph import from_graph, to_graph
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.writer import dataset_triples

dataset = json.loads({json.dumps(DATASET)!r})
written = adapters.serialize(dataset_triples(dataset), "nt").decode()
graph = to_graph(dataset)
shape = rdflib.Graph().parse(format="turtle", data='''
@prefix sh: <http://www.w3.org/ns/shacl#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
[] a sh:NodeShape ; sh:targetClass dcat:Dataset ;
   sh:property [ sh:path <{TERM}> ; sh:minCount 1 ; sh:nodeKind sh:Literal ] .
''')
[record] = from_graph(graph)
print(json.dumps({{
    "written": written,
    "read": record.dataset,
    "unknown": record.unknown,
    "valid": pyshacl.validate(graph, shacl_graph=shape)[0],
    "searched": search_fields(dataset),
}}))
"""


@pytest.fixture(scope="module")
def copy(tmp_path_factory: pytest.TempPathFactory) -> Copy:
    return one_property.make(tmp_path_factory.mktemp("table"))


@pytest.fixture(scope="module")
def found(copy: Copy) -> dict[str, Any]:
    """What the core and the search make of a dataset with the property."""
    answer: dict[str, Any] = json.loads(copy.python("-c", EVERYWHERE))
    return answer


def test_a_form_asks_for_it(copy: Copy) -> None:
    fields = yaml.safe_load(copy.read("schemas/dcat_ap_de.yaml"))["dataset_fields"]
    by_name = {field["field_name"]: field for field in fields}
    assert by_name[FIELD]["label"] == {"de": LABEL, "en": "Tree species"}
    assert by_name[FIELD]["section"] == "more"
    assert f"{FIELD}_translated" in by_name


def test_the_documentation_explains_it(copy: Copy) -> None:
    (row,) = [line for line in copy.read("docs/fields.md").splitlines() if f"`{FIELD}`" in line]
    assert TERM in row
    assert "Welche Bäume hier stehen." in row


def test_the_writer_writes_it(found: dict[str, Any]) -> None:
    assert f'<{TERM}> "{VALUE}" .' in found["written"]


def test_the_reader_reads_it(found: dict[str, Any]) -> None:
    assert found["read"] == DATASET
    assert found["unknown"] == ""


def test_shapes_see_it(found: dict[str, Any]) -> None:
    assert found["valid"]


def test_a_search_finds_it(found: dict[str, Any]) -> None:
    assert VALUE in found["searched"]["text"]
    assert "linde" in " ".join(found["searched"]["text_parts"])
