"""A stand-in catalogue service (CSW 2.0.2) over ISO records, which misbehaves as real ones do.

:func:`serve` serves records on loopback; ``Portal({"/csw": Csw(records)})`` does so in a test.
It evaluates the filter of a request over the records, by GET (KVP) and by POST.
:func:`dataset` and :func:`service` (:mod:`portals.iso`) write small records.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from xml.sax.saxutils import escape, quoteattr

from lxml import etree

from hanse_harvesters.testing.portal import Asked, Portal, Reply
from portals.csw_filter import QUERYABLES, Refused, Stored, matches

GMD = "http://www.isotc211.org/2005/gmd"
_XML = {"Content-Type": "application/xml; charset=utf-8"}
_OWS = 'xmlns:ows="http://www.opengis.net/ows" xmlns:xlink="http://www.w3.org/1999/xlink"'


@dataclass(frozen=True)
class Quirks:
    """How the service differs from a perfect one.

    ``methods``      what GetRecords is offered by; the other one is answered with 405.
    ``prefixes``     prefixes of property names that it understands.
    ``silent``       another prefix, and a property it does not know, finds nothing instead of
                     being refused.
    ``unknown``      queryables that it does not have.
    ``constraint``   without a constraint it counts all and sends none (GeoNetwork 4.4.10).
    ``sorts``        False: a sort order is refused.  ``shuffles``: without one, each request
                     comes in another order, so that records repeat.
    ``next``         ``nextRecord``: right, absent, zero, one or wrong.
    ``past_end``     a start behind the last record: empty or exception.
    ``returned``     added to numberOfRecordsReturned.
    ``matched``      False: no total at all.
    ``most``         records on a page.
    ``status``       of an answer with an exception.
    ``bad``          identifiers of records that make their page fail, ``fails``: with a status
                     of 500, an exception in a 200, or XML that breaks off (500, 200, broken).
    ``other_schema`` it ignores outputSchema: ``mdb`` (ISO 19115-3) or ``dc`` (Dublin Core).
    ``inside``       host in the addresses of its capabilities, as behind a proxy.
    ``busy``         every so many requests it asks to wait a second (429).
    ``start``        False: startPosition is ignored.
    """

    methods: tuple[str, ...] = ("GET", "POST")
    prefixes: tuple[str, ...] = ("apiso:", "")
    silent: bool = False
    unknown: tuple[str, ...] = ()
    constraint: bool = False
    sorts: bool = True
    shuffles: bool = False
    next: str = "right"
    past_end: str = "empty"
    returned: int = 0
    matched: bool = True
    most: int = 1000
    status: int = 200
    bad: frozenset[str] = frozenset()
    fails: int | str = 200
    other_schema: str = ""
    inside: str = ""
    busy: int = 0
    start: bool = True


#: The services as they are known from threads of their users, each with its worst habits.
GEONETWORK = Quirks(
    methods=("POST",), constraint=True, silent=True, past_end="exception", next="zero", status=400
)
DEEGREE = Quirks(prefixes=("apiso:",), sorts=False, next="one", most=20)
INGRID = Quirks(prefixes=("apiso:", ""), unknown=("Modified",), next="wrong", most=50, busy=3)
PYCSW = Quirks(prefixes=("apiso:",), next="zero")


@dataclass
class Csw:
    """Answers requests; ``Portal({"/csw": Csw(records)})``.

    ``records``  ISO records as text or bytes, with or without an XML declaration.
    ``seen``     what was asked: the operation and its parameters, in lower case.
    """

    records: Iterable[str | bytes] = ()
    quirks: Quirks = Quirks()
    title: str = "Metadatenkatalog"
    stored: list[Stored] = field(default_factory=list)
    seen: list[dict[str, str]] = field(default_factory=list)
    _known: dict[tuple[str, str], list[Stored]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.stored = [Stored.of(text) for text in self.records]

    def __call__(self, asked: Asked) -> Reply:
        """Answer a request as a script of :class:`Portal`."""
        given = _posted(asked.content) if asked.content is not None else _by_address(asked)
        self.seen.append(given)
        if self.quirks.busy and len(self.seen) % self.quirks.busy == 0:
            return Reply(b"busy", 429, headers={"Retry-After": "1"})
        operation = given.get("request", "").lower()
        if operation == "getcapabilities":
            return _xml(self._capabilities(asked))
        if operation == "getrecordbyid":
            wanted = given.get("id", "")
            found = "".join(item.text for item in self.stored if item.id == wanted)
            return _xml(f"<csw:GetRecordByIdResponse {_CSW}>{found}</csw:GetRecordByIdResponse>")
        if operation != "getrecords":
            return self._refused("MissingParameterValue", "The parameter request is missing")
        method = "GET" if asked.content is None else "POST"
        if method not in self.quirks.methods:
            return Reply(b"Method Not Allowed", 405)
        try:
            return self._page(given)
        except Refused as error:
            return self._refused("InvalidParameterValue", str(error))

    def _refused(self, code: str, text: str) -> Reply:
        body = (
            f'<ows:ExceptionReport {_OWS} version="1.2.0"><ows:Exception exceptionCode="{code}">'
            f"<ows:ExceptionText>{escape(text)}</ows:ExceptionText></ows:Exception>"
            "</ows:ExceptionReport>"
        )
        return _xml(body, self.quirks.status)

    # --- A page of records --------------------------------------------------------------------

    def _page(self, given: dict[str, str]) -> Reply:
        quirks = self.quirks
        start = int(given.get("startposition", "1")) if quirks.start else 1
        rows = min(int(given.get("maxrecords", "10")), quirks.most)
        found = self._found(given)
        total = len(found)
        if start > max(total, 1) and quirks.past_end == "exception":
            raise Refused(f"startPosition {start} is behind the last record")
        page = found[start - 1 : start - 1 + rows]
        if quirks.constraint and not given.get("constraint"):
            page = []
        if broken := [item for item in page if item.id in quirks.bad]:
            return self._failed(page, broken[0], total)
        follows = start + len(page)
        right = follows if follows <= total else 0
        shown = {"right": right, "zero": 0, "one": 1, "wrong": follows + 7}.get(quirks.next)
        return _xml(self._response(page, total, shown))

    def _found(self, given: dict[str, str]) -> list[Stored]:
        constraint, sort = given.get("constraint", ""), given.get("sortby", "")
        if sort and not self.quirks.sorts:
            raise Refused("sortBy is not supported")
        found = self._known.get((constraint, sort))
        if found is None:
            found = self.stored
            if constraint:
                wanted = etree.fromstring(constraint.encode())
                found = [item for item in self.stored if matches(wanted, item, self.quirks)]
            if sort:
                found = sorted(found, key=lambda item: item.id)
            self._known[constraint, sort] = found
        if sort:
            return found
        if self.quirks.shuffles and found:
            turn = len(self.seen) * 3 % len(found)
            return found[turn:] + found[:turn]
        return found

    def _failed(self, page: list[Stored], broken: Stored, total: int) -> Reply:
        if self.quirks.fails == 200:
            return self._refused("NoApplicableCode", f"{broken.id} cannot be written")
        if self.quirks.fails == "broken":
            text = self._response(page, total, 0)
            return _xml(text[: text.index(broken.text) + len(broken.text) // 2])
        return Reply(b"Internal Server Error", int(self.quirks.fails))

    def _response(self, page: list[Stored], total: int, follows: int | None) -> str:
        shown = {"numberOfRecordsReturned": len(page) + self.quirks.returned}
        if self.quirks.matched:
            shown = {"numberOfRecordsMatched": total, **shown}
        if follows is not None:
            shown["nextRecord"] = follows
        stated = " ".join(f'{name}="{value}"' for name, value in shown.items())
        body = "".join(item.in_schema(self.quirks.other_schema) for item in page)
        return (
            f"<csw:GetRecordsResponse {_CSW}><csw:SearchStatus/>"
            f'<csw:SearchResults {stated} recordSchema="{GMD}" elementSet="full">{body}'
            "</csw:SearchResults></csw:GetRecordsResponse>"
        )

    # --- Capabilities -------------------------------------------------------------------------

    def _capabilities(self, asked: Asked) -> str:
        host = self.quirks.inside or asked.headers.get("host", "localhost")
        href = quoteattr(f"http://{host}{asked.path}")
        offered = {"GET": f"<ows:Get xlink:href={href}/>", "POST": f"<ows:Post xlink:href={href}/>"}
        methods = "".join(offered[name] for name in self.quirks.methods)
        prefix = self.quirks.prefixes[0]
        names = [name for name in QUERYABLES if name not in self.quirks.unknown]
        values = "".join(f"<ows:Value>{prefix}{name}</ows:Value>" for name in names)
        return f"""<csw:Capabilities {_CSW} {_OWS} version="2.0.2">
<ows:ServiceIdentification><ows:Title>{escape(self.title)}</ows:Title>
<ows:ServiceType>CSW</ows:ServiceType></ows:ServiceIdentification>
<ows:OperationsMetadata>
<ows:Operation name="GetCapabilities"><ows:DCP><ows:HTTP>{offered["GET"]}</ows:HTTP></ows:DCP>
</ows:Operation>
<ows:Operation name="GetRecords"><ows:DCP><ows:HTTP>{methods}</ows:HTTP></ows:DCP>
<ows:Parameter name="outputSchema"><ows:Value>{GMD}</ows:Value></ows:Parameter>
<ows:Parameter name="typeNames"><ows:Value>gmd:MD_Metadata</ows:Value>
<ows:Value>csw:Record</ows:Value></ows:Parameter>
<ows:Parameter name="CONSTRAINTLANGUAGE"><ows:Value>FILTER</ows:Value></ows:Parameter>
<ows:Constraint name="SupportedISOQueryables">{values}</ows:Constraint></ows:Operation>
</ows:OperationsMetadata></csw:Capabilities>"""


_CSW = 'xmlns:csw="http://www.opengis.net/cat/csw/2.0.2"'


def _xml(text: str, status: int = 200) -> Reply:
    return Reply(('<?xml version="1.0" encoding="UTF-8"?>\n' + text).encode(), status, _XML)


def _by_address(asked: Asked) -> dict[str, str]:
    """Return the parameters of a GET, names in lower case."""
    pairs = parse_qsl(urlsplit(asked.target).query, keep_blank_values=True)
    return {name.lower(): value for name, value in pairs}


def _posted(content: bytes) -> dict[str, str]:
    """Return a POST as the parameters of the same request by GET."""
    root = etree.fromstring(content)
    given: dict[str, Any] = {"request": etree.QName(root).localname}
    given |= {name.lower(): value for name, value in root.attrib.items()}
    constraint = root.find(".//{*}Filter")
    if constraint is not None:
        given["constraint"] = etree.tostring(constraint, encoding="unicode")
    sort = root.find(".//{*}SortBy//{*}PropertyName")
    if sort is not None:
        given["sortby"] = f"{sort.text}:A"
    return given


@contextmanager
def serve(
    records: Iterable[str | bytes],
    *,
    port: int = 0,
    path: str = "/csw",
    quirks: Quirks = Quirks(),
    title: str = "Metadatenkatalog",
) -> Iterator[Portal]:
    """Serve ISO records on loopback until the block ends; ``portal.url("/csw")`` is the address.

    ``records``  each a ``gmd:MD_Metadata`` as text or bytes, which declares its namespaces
                 (:mod:`portals.iso` writes small ones).  They are read once, here: 5,000 take a
                 few seconds; a page of 100 is then answered in milliseconds.
    ``port``     0 for a free one.
    ``quirks``   what the service does wrong: :class:`Quirks`, or one of GEONETWORK, DEEGREE,
                 INGRID, PYCSW.

    Where a server is there already, call :class:`Csw` from it: ``Csw(records)(Asked(target,
    headers, 0, content))`` returns the ``Reply`` (body, status, headers).
    """
    with Portal({path: Csw(records, quirks, title)}, port=port) as portal:
        yield portal
