"""Whose dataset a record continues that its source never had: one that a removed source left.

A source made again may go by another name, stand at another address, or be of
another kind; then its records have other identities than the removed one's.  A
dataset is taken up again where a record bears the same IRI; where a UUID or DOI
agrees and so does the title, a page or a file; or where the title agrees and so does
its page, a file or its number.  A title alone, an address that many share, or what
programs fill in where nobody set them up (store/identifiers.py) names none.
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

#: What kind of sign it is, and its value in the form in which spellings meet.
Sign: TypeAlias = tuple[str, str]

#: Unique, and yet copied with a form or borne by a whole collection: they need another sign.
_BORNE = {"uuid", "doi"}
#: Signs beside them, and signs that need the title beside them.
_BESIDE = {"title", "page", "file"}
_WEAK = {"title", "page", "file", "number"}
_UUID = re.compile(r"(?:^|/)([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$")


@dataclass(eq=False, slots=True)
class _Left:
    """A dataset nobody brought since; ``record_id`` where it was given to this source already."""

    dataset_id: str
    identity: str
    state: str
    record_id: int | None
    signs: set[Sign] = field(default_factory=set)


class Adopter:
    """Finds, in one run of one source, the datasets that its unknown records continue.

    The datasets are asked for once, when the first unknown record comes.
    """

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id
        self._by_sign: dict[Sign, list[_Left]] | None = None
        self._taken: set[str] = set()

    @property
    def count(self) -> int:
        """Datasets taken up again."""
        return len(self._taken)

    def find(self, record: Record, known: dict[str, KnownRecord]) -> KnownRecord | None:
        """What the record continues, None if it is new.  Writes nothing.

        ``known`` are the source's records; what they lack has a row number of 0.
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
        """The one with the IRI, else the one with the most signs where these are enough."""
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
    """The city's datasets that no source brings, by their signs; {} where there are none."""
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
    """Datasets that were given to the source and that no run of it has met so far."""
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
    """Add what the datasets themselves are known by."""
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
    """What an identity or identifier says, and the pages of its record."""
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
    """An address as it is, and its path, which a move to another host leaves."""
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
    """Whether the dataset was made the city's own by a person before its source was removed."""
    return known.id == 0 and known.state == RecordState.DETACHED.value


def keep_detached(source_id: int, run_id: int, record: Record, known: KnownRecord) -> None:
    """Remember the record of such a dataset, which no writer does; the caller commits."""
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
