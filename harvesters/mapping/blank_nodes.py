"""Blank nodes of what is written: labels that are the same each time, and which are in use."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator
from typing import Any

from hanse_harvesters.mapping.terms import IRI, BNode, Node, Triple

_encode = json.JSONEncoder(sort_keys=True, ensure_ascii=False).encode


def label_of(parent: str, place: str, content: Any) -> BNode:
    """Return a blank node label that depends only on its parent, property and content."""
    text = _encode([parent, place, content])
    digest = hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=10)
    return BNode(f"_:h{digest.hexdigest()}")


def reachable(triples: Iterable[Triple]) -> Iterator[Triple]:
    """Yield the triples reachable from an IRI; the rest belongs to blank nodes no longer in use."""
    kept = list(triples)
    nodes: set[Node] = {s for s, _, _ in kept if isinstance(s, IRI)}
    while new := {o for s, _, o in kept if s in nodes and isinstance(o, BNode) and o not in nodes}:
        nodes.update(new)
    yield from (triple for triple in kept if triple[0] in nodes)
