"""When all identities of a source change at once: find the dataset a record continues.

Portals move to another host or namespace; then every subject IRI is new, and without this every
dataset would be created a second time and the first withdrawn.  A record is bound again to the
known record whose landing page or distribution URLs it shares; if the host moved as well, to the
one whose URLs have the same path.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import SourceRecord
from ckanext.hanse.store.records import KnownRecord, RecordMap
from ckanext.hanse.store.resources import normalised_url
from hanse_harvesters.record import Record

#: Unknown records held back until it is clear whether known ones follow.
_KEPT_BACK = 500
#: A path as short as this ("/daten?") identifies no dataset.
_SHORT_PATH = 8


@dataclass(slots=True)
class MovedIdentities:
    """Decides, once per run, whether the source's identities have all changed.

    ``known``  the source's records.  While none of them was seen, unknown records
    are held back (at most 500); a single known record proves that nothing moved.
    """

    known: RecordMap
    decided: bool = False
    moved: bool = False
    count: int = 0
    _waiting: list[Record] = field(default_factory=list)
    _links: dict[str, list[KnownRecord]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.decided = not any(item.expected for item in self.known.values())

    def wait(self, record: Record) -> bool:
        """Hold an unknown record back; return False if the decision has been made."""
        if self.decided:
            return False
        self._waiting.append(record)
        return True

    @property
    def full(self) -> bool:
        """Whether so many unknown records came without a known one that it must be a move."""
        return len(self._waiting) >= _KEPT_BACK

    def settle(self, *, moved: bool, source_id: int) -> list[Record]:
        """Decide; return the records held back, to be processed now."""
        if not self.decided:
            self.decided, self.moved = True, moved and bool(self._waiting)
            if self.moved:
                self._links = _links(self.known, source_id)
        waiting, self._waiting = self._waiting, []
        return waiting

    def former(self, record: Record) -> KnownRecord | None:
        """Return the one unseen record that an unknown record continues; None if unclear."""
        if not self.moved:
            return None
        addresses = _addresses(record)
        for key in [*addresses, *map(path_of, addresses)]:
            found = self._links.get(key, []) if key else []
            # Seen ones count too: an address shared by two records identifies neither.
            if len(found) == 1 and not found[0].seen:
                self.count += 1
                return found[0]
        return None


def _links(known: RecordMap, source_id: int) -> dict[str, list[KnownRecord]]:
    """Return address → the records that have it as landing page or distribution."""
    by_id = {item.id: item for item in known.values() if item.expected}
    links: dict[str, list[KnownRecord]] = {}
    for record_id, address in _stored(source_id):
        item = by_id.get(record_id)
        if item is not None and address:
            whole = normalised_url(address)
            for key in (whole, path_of(whole)):
                places = links.setdefault(key, []) if key else []
                if all(other.id != record_id for other in places):
                    places.append(item)
    return links


def path_of(address: str) -> str:
    """Return path and query of an address with a prefix; "" if too short to identify it."""
    parts = urlsplit(address)
    path = f"{parts.path}?{parts.query}"
    return f"path {path}" if parts.scheme and len(path) > _SHORT_PATH else ""


def _stored(source_id: int) -> Iterator[tuple[int, str]]:
    """Yield record id and address: identity, page, landing page of the dataset, distributions."""
    mine = SourceRecord.source_id == source_id
    package, resource = model.Package, model.Resource
    for column in (SourceRecord.origin, SourceRecord.identity):
        yield from model.Session.execute(sa.select(SourceRecord.id, column).where(mine)).tuples()
    yield from model.Session.execute(
        sa.select(SourceRecord.id, package.url)
        .join(package, package.id == SourceRecord.dataset_id)
        .where(mine, package.url.is_not(None))
    ).tuples()
    yield from model.Session.execute(
        sa.select(SourceRecord.id, resource.url)
        .join(resource, resource.package_id == SourceRecord.dataset_id)
        .where(mine, resource.state == "active")
    ).tuples()


def _addresses(record: Record) -> list[str]:
    """Return the addresses that identify a record: its page first, then its distributions."""
    dataset = record.dataset
    resources = [item for item in dataset.get("resources") or [] if isinstance(item, dict)]
    pages = [record.origin, dataset.get("url"), record.identity]
    found = [*pages, *(item.get("url") for item in resources)]
    return [normalised_url(item) for item in found if isinstance(item, str) and item.strip()]
