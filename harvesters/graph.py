"""Records as rdflib graphs and back: for whoever uses the core as a library.

>>> from hanse_harvesters.graph import from_graph, to_graph
>>> graph = to_graph({"uri": "https://stadt.example/baum", "title": "Bäume"})
>>> [record.dataset["title"] for record in from_graph(graph)]
['Bäume']

The mapping is the one of every harvest and of every page of ours as RDF (the table's); rdflib
only holds the triples, so that they can be asked by SPARQL, judged by SHACL, mixed with others.
What a portal sends is never parsed by rdflib: that is done by pyoxigraph in a child process with
limits (:mod:`hanse_harvesters.sandbox`).  Nothing of the project imports this module.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import rdflib

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.fingerprint import fingerprint
from hanse_harvesters.mapping.reader import datasets, read_dataset, subtree
from hanse_harvesters.mapping.terms import IRI, XSD, BNode, Graph, Literal, Node, Term, Triple
from hanse_harvesters.mapping.writer import dataset_triples
from hanse_harvesters.record import Record
from hanse_schemas.table import PREFIXES

_STRING = f"{XSD}string"
_LABEL = re.compile(r"[A-Za-z0-9]+")


def to_graph(*entities: Record | Mapping[str, Any], language: str = "de") -> rdflib.Graph:
    """One graph of the DCAT-AP.de of all ``entities``, our prefixes bound.

    An entity is a record, or the dict of a dataset alone (docs/fields.md).  The subject is the
    dict's ``uri``, without one a blank node.  ``language`` is that of the fields without
    ``_translated``.  What the table does not know goes out with a record that came from RDF.

    Never raises for a value that RDF has no place for: an IRI is escaped where it must be, or
    left out where it cannot be, and so are characters that XML cannot hold.  A dict that is not
    in the shape of our schema (``resources`` no list …) gives the TypeError or AttributeError
    of using it so.
    """
    return from_triples(
        triple for entity in entities for triple in _triples(entity, language=language)
    )


def from_graph(graph: rdflib.Graph, *, language: str = "de") -> Iterator[Record]:
    """A record of every dataset and series in ``graph``, as its subjects come.

    ``identity`` is the subject's IRI, else ``dcterms:identifier``, else ``content:`` and a
    digest; ``fingerprint`` a digest of the triples that belong to it, whatever their order and
    the labels of blank nodes; ``issues`` are those of reading.  Values are as they stand in the
    graph, neither normalised nor judged.  ``language`` as for :func:`to_graph`.

    Never raises for what stands in the graph.  Let rdflib keep lexical forms as they are
    (``rdflib.NORMALIZE_LITERALS = False`` before it parses), or ``2021-01-01T00:00:00.000Z``
    is read as rdflib writes it.
    """
    held = Graph(triples_of(graph))
    for subject in datasets(held):
        found = read_dataset(held, subject, language=language)
        raw = fingerprint(subtree(held, subject), subject)
        yield Record(
            found.dataset,
            found.identity or f"content:{raw}",
            fingerprint=raw,
            issues=found.issues,
            unknown=found.unknown,
        )


def from_triples(triples: Iterable[Triple]) -> rdflib.Graph:
    """The graph of plain triples, those that :func:`.adapters.serialize` would write."""
    graph = rdflib.Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    for subject, predicate, value in adapters.writable(triples):
        graph.add((_theirs(subject), _theirs(predicate), _theirs(value)))
    return graph


def triples_of(graph: rdflib.Graph) -> Iterator[Triple]:
    """Plain triples of a graph; a literal as a subject is left out."""
    for subject, predicate, value in graph:
        first = _plain(subject)
        if not isinstance(first, Literal):
            yield first, IRI(str(predicate)), _plain(value)


def _triples(entity: Record | Mapping[str, Any], *, language: str) -> Iterator[Triple]:
    if not isinstance(entity, Record):
        return dataset_triples(entity, language=language)
    # Of a package of CKAN's API it is JSON.
    unknown = entity.unknown if entity.unknown.startswith(("<", "_:")) else ""
    return dataset_triples(entity.dataset, language=language, unknown=unknown)


def _plain(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.Literal):
        datatype = str(term.datatype) if term.datatype else None
        language = term.language.lower() if term.language else None
        return Literal(str(term), language, None if datatype == _STRING else datatype)
    return _blank(term) if isinstance(term, rdflib.BNode) else IRI(str(term))


def _blank(node: rdflib.BNode) -> Node:
    """The node under a label that N-Triples can hold; rdflib takes any text for one."""
    label = str(node)
    if not _LABEL.fullmatch(label):
        label = "x" + hashlib.blake2b(label.encode("utf-8", "replace"), digest_size=10).hexdigest()
    return BNode(f"_:{label}")


def _theirs(term: Term) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    """The term for rdflib; the lexical form of a literal stays as it is."""
    if isinstance(term, Literal):
        datatype = rdflib.URIRef(term.datatype) if term.datatype else None
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    if isinstance(term, BNode):
        return rdflib.BNode(term.removeprefix("_:"))
    return rdflib.URIRef(term)
