"""Foreign bytes into triples or packages, parsed in a child process with limits.

What a portal sends meets a parser only in there (:mod:`hanse_harvesters.parse_child`);
what comes back is JSON lines in a shape of our own, read here under a cap.
"""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from types import TracebackType
from typing import IO, Any
from urllib.parse import urlsplit

from hanse_harvesters.errors import HanseError, NotACatalogue, StopRun, TooMuch
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.mapping.terms import IRI, BNode, Literal, Node, Term, Triple

#: Most issues of a kind that one document may bring: a broken file says it a few times.
_MOST_ISSUES = 20
_READ = 1 << 18


@dataclass(frozen=True, slots=True)
class ParseLimits:
    """What parsing one document may cost: bytes, and seconds.

    ``wall`` counts the time spent waiting for the child, not that of the consumer.
    ``line`` is the longest line, ``growth`` how many times larger than the document
    the triples may be (prefixes make short text long).
    """

    memory: int = 1 << 30
    cpu: int = 120
    wall: float = 180.0
    line: int = 1 << 27
    growth: int = 40


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
    _child: _Child | None = None

    @property
    def self_delimiting(self) -> bool:
        """Whether the syntax itself shows that the end is missing (Turtle does not)."""
        return self.format in ("rdfxml", "jsonld", "ckan")

    def triples(self) -> Iterator[Triple]:
        """The triples of an RDF document, in its order."""
        for line in self._lines():
            if line[0] == "triples":
                for group in line[1]:
                    yield from _group(group)

    def packages(self) -> Iterator[dict[str, Any]]:
        """The packages of a CKAN answer; an entry that is none becomes an issue."""
        for line in self._lines():
            if line[0] == "package":
                yield line[1]
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
) -> Document:
    """Begin to parse ``file`` (a real file, read from its start).

    ``where`` names it in errors, ``base`` resolves relative IRIs, ``charset`` is what
    the server said.  NotACatalogue for HTML, an empty body, a DOCTYPE and whatever
    else holds no metadata; TooMuch where a limit was passed.
    """
    child = _Child(file, where, _absolute(base), charset, limits or ParseLimits())
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


class _Child:
    """The running child, and its lines under limits of size and time."""

    def __init__(
        self, file: IO[bytes], where: str, base: str, charset: str, limits: ParseLimits
    ) -> None:
        self.where = where
        self.limits = limits
        self._waited = 0.0
        self._received = 0
        self._most = (1 << 26) + limits.growth * os.fstat(file.fileno()).st_size
        file.flush()
        file.seek(0)
        settings = {"memory": limits.memory, "cpu": limits.cpu, "base": base, "charset": charset}
        self._process = subprocess.Popen(
            [sys.executable, "-m", "hanse_harvesters.parse_child", json.dumps(settings)],
            stdin=file.fileno(),
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            cwd="/",
            # Not sys.path: a host program may have put folders there (CKAN's own holds a
            # package "types") that would hide the standard library from a fresh start.
            env={"PYTHONPATH": os.environ.get("PYTHONPATH", ""), "LANG": "C.UTF-8"},
            close_fds=True,
            start_new_session=True,
        )
        self._buffer = bytearray()

    def first(self) -> list[Any]:
        """The next line; the fault the child died of if there is none."""
        line = self._line()
        if line is None:
            raise self._death()
        return line

    def lines(self) -> Iterator[list[Any]]:
        """All further lines, to ``end``."""
        while True:
            line = self.first()
            yield line
            if line[0] == "end":
                yield from self._after_end()
                return

    def _after_end(self) -> Iterator[list[Any]]:
        while (line := self._line()) is not None:
            yield line

    def _line(self) -> list[Any] | None:
        start = 0
        while (end := self._buffer.find(b"\n", start)) < 0:
            start = len(self._buffer)
            if start > self.limits.line:
                raise self._too_much("parse-long")
            chunk = self._read()
            if not chunk:
                return None
            self._buffer += chunk
        text = bytes(self._buffer[:end])
        del self._buffer[: end + 1]
        line: list[Any] = json.loads(text)
        return line

    def _read(self) -> bytes:
        pipe = self._process.stdout
        assert pipe is not None
        begun = time.monotonic()
        ready, _, _ = select.select([pipe], [], [], max(0.0, self.limits.wall - self._waited))
        self._waited += time.monotonic() - begun
        if not ready:
            raise self._too_much("parse-slow", seconds=self.limits.wall)
        chunk = os.read(pipe.fileno(), _READ)
        self._received += len(chunk)
        if self._received > self._most:
            raise self._too_much("parse-growing")
        return chunk

    def _too_much(self, message: str, **params: object) -> TooMuch:
        self.stop()
        return TooMuch(message, where=self.where, **params)

    def _death(self) -> HanseError:
        """What the child's end means: a limit, or a parser that gave up."""
        code = self._process.wait()
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return self._too_much("parse-costly", seconds=self.limits.cpu)
        if code < 0:
            return self._too_much("parse-memory")
        return StopRun("parser-stopped", where=self.where, code=code)

    def stop(self) -> None:
        """End the child, whatever it does."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def __enter__(self) -> _Child:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def _near(subject: str) -> str:
    """Behind what a broken place stands; a blank node's label would tell nobody anything."""
    return "–" if not subject or subject.startswith("_:") else subject


def _absolute(base: str) -> str:
    """A base that a parser accepts; "" for what is no absolute address."""
    return escape(base) if urlsplit(base).scheme else ""


def _group(group: list[Any]) -> Iterator[Triple]:
    """The triples of one subject's line."""
    subject = _node(group[0])
    for index in range(1, len(group), 2):
        yield subject, IRI(group[index]), _term(group[index + 1])


def _node(text: str) -> Node:
    return BNode(text) if text.startswith("_:") else IRI(text)


def _term(item: Any) -> Term:
    return _node(item) if isinstance(item, str) else Literal(*item)


#: Formats that are refused, and what is said of them.
_REFUSED = {
    "empty": "document-empty",
    "html": "document-html",
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
