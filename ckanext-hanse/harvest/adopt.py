"""Adopt the datasets that a removed source left behind for the new records of a source.

A source that is created again may have another name, another address or another kind; then its
records have other identities than those of the removed one.  A dataset is adopted if a record has
the same IRI; if a UUID or DOI matches and so does the title, a page or a file; or if the title
matches and so does the page, a file or the number.  A title alone, an address shared by many, or
default values of unconfigured software (store/identifiers.py) identify no dataset.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.harvest.moved_identities import path_of
from ckanext.hanse.model import Former, HarvestSource, RecordState, SourceRecord
from ckanext.hanse.sources import archive
from ckanext.hanse.store import identifiers, match_key
from ckanext.hanse.store.record_rows import identity_key
from ckanext.hanse.store.records import KnownRecord
from ckanext.hanse.store.resources import normalised_url
from hanse_harvesters.record import Record

#: Kind of a sign, and its value normalised for comparison.
Sign: TypeAlias = tuple[str, str]

#: Unique, but copied with a form or used for a whole collection: they need another sign.
_BORNE = {"uuid", "doi"}
#: Signs that confirm those, and signs of which two are needed, one of them the title.
_BESIDE = {"title", "page", "file"}
_WEAK = {"title", "page", "file", "number"}
_UUID = re.compile(r"(?:^|/)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$")


@dataclass(eq=False, slots=True)
class _Left:
    """A dataset that no source brings now; ``record_id`` if it was already given to this source."""

    dataset_id: str
    identity: str
    state: str
    record_id: int | None
    signs: set[Sign] = field(default_factory=set)


class Adopter:
    """Finds, in one run of one source, the datasets that its unknown records continue.

    The datasets are loaded once, when the first unknown record arrives.
    """

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id
        self._by_sign: dict[Sign, list[_Left]] | None = None
        self._taken: set[str] = set()

    @property
    def count(self) -> int:
        """Number of datasets adopted."""
        return len(self._taken)

    def find(self, record: Record, known: dict[str, KnownRecord]) -> KnownRecord | None:
        """Return what the record continues, None if it is new.  Writes nothing.

        ``known`` are the source's records; a result that is not among them has the id 0.
        """
        if self._by_sign is None:
            self._by_sign = _load(self._source_id)
        if not self._by_sign:
            return None
        left = self._best(set(_signs_of(record)))
        if left is None:
            return None
        mine = known.get(identity_key(left.identity)) if left.record_id else None
        if left.record_id and (mine is None or mine.seen):
            return None
        self._taken.add(left.dataset_id)
        return mine or KnownRecord(0, left.dataset_id, "", "", "", left.state)

    def _best(self, signs: set[Sign]) -> _Left | None:
        """Return the dataset with the IRI, else the one with the most signs if they are enough."""
        for sign in sorted(sign for sign in signs if sign[0] == "iri"):
            found = self._open(sign)
            if len(found) == 1:
                return found[0]
        shared: dict[_Left, set[str]] = defaultdict(set)
        for sign in signs:
            for left in self._open(sign):
                shared[left].add(sign[0])
        ranked = sorted(
            ((len(kinds), left) for left, kinds in shared.items() if _are_enough(kinds)),
            key=lambda item: -item[0],
        )
        if not ranked or (len(ranked) > 1 and ranked[0][0] == ranked[1][0]):
            return None
        return ranked[0][1]

    def _open(self, sign: Sign) -> list[_Left]:
        found = (self._by_sign or {}).get(sign, [])
        return [left for left in found if left.dataset_id not in self._taken]


def _are_enough(kinds: set[str]) -> bool:
    if kinds & _BORNE:
        return bool(kinds & _BESIDE)
    return "title" in kinds and len(kinds & _WEAK) > 1


def _load(source_id: int) -> dict[Sign, list[_Left]]:
    """Return the city's datasets that no source brings, by their signs; {} if there are none."""
    found = {left.dataset_id: left for left in (*_given(source_id), *_formers(source_id))}
    by_sign: dict[Sign, list[_Left]] = defaultdict(list)
    if found:
        _describe(found)
        for left in found.values():
            for sign in left.signs:
                by_sign[sign].append(left)
    return dict(by_sign)


def _formers(source_id: int) -> Iterator[_Left]:
    city = (
        sa.select(HarvestSource.organization_id)
        .where(HarvestSource.id == source_id)
        .scalar_subquery()
    )
    rows = model.Session.execute(
        archive.joined(Former.dataset_id, Former.identity, archive.state_again(), Former.origin)
        .where(archive.left_behind(city))
        .order_by(Former.id)
    )
    for dataset_id, identity, state, origin in rows:
        yield _Left(dataset_id, identity, state, None, set(_signs(identity, [origin])))


def _given(source_id: int) -> Iterator[_Left]:
    """Yield datasets that were given to the source and that no run of it has seen yet."""
    rows = model.Session.execute(
        sa.select(
            SourceRecord.dataset_id,
            SourceRecord.identity,
            SourceRecord.state,
            SourceRecord.id,
            SourceRecord.origin,
        ).where(
            SourceRecord.source_id == source_id,
            SourceRecord.last_run_id.is_(None),
            SourceRecord.first_run_id.is_(None),
            SourceRecord.fingerprint == "",
            SourceRecord.dataset_id.is_not(None),
        )
    )
    for dataset_id, identity, state, record_id, origin in rows:
        yield _Left(dataset_id, identity, state, record_id, set(_signs(identity, [origin])))


def _describe(found: dict[str, _Left]) -> None:
    """Add the signs of the datasets themselves."""
    package, resource = model.Package, model.Resource
    rows = model.Session.execute(
        sa.select(
            package.id,
            package.title,
            package.url,
            package.extras["uri"].astext,
            package.extras["identifier"].astext,
        ).where(package.id.in_(found))
    )
    for dataset_id, title, url, uri, identifier in rows:
        signs = found[dataset_id].signs
        signs.update(_title(title or ""))
        for text in (uri, identifier):
            signs.update(_signs(text or "", []))
        signs.update(_addresses("page", [url]))
    files = model.Session.execute(
        sa.select(resource.package_id, resource.url).where(
            resource.package_id.in_(found), resource.state == "active"
        )
    )
    for dataset_id, url in files:
        found[dataset_id].signs.update(_addresses("file", [url]))


def _signs_of(record: Record) -> Iterator[Sign]:
    dataset = record.dataset
    yield from _title(str(dataset.get("title") or ""))
    for text in (record.identity, dataset.get("uri"), dataset.get("identifier")):
        yield from _signs(text, [])
    yield from _addresses("page", [record.origin, dataset.get("url")])
    resources = [item for item in dataset.get("resources") or [] if isinstance(item, dict)]
    yield from _addresses("file", [item.get("url") for item in resources])


def _signs(identity: object, pages: list[Any]) -> Iterator[Sign]:
    """Yield the signs of an identity or identifier, and of the pages of its record."""
    yield from _addresses("page", pages)
    if not isinstance(identity, str) or not identity.strip():
        return
    text = identity.strip()
    lower = text.lower().rstrip("/")
    form = identifiers.global_form(text)
    if (found := _UUID.search(lower)) and identifiers.global_form(found[1]):
        yield "uuid", found[1]
    if form.startswith("doi:"):
        yield "doi", form
    if match_key.is_iri(text):
        yield from _addresses("page", [text])
        if form:
            yield "iri", re.sub(r"^https?://", "//", text.rstrip("/"))
    else:
        yield "number", text


def _addresses(kind: str, addresses: list[Any]) -> Iterator[Sign]:
    """Yield the address and its path, which survives a move to another host."""
    for address in addresses:
        if isinstance(address, str) and address.strip():
            whole = normalised_url(address)
            yield kind, whole
            if path := path_of(whole):
                yield kind, path


def _title(title: str) -> Iterator[Sign]:
    if words := match_key.words(title):
        yield "title", words


def is_detached(known: KnownRecord) -> bool:
    """Return whether the dataset was detached from its portal before its source was removed."""
    return known.id == 0 and known.state == RecordState.DETACHED.value


def keep_detached(source_id: int, run_id: int, record: Record, known: KnownRecord) -> None:
    """Store the record of such a dataset, which no writer does; the caller commits."""
    model.Session.add(
        SourceRecord(
            source_id=source_id,
            identity=identity_key(record.identity),
            dataset_id=known.dataset_id,
            fingerprint=record.fingerprint,
            origin=record.origin,
            state=RecordState.DETACHED.value,
            first_run_id=run_id,
            last_run_id=run_id,
        )
    )
    model.Session.flush()
