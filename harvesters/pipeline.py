"""The pipeline: source → fetch → parse → map → normalise → judge, and all error handling.

Errors come in three families (:mod:`hanse_harvesters.errors`); how each is
handled is decided only here:

* ``StopRun`` is raised from the iteration, after the records before it.
* ``TryAgain`` never gets here: the HTTP module retries, and then stops the run.
* ``SkipRecord``, and any unexpected exception while a record is processed,
  rejects that record with the reason as an issue; the next one follows
  (:mod:`hanse_harvesters.workers.steps`, which is the same in every process).
"""

from __future__ import annotations

import hashlib
import itertools
import logging
from collections import Counter, deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from time import monotonic
from typing import Any, TypeAlias

from hanse_harvesters import http
from hanse_harvesters.errors import ConfigError, StopRun, TooMuch
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.quality.chunk import CHUNK, judge_chunk
from hanse_harvesters.record import Completeness, Record
from hanse_harvesters.sandbox.document import ParseLimits
from hanse_harvesters.settings import basis
from hanse_harvesters.settings.source import SourceSettings, place_in
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.base import RawRecord, Source
from hanse_harvesters.sources.fetch import Fetches, Timed, Validators
from hanse_harvesters.sources.selection import Selection
from hanse_harvesters.workers.mapping_pool import MappingPool, MappingTask, processors
from hanse_harvesters.workers.steps import work

#: Number of changed records from which on starting worker processes pays off.
_FEW = 200
#: Seconds after which records are yielded though their chunk is not full.
_LONGEST_WAIT = 1.0

_log = logging.getLogger(__name__)

#: Shown every record of a source before it is mapped; returns whether the run need not judge it.
Look: TypeAlias = Callable[[RawRecord], bool]
#: Whether the record of this identity is already stored with this fingerprint.
IsKnown: TypeAlias = Callable[[str, str], bool]


@dataclass(frozen=True, slots=True)
class Bounds:
    """What one run over a source may consume, whatever its portal sends.

    ``records``  ends the run at this number; no requests are sent after ``seconds``.
    ``parse``    limits for reading one document.
    """

    records: int = 2_000_000
    seconds: float = 86_400.0
    parse: ParseLimits = field(default_factory=ParseLimits)


class Run:
    """One run over a source up to *judge*; iterate it once.

    ``client``  fetches; by default one configured by the environment, closed at the end.
    ``limit``   stop after this many records; such a walk is not complete.
    ``same``    called with identity and fingerprint before a record is mapped: if True, the
                record is not mapped and is yielded with ``same`` set and an empty dataset.
    ``validators``  those of the document when it was last stored completely; if the portal
                answers that it has not changed, nothing is yielded and ``not_modified`` is True.
    ``bounds``  limits of the run; exceeding them ends it.
    ``workers``  number of mapping processes, 0 for this one only; by default by processors.
    ``look``    called with every record as it comes from the source, in the order of the records.

    Raises StopRun (and its subclasses) from the iteration if the run ends early.
    Afterwards, also in that case, ``completeness``, ``issues`` (of the source as a whole)
    and :meth:`summary` hold the results.
    """

    def __init__(
        self,
        settings: SourceSettings,
        *,
        client: Fetches | None = None,
        limit: int | None = None,
        same: IsKnown | None = None,
        validators: Validators | None = None,
        bounds: Bounds | None = None,
        workers: int | None = None,
        look: Look | None = None,
    ) -> None:
        if limit is not None and limit < 1:
            raise ConfigError("limit-invalid", limit=limit)
        connector = registry.connector(settings.kind, where=place_in(settings.name)("kind"))
        self.settings = settings
        self.limit = limit
        self._own: http.Client | None = None
        if (fetches := client) is None:
            fetches = self._own = http.Client.from_environment()
        self._bounds = bounds or Bounds()
        timed = Timed(fetches, self._bounds.seconds)
        self._source: Source = connector(settings, timed, limit)
        self._source.parse_limits = self._bounds.parse
        self._source.validators = validators or Validators()
        self._workers = processors() if workers is None else workers
        self._source.processes = self._workers
        self._prefix = basis.prefix(settings)
        self._same = same or _never
        self._look = look
        self._counts: Counter[str] = Counter()
        self._rules: Counter[str] = Counter()
        self._unjudged: list[Record] = []
        self._limited = False
        self._stopped = False

    def __iter__(self) -> Iterator[Record]:
        try:
            with MappingPool(self.settings, self._workers) as pool:
                for number, record in enumerate(self._mapped(pool), 1):
                    self._count(record)
                    yield record
                    if number == self.limit:
                        self._limited = True
                        break
                    if number >= self._bounds.records:
                        raise TooMuch("run-large", where=self.settings.url, most=number)
        except StopRun:
            self._stopped = True
            raise
        finally:
            if self._own is not None:
                self._own.close()

    # --- Records, in order --------------------------------------------------------------------

    def _mapped(self, pool: MappingPool) -> Iterator[Record]:
        """Yield all records of the source; raise what stops it after the records before it."""
        waiting: deque[Record | MappingTask] = deque()
        changed = 0
        yielded = monotonic()
        stopped: StopRun | None = None
        most = self._bounds.records
        source = itertools.islice(self._source, min(self.limit or most, most))
        while stopped is None:
            try:
                raw = next(source, None)
            except StopRun as error:
                raw, stopped = None, error
            if raw is None:
                break
            apart = self._look is not None and self._look(raw)
            record = self._record(raw)
            changed += not record.same
            waiting.append(
                record if record.same else self._given(pool, record, raw, changed, not apart)
            )
            # A slow portal's records do not wait for a chunk that fills within minutes.
            late = monotonic() - yielded > _LONGEST_WAIT
            while waiting and (
                late or not pool.has_room(len(waiting)) or self._is_done(waiting[0])
            ):
                yield self._finished(pool, waiting.popleft())
                yielded = monotonic()
        while waiting:
            yield self._finished(pool, waiting.popleft())
        if stopped is not None:
            raise stopped

    def _record(self, raw: RawRecord) -> Record:
        """Return the record before it is mapped, with ``same`` set if mapping is not needed."""
        record = Record(
            {},
            raw.identity,
            fingerprint=hashlib.sha256(f"{self._prefix}{raw.raw}".encode()).hexdigest(),
            issues=list(raw.issues),
            origin=raw.origin if len(raw.origin) <= _LONGEST_IDENTITY else "",
        )
        _name_shortly(record)
        record.same = self._same(record.identity, record.fingerprint)
        return record

    def _given(
        self, pool: MappingPool, record: Record, raw: RawRecord, changed: int, judge: bool
    ) -> Record | MappingTask:
        """Submit the record, or map the first few here, as starting processes is slow."""
        self._source.busy = changed > _FEW
        read = raw.detached() if changed > _FEW and not pool.here else None
        if read is not None:
            return pool.submit(record, read, judge=judge)
        if fault := work(record, raw.read, self.settings):
            _log.error("%s: %s could not be processed\n%s", self.settings.name, raw.identity, fault)
        if judge:
            self._unjudged.append(record)
        if len(self._unjudged) >= CHUNK:
            self._judge()
        return record

    def _judge(self) -> None:
        """Judge the records that were mapped here."""
        judge_chunk(self._unjudged, self.settings.site_language)
        self._unjudged = []

    def _is_done(self, item: Record | MappingTask) -> bool:
        if isinstance(item, MappingTask):
            return item.done
        return all(item is not record for record in self._unjudged)

    def _finished(self, pool: MappingPool, item: Record | MappingTask) -> Record:
        """Return the record, judged; wait for the process that maps it."""
        if isinstance(item, MappingTask):
            return pool.finish(item)
        if not self._is_done(item):
            self._judge()
        return item

    def _count(self, record: Record) -> None:
        self._counts["found"] += 1
        if record.same:
            self._counts["same"] += 1
            return
        self._counts["usable" if record.usable else "rejected"] += 1
        resources = record.dataset.get("resources")
        self._counts["distributions"] += len(resources) if isinstance(resources, list) else 0
        self._rules.update(found.rule for found in record.issues)

    # --- Results of the run -------------------------------------------------------------------

    @property
    def completeness(self) -> Completeness:
        """Whether everything was seen; False with a reason for a limited or stopped run."""
        walk = self._source.completeness
        if self._limited:
            return Completeness(False, self._counts["found"], walk.declared, "walk-limited")
        if self._stopped:
            return Completeness(False, self._counts["found"], walk.declared, "walk-unfinished")
        return walk

    @property
    def not_modified(self) -> bool:
        """Whether the portal answered that its document is unchanged since ``validators``."""
        return self._source.not_modified

    @property
    def validators(self) -> Validators:
        """Validators for the next run's request; empty for a source of several documents."""
        return self._source.found_validators

    @property
    def total(self) -> int | None:
        """How many records the source declares, None while it is unknown."""
        return self._source.total

    @property
    def selection(self) -> Selection:
        """Which records were kept and left out, if the connector tests them."""
        return self._source.selection

    @property
    def issues(self) -> list[Issue]:
        """The issues of the source as a whole, including the reason of an incomplete walk."""
        found = list(self._source.issues)
        walk = self.completeness
        if walk.reason and all(reported.rule != walk.reason for reported in found):
            declared = min((n for n in walk.declared if n is not None), default=0)
            value = walk.found if walk.reason == "walk-limited" else ""
            found.append(issue(walk.reason, "", value, found=walk.found, declared=declared))
        return found

    def summary(self, language: str = "en") -> dict[str, Any]:
        """``{"found", "usable", "rejected", "distributions", "complete", "issues": {rule: n}}``.

        With ``selection`` if the connector tests which records are to be kept (its ``as_json``).
        """
        rules = self._rules + Counter(found.rule for found in self.issues)
        return {
            **{key: self._counts[key] for key in ("found", "usable", "rejected", "distributions")},
            "complete": self.completeness.complete,
            "issues": dict(sorted(rules.items())),
            **({"selection": self.selection.as_json(language)} if self.selection else {}),
        }


def _never(identity: str, fingerprint: str) -> bool:
    return False


#: Maximum length of a harvest identity in characters.
_LONGEST_IDENTITY = 2_000


def _name_shortly(record: Record) -> None:
    """Replace an identity that is too long for the database by its beginning and a digest."""
    length = len(record.identity)
    if length > _LONGEST_IDENTITY:
        digest = hashlib.sha256(record.identity.encode("utf-8", "replace")).hexdigest()
        record.issues.append(issue("identity-too-long", "uri", record.identity, length=length))
        record.identity = f"{record.identity[:200]}…{digest}"
