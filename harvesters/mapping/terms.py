"""RDF terms as lightweight values, so that the mapping needs no RDF library.

A triple is a plain tuple ``(subject, predicate, object)``.  The adapters for pyoxigraph
(streams) are in :mod:`.adapters`, those for rdflib in :mod:`hanse_harvesters.graph`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import NamedTuple, TypeAlias


class IRI(str):
    """An IRI as found in the graph; unchecked, since a portal may send anything."""

    __slots__ = ()


class BNode(str):
    """A blank node label with its ``_:`` prefix, so that it never equals an IRI."""

    __slots__ = ()


class Literal(NamedTuple):
    """A literal: lexical form, language tag in lower case, datatype IRI.

    ``datatype`` is None for plain strings and language-tagged ones.
    """

    value: str
    language: str | None = None
    datatype: str | None = None


Node: TypeAlias = IRI | BNode
Term: TypeAlias = IRI | BNode | Literal
Triple: TypeAlias = tuple[Node, IRI, Term]

RDF_TYPE = IRI("http://www.w3.org/1999/02/22-rdf-syntax-ns#type")
XSD = "http://www.w3.org/2001/XMLSchema#"


class Graph:
    """Triples by subject and predicate, with objects in the order they were added."""

    __slots__ = ("_by_subject",)

    def __init__(self, triples: Iterable[Triple] = ()) -> None:
        # Objects are stored as dict keys: ordered, and without a linear search through a
        # catalogue's 30,000 dcat:dataset values for each one added.
        stated: dict[Node, dict[IRI, dict[Term, None]]] = {}
        self._by_subject = stated
        for subject, predicate, value in triples:
            stated.setdefault(subject, {}).setdefault(predicate, {})[value] = None

    def add(self, triple: Triple) -> None:
        """Add one triple; a repeated one is stored once."""
        subject, predicate, value = triple
        self._by_subject.setdefault(subject, {}).setdefault(predicate, {})[value] = None

    def objects(self, subject: Node, predicate: str) -> list[Term]:
        """Return the objects of ``subject`` under ``predicate``, [] if there are none."""
        return list(self._by_subject.get(subject, {}).get(IRI(predicate), ()))

    def predicates(self, subject: Node) -> dict[IRI, list[Term]]:
        """Return all statements about ``subject``: predicate → objects."""
        return {p: list(values) for p, values in self._by_subject.get(subject, {}).items()}

    def stated(self, subject: Node) -> Mapping[IRI, Collection[Term]]:
        """Return all statements about ``subject`` as a read-only view."""
        return self._by_subject.get(subject, {})

    def subjects(self) -> Iterator[Node]:
        """Yield every subject, in order of first appearance."""
        return iter(self._by_subject)

    def of_type(self, *classes: str) -> list[Node]:
        """Return the subjects with one of these ``rdf:type`` IRIs, in order."""
        wanted = set(classes)
        return [
            s for s, po in self._by_subject.items() if wanted.intersection(po.get(RDF_TYPE, ()))
        ]

    def __contains__(self, subject: object) -> bool:
        return subject in self._by_subject

    def __len__(self) -> int:
        return sum(len(o) for po in self._by_subject.values() for o in po.values())

    def __iter__(self) -> Iterator[Triple]:
        for subject, po in self._by_subject.items():
            for predicate, values in po.items():
                for value in values:
                    yield subject, predicate, value
