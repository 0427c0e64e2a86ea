"""Start parser processes: the parent's side of :mod:`hanse_harvesters.sandbox.child.serve`."""

from __future__ import annotations

import json
import os
import socket
import threading
from dataclasses import dataclass
from typing import Any

from hanse_harvesters.processes.supervisor import ChildProcess

#: Seconds to wait for a response: a fork, or the end of a child.
_PATIENCE = 30.0
_MESSAGE = 1 << 12


@dataclass(slots=True)
class RunningParser:
    """The parser process of one document."""

    _pool: ParserPool
    _id: int
    _code: int | None = None

    def end(self, *, kill: bool) -> int:
        """Return its exit code, negative for a signal; ends it at once or after a short wait."""
        if self._code is None:
            self._code = self._pool.end(self._id, kill=kill)
        return self._code


class ParserPool:
    """The process that forks parsers; started with the first document, restarted if it has ended.

    ``parser``  ``package.module:function`` of a connector, "" for our own parsers.  Each has
                its own process, so that importing one cannot affect the others.
    """

    def __init__(self, parser: str = "") -> None:
        self._words = [parser] if parser else []
        self._lock = threading.Lock()
        self._child: ChildProcess | None = None

    def start(self, settings: dict[str, Any], document: int, pipe: int) -> RunningParser:
        """Start to parse the file ``document``, lines to ``pipe``; raise OSError if that fails."""
        with self._lock:
            message = json.dumps(["start", settings]).encode()
            try:
                return RunningParser(self, self._ask(message, [document, pipe]))
            except OSError:  # it ended because it was idle, or was killed: start a new one
                self._close()
                return RunningParser(self, self._ask(message, [document, pipe]))

    def end(self, child: int, *, kill: bool) -> int:
        """Return the exit code of a parser; -9 if the process that forked it has ended."""
        with self._lock:
            try:
                return self._ask(json.dumps(["end", child, kill]).encode(), [])
            except OSError:
                return -9

    def _ask(self, message: bytes, descriptors: list[int]) -> int:
        if self._child is None and descriptors:
            module = "hanse_harvesters.sandbox.child"
            self._child = ChildProcess.start(module, *self._words, kind=socket.SOCK_SEQPACKET)
            self._child.peer.settimeout(_PATIENCE)
        if self._child is None:
            raise ConnectionError
        socket.send_fds(self._child.peer, [message], descriptors)
        answer = self._child.peer.recv(_MESSAGE)
        if not answer:
            raise ConnectionError
        return int(json.loads(answer))

    def _close(self) -> None:
        if self._child is not None:  # its children end with it
            self._child.close()
            self._child = None


_pools: dict[str, ParserPool] = {}
_owner = os.getpid()


def parser_pool(parser: str = "") -> ParserPool:
    """Return this process's pool for a parser; a forked process starts its own."""
    global _owner
    if _owner != os.getpid():
        _pools.clear()
        _owner = os.getpid()
    return _pools.setdefault(parser, ParserPool(parser))
