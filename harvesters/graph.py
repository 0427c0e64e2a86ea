"""Convert records to rdflib graphs and back, for users of the core as a library.

>>> from hanse_harvesters.graph import from_graph, to_graph
>>> graph = to_graph({"uri": "https://stadt.example/baum", "title": "Bäume"})
>>> [record.dataset["title"] for record in from_graph(graph)]
['Bäume']

The mapping (the table's) is the same as in every harvest and on every RDF page of ours; rdflib
only holds the triples, so that they can be queried with SPARQL, validated with SHACL or merged.
rdflib never parses what a portal sends: pyoxigraph does, in a child process with limits
(:mod:`hanse_harvesters.sandbox`).  No other module of the project imports this one.
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
    """Return one DCAT-AP.de graph of all ``entities``, with our prefixes bound.

    An entity is a record, or only the dict of a dataset (docs/fields.md).  The subject is the
    dict's ``uri``, else a blank node.  ``language`` is the language of the fields without
    ``_translated``.  For a record from RDF, the statements unknown to the table are included.

    Never raises for a value that RDF cannot represent: IRIs are escaped where needed and left
    out where that is impossible, and characters that XML cannot hold are left out.  A dict that
    does not follow our schema (``resources`` not a list …) may raise the TypeError or
    AttributeError that results.
    """
    return from_triples(
        triple for entity in entities for triple in _triples(entity, language=language)
    )


def from_graph(graph: rdflib.Graph, *, language: str = "de") -> Iterator[Record]:
    """Yield a record for every dataset and series in ``graph``, in the order of the subjects.

    ``identity`` is the subject's IRI, else ``dcterms:identifier``, else ``content:`` and a
    digest; ``fingerprint`` is a digest of the record's triples, independent of their order and
    of blank node labels; ``issues`` are those of reading.  Values are as in the graph, neither
    normalised nor judged.  ``language`` as in :func:`to_graph`.

    Never raises because of the graph's content.  Set ``rdflib.NORMALIZE_LITERALS = False``
    before rdflib parses, to keep lexical forms; otherwise ``2021-01-01T00:00:00.000Z`` is read
    as rdflib rewrites it.
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
    """Return a graph of those triples that :func:`.adapters.serialize` would write."""
    graph = rdflib.Graph()
    for prefix, iri in PREFIXES.items():
        graph.bind(prefix, iri)
    for subject, predicate, value in adapters.writable(triples):
        graph.add((_theirs(subject), _theirs(predicate), _theirs(value)))
    return graph


def triples_of(graph: rdflib.Graph) -> Iterator[Triple]:
    """Yield the plain triples of a graph, except those with a literal as subject."""
    for subject, predicate, value in graph:
        first = _plain(subject)
        if not isinstance(first, Literal):
            yield first, IRI(str(predicate)), _plain(value)


def _triples(entity: Record | Mapping[str, Any], *, language: str) -> Iterator[Triple]:
    if not isinstance(entity, Record):
        return dataset_triples(entity, language=language)
    # For a package from CKAN's API, ``unknown`` is JSON.
    unknown = entity.unknown if entity.unknown.startswith(("<", "_:")) else ""
    return dataset_triples(entity.dataset, language=language, unknown=unknown)


def _plain(term: rdflib.term.Node) -> Term:
    if isinstance(term, rdflib.Literal):
        datatype = str(term.datatype) if term.datatype else None
        language = term.language.lower() if term.language else None
        return Literal(str(term), language, None if datatype == _STRING else datatype)
    return _blank(term) if isinstance(term, rdflib.BNode) else IRI(str(term))


def _blank(node: rdflib.BNode) -> Node:
    """Return the node with a label valid in N-Triples; rdflib accepts any text as one."""
    label = str(node)
    if not _LABEL.fullmatch(label):
        label = "x" + hashlib.blake2b(label.encode("utf-8", "replace"), digest_size=10).hexdigest()
    return BNode(f"_:{label}")


def _theirs(term: Term) -> rdflib.term.IdentifiedNode | rdflib.Literal:
    """Return rdflib's form of the term; the lexical form of a literal is kept."""
    if isinstance(term, Literal):
        datatype = rdflib.URIRef(term.datatype) if term.datatype else None
        return rdflib.Literal(term.value, lang=term.language, datatype=datatype, normalize=False)
    if isinstance(term, BNode):
        return rdflib.BNode(term.removeprefix("_:"))
    return rdflib.URIRef(term)
