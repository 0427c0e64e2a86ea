"""Datasets that several portals have: one entry in the catalogue, all origins kept.

The reasons for these limits: docs/decisions/0009-duplicates-by-identity.md.

Two records are merged automatically only within one city, and there by the same IRI, or by a
globally unique identifier (by its form) together with a matching title or file.  The level of the
source decides which record prevails: city, state, federal; of two of one level the first.
Everything else is a suggestion (:mod:`ckanext.hanse.dedup.suggest`) for a person, whose decision
is stored in ``hanse_link`` and lasts.
"""

from __future__ import annotations

from dataclasses import dataclass

from ckanext.hanse.dedup import after_run as after_run
from ckanext.hanse.dedup import agreement, merge, other_sources
from ckanext.hanse.dedup.handover import hand_over
from ckanext.hanse.dedup.other_sources import Match, OtherRecord, OtherRecords, Owner, Reason
from ckanext.hanse.dedup.own_records import LocalDatasets
from ckanext.hanse.store.match_key import keys
from ckanext.hanse.store.record_rows import identity_key
from ckanext.hanse.store.records import KnownRecord
from ckanext.hanse.store.writer import Fence, NoFence
from hanse_harvesters.issue import issue
from hanse_harvesters.record import Record

__all__ = ["DuplicateResolver", "Placement", "hand_over"]


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a record belongs.

    ``dataset_id``  the dataset it is a record of: its own known one, or that of its duplicate;
                    None if it gets a new dataset.
    ``prevails``    False: another source's record owns the dataset; only the origin is stored.
    ``local``       the record is one of our own datasets harvested back: never stored.
    ``back``        the dataset was withdrawn with its duplicate, or deleted while both were
                    merged, and is restored with this record.
    """

    dataset_id: str | None
    prevails: bool
    local: bool = False
    back: bool = False


class DuplicateResolver:
    """Places the changed records of one source in one run.

    The other sources' records are loaded once, when the first record is placed.
    ``resume``: the previous run aborted, and what it wrote still has to be compared.
    """

    def __init__(self, source_id: int, level: str, *, resume: bool = False) -> None:
        self._source_id = source_id
        self._resume = resume
        self._rank = other_sources.rank(level)
        self._local = LocalDatasets(source_id)
        self._loaded: OtherRecords | None = None
        self._joined: dict[str, Match] = {}
        self._alone: list[str] = []

    def place(self, record: Record, known: KnownRecord | None) -> Placement:
        """Return where a usable record belongs; may add an issue to it.  Writes nothing."""
        dataset_id = known.dataset_id if known else None
        if self._local.has(record):
            return Placement(dataset_id, False, local=True)
        identity = identity_key(record.identity)
        if known and dataset_id and self._owns(known):
            self._alone.append(identity)
            return Placement(dataset_id, True)
        match = self._match(record, identity, known)
        if match is None:
            self._alone.append(identity)
            # No longer a duplicate: it gets its former dataset back, or one of its own.
            former = merge.former(known.id, dataset_id) if known and dataset_id else None
            return Placement(former, True, back=former is not None)
        return self._join(record, identity, match)

    def _match(self, record: Record, identity: str, known: KnownRecord | None) -> Match | None:
        dataset_id = known.dataset_id if known else None

        def agrees(other: OtherRecord) -> Reason | None:
            # Only here: most records have no candidate, and need no features.
            reported = agreement.of_dataset(record.dataset, dataset_id)
            return agreement.found(reported, other.titles, other.dataset_id)

        found = self._found.match(
            identity,
            keys(record.dataset),
            record_id=known.id if known else None,
            dataset_id=dataset_id,
            agrees=agrees,
        )
        if found and found.rule == other_sources.SAME_IRI and agrees(found.other) is None:
            portal = self._found.owners[found.other.dataset_id].portal
            record.issues.append(issue("twin-unlike", "", portal))
        return found

    @property
    def mark(self) -> str:
        """Digest of the addresses by which a record was recognised as ours."""
        return self._local.mark

    def knows_local(self, known: KnownRecord, fingerprint: str) -> bool:
        """Return whether a record of ours is unchanged, and our addresses are too."""
        return known.fingerprint == fingerprint and known.attached == self.mark

    def settle(self, fence: Fence | None = None) -> None:
        """After the last record: merge the same ones, suggest possible duplicates; commits.

        Does nothing if no record was placed.
        """
        if self._joined or self._alone or self._resume:
            left = after_run.left_over(self._source_id) if self._resume else []
            after_run.settle(
                self._source_id, self._joined, [*self._alone, *left], fence or NoFence()
            )
        self._joined, self._alone, self._loaded = {}, [], None

    @property
    def _found(self) -> OtherRecords:
        if self._loaded is None:
            self._loaded = other_sources.load(self._source_id)
        return self._loaded

    def _owns(self, known: KnownRecord) -> bool:
        owner = self._found.owners.get(known.dataset_id or "")
        return owner is None or owner.record_id == known.id

    def _join(self, record: Record, identity: str, match: Match) -> Placement:
        dataset_id = match.other.dataset_id
        owner = self._found.owners[dataset_id]
        self._found.taken[dataset_id] = identity
        self._joined[identity] = match
        if owner.withdrawn:
            return Placement(dataset_id, True, back=True)
        if self._tied(owner):
            record.issues.append(issue("twin-tie", "", owner.portal))
        prevails = owner.record_id is not None and self._rank < owner.rank
        return Placement(dataset_id, prevails)

    def _tied(self, owner: Owner) -> bool:
        return owner.record_id is not None and self._rank == owner.rank
