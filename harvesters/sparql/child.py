"""Answer one query; :mod:`.answering` starts this with the arguments ``DESCRIPTOR PARENT``.

The request is JSON on the socket up to its end, beside it the descriptor of an empty file::

    {"store", "query", "prefixes", "table", "graph", "note", "rows", "size", "excerpt", "memory",
     "cpu"}

The document is written into the file; the reply is a JSON object with ``state``:

===========  ===============================================================================
answered     ``form``, ``rows`` (triples of a graph; 1 for a truth value), ``cut``: "" or why it
             ends early: ``rows``, ``size``; ``excerpt``, if not null, are the number of rows and
             bytes at which the document of a table ends, though the answer does not
unwanted     the client accepts no form of the kind that the query gives: ``kind``
syntax       the query cannot be read: ``reason``
store        the store cannot be opened: ``reason``
disk         the document cannot be written: ``reason``
failed       the query failed: ``reason``
memory       it needs too much memory; mostly the process is then ended by the allocator, and
             there is no reply
large        a single row, or the document, is larger than the answer may be
===========  ===============================================================================

**No way out.**  The process may make no socket, so that the engine connects to nothing, whatever a
query says (SERVICE, and what later versions may have).  Where the kernel does not take that, it
opens the store and gives up all further descriptors: then only a store of 16 files can be asked,
as RocksDB opens no more with it (some 40,000 datasets).
"""

from __future__ import annotations

import contextlib
import errno
import itertools
import json
import os
import socket
import sys
from collections.abc import Iterator
from typing import IO, Any

from pyoxigraph import (
    QueryBoolean,
    QueryResultsFormat,
    QuerySolutions,
    QueryTriples,
    RdfFormat,
    Store,
    serialize,
)

from hanse_harvesters.processes import limits
from hanse_harvesters.processes.child import end_with
from hanse_harvesters.sparql import tables

_RESULTS = {
    "json": QueryResultsFormat.JSON,
    "xml": QueryResultsFormat.XML,
    "csv": QueryResultsFormat.CSV,
    "tsv": QueryResultsFormat.TSV,
}
_RDF = {
    "ttl": RdfFormat.TURTLE,
    "nt": RdfFormat.N_TRIPLES,
    "rdf": RdfFormat.RDF_XML,
    "jsonld": RdfFormat.JSON_LD,
}
#: Lower than the site itself: a query must not slow down its pages.
_NICE = 10
#: The document may be larger than its triples by prefixes and indentation.
_GROWTH = 4
_OPEN = 3
#: RocksDB opens its files with up to 16 threads at a time.
_HEAPS = 2
_FILE_FAULTS = {errno.EFBIG: "large", errno.ENOSPC: "disk", errno.EDQUOT: "disk"}
_PIECE = 1 << 16
#: The parser's list of what it had expected is longer than a sentence.
_LONGEST_REASON = 300

Reply = dict[str, Any]


def main() -> None:
    """Receive a request, reply to it and end."""
    descriptor, parent = map(int, sys.argv[1:3])
    if not end_with(parent):
        return
    peer = socket.socket(fileno=descriptor)
    request, out = _request(peer)
    os.nice(_NICE)
    limits.share_heaps(_HEAPS)
    limits.limit(request["memory"], request["cpu"])
    limits.limit_files(_GROWTH * request["size"])
    alone = limits.forbid_network()
    try:
        reply = _reply(request, out, alone)
    except MemoryError:
        reply = {"state": "memory"}
    peer.sendall(json.dumps(reply).encode())
    os._exit(0)  # without taking the store apart


def _request(peer: socket.socket) -> tuple[Reply, IO[bytes]]:
    data, descriptors, _, _ = socket.recv_fds(peer, _PIECE, 1)
    pieces = [data]
    while pieces[-1]:
        pieces.append(peer.recv(_PIECE))
    return json.loads(b"".join(pieces)), open(descriptors[0], "wb")


def _reply(request: Reply, out: IO[bytes], alone: bool) -> Reply:
    state = "store"
    try:
        store = Store.read_only(request["store"])
        bool(store.query("ASK { ?s ?p ?o }"))  # a damaged file shows when it is read
        if not alone:
            limits.close_the_doors(_OPEN)
        state = "syntax"
        result = store.query(request["query"], prefixes=request["prefixes"])
        state = "failed"
        with out:
            return _write(result, request, out)
    except MemoryError:
        raise
    except OSError as error:
        # The document is larger than its rows led to expect; the disk is full.
        state = _FILE_FAULTS.get(error.errno or 0, state)
        return {"state": state, "reason": _short(error)}
    # A fault of the engine is a PanicException, which is no Exception.
    except BaseException as error:
        return {"state": state, "reason": _short(error)}


def _write(
    result: QuerySolutions | QueryBoolean | QueryTriples, request: Reply, out: IO[bytes]
) -> Reply:
    """Write the document in the wanted form and return the reply."""
    kind = "graph" if isinstance(result, QueryTriples) else "table"
    form = request[kind]
    if not form:
        return {"state": "unwanted", "kind": kind}
    if isinstance(result, QueryBoolean):
        result.serialize(out, _RESULTS[form])
        return {"state": "answered", "form": form, "rows": 1, "cut": ""}
    taken = _Taken(request["rows"], request["size"])
    if isinstance(result, QueryTriples):
        triples = [*taken.first((triple, str(triple)) for triple in result)]
        if taken.cut and form in ("ttl", "nt"):
            out.write(f"# {taken.rows} triples, there are more: {request['note']}\n".encode())
        serialize(triples, out, _RDF[form], prefixes=request["prefixes"])
    else:
        table = tables.WRITERS[form](result.variables)
        most, size = request["excerpt"] or (request["rows"], request["size"])
        rows = []
        for row in taken.first((row, row) for row in map(table.row, result)):
            if taken.rows <= most and taken.size <= size:
                rows.append(row)
        for piece in table.document(rows, request["note"] if taken.cut else ""):
            out.write(piece.encode("utf-8", "replace"))
    if taken.cut and not taken.rows:
        return {"state": "large"}
    return {"state": "answered", "form": form, "rows": taken.rows, "cut": taken.cut}


class _Taken:
    """Takes rows until there are as many, or as large, as an answer may have.

    ``rows``, ``size``  of those that were taken.
    ``cut``  why there are more: ``rows``, ``size``; "" if these were all.
    """

    def __init__(self, rows: int, size: int) -> None:
        self._most, self._largest = rows, size
        self.rows = self.size = 0
        self.cut = ""

    def first(self, found: Iterator[tuple[Any, str]]) -> Iterator[Any]:
        """Yield the first items of pairs (item, its text)."""
        for item, text in itertools.islice(found, self._most + 1):
            self.size += len(text.encode("utf-8", "replace"))
            if self.rows == self._most or self.size > self._largest:
                self.cut = "rows" if self.rows == self._most else "size"
                return
            self.rows += 1
            yield item


def _short(error: BaseException) -> str:
    text = " ".join(str(error).split())
    return text if len(text) <= _LONGEST_REASON else f"{text[:_LONGEST_REASON]}…"


if __name__ == "__main__":
    with contextlib.suppress(OSError):  # the other end is closed
        main()
