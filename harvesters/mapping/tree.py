"""The part of a document that belongs to one record: :mod:`.walk` for lines of N-Triples."""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache

from hanse_harvesters.mapping.namespaces import canonical
from hanse_harvesters.mapping.nodes import SKOLEM, Name, is_blank, name_of, pairs, types_in
from hanse_harvesters.mapping.source import LABELS, MOST_SERVED, SERVES
from hanse_harvesters.mapping.statements import Statements
from hanse_harvesters.mapping.store import ordered
from hanse_harvesters.mapping.terms import RDF_TYPE
from hanse_harvesters.mapping.walk import MAX_DEPTH, RECORDS, objects
from hanse_schemas.table import classes

#: Maximum number of cached predicates; a portal may send any number of them.
_MOST_PREDICATES = 10_000
#: Maximum bytes of a record's lines; a dataset with thousands of distributions has fewer.
MOST_BYTES = 1 << 25
#: Minimum size in bytes of a hub's statements.
_SHORT = MOST_SERVED * len("<a> <http://www.w3.org/ns/dcat#dataset> <b> .")


#: Used instead of a class: the property may lead to the node of a geometry.
_SHAPE = "shape"


@dataclass(slots=True)
class Tree:
    """A record in its document.

    ``stated``  node → its lines.
    ``beside``  nodes it refers to that are not part of it, with class, depth and lines.
    ``size``    bytes of both.
    ``unmet``   nodes it refers to that the document does not describe, with class.
    ``met``     classes of the IRI nodes that the document describes.
    """

    subject: Name
    stated: dict[Name, bytes] = field(default_factory=dict)
    beside: list[tuple[Name, str, int, bytes]] = field(default_factory=list)
    size: int = 0
    unmet: list[tuple[Name, str]] = field(default_factory=list)
    met: set[str] = field(default_factory=set)


@cache
def _shapes(name: str) -> frozenset[str]:
    """Return the properties of a class that may lead to the node of a geometry."""
    if name in ("", _SHAPE):
        return frozenset()
    return frozenset(
        canonical(term)
        for prop in classes()[name].properties
        if prop.kind == "geometry"
        for term in (prop.term, *prop.also)
    )


class _Behind(dict[bytes, str]):
    """For one class: property as written → class of the object it leads to, "" for none."""

    def __init__(self, name: str) -> None:
        super().__init__()
        self._objects = {**dict.fromkeys(_shapes(name), _SHAPE), **objects(name)}

    def __missing__(self, predicate: bytes) -> str:
        if len(self) >= _MOST_PREDICATES:
            self.clear()
        of = self[predicate] = self._objects.get(name_of(predicate), "")
        return of


@cache
def _behind(name: str) -> _Behind:
    return _Behind(name)


def _is_another_record(stated: bytes, name: str) -> bool:
    found = types_in(stated)
    return bool(found & RECORDS) and classes()[name].term not in found


@dataclass(slots=True)
class _Hub:
    """A node that names many datasets: its other statements, and one line per dataset."""

    stated: bytes
    lines: dict[bytes, bytes] = field(default_factory=dict)


def _hub(node: Name, stated: bytes) -> _Hub | None:
    count = Counter(predicate for predicate, _ in set(pairs(node, stated)))
    many = {p for p, number in count.items() if number > MOST_SERVED and name_of(p) in SERVES}
    if not many:
        return None
    hub, rest = _Hub(b""), list[bytes]()
    for predicate, value in pairs(node, stated):
        line = b"%s <%s> %s .\n" % (node, predicate, value)
        if predicate in many:
            hub.lines[value] = hub.lines.get(value, b"") + line
        else:
            rest.append(line)
    hub.stated = b"".join(rest)
    return hub


class Records:
    """The records of a document, each with the nodes that belong to it."""

    def __init__(self, statements: Statements) -> None:
        self.statements = statements
        self._hubs: dict[Name, _Hub | None] = {}

    def stated(self, node: Name, record: Name) -> bytes:
        """Return the statements about ``node`` as part of ``record``.

        Of the datasets that a hub serves, only the record itself is included: otherwise a service
        with all datasets of a portal would be part of every record, and a change would affect all.
        """
        stated = self.statements.stated(node)
        if len(stated) < _SHORT or node == record:
            return stated
        if node not in self._hubs:
            self._hubs[node] = _hub(node, stated)
        hub = self._hubs[node]
        return ordered(hub.stated + hub.lines.get(record, b"")) if hub else stated

    def tree(self, subject: Name) -> Tree:
        """Return the nodes that belong to the record ``subject``.

        Stops once the record exceeds :data:`MOST_BYTES`.
        """
        found = Tree(subject)
        seen = {(subject, "dataset")}
        level = [(subject, "dataset", self.stated(subject, subject))]
        depth = 0
        while level:
            behind: list[tuple[Name, str]] = []
            for node, name, stated in level:
                found.stated[node] = stated
                found.size += len(stated)
                if found.size > MOST_BYTES:
                    return found
                behind += _nodes(node, name, stated)
            self.statements.look_up(value for value, _ in behind)
            level = []
            depth += 1
            for value, of in behind:
                if (value, of) in seen:
                    continue
                seen.add((value, of))
                if not (inside := self.stated(value, subject)):
                    found.unmet.append((value, of))
                    continue
                if value[:1] == b"<":
                    found.met.add(of)
                belongs = is_blank(value) or (of != _SHAPE and not _is_another_record(inside, of))
                if belongs and depth <= MAX_DEPTH:
                    level.append((value, of, inside))
                else:
                    found.size += len(inside)
                    found.beside.append((value, of, depth, inside))
        return found

    def surroundings(self, tree: Tree) -> bytes:
        """Return all lines needed to read the record: its tree, and the nodes it refers to.

        Other records and shapes that it refers to are needed too, though not part of it.
        """
        lines = dict.fromkeys(tree.stated.values())
        seen = {(value, of) for value, of, _, _ in tree.beside}
        queue = deque(tree.beside)
        room = 2 * MOST_BYTES
        while queue and room > 0:
            node, name, depth, stated = queue.popleft()
            if name not in ("", _SHAPE) and not is_blank(node) and _is_another_record(stated, name):
                stated = _known(node, stated, name)
            lines[stated] = None
            room -= len(stated)
            if depth > MAX_DEPTH:
                continue
            for value, of in _nodes(node, name, stated):
                if (value, of) not in seen and (inside := self.stated(value, tree.subject)):
                    seen.add((value, of))
                    queue.append((value, of, depth + 1, inside))
        return b"".join(lines)


def _nodes(node: Name, name: str, stated: bytes) -> Iterator[tuple[Name, str]]:
    """Yield the nodes that a node of class ``name`` refers to and that may be in its record."""
    behind = _behind(name)
    start = len(node) + 2
    for line in stated.split(b"\n"):
        predicate, _, value = line[start:-2].partition(b"> ")
        kind = value[:1]
        if kind == b"<":
            of = behind[predicate]
            if of or SKOLEM in value:
                yield value, of
        elif kind == b"_":
            yield value, behind[predicate]


def _known(node: Name, stated: bytes, name: str) -> bytes:
    """Return those lines of another record that a reader of class ``name`` uses."""
    known = _readable(name)
    return b"".join(
        b"%s <%s> %s .\n" % (node, predicate, value)
        for predicate, value in pairs(node, stated)
        if name_of(predicate) in known
    )


@cache
def _readable(name: str) -> frozenset[str]:
    """Return all names of all properties of a class, and the properties for labels."""
    names = {t for prop in classes()[name].properties for t in (prop.term, *prop.also)}
    return frozenset(map(canonical, {*names, *LABELS, RDF_TYPE}))
