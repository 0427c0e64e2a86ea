"""One dataset in a graph as a raw record."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from typing import Any, TypeAlias

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping import lines, missing_part
from hanse_harvesters.mapping.fingerprint import of_nodes
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.nodes import Name, name_of, pairs
from hanse_harvesters.mapping.reader import read_dataset, subtree
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.mapping.terms import IRI, Graph, Literal, Triple
from hanse_harvesters.mapping.tree import MOST_BYTES, Records, Tree
from hanse_harvesters.sources.base import RawRecord, too_large
from hanse_schemas.table import classes, expand

#: A record as summarised by another process: identity, raw digest, origin, issues (rule,
#: field, value, params).
RecordSummary: TypeAlias = tuple[str, str, str, list[tuple[Any, ...]]]

_IDENTIFIER = expand("dcterms:identifier")
_LANDING = expand("dcat:landingPage")
#: An IRI without a closing bracket, up to the end of the next one.
_ENDLESS = re.compile(r"(?:\s|%0A)(?:(?!%0A)[^<\s])*+<[A-Za-z][\w+.-]*:")
#: A cheap pre-check; its matches are checked closely.
_SUSPECT = re.compile(r"[\x00-\x20\x7f-\x9f<>\"{}|\\^`\[\]\ue000-\uf8ff]|%(?![0-9A-Fa-f]{2})")


@dataclass(slots=True, kw_only=True)
class RdfRecord(RawRecord):
    """A subject of a document, with all its statements there."""

    document: Records
    subject: Name
    base: str
    tree: Tree | None = None

    def read(self, *, language: str) -> ReadResult:
        """Return the dataset, mapped by the table; raise SkipRecord if the record is too large."""
        return self.detached()(language=language)

    def detached(self) -> Callable[..., ReadResult]:
        """Return a function bound to the needed lines only, to be called in another process."""
        tree = self.tree or self.document.tree(self.subject)
        if tree.size > MOST_BYTES:
            return partial(too_large, "record-large", MOST_BYTES)
        stated = missing_part.without(self.document.surroundings(tree))
        return partial(read_lines, stated, self.subject, base=self.base)


def read_lines(stated: bytes, subject: Name, *, language: str, base: str) -> ReadResult:
    """Map the dataset ``subject`` from lines of N-Triples, by the table."""
    graph, node = Graph(lines.triples(stated)), lines.node(subject.decode("utf-8", "replace"))
    result = read_dataset(graph, node, language=language, base_url=base)
    iris = {term for s, _, o in graph for term in (s, o) if isinstance(term, IRI)}
    if _SUSPECT.search("_".join(iris)):
        result.issues[:0] = _invalid(subtree(graph, node))
    return result


def record(document: Records, subject: Name, base: str, *, ignore_modified: bool) -> RdfRecord:
    """Return the record of ``subject``; identity: its IRI, else identifier, else a digest."""
    tree = document.tree(subject)
    large = tree.size > MOST_BYTES
    # A record refused for its size need not be compared either.
    raw = "" if large else of_nodes(tree.stated, subject, ignore_modified=ignore_modified)
    found = RdfRecord("", raw, document=document, subject=subject, base=base, tree=tree)
    stated = tree.stated[subject]
    if subject.startswith(b"_:"):
        found.identity = _identifier(stated, subject) or f"content:{raw}"
    else:
        found.identity = subject[1:-1].decode("utf-8", "replace")
    if found.identity.startswith("content:"):
        found.issues.append(issue("identity-from-content", "identifier"))
    found.issues += missing_part.issues(tree.stated.values())
    found.origin = _page(stated, subject)
    return found


def summarised(document: Records, subject: Name, base: str, summary: RecordSummary) -> RdfRecord:
    """Return the record of ``subject`` from a summary made in another process."""
    identity, raw, origin, issues = summary
    stated = [Issue(*found) for found in issues]
    return RdfRecord(identity, raw, origin, stated, document=document, subject=subject, base=base)


def _identifier(stated: bytes, subject: Name) -> str:
    """Return the first non-empty ``dcterms:identifier``, "" if there is none."""
    for predicate, value in pairs(subject, stated):
        if name_of(predicate) == _IDENTIFIER:
            term = lines.term(value.decode("utf-8", "replace"))
            text = term.value if isinstance(term, Literal) else str(term)
            if text.strip():
                return " ".join(text.split())
    return ""


def _page(stated: bytes, subject: Name) -> str:
    """Return the landing page if there is one, else the subject if it is a URL."""
    candidates = [subject]
    if b"landing" in stated:
        lines_with = b"\n".join(line for line in stated.split(b"\n") if b"landing" in line)
        landing = (v for p, v in pairs(subject, lines_with) if name_of(p) == _LANDING)
        candidates = [*landing, subject]
    web = (c for c in candidates if c.startswith((b"<http://", b"<https://")))
    return next(web, b"<>")[1:-1].decode("utf-8", "replace")


def _invalid(triples: list[Triple]) -> list[Issue]:
    """Return one issue for every invalid IRI, with the field it occurs in."""
    found: dict[str, str] = {}
    endless = {v: p for _, p, v in triples if isinstance(v, IRI) and _ENDLESS.search(v)}
    if endless:  # the text that should have followed was read as part of the IRI
        return [
            issue("record-broken", _fields().get(canonical(p), ""), iri, reason="<…")
            for iri, p in sorted(endless.items())
        ]
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
    """Return RDF property → the field of the first class that has it."""
    names: dict[str, str] = {}
    for name in ("dataset", "distribution", *classes()):
        for prop in classes()[name].properties:
            names.setdefault(prop.term, prop.field)
    return names
