"""The fragment of a dataset: the same statements as the serialiser, and where each node is from."""

import pyoxigraph as ox
from from_table import datasets
from hypothesis import given

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.terms import IRI, BNode, Literal
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.quality.fragment import fragment


@given(datasets())
def test_the_lines_are_those_of_the_serialiser(dataset):
    serialised = adapters.serialize(dataset_triples(dataset), "nt").decode().split("\n")
    assert sorted(fragment(dataset).text.split("\n")) == sorted(serialised)


def test_awkward_terms_are_written_as_the_serialiser_does():
    triples = [
        (
            IRI("http://a.example/ü b"),
            IRI("http://p.example/"),
            Literal('"\\\n\r\t\u2028é\U0001f600'),
        ),
        (BNode("_:x"), IRI("http://p.example/"), Literal("x", "de-DE")),
        (BNode("_:x"), IRI("http://p.example/"), Literal("x", "not a tag")),
        (BNode("_:x"), IRI("http://p.example/"), Literal("1", None, "http://a.example/type>")),
        (BNode("_:x"), IRI("http://p.example/"), Literal("\x00\ud800\ufffe")),
        (BNode("_:x"), IRI("no iri"), Literal("left out")),
        (IRI(""), IRI("http://p.example/"), BNode("_:x")),
        (BNode("_:x"), IRI("http://p.example/"), BNode("_:y")),
        (BNode("_:x"), IRI("http://p.example/"), BNode("_:y")),
    ]
    text = adapters.lines(triples)
    assert sorted(text.split("\n")) == sorted(
        adapters.serialize(triples, "nt").decode().split("\n")
    )
    assert list(ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES))


def test_every_node_has_its_place():
    dataset = {
        "uri": "https://a.example/1",
        "title": "A",
        "publisher": [{"name": "City"}],
        "resources": [
            {"uri": "https://a.example/1#csv", "access_url": "https://a.example/1.csv"},
            {"access_services": [{"endpoint_url": ["https://a.example/wms"]}]},
        ],
    }
    made = fragment(dataset)
    assert made.subject == "<https://a.example/1>"
    assert made.places["<https://a.example/1>"] == ""
    assert made.places["<https://a.example/1#csv>"] == "resources[0]"
    assert {"publisher[0]", "resources[1]", "resources[1].access_services[0]"} <= set(
        made.places.values()
    )
    assert all(f"{node} " in made.text for node in made.places)
