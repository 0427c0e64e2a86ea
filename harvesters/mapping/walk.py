"""The part of a graph that belongs to one record.

By the table: from a dataset to the objects it describes and to all blank nodes
behind it, but not to other datasets or catalogues, nor into the vocabularies
that portals include in the same file.
"""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field
from functools import cache

from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.source import is_blank, statements
from hanse_harvesters.mapping.statements import DATASET, SERIES
from hanse_harvesters.mapping.terms import RDF_TYPE, Graph, Literal, Node, Triple
from hanse_schemas.table import classes, expand

#: Classes of nodes that are records of their own.
RECORDS = frozenset(
    (DATASET, SERIES, *map(expand, ("dcat:Catalog", "dcat:CatalogRecord", "dcat:DataService")))
)
#: Maximum distance of a node from the record; deeper nodes are cut, with an issue.
MAX_DEPTH = 12


@dataclass(slots=True)
class Subtree:
    """The triples of a record, the classes each subject is read as, and whether any was cut."""

    triples: list[Triple] = field(default_factory=list)
    classes: dict[Node, set[str]] = field(default_factory=dict)
    cut: bool = False


def types(graph: Graph, node: Node) -> set[str]:
    """Return the classes of ``node``, under the table's names."""
    return {canonical(str(term)) for term in graph.objects(node, RDF_TYPE)}


@cache
def objects(name: str) -> dict[str, str]:
    """Return property → class of the object it leads to, for the class ``name``."""
    if name not in classes():
        return {}
    parts = dict.fromkeys(map(canonical, classes()[name].within), name)
    return parts | {
        canonical(term): prop.of
        for prop in classes()[name].properties
        if prop.of
        for term in (prop.term, *prop.also)
    }


def _another_record(graph: Graph, node: Node, name: str) -> bool:
    found = types(graph, node)
    return bool(found & RECORDS) and classes()[name].term not in found


def walk(graph: Graph, subject: Node) -> Subtree:
    """Return the record ``subject``, breadth first, each node once."""
    tree = Subtree()
    seen = {(subject, "dataset")}
    queue = deque([(subject, "dataset", 0)])
    while queue:
        node, name, depth = queue.popleft()
        first = node not in tree.classes
        tree.classes.setdefault(node, set()).update({name} - {""})
        behind = objects(name)
        for predicate, values in statements(graph, node, subject).items():
            of = behind.get(canonical(predicate), "")
            for value in values:
                if first:
                    tree.triples.append((node, predicate, value))
                if isinstance(value, Literal) or (value, of) in seen or value not in graph:
                    continue
                if is_blank(value) or (of and not _another_record(graph, value, of)):
                    seen.add((value, of))
                    if depth < MAX_DEPTH:
                        queue.append((value, of, depth + 1))
                    else:
                        tree.cut = True
    return tree
