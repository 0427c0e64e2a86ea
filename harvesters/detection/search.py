"""Look for catalogues behind an address: the places that the connectors name, the likeliest first.

No kind of portal is known here.  Every connector says where it would be looked for
(:meth:`~hanse_harvesters.sources.base.Source.places`), and is shown every answer.
"""

from __future__ import annotations

import hashlib
import itertools
import logging
import re
from collections.abc import Callable, Iterator, Mapping
from functools import partial
from heapq import heappop, heappush
from typing import Any, TypeVar
from urllib.parse import SplitResult, urlsplit

from hanse_harvesters.detection.findings import CERTAIN, Detection, Finding, Kind, Tried
from hanse_harvesters.detection.unread import UNREAD, Unread
from hanse_harvesters.detection.visit import NotPermitted, Spent, Visit
from hanse_harvesters.errors import StopRun
from hanse_harvesters.http import BadStatus
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.base import Source
from hanse_harvesters.sources.places import (
    LINKED,
    NAMED,
    SOFTWARE,
    USUAL,
    Place,
    PortalPage,
    Reason,
)
from hanse_harvesters.sources.sample import DocumentSample

T = TypeVar("T")

#: Requests that are left for looking into what was found.
RESERVE = 9
#: Catalogues after which the search ends, and requests after the first certain one.
_MOST_FOUND, _AFTER_CERTAIN = 4, 4
#: Least likelihood of a place that is asked once a catalogue is certain.
_ONLY_LIKELY = SOFTWARE - 0.05
#: A page that is no catalogue may lead to another page, and that one to a catalogue.
_DEPTH = 2
#: Errors of a server in a row, after which it is left in peace, and links that may lead on.
_MOST_FAULTS, _MOST_LEADING = 3, 3
#: Links that lead to a page about data rather than to a catalogue.
_LEADING = re.compile(
    r"open.?data|offene.?daten|daten.?portal|geo.?portal|geo.?daten|transparenz.?portal|metadaten"
    r"|daten.?katalog|data.?portal|data.?catalog",
    re.I,
)

_log = logging.getLogger(__name__)


def kinds(format: str = "") -> list[tuple[str, Kind]]:
    """Return all kinds, of a document of this format; those without a connector last."""
    named: list[tuple[str, Kind]] = [
        (kind, found)
        for kind in registry.kinds(format)
        if (found := asked(kind, partial(registry.connector, kind), None)) is not None
    ]
    return [*named, *((kind.kind, kind) for kind in UNREAD)]


def asked(kind: str, question: Callable[[], T], otherwise: T) -> T:
    """Return a kind's answer, or ``otherwise`` if it fails, so that the other kinds are asked."""
    try:
        return question()
    except StopRun:
        return otherwise
    except Exception:  # an external connector may raise anything
        _log.exception("%s cannot tell whether it knows a portal", kind)
        return otherwise


def recognised(sample: DocumentSample) -> tuple[float, str, Kind | None]:
    """Return (likelihood, name, kind) of the likeliest kind, the first by name if equal."""
    found = [
        (asked(name, partial(kind.recognises, sample), 0.0), name, kind)
        for name, kind in kinds(sample.format)
    ]
    best = max(found, key=lambda item: item[0], default=(0.0, "", None))
    return best if best[0] > 0 else (0.0, "", None)


class Search:
    """One search; :meth:`run` does it, ``found`` is its result."""

    def __init__(self, url: str, visit: Visit) -> None:
        self.found = Detection(url, PortalPage(url))
        self._visit = visit
        self._queue: list[tuple[float, int, int, Place, str, Kind | None]] = []
        self._number = itertools.count()
        self._seen: set[str] = set()
        self._groups: set[str] = set()
        self._digests: set[str] = set()
        self._since_certain = 0
        self._floor = 0.0

    def run(self, sample: DocumentSample | None = None) -> Detection:
        """Search; ``sample`` is the document at the address if it was fetched before.

        Raises what keeps the address itself from being asked.
        """
        try:
            if self._begin(sample):
                self._work_off()
        except Spent:
            self.found.spent = True
        if isinstance(self.found.refusal, NotPermitted) and not self.found.findings:
            raise self.found.refusal
        self._leave_out_passed()
        self.found.findings.sort(key=lambda item: item.order)
        self.found.requests = self._visit.used
        return self.found

    def _leave_out_passed(self) -> None:
        """Leave out pages that led to a catalogue below them."""
        certain = [urlsplit(item.url) for item in self._certain()]
        self.found.findings = [
            item
            for item in self.found.findings
            if item.connector or not item.advice or not any(_is_below(url, item) for url in certain)
        ]

    def _begin(self, sample: DocumentSample | None) -> bool:
        """Look at the address itself; return whether to look further."""
        url = self.found.url
        self._seen.add(url)
        try:
            sample = sample or self._sample(url)
        except (BadStatus, NotPermitted) as error:
            status = getattr(error, "status", 0)
            if isinstance(error, BadStatus) and not status:
                raise
            self.found.refusal = error
            self.found.page = PortalPage(url, status)
            self._add(self.found.page, 1)
            return True
        self.found.page = page = sample.page()
        self._seen.add(page.url)
        self._digests.add(_digest(sample))
        likely, name, kind = recognised(sample)
        if kind is not None:
            self._note(name, kind, likely, sample, Reason.of("place-typed"))
        if likely >= CERTAIN and not _leads(kind):
            return False
        self.found.refusal = sample.refusal
        is_page = sample.refusal is not None
        self._floor = 0.0 if is_page else LINKED
        self._add(page, 1)
        return True

    def _sample(self, url: str) -> DocumentSample:
        return DocumentSample.of(self._visit.get(url), url)

    # --- The queue ----------------------------------------------------------------------------

    def _add(self, page: PortalPage, depth: int, least: float = 0.0) -> None:
        """Queue the places that a page leads to."""
        nothing: list[Place] = []
        for name, kind in kinds():
            for place in asked(name, partial(_places, kind, page), nothing):
                if place.likely >= least:
                    self._put(place, depth, name, kind)
        if depth < _DEPTH:
            for place in self._leading(page):
                self._put(place, depth)

    def _put(self, place: Place, depth: int, name: str = "", kind: Kind | None = None) -> None:
        if place.url not in self._seen:
            number = next(self._number)
            heappush(self._queue, (-place.likely, number, depth, place, name, kind))

    def _leading(self, page: PortalPage) -> Iterator[Place]:
        """Yield pages about data, and the sitemaps."""
        links = (link for link in page.links if link.rel & {"a", "alternate"})
        about = (link for link in links if _LEADING.search(f"{link.url} {link.text}"))
        for number, link in enumerate(itertools.islice(about, _MOST_LEADING)):
            why = Reason.of("place-link-like", text=link.text or link.url)
            yield Place(link.url, LINKED - 0.15 - 0.01 * number, why)
        root = page.folders()[0]
        maps = self._visit.sitemaps.get(root, ())
        for url in (*maps, f"{root}/sitemap.xml"):
            yield Place(page.at(url), USUAL - 0.04, Reason.of("place-sitemap"), "sitemap")

    def _work_off(self) -> None:
        while self._queue and self._visit.left > RESERVE:
            likely, _, depth, place, name, kind = heappop(self._queue)
            if place.url in self._seen or (place.group and place.group in self._groups):
                continue
            if -likely < self._floor or self._is_enough(-likely) or self._is_down():
                return
            self._seen.add(place.url)
            self._ask(place, depth, name, kind)
        if self._queue and self._visit.left <= RESERVE and not self._certain():
            self.found.spent = True

    def _certain(self) -> list[Finding]:
        return [item for item in self.found.findings if item.is_certain]

    def _is_enough(self, likely: float) -> bool:
        certain = self._certain()
        if not certain:
            return False
        self._since_certain += 1
        return (
            likely < _ONLY_LIKELY
            or self._since_certain > _AFTER_CERTAIN
            or len(certain) >= _MOST_FOUND
        )

    def _is_down(self) -> bool:
        """Return whether the portal answers with errors of its own, from its home page on."""
        errors = [self.found.refusal, *(tried.error for tried in self.found.tried)]
        last = [getattr(error, "status", 0) for error in (errors[0], *errors[1:][-_MOST_FAULTS:])]
        return len(last) > _MOST_FAULTS and all(status >= 500 for status in last)

    # --- Answers ------------------------------------------------------------------------------

    def _ask(self, place: Place, depth: int, asked_by: str, asker: Kind | None) -> None:
        try:
            sample = self._sample(place.url)
        except Spent:
            raise
        except NotPermitted as error:
            if not self._note_closed(asked_by, asker, place, error):
                self.found.tried.append(Tried(place.url, error))
            return
        except StopRun as error:
            self.found.tried.append(Tried(place.url, error))
            return
        likely, name, kind = recognised(sample)
        if kind is not None and likely >= CERTAIN:
            self._groups.add(place.group)
            self._note(name, kind, likely, sample, place.why)
            if not _leads(kind):
                return
        digest = _digest(sample)
        self.found.tried.append(Tried(place.url, None, digest in self._digests))
        if digest in self._digests or depth >= _DEPTH + 1:
            return
        self._digests.add(digest)
        self._add(sample.page(), depth + 1, NAMED - 0.02 if depth >= _DEPTH else LINKED)

    def _note_closed(self, name: str, kind: Kind | None, place: Place, error: NotPermitted) -> bool:
        """Add a catalogue that the page tells of and that its host asks to leave, once a kind."""
        told = place.likely > _ONLY_LIKELY
        if not told or kind is None or issubclass(kind, Unread):
            return False
        if not any(item.kind == name and item.is_closed for item in self.found.findings):
            source: type[Source] = kind
            url = asked(name, partial(source.address, place.url), place.url)
            new = Finding(name, url, place.likely / 2, [place.why], source, stopped=error)
            self.found.findings.append(new)
        return True

    def _note(
        self, name: str, kind: Kind, likely: float, sample: DocumentSample, why: Reason
    ) -> None:
        """Add a finding, or a reason to one that is known."""
        if issubclass(kind, Unread):
            new = Finding(name, sample.url, likely, [why], advice=kind.advice)
        else:
            source: type[Source] = kind
            url = asked(name, partial(source.address, sample.url), sample.url)
            nothing: Mapping[str, Any] = {}
            draft = asked(name, partial(source.draft, sample), nothing)
            new = Finding(name, url, likely, [why], source, options=draft)
        for known in self.found.findings:
            if (known.kind, known.url) == (new.kind, new.url):
                known.likely = max(known.likely, new.likely)
                known.reasons += [reason for reason in new.reasons if reason not in known.reasons]
                return
        self.found.findings.append(new)


def _is_below(url: SplitResult, unread: Finding) -> bool:
    page = urlsplit(unread.url)
    root = page.path.rstrip("/").partition("/collections")[0]
    return page.netloc == url.netloc and url.path.startswith(f"{root}/")


def _leads(kind: Kind | None) -> bool:
    """Return whether a page of a kind that no connector reads may lead to one that is read."""
    return kind is not None and issubclass(kind, Unread) and kind.leads


def _places(kind: Kind, page: PortalPage) -> list[Place]:
    return list(kind.places(page))


def _digest(sample: DocumentSample) -> str:
    file: Any = sample.answer.file
    file.seek(0)
    return hashlib.file_digest(file, "sha256").hexdigest()
