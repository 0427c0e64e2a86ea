"""Detect records that are our own datasets, harvested back from another portal."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import sqlalchemy as sa
from ckan import model
from ckan.model import meta

from ckanext.hanse import settings
from ckanext.hanse.model import DatasetState, HarvestSource, SourceRecord
from ckanext.hanse.store import match_key
from hanse_harvesters.record import Record


@dataclass(slots=True)
class LocalDatasets:
    """Knows our addresses, and the ids of our datasets (loaded once).

    Datasets are exported with our address: as IRI if the dataset was made here, else as a further
    identifier (export/package_to_rdf.py); other portals keep it.  A CKAN that harvests our API
    keeps the id, and states it as the identifier of what has no other there.
    """

    source_id: int
    addresses: tuple[str, ...] = field(default_factory=settings.own_addresses)
    _made: frozenset[str] | None = field(default=None, init=False)
    _is_ourselves: bool = field(default=False, init=False)
    _hosts: tuple[str, ...] = field(init=False)

    def __post_init__(self) -> None:
        self._hosts = tuple({urlsplit(address).hostname or "" for address in self.addresses})

    @property
    def mark(self) -> str:
        """Digest of our addresses."""
        return hashlib.sha256(" ".join(self.addresses).encode()).hexdigest()

    def has(self, record: Record) -> bool:
        """Return whether the record describes a dataset that can only come from us."""
        if self._made is None:
            self._made, url = _made(self.source_id)
            self._is_ourselves = match_key.below(url, self.addresses)
        if self._is_ourselves or record.identity in self._made:
            return True
        if any(self._is_here(address) for address in _addresses(record)):
            return True
        identifier = record.dataset.get("identifier")
        return isinstance(identifier, str) and identifier in self._made

    def _is_here(self, address: object) -> bool:
        """Return whether an address is below one of ours; most do not even contain our host."""
        if not isinstance(address, str) or not any(host in address.lower() for host in self._hosts):
            return False
        return match_key.below(address, self.addresses)


def _addresses(record: Record) -> Iterator[object]:
    dataset = record.dataset
    yield from (record.identity, record.origin)
    yield from (dataset.get(name) for name in ("uri", "url", "identifier"))
    for name in ("other_landing_pages", "other_identifiers", "alternate_identifier"):
        values = dataset.get(name)
        yield from values if isinstance(values, list) else [values]


def _made(source_id: int) -> tuple[frozenset[str], str]:
    """Return by what our datasets are known wherever they are, and the URL of the source.

    Ids that we gave, which a CKAN that harvests our API keeps; and IRIs of what was made here.
    An id that a record of the dataset bears is the portal's, not ours: that of a catalogue whose
    ids were its portals' before it became this one.  A dataset that was detached from its portal
    still counts as the portal's.
    """
    package, record = model.Package, SourceRecord
    mine = record.dataset_id == package.id
    bears = sa.or_(
        sa.func.strpos(record.identity, package.id) > 0,
        sa.func.concat("uuid:", package.id) == sa.any_(record.twins),
    )
    here = sa.and_(sa.func.coalesce(DatasetState.harvested, False).is_(False), ~_exists(mine))
    iri = sa.case((here, package.extras["uri"].astext))
    query = (
        sa.select(package.id, iri)
        .outerjoin(DatasetState, DatasetState.dataset_id == package.id)
        .where(sa.or_(here, ~_exists(sa.and_(mine, bears))))
    )
    with meta.engine.connect() as connection:
        url = connection.scalar(sa.select(HarvestSource.url).where(HarvestSource.id == source_id))
        found = (value for row in connection.execute(query) for value in row if value)
        return frozenset(found), url or ""


def _exists(wanted: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(wanted)
