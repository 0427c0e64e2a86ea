"""Nodes and predicates in their N-Triples form, and the statements of one subject."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TypeAlias

from hanse_harvesters.mapping.namespaces import canonical

#: A node in its N-Triples form.
Name: TypeAlias = bytes

SKOLEM = b"/.well-known/genid/"
#: An ``rdf:type`` statement, with the IRI of its class.
TYPE = re.compile(rb"1999/02/22-rdf-syntax-ns#type> <([^\n]*)> \.\n")


@lru_cache(maxsize=4096)
def name_of(iri: bytes) -> str:
    """Return the table's name of a property or class, given its IRI without brackets."""
    return canonical(iri.decode("utf-8", "replace"))


def is_blank(node: Name) -> bool:
    """Return whether a node is blank, or was before a portal skolemised it."""
    return node.startswith(b"_:") or (SKOLEM in node and node.startswith(b"<"))


def pairs(subject: Name, stated: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield predicate (without brackets) and object of each statement of ``subject``."""
    start = len(subject) + 2
    for line in stated.split(b"\n"):
        predicate, _, value = line[start:-2].partition(b"> ")
        if value:
            yield predicate, value


def types_in(stated: bytes) -> frozenset[str]:
    """Return the classes in the statements of a subject, under the table's names."""
    return classes_of(tuple(TYPE.findall(stated)))


@lru_cache(maxsize=4096)
def classes_of(iris: tuple[bytes, ...]) -> frozenset[str]:
    """Return the table's names of classes, given their IRIs without brackets."""
    return frozenset(map(name_of, iris))
