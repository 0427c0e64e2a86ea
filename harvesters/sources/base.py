"""What a connector promises: it walks a portal and yields raw records.

A new kind of portal is one module here and one entry point in the group
``hanse.sources``.  ``tests/sources/contract.py`` holds what every connector
must keep.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any, ClassVar, Protocol

from hanse_harvesters.errors import SkipRecord
from hanse_harvesters.http import Answer, BadStatus
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.record import Completeness
from hanse_harvesters.sandbox.document import ParseLimits
from hanse_harvesters.settings.dataclass_config import build
from hanse_harvesters.settings.source import SourceSettings, place_in


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of a kind that has none."""


@dataclass(slots=True)
class RawRecord(ABC):
    """One record as the portal sent it, not yet mapped.

    ``identity``  harvest identity: subject IRI, else ``dct:identifier``, else from content.
    ``raw``       hex digest of the payload, independent of order and blank-node labels.
    ``origin``    the record's page at the portal, "" if none is known.
    ``issues``    what the connector noticed about this record.
    """

    identity: str
    raw: str = ""
    origin: str = ""
    issues: list[Issue] = field(default_factory=list)

    @abstractmethod
    def read(self, *, language: str) -> ReadResult:
        """The dataset in our shape; SkipRecord for a record that cannot be read."""

    def detached(self) -> Callable[..., ReadResult] | None:
        """The same as ``read``, able to be pickled and called in another process.

        None for a record that can be read here only.
        """
        return None


def too_large(message: str, most: int, *, language: str) -> ReadResult:
    """In place of reading a record beyond all reason: SkipRecord with ``message``."""
    raise SkipRecord(message, most=most)


class Fetches(Protocol):
    """What a connector asks for documents: the HTTP client, or a file on this machine.

    ``remote``  False where links must not be followed.
    """

    remote: bool

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """The document; the errors of :class:`hanse_harvesters.http.Client`."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave with a document, to ask whether it is still the same (RFC 9110, 8.8)."""

    etag: str = ""
    last_modified: str = ""

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)

    @classmethod
    def of(cls, answer: Answer) -> Validators:
        """Those that came with an answer."""
        return cls(**answer.validators)


class Source(ABC):
    """A walk over one portal: iterate once, then look at ``completeness`` and ``issues``.

    ``client`` fetches; ``limit`` is the number of records after which the consumer
    stops, so that a connector need not ask for larger pages than that.
    """

    kind: ClassVar[str]
    #: A frozen dataclass; its fields are the keys allowed under ``options:``.
    Options: ClassVar[type[Any]] = NoOptions

    def __init__(self, settings: SourceSettings, client: Fetches, limit: int | None = None) -> None:
        self.settings = settings
        self.client = client
        self.limit = limit
        place = place_in(settings.name)
        self.options: Any = build(
            self.Options, settings.options, lambda key: place(f"options.{key}")
        )
        self.issues: list[Issue] = []
        self.completeness = Completeness(False, 0, reason="walk-unfinished")
        #: Set before the walk, to ask with; only a source of a single document does.
        self.validators = Validators()
        #: Known after the walk: whether nothing was sent since nothing changed, and what to
        #: ask with next time.
        self.not_modified = False
        self.found_validators = Validators()
        #: What parsing one document may cost.
        self.parse_limits = ParseLimits()
        #: Processes that are worth starting for a large document.
        self.processes = 0
        #: Set by who iterates where most records have changed and other work waits anyway.
        self.busy = False
        #: How many records the source says it has, None while it has not said.
        self.total: int | None = None

    @abstractmethod
    def __iter__(self) -> Iterator[RawRecord]:
        """The records, each identity once; StopRun if nothing at all can be had.

        What goes wrong after the first records is no exception: it ends as an
        issue, and as a walk that is not complete.
        """

    def ask(self, url: str, *, conditional: bool = False) -> Answer:
        """The document at ``url``; perhaps a 304, where it is asked on condition of a change."""
        asked = self.validators if conditional else Validators()
        answer = self.client.get(url, etag=asked.etag, last_modified=asked.last_modified)
        if answer.not_modified and not asked:
            raise BadStatus("status-other", where=url, status=answer.status)
        return answer

    def unchanged(self) -> None:
        """Note that the portal has nothing new: what was seen whole the last time still is.

        Who looks for what is missing asks ``not_modified`` first: no record was counted.
        """
        self.not_modified = True
        self.found_validators = self.validators
        self.completeness = Completeness(True, 0)

    def report(self, rule: str, value: object = "", **params: object) -> None:
        """Note an issue of the source as a whole; the same one is noted once."""
        found = issue(rule, "", value, **params)
        if found not in self.issues:
            self.issues.append(found)


class Digests:
    """A set of texts, of which digests are kept: 100,000 of them take about 10 MB."""

    def __init__(self) -> None:
        self._kept: set[bytes] = set()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, text: str) -> bool:
        return _digest(text) in self._kept

    def add(self, text: str) -> bool:
        """Whether it is new."""
        before = len(self._kept)
        self._kept.add(_digest(text))
        return len(self._kept) > before


def _digest(text: str) -> bytes:
    return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class Seen:
    """The identities of a walk, and what each had for content.

    Two records with one identity are the same record met twice where their
    content is equal (pages that shift during the walk); otherwise they are two
    records of which one carries a wrong identity, and both are kept.
    """

    def __init__(self) -> None:
        self._first: dict[bytes, bytes] = {}
        #: Of the few identities that more than one record has: the contents of all.
        self._several: dict[bytes, set[bytes]] = {}
        self._renamed = Digests()

    def __len__(self) -> int:
        """Distinct identities as the source gives them; renamed ones do not count."""
        return len(self._first)

    def __contains__(self, identity: str) -> bool:
        return _digest(identity) in self._first

    def admit(self, record: RawRecord) -> bool:
        """False for a record met before; a second one of its identity is renamed and marked."""
        base = record.identity
        key, content = _digest(base), _digest(record.raw)
        first = self._first.setdefault(key, content)
        if first is content:
            return True
        if content == first or content in self._several.get(key, ()):
            return False
        known = self._several.setdefault(key, {first})
        known.add(content)
        record.identity = self._rename(base, len(known))
        record.issues.append(issue("identity-duplicate", "identifier", base))
        return True

    def _rename(self, base: str, number: int) -> str:
        name = f"{base}#{number}"
        while name in self or name in self._renamed:
            number += 1
            name = f"{base}#{number}"
        self._renamed.add(name)
        return name


def walked(
    found: int,
    *,
    start: int | None = None,
    end: int | None = None,
    broken: str = "",
    measured: bool = True,
) -> Completeness:
    """The verdict on a walk of ``found`` distinct records.

    ``start``, ``end``  totals the source declared first and last, None where it did not.
    ``broken``          rule id of what ended or holed the walk, "" if nothing did.
    ``measured``        False where nothing proves that the end was reached.
    """
    totals = [total for total in (start, end) if total is not None]
    reason = broken
    if not reason and found == 0:
        reason = "walk-empty"
    if not reason and totals and found < min(totals):
        reason = "walk-short"
    if not reason and not totals and not measured:
        reason = "length-undeclared"
    return Completeness(not reason, found, (start, end), reason)
