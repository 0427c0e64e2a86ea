"""What the detection finds: catalogues, addresses that were asked, what stood in the way."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from hanse_harvesters.detection.unread import Unread
from hanse_harvesters.errors import HanseError
from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.base import Source
from hanse_harvesters.sources.places import Contents, PortalPage, Reason

#: From here on a document is certainly of its kind.
CERTAIN = 0.7


@dataclass(slots=True)
class Finding:
    """A catalogue that was found.

    ``kind``      registered connector, or the name of a kind that no connector reads.
    ``url``       address for the source.
    ``likely``    how likely its document is of this kind, from 0 to 1.
    ``reasons``   why it was looked for there.
    ``connector`` class that knows it; None if no connector reads it, then ``advice`` says more.
    ``options``   a draft of the options without which it says nothing; {} if it needs none.
    ``settings``  the proposed source; known after :func:`.examine.examine`, as is all below.
    ``stopped``   why there are no records, or no more.
    """

    kind: str
    url: str
    likely: float
    reasons: list[Reason] = field(default_factory=list)
    connector: type[Source] | None = None
    advice: str = ""
    options: Mapping[str, Any] = field(default_factory=dict)
    contents: Contents = field(default_factory=Contents)
    settings: SourceSettings | None = None
    records: list[Record] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    stopped: HanseError | None = None
    examined: bool = False

    @property
    def is_certain(self) -> bool:
        """Whether this is certainly a catalogue that can be harvested."""
        return self.connector is not None and self.likely >= CERTAIN

    @property
    def is_closed(self) -> bool:
        """Whether the page tells of it and its host asks programs to leave it: it was not asked."""
        return self.stopped is not None and not self.examined

    @property
    def count(self) -> int | None:
        """Number of datasets, None if it is unknown."""
        return self.contents.count

    @property
    def order(self) -> tuple[bool, bool, bool, int, float]:
        """Sort key: what can be harvested and has datasets, what is certain, the kind's rank."""
        readable = self.connector is not None
        failed = self.is_closed or (self.examined and not self.records)
        rank = self.connector.rank if self.connector else 0
        return (not readable, failed, not self.is_certain, -rank, -self.likely)


@dataclass(frozen=True, slots=True)
class Tried:
    """An address that was asked and is no catalogue; ``error`` if it could not be asked."""

    url: str
    error: HanseError | None = None
    same_page: bool = False


@dataclass(slots=True)
class Detection:
    """The result: ``findings``, the best first, and how they were looked for.

    ``page``      the page at the address that was typed.
    ``refusal``   why the document there is no catalogue, None if it is one.
    ``requests``  number of requests sent.
    ``spent``     whether the search ended because it had sent as many as it may.
    """

    url: str
    page: PortalPage
    refusal: HanseError | None = None
    findings: list[Finding] = field(default_factory=list)
    tried: list[Tried] = field(default_factory=list)
    requests: int = 0
    spent: bool = False

    @property
    def best(self) -> Finding | None:
        """The finding that is proposed, None if there is nothing that can be harvested."""
        open_ = (item for item in self.findings if item.connector and not item.is_closed)
        return next(open_, None)

    @property
    def host(self) -> str:
        """Host of the address that was typed."""
        return urlsplit(self.url).hostname or ""

    def hints(self) -> list[Reason]:
        """Return what stood in the way of finding more."""
        found = []
        same = sum(tried.same_page for tried in self.tried)
        closed = [item.stopped for item in self.findings if item.is_closed]
        known = [*closed, *(tried.error for tried in self.tried)]
        errors = {error.id: error for error in known if error}
        if self.page.has_password or self.page.status in (401, 403):
            found.append(Reason.of("hint-login"))
        elif same > 2 and same * 2 >= len(self.tried):
            found.append(Reason.of("hint-wall", count=same))
        if "robots-disallowed" in errors:
            found.append(Reason.of("hint-robots", **errors["robots-disallowed"].params))
        if "address-private" in errors or "address-inside" in errors:
            error = errors.get("address-private") or errors["address-inside"]
            found.append(Reason.of("hint-inside", target=error.params.get("target", "")))
        if self.spent:
            found.append(Reason.of("hint-spent", count=self.requests))
        return found


Kind = type[Source] | type[Unread]
