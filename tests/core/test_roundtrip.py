"""The law of the mapping: what is written reads back as the same dict, in every format."""

from __future__ import annotations

import random

import pytest
from from_table import datasets, described, handed_on
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from profiles import examples

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.fingerprint import fingerprint
from hanse_harvesters.mapping.reader import datasets as subjects
from hanse_harvesters.mapping.reader import read_dataset, read_described, subtree
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, Graph
from hanse_harvesters.mapping.writer import dataset_triples, object_triples
from hanse_schemas.table import classes

generated = settings(
    max_examples=examples(30),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)


def read(triples, dataset):
    result = read_dataset(Graph(triples), IRI(dataset["uri"]), language="de")
    assert result.unknown == ""
    return result.dataset


@generated
@given(datasets())
def test_what_is_written_reads_back_the_same(dataset):
    assert read(dataset_triples(dataset), dataset) == dataset


@generated
@given(datasets("odd"))
def test_what_rdf_cannot_carry_is_left_out_or_goes_elsewhere(dataset):
    assert read(dataset_triples(dataset), dataset) == handed_on(dataset)


@pytest.mark.parametrize("name", sorted(set(classes()) - {"dataset"}))
@settings(generated, max_examples=examples(15))
@given(data=st.data())
def test_objects_of_every_class_read_back_the_same(name, data):
    found = data.draw(described(name))
    graph = Graph(object_triples(name, found, subject=found["uri"]))
    assert read_described(graph, IRI(found["uri"]), name) == found


@pytest.mark.parametrize("format", ["turtle", "xml", "jsonld", "nt"])
@settings(generated, max_examples=examples(10))
@given(datasets())
def test_through_every_serialisation(format, dataset):
    document = adapters.serialize(dataset_triples(dataset), format)
    assert read(adapters.parse(document, format), dataset) == dataset


@generated
@given(datasets(), st.randoms(use_true_random=False))
def test_the_order_of_the_triples_does_not_matter(dataset, chance: random.Random):
    triples = list(dataset_triples(dataset))
    chance.shuffle(triples)
    assert read(triples, dataset) == dataset


@settings(generated, max_examples=examples(10))
@given(datasets())
def test_writing_twice_gives_the_same_document(dataset):
    first, again = (adapters.serialize(dataset_triples(dataset), "turtle") for _ in range(2))
    assert first == again


@settings(generated, max_examples=examples(10))
@given(datasets())
def test_the_written_dataset_is_found_and_whole(dataset):
    triples = list(dataset_triples(dataset))
    subject = IRI(dataset["uri"])
    graph = Graph(triples)
    assert subjects(graph) == [subject]
    beside = set(triples) - set(subtree(graph, subject))
    assert {predicate for _, predicate, _ in beside} <= {RDF_TYPE}  # classes of bare IRIs


@settings(generated, max_examples=examples(10))
@given(datasets(), datasets())
def test_fingerprints_are_equal_exactly_when_the_datasets_are(one, other):
    prints = [
        fingerprint(dataset_triples(d), IRI(d["uri"])) for d in (one, dict(reversed(one.items())))
    ]
    assert prints[0] == prints[1]
    assert (fingerprint(dataset_triples(other), IRI(other["uri"])) == prints[0]) == (one == other)
