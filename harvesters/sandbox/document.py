"""Foreign bytes into triples or packages, parsed in a child process with limits.

What a portal sends meets a parser only in there (:mod:`hanse_harvesters.sandbox.child`);
what comes back is lines in a shape of our own, read under a cap
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

#: Most issues of a kind that one document may bring: a broken file says it a few times.
_MOST_ISSUES = 20


@dataclass(slots=True)
class Package:
    """A package of a CKAN answer, not yet read: its JSON, and what tells it from others.

    ``digest``  of its content; no order counts, and no key that was to be left out.
    ``uri``     the dataset's own IRI, where the portal keeps one.
    """

    text: bytes
    digest: str
    id: str = ""
    name: str = ""
    type: str = ""
    uri: str = ""

    @classmethod
    def of(cls, package: dict[str, Any]) -> Package:
        """One that was read elsewhere."""
        return cls(content.text(package), **jsondoc.facts(package, frozenset()))

    @property
    def key(self) -> str:
        """What it goes by in the answer."""
        return self.id or self.name or self.digest


@dataclass(slots=True)
class Document:
    """A parsed document: look at ``format``, iterate what it holds, then at the rest.

    ``format``   rdfxml, turtle, nquads, jsonld or ckan.
    ``head``     of a CKAN answer: ``{"kind": …, "count": …}``.
    ``issues``   of the document as a whole.
    ``whole``    True when the end was reached and nothing was skipped.
    ``cut``      True when the document ended before its end.
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
        """Whether the syntax itself shows that the end is missing (Turtle does not)."""
        return self.format in ("rdfxml", "jsonld", "ckan")

    def blocks(self) -> Iterator[bytes]:
        """The triples of an RDF document in its order, some thousand lines of N-Triples each.

        b"" takes back what came before: the document is read once more from its beginning.
        """
        for line in self._lines():
            if line[0] == BLOCK:
                yield line[1]
            elif line[0] == "again":
                yield b""

    def triples(self) -> Iterator[Triple]:
        """The triples of an RDF document, in its order; no marks of what is torn."""
        for block in self.blocks():
            yield from lines.triples(missing_part.without(block))

    def packages(self) -> Iterator[Package]:
        """The packages of a CKAN answer; an entry that is none becomes an issue."""
        for line in self._lines():
            if line[0] == PACKAGE:
                yield Package(line[1], **line[2])
            elif line[0] == "odd":
                self._note(issue("record-unreadable", "", line[1]))

    def close(self) -> None:
        """End the parser without reading the content."""
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
        """Use a line that is about the document itself; False for one of its content."""
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
    """Begin to parse ``file`` (a real file, read from its start).

    ``where`` names it in errors, ``base`` resolves relative IRIs, ``charset`` is what
    the server said, ``left_out`` are keys of a package that say nothing about it.
    NotACatalogue for HTML, an empty body, a DOCTYPE and whatever
    else holds no metadata; TooMuch where a limit was passed.
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
    """Behind what a broken place stands; a blank node's label would tell nobody anything."""
    return "–" if not subject or subject.startswith("_:") else subject


def _absolute(base: str) -> str:
    """A base that a parser accepts; "" for what is no absolute address."""
    return escape(base) if urlsplit(base).scheme else ""


#: Formats that are refused, and what is said of them.
_REFUSED = {
    "empty": "document-empty",
    "html": "document-html",
    "php": "document-php",
    "doctype": "document-doctype",
    "xml": "document-xml",
    "brokenjson": "document-json-broken",
    "datajson": "document-datajson",
    "unknown": "document-unknown",
}
#: Limits the child met by itself.
_LIMITS = {"memory": "document-memory", "depth": "document-deep"}


def _refuse(format: str, detail: str, where: str) -> None:
    if format in _REFUSED:
        raise NotACatalogue(_REFUSED[format], where=where, detail=detail or "…")


def _fault(code: str, detail: str, where: str) -> HanseError:
    if code == "remote-context":
        return NotACatalogue("context-elsewhere", where=where, address=detail)
    if code in _LIMITS:
        return TooMuch(_LIMITS[code], where=where)
    return StopRun("parser-failed", where=where, reason=detail or code)
