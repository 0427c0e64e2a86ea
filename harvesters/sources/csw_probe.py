"""Find a catalogue service from a page of a portal, and ask how many records name the city."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from hanse_harvesters.errors import StopRun
from hanse_harvesters.mapping.iso19139.facts import facts
from hanse_harvesters.sandbox.items import parse_items
from hanse_harvesters.sources import csw_request as request
from hanse_harvesters.sources.csw_dialects import Dialects
from hanse_harvesters.sources.csw_options import Options
from hanse_harvesters.sources.fetch import Fetches
from hanse_harvesters.sources.places import (
    LINKED,
    NAMED,
    SOFTWARE,
    Choice,
    Contents,
    Filter,
    Link,
    Place,
    PortalPage,
    Reason,
    Wish,
    usual,
)
from hanse_harvesters.sources.sample import DocumentSample

_PARSER = "hanse_harvesters.sandbox.child.csw:items"
_XML = "application/xml"
#: Software of catalogue services: name → marks of its pages, and paths of the service.
_SOFTWARE = {
    "GeoNetwork": (
        ("geonetwork", "gn-app", "catwro"),
        ("/geonetwork/srv/ger/csw", "/geonetwork/srv/eng/csw", "/srv/ger/csw"),
    ),
    "deegree": (("deegree",), ("/services/csw", "/deegree-webservices/services/csw")),
    "InGrid": (("ingrid", "portal-u", "wemove"), ("/csw", "/csw202", "/ingrid-csw")),
    "pycsw": (("pycsw",), ("/csw", "/pycsw/csw.py")),
}
_USUAL = ("/csw", "/geonetwork/srv/ger/csw", "/geonetwork/srv/eng/csw", "/soapServices/CSWStartup")
#: "csw" as a word of an address or text; "service=csw" in its query.
_CSW = re.compile(r"(?:^|[^a-z])csw(?:[^a-z]|$)|cswstartup|catalogue service", re.I)
#: Names of the city that are asked for, the longest first: it is the most exact.
_MOST_NAMES = 2
#: Records of which the organisations are counted.
_SOME = 30


def places(page: PortalPage) -> Iterator[Place]:
    """Yield where a service may answer a request for its capabilities."""
    for link in page.links:
        if found := _linked(link):
            yield found
    for name, (marks, paths) in _SOFTWARE.items():
        if page.says(*marks):
            why = Reason.of("place-software", software=name)
            for number, path in enumerate(paths):
                likely = SOFTWARE - 0.005 * (number + 1)
                yield _place(page.folders()[0] + path, likely, why, page.folders()[0])
    if _CSW.search(urlsplit(page.url).path):
        yield _place(page.url, NAMED, Reason.of("place-address"))
    elif page.status != 200 or not page.links:
        # A service that is asked for nothing answers with an error or an empty page.
        yield _place(page.url, LINKED, Reason.of("place-address"))
    for found in usual(page, _USUAL, "place-usual", less=0.03):
        yield _place(found.url, found.likely, found.why, found.group)


def _linked(link: Link) -> Place | None:
    if "script" in link.rel or not (_CSW.search(link.url) or _CSW.search(link.text)):
        return None
    likely = NAMED if "service=csw" in link.url.lower() else LINKED
    return _place(link.url, likely, Reason.of("place-link", text=link.text or link.url))


def _place(url: str, likely: float, why: Reason, group: str = "") -> Place:
    return Place(request.capabilities(url), likely, why, group)


def address(url: str) -> str:
    """Return the service's address without the parameters of a request."""
    return request.service(url)


def head_of(sample: DocumentSample) -> dict[str, Any]:
    """Return the head of a document that may be of a catalogue service, {} for any other."""
    start = sample.start()
    if sample.format or not any(name in start for name in request.MARKS):
        return {}
    return next(iter(sample.items(_PARSER, 1)), {})


def contents(url: str, client: Fetches, wish: Wish) -> Contents:
    """Return the number of records, and how many of them name the city, in which spelling."""
    head: Mapping[str, Any] = next(iter(_asked(client.get(request.capabilities(url)))), {})
    if head.get("service") != "CSW":
        return Contents()
    ask = _Asking(client, Dialects(head, url, Options()))
    whole = ask.matched(Options())
    names = sorted(wish.names, key=len, reverse=True)[:_MOST_NAMES]
    counts = {name: ask.matched(Options(organizations=(name,))) for name in names}
    filters = [_organizations(counts, ask.organizations, wish)]
    if names:
        filters.append(_words(names[-1], ask.matched(Options(anytext=(names[-1],)))))
    return Contents(whole, tuple(item for item in filters if item.choices), head["title"])


@dataclass
class _Asking:
    """Asks a service for counts; remembers the organisations of the records that come along."""

    client: Fetches
    dialects: Dialects
    organizations: Counter[str] = field(default_factory=Counter)

    def matched(self, options: Options) -> int | None:
        """Return how many records match, None if the service does not say."""
        for _ in range(2):
            try:
                head, *records = _asked(self._send(options))
            except StopRun:
                if not self.dialects.other_words():
                    return None
                continue
            if head.get("kind") == "records":
                self.organizations.update(_named(records))
                return head["matched"] if isinstance(head["matched"], int) else None
            if not self.dialects.other_words():
                return None
        return None

    def _send(self, options: Options) -> Any:
        dialect = self.dialects.current
        constraint = dialect.constraint(options, ())
        if dialect.method == "GET":
            return self.client.get(dialect.address(constraint, 1, _SOME))
        return self.client.submit(dialect.url, dialect.document(constraint, 1, _SOME), _XML)


def _asked(answer: Any) -> list[Any]:
    with answer as found:
        return list(parse_items(found.file, _PARSER, where=found.url, charset=found.charset))


def _named(records: list[Mapping[str, Any]]) -> Iterator[str]:
    """Yield each organisation of the records, once a record."""
    for record in records:
        yield from set(facts(record).organizations)


def _organizations(counts: Mapping[str, int | None], seen: Counter[str], wish: Wish) -> Filter:
    """Return the filter by organisation: the city's names first, with what the service counts."""
    own = [Choice(name, f"… {name} …", count, fits=True) for name, count in counts.items() if count]
    others = [
        Choice(value, value, None, wish.fits(value))
        for value, _ in seen.most_common(20)
        if value not in counts
    ]
    return Filter("organizations", Reason.of("filter-organizations"), (*own, *others))


def _words(name: str, count: int | None) -> Filter:
    choices = (Choice(name, f"… {name} …", count),) if count else ()
    return Filter("anytext", Reason.of("filter-anytext"), choices)
