"""Fingerprints: the same content gives the same digest, whatever its order and labels.

Blank nodes are told apart by what they say, never by their labels (colour
refinement: each round a node's colour takes in the colours it points to), so
trees, shared nodes and cycles are handled alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping

from hanse_harvesters.mapping.terms import BNode, Literal, Node, Term, Triple

_MODIFIED = "http://purl.org/dc/terms/modified"


def _digest(text: str) -> str:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()


def _text(term: Term, colours: Mapping[BNode, str]) -> str:
    """One term as unambiguous text; a blank node as its colour."""
    if isinstance(term, Literal):
        return f"{term.value!r}@{term.language or ''}^{term.datatype or ''}"
    if isinstance(term, BNode):
        return f"_:{colours.get(term, '')}"
    return f"<{term}>"


def colours(triples: Iterable[Triple]) -> dict[BNode, str]:
    """A label for every blank node that depends on its content alone.

    Two nodes that nothing tells apart share a colour.
    """
    said: dict[BNode, list[Triple]] = {}
    for triple in triples:
        for end in (triple[0], triple[2]):
            if isinstance(end, BNode):
                said.setdefault(end, [])
        if isinstance(triple[0], BNode):
            said[triple[0]].append(triple)
    found: dict[BNode, str] = dict.fromkeys(said, "")
    classes = 0
    for _ in range(len(said)):
        found = {
            node: _digest(
                found[node] + "\n".join(sorted(f"{p} {_text(o, found)}" for _, p, o in po))
            )
            for node, po in said.items()
        }
        distinct = len(set(found.values()))
        if distinct in (classes, len(said)):
            break
        classes = distinct
    return found


def fingerprint(triples: Iterable[Triple], subject: Node, *, ignore_modified: bool = False) -> str:
    """Hex digest (64 characters) of what ``triples`` say about ``subject``.

    ``ignore_modified`` leaves out every ``dcterms:modified``, for sources where
    it is the time of a file and not of its content.
    """
    kept = [t for t in triples if not (ignore_modified and t[1] == _MODIFIED)]
    labels = colours(kept)
    lines = {f"{_text(s, labels)} {p} {_text(o, labels)}" for s, p, o in kept}
    digest = hashlib.sha256(_text(subject, labels).encode("utf-8", "surrogatepass"))
    digest.update("\n".join(sorted(lines)).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()


def fingerprint_json(value: object) -> str:
    """Hex digest (64 characters) of a JSON-able value; the order of keys does not count."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
