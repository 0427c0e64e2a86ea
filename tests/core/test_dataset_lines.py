"""A dataset's stored lines: what is laid over them says what the dict would, and loses nothing."""

from __future__ import annotations

import io
from typing import Any

import pytest
import rdflib
from rdflib.compare import isomorphic

from hanse_harvesters.graph import from_triples
from hanse_harvesters.mapping import adapters, dataset_lines
from hanse_harvesters.mapping.stream import document_stream
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.model_datasets.assignment import with_model
from hanse_harvesters.quality.fragment import fragment
from hanse_schemas.model_datasets import model_datasets
from hanse_schemas.table import expand

IRI = "https://a.example/baum"
DATASET: dict[str, Any] = {
    "uri": IRI,
    "title": 'Bäume "am Hafen" .\nZweite Zeile\u2028und \\ Schluss',
    "notes": "Standort <b>und</b> Art",
    "tags": [{"name": "Baum"}],
    "identifier": "baum-1",
    "modified": "2024-02-01",
    "publisher": [{"name": "Amt für Stadtgrün"}],
    "references": ["https://a.example/andere"],
    "resources": [
        {
            "uri": f"{IRI}.csv",
            "access_url": "https://a.example/baum.csv",
            "size": 17,
            "access_services": [{"title": "WFS", "endpoint_url": ["https://a.example/wfs"]}],
        }
    ],
}
PARKING, TREES = sorted(model_datasets(), key=lambda item: item.iri)[:2]


def text_of(dataset: dict[str, Any]) -> str:
    return fragment(dataset).text


def graph(text: str) -> rdflib.Graph:
    return rdflib.Graph().parse(data=text, format="nt")


def test_the_statements_of_a_subject_are_together_and_the_datasets_first() -> None:
    subjects = [line.partition(" ")[0] for line in text_of(DATASET).split("\n") if line]
    blocks = [one for one, before in zip(subjects, ["", *subjects], strict=False) if one != before]
    assert blocks[0] == f"<{IRI}>"
    assert len(blocks) == len(set(blocks))
    assert dataset_lines.subject(text_of(DATASET)) == IRI


def test_values_and_services_are_read_from_the_lines() -> None:
    text = text_of(DATASET)
    (title,) = dataset_lines.values(text, expand("dcterms:title"))
    assert title[0] == DATASET["title"]
    assert list(dataset_lines.values(text, expand("dcterms:spatial"))) == []
    (service,) = dataset_lines.services(text)
    assert service.startswith("_:")
    assert list(dataset_lines.services("")) == []


@pytest.mark.parametrize(
    "changes",
    [
        {},
        {"tags": [{"name": word.upper()} for word in TREES.keywords]},
        {"references": [PARKING.iri, "https://a.example/andere"]},
        {"tags": [{"name": "Baum"}], "tags_translated": {"de": ["Baum"], "en": ["Tree"]}},
    ],
)
def test_a_model_dataset_is_stated_as_in_the_dict(changes: dict[str, Any]) -> None:
    dataset = {**DATASET, **changes}
    ours = graph(dataset_lines.with_model(text_of(dataset), TREES))
    theirs = from_triples(dataset_triples(with_model(dataset, TREES)))
    if "tags_translated" in changes:  # the dict knows the new keywords in one language alone
        keyword = rdflib.URIRef(expand("dcat:keyword"))
        words = {str(word) for word in ours.objects(None, keyword)}
        assert {word.casefold() for word in words} >= {w.casefold() for w in TREES.keywords}
        for each in (ours, theirs):
            each.remove((None, keyword, None))
    assert isomorphic(ours, theirs)


def test_a_contributor_is_added_only_where_none_is() -> None:
    text = text_of(DATASET)
    mine, other = "http://dcat-ap.de/def/contributors/openDataHRO", "https://a.example/wir"
    once = dataset_lines.with_contributor(text, mine)
    assert len(graph(once)) == len(graph(text)) + 1
    assert dataset_lines.with_contributor(once, other) == once
    assert dataset_lines.with_contributor(text, "") == text
    assert dataset_lines.subject(once) == IRI


@pytest.mark.parametrize("form", ["turtle", "xml", "jsonld", "nt", "nq"])
def test_lines_are_written_without_loss(form: adapters.Format) -> None:
    out = io.BytesIO()
    stream = document_stream(form, out)
    for number in range(2):
        stream.write_lines(text_of({**DATASET, "uri": f"{IRI}/{number}"}), "https://a.example/g")
    stream.close()
    both = "".join(text_of({**DATASET, "uri": f"{IRI}/{number}"}) for number in range(2))
    found = from_triples(adapters.parse(out.getvalue(), form))
    assert isomorphic(found, from_triples(adapters.parse(both.encode(), "nt")))
    assert (b"<https://a.example/g> .\n" in out.getvalue()) == (form == "nq")
    assert stream.left_out == 0


def test_a_broken_line_writes_nothing() -> None:
    out = io.BytesIO()
    stream = document_stream("turtle", out)
    before = out.tell()
    with pytest.raises(SyntaxError):
        stream.write_lines("<https://a.example/x> nonsense\n")
    assert out.tell() == before
