"""Fingerprints: equal for the same content, different for any other."""

from __future__ import annotations

import itertools
import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hanse_harvesters.mapping.fingerprint import colours, fingerprint, fingerprint_json
from hanse_harvesters.mapping.terms import IRI, BNode, Literal

SUBJECT = IRI("https://opendata.example/dataset/1")
P, Q = IRI("https://opendata.example/p"), IRI("https://opendata.example/q")
MODIFIED = IRI("http://purl.org/dc/terms/modified")

labels = st.integers(0, 4).map("_:n{}".format).map(BNode)
nodes = st.one_of(labels, st.just(SUBJECT))
literals = st.builds(
    Literal, st.text(max_size=5), st.sampled_from([None, "de"]), st.none()
) | st.builds(Literal, st.text(max_size=5), st.none(), st.sampled_from([None, P]))
triples = st.tuples(nodes, st.sampled_from([P, Q]), st.one_of(nodes, literals))
graphs = st.lists(triples, max_size=14, unique=True)


@given(graphs, st.randoms(use_true_random=False))
def test_order_and_labels_do_not_count(graph, chance: random.Random):
    names = {f"_:n{i}": BNode(f"_:x{new}") for i, new in enumerate(chance.sample(range(99), 5))}
    renamed = [(names.get(s, s), p, names.get(o, o)) for s, p, o in graph]
    chance.shuffle(renamed)
    assert fingerprint(renamed, SUBJECT) == fingerprint(graph, SUBJECT)


@given(graphs, triples.filter(lambda triple: isinstance(triple[2], Literal)))
def test_one_more_literal_of_a_named_subject_counts(graph, triple):
    added = (SUBJECT, P, triple[2])
    if added not in graph:
        assert fingerprint([*graph, added], SUBJECT) != fingerprint(graph, SUBJECT)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (Literal("1"), Literal("1", None, P)),
        (Literal("1"), Literal("1", "de")),
        (Literal("https://a.example/"), IRI("https://a.example/")),
        (Literal("a"), Literal("a ")),
    ],
)
def test_terms_that_look_alike_differ(one, other):
    assert fingerprint([(SUBJECT, P, one)], SUBJECT) != fingerprint([(SUBJECT, P, other)], SUBJECT)


def test_a_change_deep_in_nested_nodes_counts():
    def chain(end: str):
        nodes = [BNode(f"_:{i}") for i in range(6)]
        steps = [(one, P, other) for one, other in itertools.pairwise(nodes)]
        return [(SUBJECT, P, nodes[0]), *steps, (nodes[-1], Q, Literal(end))]

    assert fingerprint(chain("a"), SUBJECT) != fingerprint(chain("b"), SUBJECT)


def test_a_circle_is_told_from_a_longer_one():
    def circle(length: int):
        nodes = [BNode(f"_:{i}") for i in range(length)]
        ring = [(one, P, other) for one, other in zip(nodes, [*nodes[1:], nodes[0]], strict=True)]
        return [(SUBJECT, P, nodes[0]), (nodes[0], Q, Literal("here")), *ring]

    assert fingerprint(circle(3), SUBJECT) != fingerprint(circle(4), SUBJECT)
    assert len(set(colours(circle(4)).values())) == 4


def test_the_time_of_the_file_can_be_left_out():
    old, new = ([(SUBJECT, MODIFIED, Literal(year)), (SUBJECT, P, Q)] for year in ("2023", "2024"))
    assert fingerprint(old, SUBJECT) != fingerprint(new, SUBJECT)
    assert fingerprint(old, SUBJECT, ignore_modified=True) == fingerprint(
        new, SUBJECT, ignore_modified=True
    )


def test_json_by_content_and_not_by_order_of_keys():
    assert fingerprint_json({"a": [1, "ä"], "b": {}}) == fingerprint_json({"b": {}, "a": [1, "ä"]})
    assert fingerprint_json({"a": [1, 2]}) != fingerprint_json({"a": [2, 1]})
    assert fingerprint_json({"a": "1"}) != fingerprint_json({"a": 1})


def test_nodes_that_a_portal_skolemised_go_by_what_they_say():
    def graph(label: str, end: str):
        node = IRI(f"https://opendata.example/.well-known/genid/{label}")
        return [(SUBJECT, P, node), (node, Q, Literal(end))]

    assert fingerprint(graph("a1", "x"), SUBJECT) == fingerprint(graph("b2", "x"), SUBJECT)
    assert fingerprint(graph("a1", "x"), SUBJECT) != fingerprint(graph("a1", "y"), SUBJECT)


def test_many_nodes_of_one_node_go_by_what_they_say():
    def graph(labels: list[str]):
        nodes = [BNode(f"_:{label}") for label in labels]
        said = [(node, Q, Literal(str(i))) for i, node in enumerate(nodes)]
        return [*((SUBJECT, P, node) for node in nodes), *said]

    one = graph([f"a{i}" for i in range(100)])
    assert fingerprint(one, SUBJECT) == fingerprint(graph([f"{i}b" for i in range(100)]), SUBJECT)
    assert fingerprint(one[:-1], SUBJECT) != fingerprint(one, SUBJECT)
