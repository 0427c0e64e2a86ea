"""Which model dataset a dataset says it is, and how a confirmed one is written."""

from __future__ import annotations

from typing import Any

import pytest

from hanse_harvesters.mapping.terms import IRI, Graph, Literal
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.model_datasets.assignment import assigned, unknown_references, with_model
from hanse_schemas.model_datasets import BASE, model_datasets
from hanse_schemas.table import expand

CALENDAR = "abfallentsorgung/abfallkalender"


def paths(dataset: dict[str, Any]) -> list[tuple[str, str]]:
    return [(found.model.path, found.found_in) for found in assigned(dataset)]


def tags(*names: str) -> list[dict[str, str]]:
    return [{"name": name} for name in names]


@pytest.mark.parametrize(
    ("dataset", "expected"),
    [
        ({"references": [BASE + CALENDAR]}, [(CALENDAR, "reference")]),
        # V2, as Schleswig-Holstein writes it, beside another reference and twice.
        (
            {
                "references": [
                    "https://doi.org/10.1234/abcd",
                    "http://musterdatenkatalog.de/def/musterdatensatz/abfallwirtschaft/abfallkalender/",
                    BASE + CALENDAR,
                ]
            },
            [(CALENDAR, "reference")],
        ),
        ({"tags": tags("Abfallentsorgung", "Abfallkalender", "2024")}, [(CALENDAR, "keywords")]),
        (
            {"tags": tags("BILDUNG", "Schule - Standort")},
            [("bildung/schule/standort", "keywords")],
        ),
        (
            {"tags_translated": {"de": ["Bildung", "Schule", "Standort"]}},
            [("bildung/schule/standort", "keywords")],
        ),
        # A reference decides over keywords.
        (
            {"references": [BASE + "wetter/hitze"], "tags": tags("Kultur", "Denkmal")},
            [("wetter/hitze", "reference")],
        ),
        # Two model datasets fit: neither is said.
        ({"tags": tags("Verkehr", "Unfall", "Ampelanlage")}, []),
        ({"tags": tags("Denkmal")}, []),
        ({"references": [BASE + "nie/gewesen"]}, []),
        ({}, []),
    ],
)
def test_what_a_dataset_says_it_is(
    dataset: dict[str, Any], expected: list[tuple[str, str]]
) -> None:
    assert paths(dataset) == expected


def test_references_that_never_existed_are_named() -> None:
    never = BASE + "nie/gewesen"
    assert unknown_references({"references": [never, BASE + CALENDAR, "https://x.example"]}) == (
        never,
    )


def test_a_confirmed_model_dataset_is_written_as_dcat_ap_de_asks() -> None:
    model = model_datasets().by_path(CALENDAR)
    assert model is not None
    other = "https://doi.org/10.1234/abcd"
    before: dict[str, Any] = {
        "uri": "https://portal.example/dataset/1",
        "references": [BASE + "wetter/hitze", other],
        "tags": tags("abfallkalender"),
    }
    dataset = with_model(before, model)
    graph = Graph(dataset_triples(dataset))
    subject = IRI(before["uri"])
    assert graph.objects(subject, expand("dcterms:references")) == [IRI(model.iri), IRI(other)]
    assert graph.objects(subject, expand("dcat:keyword")) == [
        Literal("abfallkalender"),
        Literal("Abfallentsorgung"),
    ]
    assert with_model(dataset, model) == dataset
    assert before["tags"] == tags("abfallkalender")
