"""The interface of connectors: a connector walks a portal and yields raw records.

A new kind of portal needs one module and one entry point in the group ``hanse.sources``,
here or in another package (docs/connectors.md).  :mod:`hanse_harvesters.testing`
contains the tests that every connector must pass.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator, Mapping
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
from hanse_harvesters.sources.places import Contents, Place, PortalPage, Wish
from hanse_harvesters.sources.sample import DocumentSample
from hanse_harvesters.sources.selection import Selection


@dataclass(frozen=True, slots=True)
class NoOptions:
    """The options of a kind without options."""


@dataclass(slots=True)
class RawRecord(ABC):
    """One record as the portal sent it, not yet mapped.

    ``identity``  harvest identity: subject IRI, else ``dct:identifier``, else from content.
    ``raw``       hex digest of the payload, independent of order and blank-node labels.
    ``origin``    the record's page at the portal, "" if none is known.
    ``issues``    issues that the connector found in this record.
    """

    identity: str
    raw: str = ""
    origin: str = ""
    issues: list[Issue] = field(default_factory=list)

    @abstractmethod
    def read(self, *, language: str) -> ReadResult:
        """Return the dataset in our schema; raise SkipRecord if the record cannot be read."""

    def detached(self) -> Callable[..., ReadResult] | None:
        """Return ``read`` as a callable that can be pickled and called in another process.

        None if the record can only be read in this process.
        """
        return None


@dataclass(slots=True, kw_only=True)
class ItemRecord(RawRecord):
    """A record in plain JSON: the item from the parser, and the function that maps it.

    ``mapping``  a module-level function, called as ``mapping(item, language=…)``.
    """

    item: Any
    mapping: Callable[..., ReadResult]

    @classmethod
    def of(
        cls,
        item: Any,
        mapping: Callable[..., ReadResult],
        *,
        identity: str = "",
        origin: str = "",
        raw: str = "",
    ) -> ItemRecord:
        """Return the record of ``item``; without an identity, a digest of the item is used.

        ``raw``  a digest of the item if the caller has one.
        """
        raw = raw or content.digest(item)
        found = cls(identity or f"content:{raw}", raw, origin, item=item, mapping=mapping)
        if not identity:
            found.issues.append(issue("identity-from-content", "identifier"))
        return found

    def read(self, *, language: str) -> ReadResult:
        """Return the dataset that ``mapping`` makes of the item."""
        return self.mapping(self.item, language=language)

    def detached(self) -> Callable[..., ReadResult]:
        """Return ``mapping`` with the item bound, to be called in another process."""
        return partial(self.mapping, self.item)


@dataclass(slots=True, kw_only=True)
class UnreadableRecord(RawRecord):
    """A record that cannot be read; only the reason is known."""

    error: SkipRecord

    def read(self, *, language: str) -> ReadResult:
        """Raise the error that occurred when the record was fetched or parsed."""
        raise self.error


def too_large(message: str, most: int, *, language: str) -> ReadResult:
    """Refuse to read an oversized record: raise SkipRecord with ``message``."""
    raise SkipRecord(message, most=most)


class Source(ABC):
    """A walk over one portal: iterate once, then look at ``completeness`` and ``issues``.

    ``client`` fetches; ``limit`` is the number of records after which the consumer
    stops, so that a connector need not request larger pages than that.
    """

    kind: ClassVar[str]
    #: The connector's own parser, ``package.module:function``; "" for RDF and CKAN responses.
    parser: ClassVar[str] = ""
    #: Whether the operator's file may name files of its own machine (``file:///…``) as the source.
    of_files: ClassVar[bool] = False
    #: Whether records are sent to the catalogue, which has no address to ask then.
    receives: ClassVar[bool] = False
    #: A frozen dataclass; its fields are the keys allowed under ``options:``.
    Options: ClassVar[type[Any]] = NoOptions
    #: If a portal has several kinds of catalogues, the one with the highest rank is proposed.
    rank: ClassVar[int] = 0
    #: Message that says what speaks for this kind, "" for none.
    merit: ClassVar[str] = ""

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
        #: Set before the walk, for a conditional request; only used by single-document sources.
        self.validators = Validators()
        #: Known after the walk: whether the portal answered that nothing has changed, and the
        #: validators for the next run.
        self.not_modified = False
        self.found_validators = Validators()
        #: Limits for parsing one document.
        self.parse_limits = ParseLimits()
        #: Number of processes worth starting for a large document.
        self.processes = 0
        #: Set by the consumer once many records have changed and their mapping takes longer anyway.
        self.busy = False
        #: How many records the source declares, None while it is unknown.
        self.total: int | None = None
        #: Which records were kept, if the connector tests them.
        self.selection = Selection()

    @abstractmethod
    def __iter__(self) -> Iterator[RawRecord]:
        """Yield the records, each identity once; raise StopRun if nothing can be read at all.

        An error after the first records is not raised: it becomes an issue, and the walk
        is not complete.
        """

    def ask(self, url: str, *, conditional: bool = False) -> Answer:
        """Return the document at ``url``; if ``conditional``, perhaps a 304 without one."""
        asked = self.validators if conditional else Validators()
        answer = self.client.get(url, etag=asked.etag, last_modified=asked.last_modified)
        if answer.not_modified and not asked:
            raise BadStatus("status-other", where=url, status=answer.status)
        return answer

    def parse(self, answer: Answer, *, record: str = "", **arguments: str) -> Iterator[Any]:
        """Yield the items that ``parser`` finds in a document, in a process without file access.

        ``arguments`` are further ones of the parser, by name.
        Raises StopRun with the document's URL on errors (see ``parse_items``), or SkipRecord if
        the document is that of a single ``record``.
        """
        assert answer.file is not None, "a 304 has no document"
        where = f"{answer.url} ({record})" if record else answer.url
        limits = self.parse_limits
        try:
            yield from parse_items(
                answer.file,
                self.parser,
                where=where,
                charset=answer.charset,
                limits=limits,
                arguments=arguments,
            )
        except ConfigError:
            raise
        except HanseError as error:
            if not record:
                raise
            raise recast(error, SkipRecord) from error

    @classmethod
    def recognises(cls, sample: DocumentSample) -> float:
        """Return how likely a document is of this kind, from 0 to 1.

        0.9 for a document with all features of the kind, 0.1 for one hardly any other kind reads.
        """
        return 0.0

    @classmethod
    def places(cls, page: PortalPage) -> Iterable[Place]:
        """Yield where a catalogue of this kind may be, given a page of the portal; ask nothing.

        The detection asks the likeliest places of all kinds, and shows the answers to
        :meth:`recognises` of all kinds.
        """
        return ()

    @classmethod
    def draft(cls, sample: DocumentSample) -> Mapping[str, Any]:
        """Return options without which a source of this kind says nothing, as a draft.

        They are asked for a document that :meth:`recognises` knew; {} if the kind needs none.
        """
        return {}

    @classmethod
    def address(cls, url: str) -> str:
        """Return the source's address, given that of a document which was recognised."""
        return url

    @classmethod
    def contents(cls, url: str, client: Fetches, wish: Wish) -> Contents:
        """Return how many datasets a portal has, and filters that the city may want.

        ``url`` is the source's address.  A few requests at most; an error leaves the
        contents unknown.
        """
        return Contents()

    @classmethod
    def is_single(cls, url: str) -> bool:
        """Return whether the document at the URL is complete, so that it is not fetched again."""
        return False

    @classmethod
    def leads_to(cls, sample: DocumentSample) -> str:
        """Return the URL of the portal that a file describes, "" if the file is the catalogue."""
        return ""

    def unchanged(self) -> None:
        """Note that the portal has nothing new: the last complete walk is still valid.

        Check ``not_modified`` before looking for missing records: no record was counted.
        """
        self.not_modified = True
        self.found_validators = self.validators
        self.completeness = Completeness(True, 0)

    def report(self, rule: str, value: object = "", **params: object) -> None:
        """Add an issue of the source as a whole, unless it was already added."""
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
    """Return the completeness of a walk that found ``found`` distinct records.

    ``start``, ``end``  first and last total declared by the source, None if it declared none.
    ``broken``          rule id of what ended the walk or left gaps in it, "" if nothing did.
    ``measured``        False if nothing proves that the end was reached.
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
