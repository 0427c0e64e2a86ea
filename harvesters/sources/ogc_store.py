"""The records of a walk, until their services are known.

Services are records of their own, which may come later or in another collection.  So records are
kept in a file; only what joins them is in memory.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.issue import Issue
from hanse_harvesters.mapping import ogcrecord
from hanse_harvesters.mapping.iso19139.facts import plain
from hanse_harvesters.mapping.ogcrecord.facts import slim
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.sandbox.child import content
from hanse_harvesters.sandbox.items import decode
from hanse_harvesters.sources.identities import IdentityIndex, digest
from hanse_harvesters.sources.packed import PackedRecord
from hanse_harvesters.sources.record_file import Place, RecordFile, encode

#: Services joined to one data set at most.
_MOST_JOINED = 200


@dataclass(slots=True, kw_only=True)
class OgcRecord(PackedRecord):
    """A record on its way into the store, with what its parser says of it."""

    kind: str
    title: str


@dataclass(slots=True)
class RecordStore:
    """Keeps data sets and services, and joins them; use ``with``.

    ``left_out``  the keys of a record that its fingerprint leaves out.
    """

    left_out: frozenset[str] = frozenset()
    #: Places of the data sets.
    kept: list[Place] = field(default_factory=list)
    #: Names of records that were deleted at the portal.
    deleted: list[str] = field(default_factory=list)
    #: Place of a data set in ``kept`` → its issues.
    _issues: dict[int, list[Issue]] = field(default_factory=dict)
    _services: list[tuple[Place, str]] = field(default_factory=list)
    #: Digest of an identifier → the services that name it, and those that it is one of.
    _naming: dict[bytes, list[int]] = field(default_factory=dict)
    _of: dict[bytes, list[int]] = field(default_factory=dict)
    _used: set[int] = field(default_factory=set)
    _seen: IdentityIndex = field(default_factory=IdentityIndex)
    _file: RecordFile = field(default_factory=RecordFile)

    def __enter__(self) -> RecordStore:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def add(self, record: OgcRecord, *, among_services: bool) -> None:
        """Keep a record; ``among_services`` if the collection holds services only."""
        if record.kind == "service":
            self._add_service(decode(record.text))
        elif record.kind == "deleted":
            self.deleted.append(record.title)
        elif not among_services and self._seen.admit(record):
            if record.issues:
                self._issues[len(self.kept)] = record.issues
            facts = (record.identity, record.raw, record.origin)
            self.kept.append(self._file.pack(facts, record.text))

    def _add_service(self, item: dict[str, Any]) -> None:
        number = len(self._services)
        for name in {plain(name) for name in ogcrecord.named(item, of_service=True)}:
            self._naming.setdefault(digest(name), []).append(number)
        for name in {plain(name) for name in ogcrecord.identifiers(item)}:
            self._of.setdefault(digest(name), []).append(number)
        self._services.append((self._file.write(slim(item)), ogcrecord.title(item)))

    def records(self, mapping: Callable[..., ReadResult]) -> Iterator[PackedRecord]:
        """Yield the data sets; the services that are a way to one stand in its ``services``."""
        for number, place in enumerate(self.kept):
            (identity, raw, origin), text = self._file.unpack(place)
            if self._services:
                item = decode(text)
                if services := self._joined(item):
                    item = {**item, "services": services}
                    raw, text = content.digest(item, self.left_out), encode(item)
            issues = self._issues.get(number, [])
            yield PackedRecord(identity, raw, origin, issues, text=text, mapping=mapping)

    def _joined(self, item: Any) -> list[Any]:
        """Return the services that name a data set or that it names, in an order of their own."""
        numbers: set[int] = set()
        for name in ogcrecord.identifiers(item):
            numbers.update(self._naming.get(digest(plain(name)), ()))
        for name in ogcrecord.named(item, of_service=False):
            numbers.update(self._of.get(digest(plain(name)), ()))
        self._used |= numbers
        found = [self._file.read(self._services[number][0]) for number in sorted(numbers)]
        return sorted(found, key=encode)[:_MOST_JOINED]

    def alone(self) -> list[str]:
        """Return the names of the services that were joined to no data set."""
        return [name for number, (_, name) in enumerate(self._services) if number not in self._used]
