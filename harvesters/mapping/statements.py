"""The statements of a document by subject, stored as lines of N-Triples.

An unchanged catalogue is read, split and compared without converting any term to an
object: a subject's statements are one bytes object.  Only what is mapped is converted,
to a :class:`~hanse_harvesters.mapping.terms.Graph` per record.

Nodes are named by their N-Triples form: ``b"<https://…>"``, ``b"_:b0"``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

from hanse_harvesters.mapping.missing_part import MISSING_PART, is_dataset
from hanse_harvesters.mapping.nodes import (
    SKOLEM,
    TYPE,
    Name,
    classes_of,
    is_blank,
    name_of,
    pairs,
    types_in,
)
from hanse_harvesters.mapping.store import MOST_IN_MEMORY, Disk, InMemory, Places, Store, ordered
from hanse_harvesters.mapping.terms import RDF_TYPE
from hanse_schemas.table import expand

DATASET, SERIES = expand("dcat:Dataset"), expand("dcat:DatasetSeries")
_SERVES, _TOPIC = expand("dcat:servesDataset"), expand("foaf:primaryTopic")
LISTED, TITLE = expand("dcat:dataset"), expand("dcterms:title")
#: Other classes that portals use for their datasets.
_LIKE = frozenset(map(expand, ("http://rdfs.org/ns/void#Dataset", "schema:Dataset", "adms:Asset")))
#: Classes of other objects that may also have one of these.
_OTHERS = frozenset(
    map(expand, ("dcat:Catalog", "dcat:CatalogRecord", "dcat:DataService", "dcat:Distribution"))
)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_CONTAINERS = frozenset(f"{_RDF}{name}" for name in ("Bag", "Seq", "Alt"))
_MEMBER = re.compile(re.escape(_RDF) + r"(?:_[0-9]+|li|first|rest)")
_FIRST = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#first> "
_NIL = b"<http://www.w3.org/1999/02/22-rdf-syntax-ns#nil>"
_HYDRA = b"www.w3.org/ns/hydra/core#"
_LISTS = b"hydra/core#member> "
#: Consecutive lines about one subject, matched without a Python loop over the lines.
_RUN = re.compile(rb"(<[^>\n]*+>|_:\S++|[^\n]+?) <[^\n]*\n(?:\1 <[^\n]*\n)*+")
#: Maximum number of lines about paging that are stored; a page has a handful.
_MOST_HYDRA = 1_000
_MOST_SERVED = 100_000  # pairs of a service and a dataset
#: Bytes to which the lists in a node's lines may expand, each wherever it is named.
_MOST_UNFOLDED = 1 << 25


class Statements:
    """The statements of one document: in memory up to ``most`` bytes, beyond that on disk.

    ``hydra``  the lines about paging; ``served`` pairs of a service and a dataset it serves;
    ``entries`` dataset → its dcat:CatalogRecord, the portal's own page about it;
    ``lists``  whether RDF lists or containers occur; ``places`` how subjects are spread out.
    Close it, or use ``with``.
    """

    def __init__(self, most: int = MOST_IN_MEMORY) -> None:
        self.store: Store = InMemory()
        self._room = most
        self._forget()

    def _forget(self) -> None:
        self.hydra: list[bytes] = []
        self._datasets: dict[Name, bool] = {}
        self._like: dict[Name, None] = {}
        self._catalogues: dict[Name, None] = {}
        self._incomplete: dict[Name, None] = {}
        self.served: list[tuple[Name, Name]] = []
        self.entries: dict[Name, Name] = {}
        self.lists = False
        self.places = Places()

    @classmethod
    def kept(cls, store: Store, *, lists: bool = False) -> Statements:
        """Return the statements in ``store``; pass ``lists`` if another process filled it."""
        found = cls()
        found.store, found.lists = store, lists
        return found

    # --- Adding statements --------------------------------------------------------------------

    def add(self, block: bytes) -> None:
        """Add whole lines of N-Triples."""
        self.lists = self.lists or _FIRST in block
        runs = [(found[1], ordered(found[0])) for found in _RUN.finditer(block)]
        self._room -= len(block)
        if self._room < 0 and isinstance(self.store, InMemory):
            memory, self.store = self.store, Disk()
            self.store.keep(memory)
        self.store.keep(runs)
        for subject, stated in runs:
            self._note(subject, stated)
        self.places.note(runs, block)

    def take(self, blocks: Iterable[bytes]) -> None:
        """Add all blocks; b"" discards those before it.  Closes itself if it fails."""
        try:
            for block in blocks:
                if block:
                    self.add(block)
                else:
                    self.store.clear()
                    self._forget()
        except BaseException:
            self.close()
            raise

    def is_told(self, node: Name) -> bool:
        """Return whether the document describes the dataset ``node`` and does not only name it."""
        known = self._datasets.get(node)
        return known or (node in self._like if known is None else self._tells(node))

    def _note(self, subject: Name, stated: bytes) -> None:
        """Remember what is needed to find datasets: classes, lists of datasets, paging."""
        iris = TYPE.findall(stated)
        if iris:
            classes = classes_of(tuple(iris))
            if DATASET in classes or SERIES in classes:
                self._datasets.setdefault(subject, False)
            elif classes & _LIKE:
                self._like[subject] = None
            elif classes & _CONTAINERS:
                self.lists = True
        if subject in self._datasets and stated.count(b"\n") > len(iris):
            self._datasets[subject] = True
        if b"dataset> " in stated and any(name_of(p) == LISTED for p, _ in pairs(subject, stated)):
            self._catalogues[subject] = None
        if MISSING_PART in stated and is_dataset(stated):
            self._incomplete[subject] = None
        if b"servesDataset> " in stated and len(self.served) < _MOST_SERVED:
            self.served += (
                (subject, v) for p, v in pairs(subject, stated) if name_of(p) == _SERVES
            )
        if b"primaryTopic> " in stated:
            topics = (v for p, v in pairs(subject, stated) if name_of(p) == _TOPIC)
            self.entries.update((topic, subject) for topic in topics if topic != subject)
        if _HYDRA in stated and len(self.hydra) < _MOST_HYDRA:
            self.hydra += [
                line + b"\n"
                for line in stated.split(b"\n")
                if _HYDRA in line and _LISTS not in line
            ]

    # --- Queries ------------------------------------------------------------------------------

    def stated(self, subject: Name) -> bytes:
        """Return all lines about ``subject``, with lists replaced by their members; b"" if none."""
        found = self.store.find(subject)
        return self._unfolded(subject, found) if self.lists and b"> _:" in found else found

    def look_up(self, subjects: Iterable[Name]) -> None:
        """Prefetch the statements that :meth:`stated` will be asked for next."""
        self.store.look_up(subjects)

    def finish(self) -> None:
        """Finish adding; from now on other processes may read the file."""
        if isinstance(self.store, Disk):
            self.store.finish()

    def types(self, subject: Name) -> frozenset[str]:
        """Return the classes of ``subject``, without expanding lists."""
        return types_in(self.store.find(subject))

    def datasets(self) -> list[Name]:
        """Return all datasets and series: IRIs sorted, then blank nodes in document order.

        A subject counts if it has the class, or an equivalent class and a title, or if a
        catalogue lists it; and if the document states more than its class.
        """
        listed = self.listed()
        found = {node: more or node in listed for node, more in self._datasets.items()}
        for node in self._like:
            if node not in found and self._is_dataset(node):
                found[node] = True
        for node in listed - found.keys():
            if self.store.find(node):
                found[node] = True
        for node in self._incomplete:  # the class may be in the lost part
            classes = self.types(node)
            if not classes or DATASET in classes or SERIES in classes:
                found[node] = True
        told = [
            node
            for node, more in found.items()
            if (more or self._tells(node)) and not self._is_list(node)
        ]
        return sorted(told, key=lambda n: (n.startswith(b"_:"), b"" if is_blank(n) else n))

    def catalogues(self) -> list[Name]:
        """Return all nodes that list datasets, sorted."""
        return sorted(self._catalogues)

    def listed(self) -> set[Name]:
        """Return all nodes that a catalogue lists as a dataset."""
        return {
            value
            for catalogue in self._catalogues
            for predicate, value in pairs(catalogue, self.stated(catalogue))
            if name_of(predicate) == LISTED and not value.startswith(b'"')
        }

    def page_of(self, dataset: Name) -> str:
        """Return the web address of the dataset's catalogue record, "" if there is none."""
        entry = self.entries.get(dataset, b"")
        return entry[1:-1].decode("utf-8", "replace") if entry.startswith(b"<http") else ""

    def undescribed(self) -> list[Name]:
        """Return the nodes that a catalogue lists and the document does not describe, sorted."""
        return sorted(
            node
            for node in self.listed()
            if node.startswith(b"<") and SKOLEM not in node and not self.store.find(node)
        )

    def _is_dataset(self, node: Name) -> bool:
        stated = self.store.find(node)
        return not types_in(stated) & _OTHERS and any(
            name_of(predicate) == TITLE for predicate, _ in pairs(node, stated)
        )

    def _tells(self, node: Name) -> bool:
        return any(name_of(p) != RDF_TYPE for p, _ in pairs(node, self.store.find(node)))

    # --- Lists --------------------------------------------------------------------------------
    #
    # DCAT uses neither lists nor containers.  If a portal writes parseType="Collection",
    # a list in Turtle or an rdf:Bag, it means several values of the property.

    def _is_list(self, node: Name) -> bool:
        if not self.lists or not node.startswith(b"_:"):
            return False
        stated = self.store.find(node)
        return _FIRST in stated or bool(types_in(stated) & _CONTAINERS)

    def _unfolded(self, subject: Name, stated: bytes) -> bytes:
        found: list[bytes] = []
        room = _MOST_UNFOLDED
        for predicate, value in pairs(subject, stated):
            for member in self._members(value) if self._is_list(value) else (value,):
                line = b"%s <%s> %s .\n" % (subject, predicate, member)
                found.append(line)
                room -= len(line)
                if room < 0:
                    return b"".join(found)
        return b"".join(found)

    def _members(self, value: bytes) -> Iterator[bytes]:
        """Yield the members in order, also those of nested lists; stops at cycles."""
        met: set[bytes] = set()
        waiting = [value]
        while waiting:
            node = waiting.pop()
            if not self._is_list(node):
                yield node
            elif node not in met:
                met.add(node)
                waiting += reversed(self._next(node))

    def _next(self, node: Name) -> list[bytes]:
        """Return a list cell's value and its next cell, or the members of a container."""
        found = [
            (predicate.endswith(b"#rest"), value)
            for predicate, value in pairs(node, self.store.find(node))
            if value != _NIL and _MEMBER.fullmatch(predicate.decode("utf-8", "replace"))
        ]
        return [value for _, value in sorted(found, key=lambda item: item[0])]

    def close(self) -> None:
        """Release memory and disk."""
        self.store.close()

    def __enter__(self) -> Statements:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    @classmethod
    def of(cls, blocks: Iterable[bytes], most: int = MOST_IN_MEMORY) -> Statements:
        """Return the statements in these blocks."""
        found = cls(most)
        found.take(blocks)
        return found
