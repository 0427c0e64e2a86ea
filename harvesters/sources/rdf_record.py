"""One dataset in a graph as a raw record."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cache

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.fingerprint import fingerprint
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.reader import read_dataset, subtree
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.mapping.terms import IRI, BNode, Graph, Literal, Node, Triple
from hanse_harvesters.mapping.walk import types
from hanse_harvesters.sources.base import RawRecord
from hanse_schemas.table import classes, expand

_IDENTIFIER = expand("dcterms:identifier")
_LANDING = expand("dcat:landingPage")
_DISTRIBUTION = expand("dcat:distribution")
_DATASETS = {expand("dcat:Dataset"), expand("dcat:DatasetSeries")}
#: Cheap to ask; what it finds is looked at closely.
_SUSPECT = re.compile(r"[\x00-\x20\x7f-\x9f<>\"{}|\\^`\[\]\ue000-\uf8ff]|%(?![0-9A-Fa-f]{2})")


@dataclass(slots=True, kw_only=True)
class RdfRecord(RawRecord):
    """A subject of a graph that holds at least all that belongs to it."""

    graph: Graph
    subject: Node
    base: str

    def read(self, *, language: str) -> ReadResult:
        """The dataset by the table."""
        return read_dataset(self.graph, self.subject, language=language, base_url=self.base)


def record(graph: Graph, subject: Node, base: str, *, ignore_modified: bool) -> RdfRecord:
    """The record of ``subject``: identity by IRI, else identifier, else content."""
    triples = subtree(graph, subject)
    raw = fingerprint(triples, subject, ignore_modified=ignore_modified)
    found = RdfRecord(identity="", raw=raw, graph=graph, subject=subject, base=base)
    said = {canonical(p): values for p, values in graph.predicates(subject).items()}
    identifier = _text(said.get(_IDENTIFIER, ()))
    if not isinstance(subject, BNode):
        found.identity = str(subject)
    elif identifier:
        found.identity = identifier
    else:
        found.identity = f"content:{raw}"
        found.issues.append(issue("identity-from-content", "identifier"))
    found.origin = _page(said.get(_LANDING, ()), subject)
    found.issues += _invalid(triples, subject)
    return found


def _text(values: Iterable[object]) -> str:
    texts = [v.value if isinstance(v, Literal) else str(v) for v in values]
    return next((" ".join(text.split()) for text in texts if text.strip()), "")


def _page(landing: Iterable[object], subject: Node) -> str:
    """The landing page if there is one, else the subject where it is an address."""
    candidates = [str(v) for v in landing if isinstance(v, IRI)] + [str(subject)]
    return next((c for c in candidates if c.startswith(("http://", "https://"))), "")


def _invalid(triples: list[Triple], subject: Node) -> list[Issue]:
    """One issue for every IRI that is none, with the field it stands in."""
    found: dict[str, str] = {}
    for node, predicate, value in triples:
        if isinstance(node, IRI) and _is_broken(node):
            found[node] = "uri"
        if isinstance(value, IRI) and _is_broken(value):
            found.setdefault(value, _fields().get(canonical(predicate), ""))
    return [issue("iri-invalid", name, iri) for iri, name in sorted(found.items())]


def _is_broken(iri: str) -> bool:
    return bool(_SUSPECT.search(iri)) and escape(iri) != iri


@cache
def _fields() -> dict[str, str]:
    """RDF property → the field of the first class that has it."""
    names: dict[str, str] = {}
    for name in ("dataset", "distribution", *classes()):
        for prop in classes()[name].properties:
            names.setdefault(prop.term, prop.field)
    return names


def unfinished(graph: Graph, recent: Sequence[Node]) -> set[Node]:
    """What was being written when a document broke off.

    ``recent`` are the subjects of the last triples that arrived: the last of them,
    and the last dataset, in which it may have stood.
    """
    last = next((n for n in reversed(recent) if _DATASETS & types(graph, n)), None)
    return {node for node in (last, recent[-1] if recent else None) if node is not None}


def torn(graph: Graph, subject: Node, unfinished: set[Node]) -> str:
    """What a record of a document that broke off lacks, "" if it is whole."""
    if subject in unfinished:
        return str(subject)
    for node in graph.objects(subject, _DISTRIBUTION):
        if not isinstance(node, Literal) and (node in unfinished or node not in graph):
            return str(node)
    return ""
