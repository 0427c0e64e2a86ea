"""Convert plain triples to pyoxigraph and back, and to serialised documents.

Only pyoxigraph's streaming parser and serialiser are used, never its Store, which
rewrites ``xsd:nonNegativeInteger`` and other lexical forms.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Literal as Choice
from typing import TypeAlias

import pyoxigraph as ox

from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.jsonld import compact
from hanse_harvesters.mapping.languages import clean
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, XSD, BNode, Literal, Node, Term, Triple
from hanse_schemas.table import PREFIXES

Format: TypeAlias = Choice["turtle", "xml", "jsonld", "nt", "nq"]

FORMATS: dict[Format, ox.RdfFormat] = {
    "turtle": ox.RdfFormat.TURTLE,
    "xml": ox.RdfFormat.RDF_XML,
    "jsonld": ox.RdfFormat.JSON_LD,
    "nt": ox.RdfFormat.N_TRIPLES,
    "nq": ox.RdfFormat.N_QUADS,
}
_PREFIXES = re.compile(rb"(?:@prefix [^\n]*\n)+")
# The declarations after the root element's name; the leading blank sorts the name first.
_DECLARED = re.compile(rb"(?<=<rdf:RDF) xmlns:[^>]*[^>/](?=/?>)")
_XSD_STRING = f"{XSD}string"


def from_oxigraph(triples: Iterable[ox.Triple | ox.Quad]) -> Iterator[Triple]:
    """Yield plain triples from pyoxigraph's, without graph names and RDF-star terms."""
    for triple in triples:
        subject, value = _plain(triple.subject), _plain(triple.object)
        if subject is not None and value is not None and not isinstance(subject, Literal):
            yield subject, IRI(triple.predicate.value), value


def _plain(term: object) -> Term | None:
    if isinstance(term, ox.NamedNode):
        return IRI(term.value)
    if isinstance(term, ox.BlankNode):
        return BNode(f"_:{term.value}")
    if isinstance(term, ox.Literal):
        if term.language:
            return Literal(term.value, term.language.lower())
        datatype = term.datatype.value
        return Literal(term.value, None, None if datatype == _XSD_STRING else datatype)
    return None


def _named(iri: str) -> ox.NamedNode | None:
    """Return a valid IRI: as it is, else escaped, else None."""
    for text in (iri, escape(iri)):
        try:
            return ox.NamedNode(text)
        except ValueError:
            continue
    return None


def _node(term: Node) -> ox.NamedNode | ox.BlankNode | None:
    return ox.BlankNode(term.removeprefix("_:")) if isinstance(term, BNode) else _named(term)


def _literal(term: Literal) -> ox.Literal:
    value = _writable(term.value)
    if term.language:
        try:
            return ox.Literal(value, language=term.language)
        except ValueError:  # an invalid language tag
            return ox.Literal(value)
    datatype = _named(term.datatype) if term.datatype else None
    return ox.Literal(value, datatype=datatype)


def to_oxigraph(triples: Iterable[Triple]) -> Iterator[ox.Triple]:
    """Yield pyoxigraph's triples, except those with an IRI that cannot even be escaped."""
    for subject, predicate, value in triples:
        first, middle = _node(subject), _named(predicate)
        last = _literal(value) if isinstance(value, Literal) else _node(value)
        if first is not None and middle is not None and last is not None:
            yield ox.Triple(first, middle, last)


def writable(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples as a document would hold them: escaped IRIs, only XML characters."""
    return from_oxigraph(to_oxigraph(triples))


def serialize(triples: Iterable[Triple], format: Format) -> bytes:
    """Serialise triples: subjects in order of first appearance, each one together, classes first.

    The same triples in the same order result in the same bytes.  Never fails because of
    an invalid IRI or character from a source.
    """
    by_subject: dict[Node, dict[tuple[IRI, Term], None]] = {}
    for subject, predicate, value in triples:
        by_subject.setdefault(subject, {})[predicate, value] = None
    ordered = (
        (subject, predicate, value)
        for subject, pairs in by_subject.items()
        for predicate, value in sorted(pairs, key=lambda pair: pair[0] != RDF_TYPE)
    )
    names = {name for pairs in by_subject.values() for pair in pairs for name in _names(*pair)}
    prefixes = {
        prefix: iri
        for prefix, iri in PREFIXES.items()
        if any(name.startswith(iri) for name in names)
    }
    shortens = format in ("turtle", "xml")
    document = ox.serialize(
        to_oxigraph(ordered), format=FORMATS[format], prefixes=prefixes if shortens else None
    )
    if format == "jsonld":
        return compact(document or b"[]", prefixes)
    return _in_order(document or b"", format)


def _names(predicate: IRI, value: Term) -> Iterator[str]:
    """Yield the IRIs of a triple that a document can shorten by a prefix."""
    yield predicate
    if isinstance(value, Literal):
        yield value.datatype or ""
    elif predicate == RDF_TYPE:
        yield value


def _in_order(document: bytes, format: Format) -> bytes:
    """Return the document with its prefixes sorted; pyoxigraph's order varies."""
    if format == "xml":
        return _DECLARED.sub(lambda root: b" ".join(sorted(root[0].split(b" "))), document, 1)
    head, body = _PREFIXES.match(document), document
    if format == "turtle" and head:
        body = b"".join(sorted(head[0].splitlines(keepends=True))) + document[head.end() :]
    return body


def _writable(text: str) -> str:
    """Return ``text`` without characters that XML cannot hold; keep blanks at its ends."""
    return text if text.isprintable() else clean(f"x{text}x")[1:-1]


def parse(document: bytes, format: Format) -> Iterator[Triple]:
    """Parse a document of our own; a portal's documents go through the sandboxed parser."""
    return from_oxigraph(ox.parse(document, format=FORMATS[format]))


# --- N-Triples, without pyoxigraph ------------------------------------------------------------

_ESCAPED = {"\\": "\\\\", '"': '\\"', "\n": "\\n", "\r": "\\r", "\t": "\\t"}
_TO_ESCAPE = re.compile(r'[\\"\n\r\t]')


def lines(triples: Iterable[Triple]) -> str:
    """Return triples as N-Triples, in their order, each once.

    Writes what :func:`serialize` writes, in a fifth of the time: a harvest needs the lines of every
    dataset for its judgement.
    """
    found: dict[str, None] = {}
    for subject, predicate, value in triples:
        first, middle = line_term(subject), _line_iri(predicate)
        last = _line_literal(value) if isinstance(value, Literal) else line_term(value)
        if first and middle and last:
            found[f"{first} {middle} {last} .\n"] = None
    return "".join(found)


def line_term(node: Node) -> str:
    """Return a node as N-Triples has it, "" for an IRI that cannot even be escaped."""
    return str(node) if isinstance(node, BNode) else _line_iri(node)


@lru_cache(maxsize=8192)
def _line_iri(iri: str) -> str:
    named = _named(iri)
    return f"<{named.value}>" if named else ""


def _line_literal(term: Literal) -> str:
    text = _TO_ESCAPE.sub(lambda found: _ESCAPED[found[0]], _writable(term.value))
    if term.language:
        return f'"{text}"{_line_language(term.language)}'
    datatype = _line_iri(term.datatype) if term.datatype else ""
    return f'"{text}"^^{datatype}' if datatype else f'"{text}"'


@lru_cache(maxsize=1024)
def _line_language(language: str) -> str:
    """Return ``@de`` for a valid language tag, "" for any other."""
    try:
        return f"@{ox.Literal('', language=language).language}"
    except ValueError:
        return ""
