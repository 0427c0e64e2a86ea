"""RDF lists and containers → plain values.

DCAT knows neither.  Where a portal writes ``rdf:parseType="Collection"``, a
list in Turtle or an ``rdf:Bag``, it means several values of the property.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, BNode, Graph, Node, Term

_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_FIRST, _REST, _NIL = IRI(f"{_RDF}first"), IRI(f"{_RDF}rest"), IRI(f"{_RDF}nil")
_MEMBER = re.compile(re.escape(_RDF) + r"(?:_[0-9]+|li)")
_CONTAINERS = {f"{_RDF}{name}" for name in ("Bag", "Seq", "Alt")}


def unfold(graph: Graph) -> Graph:
    """``graph`` with the members of every list where the list stood; itself if it holds none."""
    lists = {node for node in graph.subjects() if isinstance(node, BNode) and _is_list(graph, node)}
    if not lists:
        return graph
    found = Graph()
    for subject, predicate, value in graph:
        if subject in lists:
            continue
        for member in _members(graph, value, lists) if value in lists else (value,):
            found.add((subject, predicate, member))
    return found


def _is_list(graph: Graph, node: Node) -> bool:
    said = graph.predicates(node)
    return _FIRST in said or bool(_CONTAINERS.intersection(said.get(RDF_TYPE, ())))


def _members(graph: Graph, value: Term, lists: set[BNode]) -> Iterator[Term]:
    """The members in their order, lists within lists included; a circle ends."""
    met: set[Term] = set()
    waiting = [value]
    while waiting:
        node = waiting.pop()
        if not isinstance(node, BNode) or node not in lists:
            yield node
        elif node not in met:
            met.add(node)
            waiting += reversed(_next(graph, node))


def _next(graph: Graph, node: BNode) -> list[Term]:
    """What stands in one cell of a list, and the next cell; the members of a container."""
    said = graph.predicates(node)
    cells = [*said.get(_FIRST, ()), *said.get(_REST, ())]
    members = [term for name, terms in said.items() if _MEMBER.fullmatch(name) for term in terms]
    return [term for term in (*cells, *members) if term != _NIL]
