"""Parsers on demand: the parent's side of :mod:`hanse_harvesters.sandbox.child.serve`."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import threading
from dataclasses import dataclass
from typing import Any

#: Seconds for an answer: a fork, or the end of a child.
_PATIENCE = 30.0
_MESSAGE = 1 << 12


@dataclass(slots=True)
class Parser:
    """A running parser of one document."""

    _nursery: Nursery
    _id: int
    _code: int | None = None

    def end(self, *, kill: bool) -> int:
        """Its exit code, negative for a signal; ends it, at once or after a moment's grace."""
        if self._code is None:
            self._code = self._nursery.end(self._id, kill=kill)
        return self._code


class Nursery:
    """The process that forks parsers; begun with the first document, again where it has gone."""

    def __init__(self) -> None:
        self.owner = os.getpid()
        self._lock = threading.Lock()
        self._peer: socket.socket | None = None
        self._process: subprocess.Popen[bytes] | None = None

    def start(self, settings: dict[str, Any], document: int, pipe: int) -> Parser:
        """Begin to parse the file ``document``, lines to ``pipe``; OSError if nothing starts."""
        with self._lock:
            message = json.dumps(["start", settings]).encode()
            try:
                return Parser(self, self._ask(message, [document, pipe]))
            except OSError:  # it has gone for want of work, or was ended: a new one
                self._close()
                return Parser(self, self._ask(message, [document, pipe]))

    def end(self, child: int, *, kill: bool) -> int:
        """Exit code of a parser; -9 where its nursery is gone, and it with it."""
        with self._lock:
            try:
                return self._ask(json.dumps(["end", child, kill]).encode(), [])
            except OSError:
                return -9

    def _ask(self, message: bytes, descriptors: list[int]) -> int:
        if self._peer is None and descriptors:
            self._begin()
        if self._peer is None:
            raise ConnectionError
        socket.send_fds(self._peer, [message], descriptors)
        answer = self._peer.recv(_MESSAGE)
        if not answer:
            raise ConnectionError
        return int(json.loads(answer))

    def _begin(self) -> None:
        self._peer, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self._peer.settimeout(_PATIENCE)
        with theirs:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "hanse_harvesters.sandbox.child", str(theirs.fileno())],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                # Not sys.path: a host program may have put folders there (CKAN's own holds a
                # package "types") that would hide the standard library from a fresh start.
                env={"PYTHONPATH": os.environ.get("PYTHONPATH", ""), "LANG": "C.UTF-8"},
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def _close(self) -> None:
        if self._peer is not None:
            self._peer.close()
            self._peer = None
        if self._process is not None:  # its children end with it
            self._process.kill()
            self._process.wait()
            self._process = None


_nursery = Nursery()


def nursery() -> Nursery:
    """That of this process; a forked one begins its own."""
    global _nursery
    if _nursery.owner != os.getpid():
        _nursery = Nursery()
    return _nursery
