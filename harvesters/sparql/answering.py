"""Ask a store: each query in a process of its own, ended by limits of time, memory and size.

Measured: such a process starts and opens a store in 60 ms; an engine's own time-out does not end
every query, nor does it limit memory.
"""

from __future__ import annotations

import contextlib
import json
import math
import os
import re
import signal
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from hanse_harvesters.processes.supervisor import ChildProcess
from hanse_harvesters.sparql import refusal
from hanse_harvesters.sparql.errors import (
    QueryError,
    QueryRefused,
    QueryTooCostly,
    StoreUnavailable,
)
from hanse_harvesters.sparql.forms import Wanted, media_type
from hanse_schemas import table

_CHILD = "hanse_harvesters.sparql.child"
#: Names that queries may use without declaring them.
PREFIXES = {**table.PREFIXES, "dct": table.PREFIXES["dcterms"]}
_PIECE = 1 << 16
#: Seconds for a process to end after its reply.
_GRACE = 1.0
_PLACE = re.compile(r"error at (\d+):(\d+): ?(.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class QueryLimits:
    """Limits of one query.

    ``memory``  bytes of address space of its process, in which the opened store has 0.3 GB
    ``seconds`` until its document is written, with the start of the process
    ``rows``    of a table, triples of a graph; there the answer ends, with a note
    ``size``    bytes of the rows, as ``rows``
    ``length``  bytes of the query
    """

    memory: int = 1 << 30
    seconds: float = 10.0
    rows: int = 10_000
    size: int = 20 << 20
    length: int = 1 << 16


@dataclass(frozen=True, slots=True)
class Excerpt:
    """The beginning of a table: at most ``rows`` rows and ``size`` bytes of them."""

    rows: int
    size: int


@dataclass(frozen=True, slots=True)
class Answer:
    """A document.

    ``body``  an open file at its beginning; who asked closes it
    ``form``  name of its form (:mod:`.forms`)
    ``rows``  number of rows or triples of the answer; 1 for a truth value
    ``cut``   why there are more: ``rows``, ``size``; "" if these are all
    """

    body: IO[bytes]
    form: str
    rows: int
    cut: str

    @property
    def media_type(self) -> str:
        """The media type of the document, which is UTF-8."""
        return media_type(self.form)

    @property
    def size(self) -> int:
        """Number of bytes of the document."""
        return os.fstat(self.body.fileno()).st_size


def ask(
    store: Path,
    query: str,
    wanted: Wanted | None = None,
    limits: QueryLimits | None = None,
    note: str = "",
    excerpt: Excerpt | None = None,
) -> Answer:
    """Return the answer of a store to a query; raise :class:`.errors.QueryError`.

    ``store``    folder of the store
    ``note``     address that explains where an answer ends, for the head of a document
    ``excerpt``  what a document of a table holds of it; by default all
    """
    limits, wanted = limits or QueryLimits(), wanted or Wanted()
    refusal.check(query, limits.length)
    request = {
        "store": str(store.absolute()),  # the process is in another folder
        "query": query,
        "prefixes": PREFIXES,
        "table": wanted.table,
        "graph": wanted.graph,
        "note": note,
        "rows": limits.rows,
        "size": limits.size,
        "excerpt": [excerpt.rows, excerpt.size] if excerpt else None,
        "memory": limits.memory,
        "cpu": math.ceil(limits.seconds) + 1,
    }
    try:
        body = tempfile.TemporaryFile()  # noqa: SIM115 - closed by who asked
    except OSError as error:  # no space left
        raise StoreUnavailable("sparql-disk", reason=error.strerror or str(error)) from error
    try:
        reply = _reply(request, body, limits)
        if reply["state"] != "answered":
            raise _error(reply, limits)
    except BaseException:
        body.close()
        raise
    body.seek(0)
    return Answer(body, reply["form"], reply["rows"], reply["cut"])


def _reply(request: dict[str, Any], body: IO[bytes], limits: QueryLimits) -> dict[str, Any]:
    """Start the process and return its reply; its end without one is a reply too."""
    end = time.monotonic() + limits.seconds
    try:
        child = ChildProcess.start(_CHILD)
    except OSError as error:  # the machine has no process or memory left
        return {"state": "store", "reason": str(error)}
    try:
        child.peer.settimeout(limits.seconds)
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it has ended: see below
            socket.send_fds(child.peer, [b" "], [body.fileno()])
            child.peer.sendall(json.dumps(request, ensure_ascii=False).encode("utf-8", "replace"))
            child.peer.shutdown(socket.SHUT_WR)
        if data := _received(child.peer, end):
            return dict(json.loads(data))
        code = child.process.wait(_GRACE)
        # Killed by the kernel: for its processor time, or because the machine is out of memory.
        if code in (-signal.SIGXCPU, -signal.SIGKILL):
            return {"state": "slow"}
        # The allocator of the engine aborts; a query nested too deeply exceeds the stack.
        return {"state": "memory"} if code < 0 else {"state": "failed", "reason": f"exit {code}"}
    except (TimeoutError, subprocess.TimeoutExpired):
        return {"state": "slow"}
    finally:
        child.close()


def _received(peer: socket.socket, end: float) -> bytes:
    """Return what is sent until the end of the connection; TimeoutError when the time is up."""
    pieces: list[bytes] = []
    while not pieces or pieces[-1]:
        left = end - time.monotonic()
        if left <= 0:
            raise TimeoutError
        peer.settimeout(left)
        pieces.append(peer.recv(_PIECE))
    return b"".join(pieces)


def _error(reply: dict[str, Any], limits: QueryLimits) -> QueryError:
    """Return the error for a reply that is no answer."""
    reason = reply.get("reason", "")
    match reply["state"]:
        case "syntax":
            line, column, expected = _place(reason)
            return QueryRefused("sparql-syntax", line=line, column=column, reason=expected)
        case "unwanted":
            is_graph = reply["kind"] == "graph"
            return QueryRefused("sparql-unwanted-graph" if is_graph else "sparql-unwanted-table")
        case "slow":
            return QueryTooCostly("sparql-slow", seconds=limits.seconds)
        case "memory":
            return QueryTooCostly("sparql-memory", megabytes=limits.memory >> 20)
        case "large":
            return QueryTooCostly("sparql-large", megabytes=limits.size >> 20)
        case "disk":
            return StoreUnavailable("sparql-disk", reason=reason)
        case "store":
            return StoreUnavailable("sparql-store-broken", reason=reason)
        case _:
            return QueryRefused("sparql-failed", reason=reason)


def _place(reason: str) -> tuple[int, int, str]:
    """Return line, column and the rest of the parser's message; (0, 0) if it names no place."""
    found = _PLACE.match(reason)
    return (int(found[1]), int(found[2]), found[3].strip()) if found else (0, 0, reason)
