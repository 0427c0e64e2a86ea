"""Statements as lines say and give what they give as terms, whatever a document holds."""

from __future__ import annotations

import random
from collections.abc import Iterable
from pathlib import Path

import pyoxigraph as ox
import pytest
from from_table import datasets as generated
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from profiles import examples

from hanse_harvesters.mapping import lines
from hanse_harvesters.mapping.fingerprint import fingerprint, of_nodes
from hanse_harvesters.mapping.reader import datasets, read_dataset, subtree
from hanse_harvesters.mapping.statements import Statements
from hanse_harvesters.mapping.terms import IRI, BNode, Graph, Literal, Triple
from hanse_harvesters.mapping.tree import Records
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.sandbox.document import open_document
from hanse_harvesters.sources.rdf_record import read_lines

BASE = "https://portal.example/catalog"
quick = settings(
    max_examples=examples(6),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)

#: Of a dataset that has nothing but its class no document tells.
titled = generated().map(lambda dataset: {"title": "Baumkataster", **dataset})

# --- One line ---------------------------------------------------------------------------------

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
literals = st.one_of(
    st.builds(Literal, texts, st.none(), st.none()),
    st.builds(Literal, texts, st.sampled_from(["de", "en-gb"]), st.none()),
    st.builds(Literal, texts, st.none(), st.just("https://a.example/dt")),
)


@given(literals)
def test_a_literal_is_written_as_the_parser_writes_it(value: Literal) -> None:
    theirs = ox.Literal(
        value.value,
        language=value.language,
        datatype=ox.NamedNode(value.datatype) if value.datatype else None,
    )
    subject, predicate = IRI("https://a.example/s"), IRI("https://a.example/p")
    triple = ox.Triple(ox.NamedNode(subject), ox.NamedNode(predicate), theirs)
    written = ox.serialize([triple], format=ox.RdfFormat.N_TRIPLES)
    assert lines.block([(subject, predicate, value)]) == written
    assert list(lines.triples(written or b"")) == [(subject, predicate, value)]


@pytest.mark.parametrize(
    "iri",
    ["https://a.example/neustadt i. h.", "https://a.example/x[1]{2}|^`\\u0041", "a>b", 'say "x" .'],
)
def test_an_iri_that_is_none_survives(iri: str) -> None:
    triple: Triple = (IRI(iri), IRI("https://a.example/p"), IRI(iri))
    assert list(lines.triples(lines.block([triple]))) == [triple]


@given(st.binary(max_size=200))
def test_no_bytes_are_an_error(data: bytes) -> None:
    list(lines.triples(data))
    found = Statements.of([data])
    for node in found.datasets():
        _digest(Records(found), node)


# --- A document -------------------------------------------------------------------------------


def compare(triples: Iterable[Triple]) -> int:
    """That each record of a document is one and the same as lines and as terms."""
    graph = Graph(triples)
    with Statements.of([lines.block(graph)]) as kept, Statements.of(_blocks(graph), 0) as spooled:
        found = kept.datasets()
        assert sorted(spooled.datasets()) == sorted(found)
        for name in found:
            one, other = Records(kept), Records(spooled)
            assert _lines(one, name) == _lines(other, name)
    document = Records(Statements.of([lines.block(graph)]))
    found = document.statements.datasets()
    for name in found:
        node = lines.node(name.decode())
        belonging = [*document.tree(name).stated.values()]
        assert set(lines.triples(b"".join(belonging))) == set(subtree(graph, node))
        assert of_nodes(document.tree(name).stated, name) == fingerprint(subtree(graph, node), node)
        said = read_lines(
            document.surroundings(document.tree(name)), name, language="de", base=BASE
        )
        meant = read_dataset(graph, node, language="de", base_url=BASE)
        # Lines have an order of their own; in which of two orders a thing is said twice is one.
        said.issues = sorted((i for i in said.issues if i.rule != "iri-invalid"), key=str)
        meant.issues.sort(key=str)
        assert said == meant
    return len(found)


def _blocks(graph: Graph) -> list[bytes]:
    return [lines.block([triple]) for triple in graph]


def _lines(document: Records, name: bytes) -> tuple[set[bytes], set[bytes]]:
    """Of a record, and of what stands around it."""
    tree = document.tree(name)
    parts = (b"".join(tree.stated.values()), document.surroundings(tree))
    return set(parts[0].split(b"\n")), set(parts[1].split(b"\n"))


def _digest(document: Records, name: bytes) -> str:
    return of_nodes(document.tree(name).stated, name)


@quick
@given(st.lists(titled, min_size=1, max_size=3))
def test_generated_datasets_are_the_same_both_ways(found: list[dict[str, object]]) -> None:
    triples = [triple for dataset in found for triple in dataset_triples(dataset)]
    assert compare(triples) == len({dataset["uri"] for dataset in found})


@quick
@given(titled, st.randoms(use_true_random=False))
def test_order_labels_and_blocks_do_not_count(
    dataset: dict[str, object], chance: random.Random
) -> None:
    triples = list(dataset_triples(dataset))
    first = fingerprint(triples, IRI(str(dataset["uri"])))

    def renamed(term: object) -> object:
        return BNode(f"_:x{abs(hash(term))}") if isinstance(term, BNode) else term

    again = [(renamed(s), p, renamed(o)) for s, p, o in triples]
    chance.shuffle(again)
    blocks = [lines.block([triple]) for triple in again]  # type: ignore[list-item]
    document = Records(Statements.of(blocks))
    (name,) = document.statements.datasets()
    whole = Records(Statements.of([b"".join(blocks)]))
    assert _digest(document, name) == of_nodes(whole.tree(name).stated, name)
    ordered = Records(Statements.of([lines.block(triples)]))
    assert _digest(document, name) == of_nodes(ordered.tree(name).stated, name)
    if len(subtree(Graph(triples), IRI(str(dataset["uri"])))) == len(set(triples)):
        assert _digest(document, name) == first


ODD = {
    "a hub": "<s> a dcat:DataService ; dct:title 'WFS' ; dcat:servesDataset "
    + ", ".join(f"<d{n}>" for n in range(150))
    + " . <d1> a dcat:Dataset ; dct:title 'x' ; dcat:distribution [ a dcat:Distribution ;"
    " dcat:accessService <s> ] . <d2> a dcat:Dataset ; dct:title 'y' ; dct:publisher <s> .",
    "a catalogue that publishes": "<c> a dcat:Catalog, foaf:Agent ;"
    " foaf:name 'Stadt' ; dcat:dataset "
    + ", ".join(f"<d{n}>" for n in range(150))
    + " . <d1> a dcat:Dataset ; dct:title 'x' ; dct:publisher <c> .",
    "another record for a publisher": "<d1> a dcat:Dataset ; dct:title 'x' ; dct:publisher <d2> ."
    " <d2> a dcat:Dataset ; dct:title 'y' ; foaf:name 'A' ; dct:publisher [ foaf:name 'B' ] .",
    "a shape in a node of its own": "<d1> a dcat:Dataset ; dct:title 'x' ; dct:spatial [ a"
    " dct:Location ; locn:geometry <g> ] . <g> geo:asWKT 'POINT(1 2)' .",
    "skolemised nodes": "<d1> a dcat:Dataset ; dct:title 'x' ; dct:publisher"
    " <https://p.example/.well-known/genid/1> . <https://p.example/.well-known/genid/1>"
    " a foaf:Agent ; foaf:name 'A' .",
    "circles": "<d1> a dcat:Dataset ; dct:title 'x' ; dcat:contactPoint _:a . _:a vcard:fn 'A' ;"
    " <http://x/knows> _:b . _:b <http://x/knows> _:a , _:b ; vcard:fn 'B' .",
    "everything in one subject": "<d1> a dcat:Dataset , dcat:Distribution ; dct:title 'x' ;"
    " dcat:distribution <d1> ; dcat:accessURL <http://a.example/x> .",
    "deep nodes": "<d1> a dcat:Dataset ; dct:title 'x' ; <http://x/a> "
    + "[ <http://x/a> " * 30
    + "'end'"
    + " ]" * 30
    + " .",
}
PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix locn: <http://www.w3.org/ns/locn#> .
@prefix geo: <http://www.opengis.net/ont/geosparql#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> . @base <https://portal.example/> .
"""


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_odd_documents_are_the_same_both_ways(text: str, tmp_path: Path) -> None:
    path = tmp_path / "odd.ttl"
    path.write_text(PREFIXES + text)
    with path.open("rb") as file:
        assert compare(open_document(file, where="here", base=BASE).triples())


@pytest.mark.samples
@pytest.mark.parametrize(
    "name",
    ["rostock-catalog.rdf", "odsh__rdf_catalog.xml", "staticat-catalog.ttl", "sh__invalid_iri.xml"],
)
def test_recorded_catalogues_are_the_same_both_ways(name: str, samples: Path) -> None:
    with (samples / name).open("rb") as file:
        triples = list(open_document(file, where=name, base=BASE).triples())
    assert compare(triples) == len(datasets(Graph(triples)))
