"""What of a document belongs to one record: :mod:`hanse_harvesters.mapping.walk` over lines."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.source import LABELS, MOST_SERVED, SERVES
from hanse_harvesters.mapping.statements import (
    Name,
    Statements,
    is_blank,
    name_of,
    pairs,
    types_in,
)
from hanse_harvesters.mapping.terms import RDF_TYPE
from hanse_harvesters.mapping.walk import MAX_DEPTH, RECORDS, objects
from hanse_schemas.table import classes

#: Predicates remembered; a portal may send any number of them.
_MOST_PREDICATES = 10_000
#: Bytes that the statements of a hub exceed.
_SHORT = MOST_SERVED * len("<a> <http://www.w3.org/ns/dcat#dataset> <b> .")


class _Behind(dict[bytes, str]):
    """Of a class: property as it came → class of the object behind it, "" for none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._objects = objects(name)

    def __missing__(self, predicate: bytes) -> str:
        if len(self) >= _MOST_PREDICATES:
            self.clear()
        of = self[predicate] = self._objects.get(name_of(predicate), "")
        return of


@cache
def _behind(name: str) -> _Behind:
    return _Behind(name)


def _is_another_record(said: bytes, name: str) -> bool:
    found = types_in(said)
    return bool(found & RECORDS) and classes()[name].term not in found


@dataclass(slots=True)
class _Hub:
    """A node that names many datasets: what else it says, and the line of each."""

    said: bytes
    lines: dict[bytes, bytes] = field(default_factory=dict)


def _hub(node: Name, said: bytes) -> _Hub | None:
    count = Counter(predicate for predicate, _ in set(pairs(node, said)))
    many = {p for p, number in count.items() if number > MOST_SERVED and name_of(p) in SERVES}
    if not many:
        return None
    hub, rest = _Hub(b""), list[bytes]()
    for predicate, value in pairs(node, said):
        line = b"%s <%s> %s .\n" % (node, predicate, value)
        if predicate in many:
            hub.lines[value] = hub.lines.get(value, b"") + line
        else:
            rest.append(line)
    hub.said = b"".join(rest)
    return hub


class Records:
    """What of a document belongs to each of its records."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self._hubs: dict[Name, _Hub | None] = {}

    def said(self, node: Name, record: Name) -> bytes:
        """What is said of ``node`` where it stands in ``record``.

        Of the datasets that a hub serves only the record itself: a service with all datasets of
        a portal would make every record as long as the portal, and each change one of all.
        """
        said = self.statements.said(node)
        if len(said) < _SHORT or node == record:
            return said
        if node not in self._hubs:
            self._hubs[node] = _hub(node, said)
        hub = self._hubs[node]
        return hub.said + hub.lines.get(record, b"") if hub else said

    def tree(self, subject: Name) -> list[bytes]:
        """The lines that belong to the record ``subject``, those of each node together."""
        found: dict[Name, bytes] = {}
        seen = {(subject, "dataset")}
        queue = deque([(subject, "dataset", 0, self.said(subject, subject))])
        while queue:
            node, name, depth, said = queue.popleft()
            found[node] = said
            if depth >= MAX_DEPTH:
                continue
            for value, of in _nodes(node, name, said):
                if (value, of) in seen:
                    continue
                inside = self.said(value, subject)
                if inside and (is_blank(value) or not _is_another_record(inside, of)):
                    seen.add((value, of))
                    queue.append((value, of, depth + 1, inside))
        return list(found.values())

    def surroundings(self, subject: Name) -> bytes:
        """All that reading the record may look at: its tree, and what stands beside it.

        Other records and shapes that it refers to are looked at, though they are none of it.
        """
        found: dict[bytes, None] = {}
        seen = {(subject, "dataset")}
        queue = deque([(subject, "dataset", 0, self.said(subject, subject))])
        while queue:
            node, name, depth, said = queue.popleft()
            if name and not is_blank(node) and _is_another_record(said, name):
                said = _known(node, said, name)
            found[said] = None
            if depth > MAX_DEPTH:
                continue
            for value, of in _reach(node, name, said):
                if (value, of) not in seen and (inside := self.said(value, subject)):
                    seen.add((value, of))
                    queue.append((value, of, depth + 1, inside))
        return b"".join(found)


def _nodes(node: Name, name: str, said: bytes) -> Iterator[tuple[Name, str]]:
    """What stands behind a node of class ``name`` and may belong to its record."""
    behind = _behind(name)
    start = len(node) + 2
    for line in said.split(b"\n"):
        predicate, _, value = line[start:-2].partition(b"> ")
        if value[:1] == b'"' or not value:
            continue
        of = behind[predicate]
        if of or is_blank(value):
            yield value, of


def _known(node: Name, said: bytes, name: str) -> bytes:
    """Of another record what a reader of class ``name`` understands."""
    known = _readable(name)
    return b"".join(
        b"%s <%s> %s .\n" % (node, predicate, value)
        for predicate, value in pairs(node, said)
        if name_of(predicate) in known
    )


def _reach(node: Name, name: str, said: bytes) -> Iterator[tuple[Name, str]]:
    yield from _nodes(node, name, said)
    shapes = _shapes(name)
    for predicate, value in pairs(node, said):
        if value.startswith(b"<") and name_of(predicate) in shapes:
            yield value, ""


@cache
def _shapes(name: str) -> frozenset[str]:
    """Properties of a class behind which a geometry may stand as a node."""
    if not name:
        return frozenset()
    return frozenset(
        canonical(term)
        for prop in classes()[name].properties
        if prop.kind == "geometry"
        for term in (prop.term, *prop.also)
    )


@cache
def _readable(name: str) -> frozenset[str]:
    """Every name of every property of a class, and what a node is called by."""
    names = {t for prop in classes()[name].properties for t in (prop.term, *prop.also)}
    return frozenset(map(canonical, {*names, *LABELS, RDF_TYPE}))
