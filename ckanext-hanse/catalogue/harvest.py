"""One run over one source: walk, compare, write, report."""

from __future__ import annotations

import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Protocol

from ckan import model

from ckanext.hanse.catalogue import runs, state
from ckanext.hanse.catalogue.report import Missing, Report
from ckanext.hanse.catalogue.state import Known, RecordMap
from ckanext.hanse.catalogue.writer import Action, Change, Outcome, Writer
from ckanext.hanse.model import RecordState, RunStatus
from hanse_harvesters.errors import HanseError, StopRun
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.messages import LANGUAGES
from hanse_harvesters.record import Completeness, Record


class Walk(Protocol):
    """What a run iterates: :class:`hanse_harvesters.pipeline.Run`."""

    issues: list[Issue]

    @property
    def completeness(self) -> Completeness:
        """Known after the iteration."""
        ...

    def __iter__(self) -> Iterator[Record]: ...


class Progress(Protocol):
    """Who watches a run."""

    def step(self, outcome: Outcome) -> None:
        """Called once a record."""
        ...


class Silent:
    """Nobody watches."""

    def step(self, outcome: Outcome) -> None:
        """Says nothing."""


@dataclass(slots=True)
class Harvest:
    """A run over a source whose settings, map and writer are at hand.

    ``walk``     the records, mapped, normalised, judged.
    ``limited``  True if the walk was told to stop early: then nothing counts as missing.
    """

    source_id: int
    walk: Walk
    writer: Writer
    report: Report
    progress: Progress = field(default_factory=Silent)
    limited: bool = False
    _known: RecordMap = field(default_factory=dict, init=False)
    _seen: set[str] = field(default_factory=set, init=False)
    _touched: list[tuple[int, str]] = field(default_factory=list, init=False)
    _refused: list[state.Row] = field(default_factory=list, init=False)

    def run(self) -> Report:
        """Do it; what ends the run ends up in the report, not in an exception."""
        started = time.monotonic()
        self._known = state.load(self.source_id)
        try:
            self._take(self.walk)
            self._settle()
        except HanseError as error:
            self._stopped(error)
        self.report.seconds = time.monotonic() - started
        return self.report

    def _take(self, records: Iterable[Record]) -> None:
        for record in records:
            for outcome in self._one(record):
                self._account(outcome)
        for outcome in self.writer.flush():
            self._account(outcome)

    def _account(self, outcome: Outcome) -> None:
        self.report.add(outcome)
        self.progress.step(outcome)

    def _one(self, record: Record) -> Iterable[Outcome]:
        """Compare a record with what is known of it, and write it if it changed."""
        key = state.identity_key(record.identity)
        self._seen.add(key)
        known = self._known.get(key)
        attached = state.attached_fingerprint(record)
        if not record.usable:
            return self._rejected(record, known, attached)
        if known and known.dataset_id and _same_dataset(known, record):
            self._confirm(known, record, attached)
            return [Outcome(record, Action.UNCHANGED, known.dataset_id)]
        return self.writer.write(Change(record, known.dataset_id if known else None))

    def _confirm(self, known: Known, record: Record, attached: str) -> None:
        """The dataset stands; keep what changed beside it, if anything did."""
        if known.attached != attached and self.report.run_id is not None:
            state.keep(
                record,
                source_id=self.source_id,
                run_id=self.report.run_id,
                dataset_id=known.dataset_id or "",
            )
            model.Session.commit()
        elif known.fingerprint != record.fingerprint or known.state != RecordState.ACTIVE.value:
            self._touched.append((known.id, record.fingerprint))

    def _rejected(self, record: Record, known: Known | None, attached: str) -> Iterable[Outcome]:
        again = (
            known
            and known.state == RecordState.REJECTED.value
            and known.attached == attached
            and known.fingerprint == record.fingerprint
        )
        if not again and self.report.run_id is not None:
            self._refused.append(
                state.rejection(record, source_id=self.source_id, run_id=self.report.run_id)
            )
        return [Outcome(record, Action.REJECTED, (known.dataset_id if known else None) or "")]

    def _settle(self) -> None:
        """After the walk: what it says of itself, what is missing, how the run ended."""
        report = self.report
        report.completeness = self.walk.completeness
        report.add_source_issues(self.walk.issues)
        unseen = self._unseen() if report.complete and not self.limited else {}
        report.missing = _missing(unseen)
        if report.run_id is not None:
            self._remember(unseen, report.run_id)
        whole = report.complete or self.limited
        report.status = RunStatus.SUCCESS if whole else RunStatus.PARTIAL
        if not whole:
            report.stopped = _why(report)

    def _unseen(self) -> dict[int, Known]:
        return {
            known.id: known
            for identity, known in self._known.items()
            if identity not in self._seen and known.state in _EXPECTED
        }

    def _remember(self, unseen: dict[int, Known], run_id: int) -> None:
        """Write what was only seen.

        Rejections not after a walk that was cut: it tears records that are whole.
        """
        state.touch(self._touched, run_id=run_id)
        if self.report.complete or self.limited:
            state.reject(self._refused)
        state.mark_missing([i for i, known in unseen.items() if known.state != _MISSING])
        model.Session.commit()

    def _stopped(self, error: HanseError) -> None:
        model.Session.rollback()
        self.report.stopped = error
        self.report.add_source_issues(self.walk.issues)
        arrived = self.report.counts[Action.CREATED] + self.report.counts[Action.UPDATED]
        self.report.status = RunStatus.PARTIAL if arrived else RunStatus.FAILED


_MISSING = RecordState.MISSING.value
_EXPECTED = {RecordState.ACTIVE.value, _MISSING}


def _same_dataset(known: Known, record: Record) -> bool:
    """Whether the dataset is stored as it arrived; a rejected row describes no dataset."""
    return known.state != RecordState.REJECTED.value and known.normalised == record.normalised


def _why(report: Report) -> StopRun:
    """What made a walk incomplete, in the words of its rule."""
    reason = (report.completeness and report.completeness.reason) or "walk-unfinished"
    said = next((item for item in report.source_issues if item.rule == reason), issue(reason))
    return StopRun(
        "run-incomplete",
        where=said.value,
        what={language: said.message(language) for language in LANGUAGES},
        remedy={language: said.remedy(language) for language in LANGUAGES},
    )


def _missing(unseen: dict[int, Known]) -> list[Missing]:
    return [Missing(*row) for row in runs.names_of(list(unseen))]
