"""Convert lines of N-Triples, as written by the sandboxed parser, to terms and back.

A line is split where its subject and its predicate end; an invalid IRI from a portal
may contain blanks.  No function here fails, whatever the bytes.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hanse_harvesters.mapping.terms import IRI, BNode, Literal, Node, Term, Triple
from hanse_harvesters.sandbox.child import ntriples

# Unrolled: a repeated group would use a hundred bytes of memory per character.
_LITERAL = re.compile(r'"([^"\\]*(?:\\.[^"\\]*)*)"(?:@(.*)|\^\^<(.*)>)?\Z', re.S)
_ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.S)
_SHORT = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r"}


def _unescape(found: re.Match[str]) -> str:
    code = found[1] or found[2]
    if code is None:
        return _SHORT.get(found[3], found[3])
    return chr(int(code, 16)) if int(code, 16) < 0x110000 else "\ufffd"


def node(text: str) -> Node:
    """Parse an IRI in angle brackets or a blank node."""
    return BNode(text) if text.startswith("_:") else IRI(text[1:-1])


def term(text: str) -> Term:
    """Parse an IRI, a blank node or a literal."""
    if not text.startswith('"'):
        return node(text)
    found = _LITERAL.match(text)
    if not found:
        return Literal(text[1:].rstrip('"'))
    value, language, datatype = found.groups()
    if "\\" in value:
        value = _ESCAPE.sub(_unescape, value)
    return Literal(value, language or None, datatype or None)


def triples(block: bytes) -> Iterator[Triple]:
    """Parse whole lines into triples."""
    last, here = "", node("<>")
    predicates: dict[str, IRI] = {}
    for line in block.decode("utf-8", "replace").split("\n"):
        subject, _, rest = line.partition(" <")
        predicate, _, value = rest.partition("> ")
        if not value:
            continue
        if subject != last:
            last, here = subject, node(subject)
        known = predicates.get(predicate)
        if known is None:
            known = predicates[predicate] = IRI(predicate)
        yield here, known, term(value.removesuffix(" ."))


def _written(value: Term) -> str:
    if isinstance(value, Literal):
        return ntriples.literal(*value)
    return str(value) if isinstance(value, BNode) else ntriples.iri(value)


def name(of: Node) -> bytes:
    """Return a node in its N-Triples form."""
    return _written(of).encode("utf-8", "replace")


def block(found: Iterable[Triple]) -> bytes:
    """Return the lines of these triples, as the parser would write them."""
    return b"".join(
        ntriples.line(_written(subject), _written(predicate), _written(value))
        for subject, predicate, value in found
    )
