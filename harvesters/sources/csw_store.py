"""The records of a walk over a catalogue service, until their services are known.

Services are records of their own, and a data set's ways of access stand in those that operate
on it, which may come later.  So records are kept in a file; only what joins them is in memory.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple, TypeAlias

import msgspec

from hanse_harvesters.mapping import iso19139
from hanse_harvesters.mapping.iso19139 import RecordFacts
from hanse_harvesters.sandbox.child.csw import fingerprint
from hanse_harvesters.sandbox.items import PackedItem, decode
from hanse_harvesters.sources.csw_city import CityTest
from hanse_harvesters.sources.identities import digest
from hanse_harvesters.sources.record_file import Place, RecordFile, encode
from hanse_harvesters.sources.selection import Selection

#: Slots of a service's values that refer to data sets, of which it may have thousands.
_REFERENCES = ("operates_on", "coupled")
#: Services joined to one data set at most, and services named in an issue.
_MOST_JOINED, _EXAMPLES = 200, 5

Item: TypeAlias = dict[str, Any]


class Kept(NamedTuple):
    """A data set: its identity, the digest of its content, and its text with its services."""

    identity: str
    raw: str
    text: bytes


@dataclass(slots=True)
class _Service:
    """A service: its identity, its name, and the place of its record without the references."""

    place: Place
    id: str
    name: str


@dataclass(slots=True)
class _Reference:
    """One reference of a service to a data set, as the record has it."""

    service: int
    place: Place


@dataclass(slots=True)
class RecordStore:
    """Keeps data sets and services, and joins them; use ``with``.

    ``left_out``  the key of a record that its fingerprint leaves out, "" for none.
    """

    test: CityTest
    left_out: str = ""
    #: Whether only services that operate on a record met are taken.
    only_joined: bool = False
    selection: Selection = field(default_factory=Selection)
    #: Places of the data sets that were kept.
    kept: list[Place] = field(default_factory=list)
    #: Names of the records that describe neither data set nor service, with their type.
    others: list[str] = field(default_factory=list)
    _services: list[_Service] = field(default_factory=list)
    #: Digest of an identifier → the references to it.
    _references: dict[bytes, list[_Reference]] = field(default_factory=dict)
    #: Digests of the identifiers of all records but services, also of those left out.
    _known: set[bytes] = field(default_factory=set)
    #: Digests of the identities of the data sets that were kept, and of those met again.
    _identities: set[bytes] = field(default_factory=set)
    _several: set[bytes] = field(default_factory=set)
    _file: RecordFile = field(default_factory=RecordFile)

    def __enter__(self) -> RecordStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    # --- Taking records -----------------------------------------------------------------------

    def add(self, item: PackedItem, *, only_services: bool = False) -> None:
        """Keep a record, unless it is no data set or not the city's."""
        known = msgspec.convert(item.facts["known"], RecordFacts)
        if known.kind == "service":
            self._add_service(item.value(), known)
            return
        if only_services or self.only_joined:
            return
        self._known.update(map(_key, known.identifiers))
        if item.facts["values"]:  # what cannot be read is kept, to be reported as rejected
            if known.kind == "other":
                name = known.title or known.identity
                self.others.append(f"{name} ({item.facts['type']})"[:200])
                return
            if self.test.is_configured:
                held = self.test.holds(known)
                if not held:
                    self.selection.leave_out(self.test.reason(known))
                    return
                self.selection.kept[held] += 1
        identity = digest(known.identity)
        (self._several if identity in self._identities else self._identities).add(identity)
        facts = (known.identity, item.facts["raw"], known.identifiers)
        self.kept.append(self._file.pack(facts, item.text))

    def _add_service(self, item: Item, known: RecordFacts) -> None:
        if self.only_joined and self._known.isdisjoint(map(_key, known.operates_on)):
            return
        number = len(self._services)
        values = dict(item["values"])
        for slot in _REFERENCES:
            for group in values.pop(slot, ()):
                named = iso19139.facts({"values": {slot: [group]}}).operates_on
                place = self._file.write([slot, group])
                for name in named:
                    reference = _Reference(number, place)
                    self._references.setdefault(_key(name), []).append(reference)
        place = self._file.write({**item, "values": values})
        self._services.append(_Service(place, known.identity, known.title or known.identity))

    @property
    def services(self) -> int:
        """The number of services that are kept."""
        return len(self._services)

    # --- Giving them --------------------------------------------------------------------------

    def items(self) -> Iterator[Kept]:
        """Yield the data sets; the services that operate on one stand in its ``services``."""
        several = []
        for place in self.kept:
            (identity, raw, identifiers), text = self._file.unpack(place)
            if self._several and digest(identity) in self._several:
                several.append((identity, identifiers, text, raw))
            else:
                yield self._whole(Kept(identity, raw, text), identifiers)
        # Records of one identifier in an order that does not depend on the pages they came on.
        for identity, identifiers, text, raw in sorted(several):
            yield self._whole(Kept(identity, raw, text), identifiers)

    def _whole(self, kept: Kept, identifiers: list[str]) -> Kept:
        if not self._references or not (services := self._joined(identifiers)):
            return kept
        item = {**decode(kept.text), "services": services}
        return Kept(kept.identity, fingerprint(item, self.left_out), encode(item))

    def _joined(self, identifiers: list[str]) -> list[Item]:
        """Return the services that operate on a data set, with their references to it alone."""
        found: dict[int, dict[Place, None]] = {}
        for name in identifiers:
            for reference in self._references.get(_key(name), ()):
                found.setdefault(reference.service, {})[reference.place] = None
        joined = []
        # By identity: the order in which a catalogue sends them may change.
        ordered = sorted(found.items(), key=lambda entry: self._services[entry[0]].id)
        for number, places in ordered[:_MOST_JOINED]:
            service = self._file.read(self._services[number].place)
            for slot, group in map(self._file.read, places):
                service["values"].setdefault(slot, []).append(group)
            joined.append(service)
        return joined

    def unserved(self) -> Iterator[list[str]]:
        """Yield the identifiers of the data sets on which no service operates."""
        for place in self.kept:
            (_, _, identifiers), _ = self._file.unpack(place)
            if not any(_key(name) in self._references for name in identifiers):
                yield identifiers

    def alone(self) -> list[str]:
        """Return the names of the services that operate on no record met.

        Those that are not the city's are counted as left out.
        """
        used = {
            reference.service
            for key in self._known & self._references.keys()
            for reference in self._references[key]
        }
        names = []
        for number, service in enumerate(self._services):
            if number in used:
                continue
            known = iso19139.facts(self._file.read(service.place))
            if self.test.is_configured and not self.test.holds(known):
                self.selection.leave_out(self.test.reason(known))
            else:
                names.append(service.name)
        return names


def _key(name: str) -> bytes:
    """Return the digest of an identifier, as which references to it are compared."""
    return digest(iso19139.plain(name))


def examples(names: list[str]) -> str:
    """Return some names for a message."""
    more = " …" if len(names) > _EXAMPLES else ""
    return "; ".join(name[:100] for name in names[:_EXAMPLES]) + more
