"""What a connector promises: it walks a portal and yields raw records.

A new kind of portal is one module and one entry point in the group ``hanse.sources``,
here or in a package of its own (docs/connectors.md).  :mod:`hanse_harvesters.testing`
holds what every connector must keep.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any, ClassVar

from hanse_harvesters.errors import ConfigError, HanseError, SkipRecord, recast
from hanse_harvesters.http import Answer, BadStatus
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.record import Completeness
from hanse_harvesters.sandbox.child import content
from hanse_harvesters.sandbox.document import ParseLimits
from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.settings.dataclass_config import build
from hanse_harvesters.settings.source import SourceSettings, place_in
from hanse_harvesters.sources.fetch import Fetches, Validators
from hanse_harvesters.sources.sample import DocumentSample


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


@dataclass(slots=True, kw_only=True)
class ItemRecord(RawRecord):
    """A record that is plain JSON: what a parser gave, and the function that maps it.

    ``mapping``  at the top of a module, called as ``mapping(item, language=…)``.
    """

    item: Any
    mapping: Callable[..., ReadResult]

    @classmethod
    def of(
        cls, item: Any, mapping: Callable[..., ReadResult], *, identity: str = "", origin: str = ""
    ) -> ItemRecord:
        """One whose content is the item; without an identity it goes by its content."""
        raw = content.digest(item)
        found = cls(identity or f"content:{raw}", raw, origin, item=item, mapping=mapping)
        if not identity:
            found.issues.append(issue("identity-from-content", "identifier"))
        return found

    def read(self, *, language: str) -> ReadResult:
        """The dataset by ``mapping``."""
        return self.mapping(self.item, language=language)

    def detached(self) -> Callable[..., ReadResult]:
        """The same, in another process."""
        return partial(self.mapping, self.item)


@dataclass(slots=True, kw_only=True)
class UnreadableRecord(RawRecord):
    """A record of which its connector knows no more than that it cannot be read, and why."""

    error: SkipRecord

    def read(self, *, language: str) -> ReadResult:
        """Raise what was caught when it was fetched or parsed."""
        raise self.error


def too_large(message: str, most: int, *, language: str) -> ReadResult:
    """In place of reading a record beyond all reason: SkipRecord with ``message``."""
    raise SkipRecord(message, most=most)


class Source(ABC):
    """A walk over one portal: iterate once, then look at ``completeness`` and ``issues``.

    ``client`` fetches; ``limit`` is the number of records after which the consumer
    stops, so that a connector need not ask for larger pages than that.
    """

    kind: ClassVar[str]
    #: The connector's own parser, ``package.module:function``; "" for RDF and CKAN's answers.
    parser: ClassVar[str] = ""
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

    def parse(self, answer: Answer, *, record: str = "") -> Iterator[Any]:
        """The items that ``parser`` gives of a document, in a process that can open nothing.

        What goes wrong is a StopRun with the document's address (see ``parse_items``), or a
        SkipRecord where the document is that of a single ``record``.
        """
        assert answer.file is not None, "a 304 has no document"
        where = f"{answer.url} ({record})" if record else answer.url
        limits = self.parse_limits
        try:
            yield from parse_items(
                answer.file, self.parser, where=where, charset=answer.charset, limits=limits
            )
        except ConfigError:
            raise
        except HanseError as error:
            if not record:
                raise
            raise recast(error, SkipRecord) from error

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """How likely the document of an address is one of this kind, from 0 to 1.

        0.9 for one that has all its marks, 0.1 for one that others would hardly read.
        """
        return 0.0

    @classmethod
    def is_behind(cls, url: str, status: int, client: Fetches) -> bool:
        """Whether such a portal stands behind an address whose own document is of no kind.

        Asked where an address answered with a page for people (``status`` 200) or with an
        error; may fetch what only this kind of portal has.
        """
        return False

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Whether the document at the address is all there is: it need not be fetched again."""
        return False

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


def completeness(
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
