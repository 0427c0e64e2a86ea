"""Untrusted documents to triples or packages, parsed in a child process with limits.

Documents from portals are only parsed there (:mod:`hanse_harvesters.sandbox.child`);
the result is returned as lines in our own format, with a maximum size
(:mod:`hanse_harvesters.sandbox.client`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import IO, Any
from urllib.parse import urlsplit

from hanse_harvesters.errors import HanseError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping import lines, missing_part
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.terms import Triple
from hanse_harvesters.sandbox.child import content, jsondoc
from hanse_harvesters.sandbox.child.lines import BLOCK, PACKAGE
from hanse_harvesters.sandbox.client import ParseLimits, ParserProcess

__all__ = ["Document", "Package", "ParseLimits", "open_document"]

#: Maximum issues per rule for one document, so that a broken file is not reported endlessly.
_MOST_ISSUES = 20


@dataclass(slots=True)
class Package:
    """A package of a CKAN response, not yet parsed: its JSON, and the values that identify it.

    ``digest``  of its content, independent of order, without the keys in ``left_out``.
    ``uri``     the dataset's own IRI, if the portal stores one.
    """

    text: bytes
    digest: str
    id: str = ""
    name: str = ""
    type: str = ""
    uri: str = ""

    @classmethod
    def of(cls, package: dict[str, Any], digest: str = "") -> Package:
        """Return a package that was parsed elsewhere; ``digest`` if it is known."""
        digest = digest or content.digest(package)
        return cls(content.text(package), digest, **jsondoc.names(package))

    @property
    def key(self) -> str:
        """The key that identifies the package in the response."""
        return self.id or self.name or self.digest


@dataclass(slots=True)
class Document:
    """A parsed document: read ``format``, iterate its content, then read the other attributes.

    ``format``   rdfxml, turtle, nquads, jsonld or ckan.
    ``head``     for a CKAN response: ``{"kind": …, "count": …}``.
    ``issues``   of the document as a whole.
    ``whole``    True if the end was reached and nothing was skipped.
    ``cut``      True if the document is truncated.
    """

    where: str
    format: str = ""
    head: dict[str, Any] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)
    whole: bool = False
    cut: bool = False
    _child: ParserProcess | None = None

    @property
    def self_delimiting(self) -> bool:
        """Whether the syntax shows that the end is missing (Turtle does not)."""
        return self.format in ("rdfxml", "jsonld", "ckan")

    def blocks(self) -> Iterator[bytes]:
        """Yield the triples of an RDF document in order, in blocks of about 2,000 N-Triples lines.

        b"" invalidates the blocks before it: the document is parsed again from its beginning.
        """
        for line in self._lines():
            if line[0] == BLOCK:
                yield line[1]
            elif line[0] == "again":
                yield b""

    def triples(self) -> Iterator[Triple]:
        """Yield the triples of an RDF document in order, without marks of lost parts."""
        for block in self.blocks():
            yield from lines.triples(missing_part.without(block))

    def packages(self) -> Iterator[Package]:
        """Yield the packages of a CKAN response; an invalid entry becomes an issue."""
        for line in self._lines():
            if line[0] == PACKAGE:
                yield Package(line[1], **line[2])
            elif line[0] == "odd":
                self._note(issue("record-unreadable", "", line[1]))

    def close(self) -> None:
        """End the parser without reading the rest."""
        if self._child is not None:
            self._child.stop()
            self._child = None

    def _lines(self) -> Iterator[list[Any]]:
        assert self._child is not None, "a document is read once"
        child, self._child = self._child, None
        with child:
            for line in child.lines():
                if not self._take(line):
                    yield line

    def _take(self, line: list[Any]) -> bool:
        """Process a line about the document itself; return False for a line of its content."""
        kind = line[0]
        if kind == "issue":
            self._note(issue(line[1], "", line[2], **line[3]))
        elif kind == "broken":
            self._note(issue("statement-broken", "", line[1], near=_near(line[2])))
        elif kind == "end":
            self.cut = not line[2]
            self.whole = line[2] and not any(i.rule == "statement-broken" for i in self.issues)
        elif kind == "error":
            raise _fault(line[1], line[2] if len(line) > 2 else "", self.where)
        else:
            return False
        return True

    def _note(self, found: Issue) -> None:
        same = sum(1 for item in self.issues if item.rule == found.rule)
        if same < _MOST_ISSUES:
            self.issues.append(found)


def open_document(
    file: IO[bytes],
    *,
    where: str,
    base: str = "",
    charset: str = "",
    limits: ParseLimits | None = None,
    left_out: frozenset[str] = frozenset(),
) -> Document:
    """Start to parse ``file`` (a real file, read from its start).

    ``where`` names it in errors, ``base`` resolves relative IRIs, ``charset`` is the one
    declared by the server, ``left_out`` are keys to be excluded from a package's digest.
    Raises NotACatalogue for HTML, an empty body, a DOCTYPE and anything else without
    metadata; TooMuch if a limit was exceeded.
    """
    settings = {"base": _absolute(base), "charset": charset, "left_out": sorted(left_out)}
    child = ParserProcess(file, where, settings, limits or ParseLimits())
    document = Document(where, _child=child)
    try:
        line = child.first()
        while line[0] in ("issue", "broken"):
            document._take(line)
            line = child.first()
        if line[0] != "format":
            document._take(line)
        _refuse(line[1], line[2], where)
        document.format = line[1]
        if document.format == "ckan":
            document.head = child.first()[1]
    except BaseException:
        child.stop()
        raise
    return document


def _near(subject: str) -> str:
    """Return the subject before a broken place; a blank node's label would not help anybody."""
    return "–" if not subject or subject.startswith("_:") else subject


def _absolute(base: str) -> str:
    """Return a base IRI that a parser accepts; "" if ``base`` is not absolute."""
    return escape(base) if urlsplit(base).scheme else ""


#: Formats that are refused → id of the message.
REFUSED = {
    "empty": "document-empty",
    "html": "document-html",
    "php": "document-php",
    "doctype": "document-doctype",
    "xml": "document-xml",
    "brokenjson": "document-json-broken",
    "datajson": "document-datajson",
    "unknown": "document-unknown",
}
#: Limits that the child detected itself.
_LIMITS = {"memory": "document-memory", "depth": "document-deep"}


def _refuse(format: str, detail: str, where: str) -> None:
    if format in REFUSED:
        raise NotACatalogue(REFUSED[format], where=where, detail=detail or "…")


def _fault(code: str, detail: str, where: str) -> HanseError:
    if code == "remote-context":
        return NotACatalogue("context-elsewhere", where=where, address=detail)
    if code in _LIMITS:
        return TooMuch(_LIMITS[code], where=where)
    return StopRun("parser-failed", where=where, reason=detail or code)
