"""Fingerprints: the same content gives the same digest, whatever its order and labels.

Blank nodes are told apart by what they say, never by their labels.  Mostly they are
trees: then a node's colour is a digest of its statements, the leaves first.  In a
circle there is no first, and colours are refined (each round a node's colour takes in
the colours it points to).  Which of the two it is depends on the content alone.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from hanse_harvesters.mapping import lines as written
from hanse_harvesters.mapping.terms import BNode, Node, Triple

_MODIFIED = b"http://purl.org/dc/terms/modified> "
_BLANK = b"_:"
#: A chain of nodes that is longer is taken as a circle is.
_DEEPEST = 100
#: Of each blank node: predicate and object of what it says.
_Said: TypeAlias = dict[bytes, list[tuple[bytes, bytes]]]


class _NoTree(Exception):
    """The blank nodes run in a circle."""


def _digest(parts: Iterable[bytes]) -> bytes:
    return hashlib.blake2b(b"\n".join(parts), digest_size=16).hexdigest().encode()


def _terms(line: bytes) -> tuple[bytes, bytes, bytes]:
    subject, _, rest = line.partition(b" <")
    predicate, _, value = rest.partition(b"> ")
    return subject, predicate, value.removesuffix(b" .")


def _said(terms: Iterable[tuple[bytes, bytes, bytes]]) -> _Said:
    said: _Said = {}
    for subject, predicate, value in terms:
        if subject.startswith(_BLANK):
            said.setdefault(subject, []).append((predicate, value))
        if value.startswith(_BLANK):
            said.setdefault(value, [])
    return said


def _in_colour(term: bytes, colours: Mapping[bytes, bytes]) -> bytes:
    return _BLANK + colours[term] if term.startswith(_BLANK) else term


def _colours(said: _Said) -> dict[bytes, bytes]:
    """A label for every blank node that depends on its content alone.

    Two nodes that nothing tells apart share a colour.
    """
    try:
        return _of_trees(said)
    except _NoTree:
        return _refined(said)


def _of_trees(said: _Said) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    above: set[bytes] = set()

    def colour(node: bytes) -> None:
        if node in above or len(above) > _DEEPEST:
            raise _NoTree
        above.add(node)
        for _, value in said[node]:
            if value.startswith(_BLANK) and value not in found:
                colour(value)
        above.discard(node)
        found[node] = _digest(sorted({p + b" " + _in_colour(o, found) for p, o in said[node]}))

    for node in said:
        if node not in found:
            colour(node)
    return found


def _refined(said: _Said) -> dict[bytes, bytes]:
    found = dict.fromkeys(said, b"")
    classes = 0
    for _ in range(len(said)):
        found = {
            node: _digest((found[node], *sorted({p + b" " + _in_colour(o, found) for p, o in po})))
            for node, po in said.items()
        }
        distinct = len(set(found.values()))
        if distinct in (classes, len(said)):
            break
        classes = distinct
    return found


def of_lines(said: Iterable[bytes], subject: bytes, *, ignore_modified: bool = False) -> str:
    """Hex digest (64 characters) of what lines of N-Triples say about ``subject``.

    ``ignore_modified`` leaves out every ``dcterms:modified``, for sources where
    it is the time of a file and not of its content.
    """
    named: set[bytes] = set()
    blank: set[bytes] = set()
    for lines in said:
        if _BLANK not in lines:  # as of most nodes
            named.update(lines.split(b"\n"))
            continue
        for line in lines.split(b"\n"):
            (blank if b" _:" in line or line.startswith(_BLANK) else named).add(line)
    named.discard(b"")
    if ignore_modified:
        named = {line for line in named if not _tells_modified(line)}
        blank = {line for line in blank if not _tells_modified(line)}
    if blank or subject.startswith(_BLANK):
        subject = _name(blank, subject, named)
    digest = hashlib.sha256(subject)
    digest.update(b"\n".join(sorted(named)))
    return digest.hexdigest()


def _tells_modified(line: bytes) -> bool:
    return line.partition(b" <")[2].startswith(_MODIFIED)


def _name(blank: set[bytes], subject: bytes, named: set[bytes]) -> bytes:
    """The subject; lines with blank nodes join the ``named``, colours in the place of labels."""
    terms = [_terms(line) for line in blank]
    said = _said(terms)
    if subject.startswith(_BLANK):
        said.setdefault(subject, [])
    colours = _colours(said)
    named.update(
        b"%s <%s> %s ." % (_in_colour(s, colours), p, _in_colour(o, colours)) for s, p, o in terms
    )
    return _in_colour(subject, colours)


def fingerprint(triples: Iterable[Triple], subject: Node, *, ignore_modified: bool = False) -> str:
    """What :func:`of_lines` gives for the same statements as triples."""
    name = written.name(subject)
    return of_lines([written.block(triples)], name, ignore_modified=ignore_modified)


def colours(triples: Iterable[Triple]) -> dict[BNode, str]:
    """A label for every blank node that depends on its content alone, in hexadecimal."""
    terms = map(_terms, filter(None, written.block(triples).split(b"\n")))
    return {
        BNode(node.decode()): colour.decode() for node, colour in _colours(_said(terms)).items()
    }


def fingerprint_json(value: object) -> str:
    """Hex digest (64 characters) of a JSON-able value; the order of keys does not count."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
