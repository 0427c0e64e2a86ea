"""The line that a harvest is, in this process, and what must hold of what comes out of it."""

from __future__ import annotations

import io
import json
import logging
import os
import re
import signal
import sys
import time
import traceback
from collections.abc import Iterator
from functools import partial
from typing import IO, Any

import pyoxigraph as ox
import rdflib

from fuzz.seeds import Seed
from hanse_harvesters.errors import HanseError
from hanse_harvesters.http import Answer
from hanse_harvesters.mapping import adapters, lines
from hanse_harvesters.mapping.statements import Statements
from hanse_harvesters.mapping.stream import document_stream
from hanse_harvesters.mapping.tree import Records
from hanse_harvesters.processes import limits
from hanse_harvesters.push import lines as pushed
from hanse_harvesters.quality.chunk import judge_chunk
from hanse_harvesters.record import Record
from hanse_harvesters.sandbox import client, document, items
from hanse_harvesters.sandbox.child import __main__ as child
from hanse_harvesters.sandbox.child import connector
from hanse_harvesters.sandbox.child.lines import Writer
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import rdf_record, registry
from hanse_harvesters.workers.steps import work

#: Seconds of processor time that a record may take, and after which it is ended.
MOST_SECONDS, ENDED_AFTER = 2.0, 20.0
#: Issues and errors behind which a fault of ours hides.
_FAULTS = {"record-failed", "not-judged"}
_PARSER_FAULTS = {"parser-failed", "parser-stopped", "parser-output", "parser-unusable"}
_RAISED = re.compile(r"(?:Error|Exception)\(")
#: A document is asked for once.
_OPTIONS = {"rdf": {"page_tries": 1}}
#: What PostgreSQL has no place for, as JSON.
_NUL = re.compile(r"(?<!\\)(?:\\\\)*\\u0000")


class Fault(Exception):
    """Something that must not be; ``traceback`` in words."""

    def __init__(self, what: str, told: str) -> None:
        self.what, self.traceback = what, told
        super().__init__(what)


class Endless(BaseException):
    """Raised where a record is at when its time is over."""


class _Noting(Writer):
    """Keeps the traceback of an error that the parser's process would report as a line."""

    seen: list[str]

    def __init__(self, out: IO[bytes]) -> None:
        super().__init__(out)
        self.seen = []
        _Here.writer = self

    def __call__(self, *line: Any) -> None:
        if line[0] == "error" and (line[1] in ("crash", "output") or _is_hidden(sys.exc_info()[1])):
            self.seen.append(traceback.format_exc())
        super().__call__(*line)


def _is_hidden(error: BaseException | None) -> bool:
    """Return whether a ValueError says, by accident, that a document is not of its kind."""
    if not isinstance(error, ValueError) or isinstance(error, json.JSONDecodeError):
        return False
    last = traceback.extract_tb(error.__traceback__)[-1]
    return "/harvesters/" not in last.filename or not str(last.line).startswith("raise")


class _Here(client.ParserProcess):
    """Parses in this process: no fork for each record, and a traceback for each fault."""

    writer: _Noting

    def __init__(self, file: Any, where: str, settings: Any, limits: Any, parser: str = "") -> None:
        self.where, self.limits, self._pipe, self._waited = where, limits, -1, 0.0
        parse = partial(connector.parse, connector.load(parser)) if parser else child.parse
        costs = {"memory": limits.memory, "cpu": limits.cpu, "stream": limits.stream}
        with os.fdopen(os.memfd_create("lines"), "rb") as out:
            file.seek(0)
            parse({**costs, **settings}, file.fileno(), out.fileno())
            out.seek(0)
            self._buffer = bytearray(out.read())
        if self.writer.seen:
            raise Fault("parser", self.writer.seen[0])
        self._parser = self

    def _read(self) -> bytes:
        return b""

    def end(self, *, kill: bool) -> int:
        return 0


class _Held:
    """One document for every address, as of a file."""

    remote = False

    def __init__(self, data: bytes) -> None:
        self._data = data

    def get(self, url: str, **_: str) -> Answer:
        file = os.fdopen(os.memfd_create("document"), "w+b")
        file.write(self._data)
        file.flush()
        return Answer(url, 200, {}, file, len(self._data))

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        return self.get(url)


class _Log(logging.Handler):
    """Keeps the tracebacks that are logged."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        if record.exc_info:
            self.told.append("".join(traceback.format_exception(*record.exc_info)))


_log = _Log()


def prepare() -> None:
    """Let this process parse by itself, and end a record that takes too long."""
    for module in (document, items):
        module.ParserProcess = _Here  # type: ignore[attr-defined]
    for parser in (child, connector):
        parser.Writer = _Noting  # type: ignore[attr-defined]
    limits.limit = limits.close_the_doors = lambda *_: None  # type: ignore[assignment]
    logging.getLogger("hanse_harvesters").addHandler(_log)
    logging.getLogger("hanse_harvesters").propagate = False
    logging.getLogger("rdflib").disabled = logging.getLogger("rdflib.term").disabled = True
    signal.signal(signal.SIGVTALRM, _end)


def _end(*_: object) -> None:
    raise Endless


def settings(seed: Seed) -> SourceSettings:
    """Return the source of a document."""
    address = "push:" if seed.kind == "push" else "https://fuzz.example/dokument"
    return SourceSettings(
        "fuzz", seed.kind, address, "stadt", options={**_OPTIONS.get(seed.kind, {}), **seed.options}
    )


def mapped(seed: Seed, data: bytes) -> Iterator[Record]:
    """Yield the records of a document, mapped; raise Fault for what is no error of ours."""
    source = settings(seed)
    records = iter(registry.connector(seed.kind)(source, _Held(data)))
    while True:
        try:
            raw = next(records, None)
        except HanseError as error:
            if error.id in _PARSER_FAULTS:
                raise Fault("parser", f"{error.id} {error.params}") from error
            _words(error)
            return
        if raw is None:
            return
        record = Record({}, raw.identity, raw.raw, issues=list(raw.issues), origin=raw.origin)
        if fault := work(record, raw.read, source):
            raise Fault("work", fault)
        for found in record.issues:  # a parser of several records reports its exception as text
            if found.rule == "record-unreadable" and _RAISED.search(f"{found.value}{found.params}"):
                raise Fault("record", f"{found.value} {found.params}")
        yield record


def _words(error: HanseError) -> None:
    for language in ("de", "en"):
        error.text(language).encode()


def judged(records: list[Record], language: str = "de") -> None:
    """Judge records together; raise Fault if one could not be."""
    _log.told.clear()
    judge_chunk(records, language)
    if _log.told:
        raise Fault("judge", _log.told[0])


def checked(record: Record, *, again: bool) -> None:
    """Raise whatever is wrong with a judged record; ``again``: map also what is handed on."""
    for language in ("de", "en"):
        told = json.dumps(record.as_json(language), ensure_ascii=False, allow_nan=False)
        told.encode("utf-8")
    stored = json.dumps(record.dataset)
    if found := _NUL.search(stored):
        raise Fault("nul", f"NUL: {stored[max(0, found.start() - 200) : found.end() + 50]}")
    json.dumps(record.score, allow_nan=False)
    json.loads(pushed.line(record)[pushed.RECORD :])
    if not record.rdf:
        return
    count = sum(1 for _ in ox.parse(record.rdf, ox.RdfFormat.N_TRIPLES))
    triples = list(lines.triples(record.rdf.encode()))
    if len(triples) != count:
        raise Fault("lines", f"{len(triples)} statements of {count}")
    if again:
        _read_again(record, triples)


def read_elsewhere(record: Record) -> None:
    """Write a record in every form, and read it by others' readers, of which one is slow."""
    rdflib.Graph().parse(data=record.rdf, format="nt")
    triples = list(lines.triples(record.rdf.encode()))
    for format, parsed in adapters.FORMATS.items():
        out = io.BytesIO()
        stream = document_stream(format, out)
        stream.write(triples)
        stream.close()
        kept = sum(1 for _ in ox.parse(out.getvalue(), parsed))
        if kept + stream.left_out != len(triples):
            raise Fault("document", f"{format}: {kept} statements of {len(triples)}")


def _read_again(record: Record, triples: list[Any]) -> None:
    found = Records(Statements.of([lines.block(triples)]))
    for subject in found.statements.datasets():
        raw = rdf_record.record(found, subject, "", ignore_modified=False)
        copy = Record({}, raw.identity)
        if fault := work(copy, raw.read, SourceSettings("fuzz", "rdf", "https://a.example", "s")):
            raise Fault("again", fault)


class Timed:
    """Processor time of what is done ``with`` it; ends what takes far too long."""

    seconds = 0.0

    def __enter__(self) -> Timed:
        signal.setitimer(signal.ITIMER_VIRTUAL, ENDED_AFTER)
        self._begun = time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        self.seconds += time.process_time() - self._begun
