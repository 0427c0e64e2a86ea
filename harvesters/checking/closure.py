"""What a document states about a node and all that it refers to, as a validator would see it.

Unlike the tree of a record (:mod:`hanse_harvesters.mapping.tree`), which holds what our table
knows, this follows every property: the shapes ask for the classes of values too.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from hanse_harvesters.mapping import adapters, lines, missing_part
from hanse_harvesters.mapping.nodes import TYPE, Name, pairs, types_in
from hanse_harvesters.mapping.statements import DATASET, SERIES
from hanse_harvesters.mapping.tree import Records
from hanse_schemas.table import expand

#: Nodes that are judged by themselves; of these, only the class counts where another names them.
APART = frozenset((DATASET, SERIES, *map(expand, ("dcat:Catalog", "dcat:CatalogRecord"))))
#: Bytes and steps after which only the classes of further nodes are added.
_MOST_BYTES, _MOST_STEPS = 1 << 22, 12
#: What may be no valid IRI or language tag; in a text it is only looked at more closely.
_ODD = re.compile(
    rb"""<(?![A-Za-z][A-Za-z0-9+.-]*+:[^\x00-\x20<>"{}|\\^`\x7f-\xff]*+>)"""
    rb"""|"@(?![A-Za-z]{1,8}(?:-[A-Za-z0-9]{1,8})*+ \.\n)"""
)


@dataclass(frozen=True, slots=True)
class Closure:
    """What is stated about a node and what is behind it.

    ``text``   N-Triples; invalid IRIs are escaped, so that any parser reads it.
    ``apart``  nodes that are judged by themselves, as N-Triples has them → lines of their classes.
    """

    text: str
    apart: Mapping[str, str]


def stated(document: Records, subject: Name, *, without: Collection[bytes] = ()) -> Closure:
    """Return what ``document`` states about ``subject`` and what is behind it.

    ``without``  properties of the subject, without brackets, that are neither written nor followed.
    """
    found = {subject: _without(document.stated(subject, subject), subject, without)}
    apart: dict[Name, bytes] = {}
    level = list(_nodes(subject, found[subject]))
    room = _MOST_BYTES - len(found[subject])
    for step in range(_MOST_STEPS):
        document.statements.look_up(level)
        behind: dict[Name, None] = {}
        for node in level:
            if node in found or node in apart:
                continue
            about = document.stated(node, subject)
            if room < 0 or step == _MOST_STEPS - 1 or types_in(about) & APART:
                apart[node] = classes_only(node, about)
                continue
            behind.update(dict.fromkeys(_nodes(node, about)))
            found[node] = about
            room -= len(about)
        level = list(behind)
    block = b"".join(map(missing_part.without, found.values()))
    return Closure(as_lines(block), {named(node): as_lines(of) for node, of in apart.items()})


def as_lines(block: bytes) -> str:
    """Return lines of a document as N-Triples that any parser reads."""
    if not _ODD.search(block):
        return block.decode("utf-8", "replace")
    return adapters.lines(lines.triples(block))


def named(node: Name) -> str:
    """Return a node of a document as N-Triples has it."""
    return adapters.line_term(lines.node(node.decode("utf-8", "replace")))


def classes_only(node: Name, about: bytes) -> bytes:
    """Return the lines about a node that state its class."""
    return b"".join(
        b"%s <http://www.w3.org/1999/02/22-rdf-syntax-ns#type> <%s> .\n" % (node, iri)
        for iri in TYPE.findall(about)
    )


def _without(about: bytes, subject: Name, properties: Collection[bytes]) -> bytes:
    if not properties:
        return about
    return b"".join(
        b"%s <%s> %s .\n" % (subject, predicate, value)
        for predicate, value in pairs(subject, about)
        if predicate not in properties
    )


def _nodes(subject: Name, about: bytes) -> Iterator[Name]:
    for _, value in pairs(subject, about):
        if value[:1] in (b"<", b"_"):
            yield value
