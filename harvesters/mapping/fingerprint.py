"""Fingerprints: equal content has an equal digest, independent of order and labels.

Blank nodes are distinguished by their statements, never by their labels.  Usually they
form trees: a node's colour is then a digest of its statements, computed leaves first.
Cycles have no leaves, so colours are refined in rounds (in each, a node's colour includes
the colours it refers to).  Which method applies depends only on the content.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from hanse_harvesters.mapping import lines as written
from hanse_harvesters.mapping.nodes import SKOLEM, is_blank
from hanse_harvesters.mapping.store import ordered
from hanse_harvesters.mapping.terms import BNode, Node, Triple

_MODIFIED = b"http://purl.org/dc/terms/modified> "
_BLANK = b"_:"
#: A blank node as object that a portal has skolemised (RDF 1.1 Concepts, 3.5).
_SKOLEMISED = re.compile(rb"> (<[^>\n]*/\.well-known/genid/[^>\n]*>) \.\n")
#: Longer chains of nodes are handled like cycles.
_DEEPEST = 100
_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False, separators=(",", ":")).encode
#: Blank node → the predicate and object of each of its statements.
_Said: TypeAlias = dict[bytes, list[tuple[bytes, bytes]]]


class _NoTree(Exception):
    """The blank nodes form a cycle."""


def _digest(parts: Iterable[bytes]) -> bytes:
    return hashlib.blake2b(b"\n".join(parts), digest_size=16).hexdigest().encode()


def _terms(line: bytes) -> tuple[bytes, bytes, bytes]:
    subject, _, rest = line.partition(b" <")
    predicate, _, value = rest.partition(b"> ")
    return subject, predicate, value.removesuffix(b" .")


def _stated(terms: Iterable[tuple[bytes, bytes, bytes]]) -> _Said:
    stated: _Said = {}
    for subject, predicate, value in terms:
        if subject.startswith(_BLANK):
            stated.setdefault(subject, []).append((predicate, value))
        if value.startswith(_BLANK):
            stated.setdefault(value, [])
    return stated


def _in_colour(term: bytes, colours: Mapping[bytes, bytes]) -> bytes:
    return _BLANK + colours[term] if term.startswith(_BLANK) else term


def _colours(stated: _Said) -> dict[bytes, bytes]:
    """Return a label for every blank node that depends on its content alone.

    Nodes that cannot be distinguished share a colour.
    """
    try:
        return _of_trees(stated)
    except _NoTree:
        return _refined(stated)


def _of_trees(stated: _Said) -> dict[bytes, bytes]:
    found: dict[bytes, bytes] = {}
    above: set[bytes] = set()

    def colour(node: bytes) -> None:
        if node in above or len(above) > _DEEPEST:
            raise _NoTree
        above.add(node)
        for _, value in stated[node]:
            if value.startswith(_BLANK) and value not in found:
                colour(value)
        above.discard(node)
        found[node] = _digest(sorted({p + b" " + _in_colour(o, found) for p, o in stated[node]}))

    for node in stated:
        if node not in found:
            colour(node)
    return found


def _refined(stated: _Said) -> dict[bytes, bytes]:
    found = dict.fromkeys(stated, b"")
    classes = 0
    for _ in range(len(stated)):
        found = {
            node: _digest((found[node], *sorted({p + b" " + _in_colour(o, found) for p, o in po})))
            for node, po in stated.items()
        }
        distinct = len(set(found.values()))
        if distinct in (classes, len(stated)):
            break
        classes = distinct
    return found


def of_nodes(
    stated: Mapping[bytes, bytes], subject: bytes, *, ignore_modified: bool = False
) -> str:
    """Return the hex digest (64 characters) of a record: of ``subject`` and its nodes.

    ``stated``  node → its lines of N-Triples, unique and sorted; nodes by their
    N-Triples form.
    ``ignore_modified`` excludes every ``dcterms:modified``, for sources where it is
    the time of a file and not of its content.
    """
    if ignore_modified:
        stated = {node: _without_modified(lines) for node, lines in stated.items()}
    try:
        digests = _of_nodes(stated, subject)
    except _NoTree:
        return _of_circles(b"".join(stated.values()), subject)
    digest = hashlib.sha256(digests[subject])
    digest.update(b"".join(sorted(set(digests.values()))))
    return digest.hexdigest()


def _without_modified(lines: bytes) -> bytes:
    kept = (
        line for line in lines.split(b"\n") if not line.partition(b" <")[2].startswith(_MODIFIED)
    )
    return b"\n".join(kept)


def _of_nodes(stated: Mapping[bytes, bytes], subject: bytes) -> dict[bytes, bytes]:
    """Return the digest of each node: of its lines, with blank nodes replaced by digests.

    The hot path of a harvest without changes: lines that name no blank node are
    hashed as stored, without parsing them.
    """
    found: dict[bytes, bytes] = {}
    above: set[bytes] = set()

    def add(node: bytes) -> None:
        if node in above or len(above) > _DEEPEST:
            raise _NoTree
        lines = stated.get(node, b"")
        if b"> _:" in lines or SKOLEM in lines:
            above.add(node)
            lines = renamed(lines)
            above.discard(node)
        if is_blank(node):
            lines = (b"\n" + lines).replace(b"\n" + node + b" ", b"\n_: ")
        found[node] = hashlib.sha256(lines).hexdigest().encode()

    def colour(label: bytes) -> bytes:
        if label not in found:
            add(label)
        return found[label]

    def renamed(lines: bytes) -> bytes:
        """Return the lines in an order that does not depend on labels."""
        kept: list[bytes] = []
        blank: set[bytes] = set()
        end = 0
        for place in _places(lines):
            begin, stop = lines.rfind(b"\n", 0, place) + 1, lines.find(b" .\n", place)
            kept.append(lines[end:begin])
            blank.add(lines[begin:place] + colour(lines[place:stop]))
            end = stop + 3
        return b"".join((*kept, lines[end:], b"\n".join(sorted(blank))))

    for node in (subject, *stated):
        if node not in found:
            add(node)
    return found


def _places(lines: bytes) -> list[int]:
    """Return the positions of blank nodes in object position."""
    found: list[int] = []
    place = lines.find(b"> _:")
    while place >= 0:
        end = lines.find(b"\n", place)
        if b" " not in lines[place + 2 : end - 2]:  # otherwise it is inside a literal
            found.append(place + 2)
        place = lines.find(b"> _:", end)
    if SKOLEM in lines:
        found += [label.start(1) for label in _SKOLEMISED.finditer(lines)]
        found.sort()
    return found


def _of_circles(lines: bytes, subject: bytes) -> str:
    """Return the digest of a record whose blank nodes form a cycle."""
    terms = [_terms(line) for line in {*lines.split(b"\n")} - {b""}]
    stated = _stated(terms)
    if subject.startswith(_BLANK):
        stated.setdefault(subject, [])
    colours = _colours(stated)
    named = {
        b"%s <%s> %s ." % (_in_colour(s, colours), p, _in_colour(o, colours)) for s, p, o in terms
    }
    digest = hashlib.sha256(_in_colour(subject, colours))
    digest.update(b"\n".join(sorted(named)))
    return digest.hexdigest()


def fingerprint(triples: Iterable[Triple], subject: Node, *, ignore_modified: bool = False) -> str:
    """Return the same digest as :func:`of_nodes`, given the statements as triples."""
    stated: dict[bytes, list[Triple]] = {}
    for triple in triples:
        stated.setdefault(written.name(triple[0]), []).append(triple)
    lines = {node: ordered(written.block(told)) for node, told in stated.items()}
    return of_nodes(lines, written.name(subject), ignore_modified=ignore_modified)


def colours(triples: Iterable[Triple]) -> dict[BNode, str]:
    """Return a hexadecimal label for every blank node that depends on its content alone."""
    terms = map(_terms, filter(None, written.block(triples).split(b"\n")))
    return {
        BNode(node.decode()): colour.decode() for node, colour in _colours(_stated(terms)).items()
    }


def fingerprint_json(value: object) -> str:
    """Return the hex digest (64 characters) of a JSON value, independent of the keys' order."""
    text = _encode(value)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
