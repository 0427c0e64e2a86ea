"""One run over one source: walk, resolve duplicates, correct, compare, write, report."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from ckan import model

from ckanext.hanse.corrections.apply import Corrector
from ckanext.hanse.dedup.resolve import DuplicateResolver, Placement
from ckanext.hanse.harvest import adopt, http_validators
from ckanext.hanse.harvest.adopt import Adopter
from ckanext.hanse.harvest.bookkeeping import Bookkeeping
from ckanext.hanse.harvest.moved_identities import MovedIdentities
from ckanext.hanse.harvest.walk import Progress, Silent, Walk
from ckanext.hanse.model import RecordState, RunStatus
from ckanext.hanse.store import erasures, record_rows, records
from ckanext.hanse.store.records import KnownRecord, RecordMap
from ckanext.hanse.store.report import Report
from ckanext.hanse.store.writer import Action, Change, Fence, NoFence, WriteOutcome, Writer
from hanse_harvesters.errors import HanseError
from hanse_harvesters.record import Record


@dataclass(slots=True)
class Harvest:
    """A run over a source whose settings and writer are loaded.

    ``limited``   True if the walk stops early on request: then no record counts as missing.
    ``fence``     the right to write.
    """

    source_id: int
    writer: Writer
    report: Report
    duplicates: DuplicateResolver
    corrector: Corrector
    progress: Progress = field(default_factory=Silent)
    limited: bool = False
    fence: Fence = field(default_factory=NoFence)
    bookkeeping: Bookkeeping = field(init=False)
    _known: RecordMap | None = field(default=None, init=False)
    _moved: MovedIdentities = field(default_factory=lambda: MovedIdentities({}), init=False)
    _adopt: Adopter = field(init=False)
    _wrote: bool = field(default=False, init=False)
    _erased: frozenset[str] | None = field(default=None, init=False)

    def __post_init__(self) -> None:
        self._adopt = Adopter(self.source_id)
        self.bookkeeping = Bookkeeping(self.source_id, self.report.run_id, self.fence)

    # --- Stored records -----------------------------------------------------------------------

    @property
    def known(self) -> RecordMap:
        """The source's records, loaded by one query on first access."""
        if self._known is None:
            self._known = records.load(self.source_id)
            self._moved = MovedIdentities(self._known)
            # Ends the read transaction, so that none stays open while a portal is slow.
            model.Session.commit()
        return self._known

    def knows(self, identity: str, fingerprint: str) -> bool:
        """Return whether the record is stored unchanged, so that nothing needs to be done."""
        known = self.known.get(record_rows.identity_key(identity))
        if known is None:
            return False
        if known.state == RecordState.LOCAL.value:
            return self.duplicates.knows_local(known, fingerprint)
        if known.dataset_id is None:
            return False
        if known.state == RecordState.DETACHED.value:
            return True
        return known.state in _STANDS and known.fingerprint == fingerprint

    # --- The run ------------------------------------------------------------------------------

    def take(self, walk: Walk) -> None:
        """Process every record of a walk, and write what changed."""
        for record in walk:
            self.progress.step()
            self._account(self._one(record))
        for record in self._moved.settle(moved=True, source_id=self.source_id):
            self._account(self._mapped(record))
        self._account(self.writer.flush())
        self.bookkeeping.flush()

    def _account(self, outcomes: Iterable[WriteOutcome]) -> None:
        for outcome in outcomes:
            self.report.add(outcome)

    def _one(self, record: Record) -> Iterable[WriteOutcome]:
        """Mark a record as seen, and skip it if it is unchanged or was erased here."""
        if self._is_erased(record.identity):
            return [WriteOutcome(record, Action.SKIPPED)]
        known = self.known.get(record_rows.identity_key(record.identity))
        if known is None:
            return self._unknown(record)
        self._account(self._released())
        known.seen = True
        if record.same:
            return self._as_it_was(record, known)
        return self._place(record, known)

    def _is_erased(self, identity: str) -> bool:
        if self._erased is None:
            self._erased = erasures.digests()
        return bool(self._erased) and erasures.digest(identity) in self._erased

    def _as_it_was(self, record: Record, known: KnownRecord) -> Iterable[WriteOutcome]:
        if known.state == RecordState.MISSING.value:
            self.bookkeeping.touch(known, record)
            self._flush_full()
        if known.state == RecordState.LOCAL.value:
            return [WriteOutcome(record, Action.SKIPPED)]
        return [WriteOutcome(record, Action.UNCHANGED, known.dataset_id or "")]

    def _unknown(self, record: Record) -> Iterable[WriteOutcome]:
        """Handle a record that was never seen, or has another identity than before."""
        if not record.usable or not self._moved.wait(record):
            return self._mapped(record)
        if not self._moved.full:
            return ()
        waiting = self._moved.settle(moved=True, source_id=self.source_id)
        return (outcome for waited in waiting for outcome in self._mapped(waited))

    def _released(self) -> Iterator[WriteOutcome]:
        """Process the records held back: a known one came, so nothing has moved."""
        for record in self._moved.settle(moved=False, source_id=self.source_id):
            yield from self._mapped(record)

    def _mapped(self, record: Record) -> Iterable[WriteOutcome]:
        former = self._moved.former(record) if record.usable else None
        if former is None and record.usable:
            former = self._adopt.find(record, self.known)
        if former is None:
            return self._place(record, None)
        if former.id == 0:
            return self._place(record, self._adopted(record, former))
        former.seen = True
        if self.report.run_id is not None:
            self.fence.hold()
            records.rename(former.id, record.identity)
            model.Session.commit()
        return self._place(record, former)

    def _adopted(self, record: Record, former: KnownRecord) -> KnownRecord:
        """Register a dataset of a removed source; it is ours once it is written."""
        former.seen = True
        self.known[record_rows.identity_key(record.identity)] = former
        if adopt.is_detached(former) and self.report.run_id is not None:
            self.fence.hold()
            adopt.keep_detached(self.source_id, self.report.run_id, record, former)
            model.Session.commit()
        return former

    def _place(self, record: Record, known: KnownRecord | None) -> Iterable[WriteOutcome]:
        """Compare a mapped record with what is stored, and write it if it changed."""
        if not record.usable and known:
            # An officer's correction may fix what makes it unusable.
            self.corrector.apply(record, known.dataset_id, record.identity)
        if not record.usable:
            return self._rejected(record, known)
        if known and known.state == RecordState.DETACHED.value:
            return [WriteOutcome(record, Action.UNCHANGED, known.dataset_id or "")]
        placed = self.duplicates.place(record, known)
        if placed.local:
            return self._skipped(record, known)
        if not placed.prevails:
            return self._merged(record, known, placed)
        self.corrector.apply(record, placed.dataset_id, record.identity)
        stays = known and known.dataset_id and placed.dataset_id == known.dataset_id
        if known and stays and _same_dataset(known, record):
            self._confirm(known, record)
            return [WriteOutcome(record, Action.UNCHANGED, known.dataset_id or "")]
        return self._write(record, known, placed)

    def _write(
        self, record: Record, known: KnownRecord | None, placed: Placement
    ) -> Iterable[WriteOutcome]:
        if not self._wrote and self.report.run_id is not None:
            # From here on the catalogue no longer matches the document of the validators.
            http_validators.forget(self.source_id, self.fence)
        self._wrote = True
        back = placed.back or (known is not None and known.state == RecordState.WITHDRAWN.value)
        if back:
            self.report.returned += 1
            self.report.back.add(record.identity)
        return self.writer.write(
            Change(record, placed.dataset_id, known.id if known else None, back)
        )

    def _confirm(self, known: KnownRecord, record: Record) -> None:
        """Store what changed beside an unchanged dataset, if anything did."""
        attached = record_rows.attached_fingerprint(record)
        if known.attached != attached:
            self.bookkeeping.confirm(record, known.dataset_id or "")
        elif known.fingerprint != record.fingerprint or known.state != RecordState.ACTIVE.value:
            self.bookkeeping.touch(known, record)
        self._flush_full()

    def _merged(
        self, record: Record, known: KnownRecord | None, placed: Placement
    ) -> Iterable[WriteOutcome]:
        dataset_id = placed.dataset_id or ""
        attached = record_rows.attached_fingerprint(record)
        same = known and known.dataset_id == dataset_id and known.attached == attached
        if not (same and known and known.fingerprint == record.fingerprint):
            self.bookkeeping.origin(record, dataset_id)
            self._flush_full()
        return [WriteOutcome(record, Action.MERGED, dataset_id)]

    def _skipped(self, record: Record, known: KnownRecord | None) -> Iterable[WriteOutcome]:
        """Skip a dataset of ours; stored, so that it is not mapped again until it changes.

        A dataset that was made from it before this was known counts as gone.
        """
        if known and known.dataset_id:
            known.seen = False
        else:
            self.bookkeeping.local(record, self.duplicates.mark)
            self._flush_full()
        return [WriteOutcome(record, Action.SKIPPED)]

    def _rejected(self, record: Record, known: KnownRecord | None) -> Iterable[WriteOutcome]:
        again = (
            known
            and known.state == RecordState.REJECTED.value
            and known.attached == record_rows.attached_fingerprint(record)
            and known.fingerprint == record.fingerprint
        )
        if not again:
            self.bookkeeping.refuse(record)
        return [WriteOutcome(record, Action.REJECTED, (known.dataset_id if known else None) or "")]

    def _flush_full(self) -> None:
        if self.bookkeeping.full:
            self._account(self.writer.flush())
            self.bookkeeping.flush()

    # --- Afterwards ---------------------------------------------------------------------------

    @property
    def has_loaded(self) -> bool:
        """Whether the source's records were loaded."""
        return self._known is not None

    @property
    def rebound(self) -> int:
        """Number of records that have a new identity and kept their datasets."""
        return self._moved.count

    @property
    def adopted(self) -> int:
        """Number of datasets of a removed source that this one has adopted."""
        return self._adopt.count

    def stopped(self, walk: Walk, error: HanseError) -> None:
        """Report the error that ended the run early; what arrived before it is kept."""
        model.Session.rollback()
        self.report.stopped = error
        # Records that arrived before the error count, even if their chunk is still pending.
        with suppress(HanseError):
            self._account(self.writer.flush())
        self.report.add_source_issues(walk.issues)
        arrived = self.report.counts[Action.CREATED] + self.report.counts[Action.UPDATED]
        self.report.status = RunStatus.PARTIAL if arrived else RunStatus.FAILED


#: States in which a record with an unchanged fingerprint needs no processing.
_STANDS = frozenset({RecordState.ACTIVE.value, RecordState.MISSING.value})


def _same_dataset(known: KnownRecord, record: Record) -> bool:
    """Return whether the dataset is stored as it arrived; True only for the owning record."""
    stands = known.dataset_id is not None and known.state in _STANDS
    return stands and known.normalised == record.normalised
