"""The parent's side: it starts workers and survives whatever happens to them.

They are started anew, never forked: this process may be a CKAN with open connections.  A
worker answers messages in order; the message it was processing when it ended is reported as
the cause, and those behind it are returned.
"""

from __future__ import annotations

import contextlib
import os
import pickle
import queue
import socket
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass
from typing import Any

from hanse_harvesters.processes.child import packed, receive_bytes

#: Variables that a child needs: where modules are, and where the official shapes.
_PASSED = ("PYTHONPATH", "HANSE_SHAPES", "XDG_DATA_HOME", "HOME")


def _passed() -> dict[str, str]:
    return {name: os.environ[name] for name in _PASSED if name in os.environ}


@dataclass(slots=True, eq=False)
class ChildProcess:
    """A running module of ours, and our end of the socket to it."""

    process: subprocess.Popen[bytes]
    peer: socket.socket

    @classmethod
    def start(
        cls, module: str, *words: str, kind: socket.SocketKind = socket.SOCK_STREAM
    ) -> ChildProcess:
        """Run ``module`` with a socket's descriptor, our id and ``words``; may raise OSError."""
        ours, theirs = socket.socketpair(socket.AF_UNIX, kind)
        try:
            with theirs:
                process = subprocess.Popen(
                    [sys.executable, "-m", module, str(theirs.fileno()), str(os.getpid()), *words],
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                    cwd="/",
                    # Not sys.path: a host program may have added folders (CKAN's own contains a
                    # package "types") that would shadow the standard library.
                    env={"LANG": "C.UTF-8", **_passed()},
                    pass_fds=[theirs.fileno()],
                )
        except OSError:
            ours.close()
            raise
        return cls(process, ours)

    def kill(self) -> int:
        """Kill the process; return its exit code, negative for a signal.

        Threads waiting on the socket are woken; the socket itself remains to be closed.
        """
        self.process.kill()
        code = self.process.wait()
        with contextlib.suppress(OSError):
            self.peer.shutdown(socket.SHUT_RDWR)
        return code

    def close(self) -> None:
        """Kill the process, and close the socket."""
        self.kill()
        self.peer.close()


class WorkerGone(Exception):
    """A worker ended, or took too long and was killed.

    ``code``    its exit code, negative for a signal.
    ``blamed``  the message it was processing, None if it never was ready.
    ``others``  the messages waiting for it.
    """

    def __init__(self, code: int, blamed: Any, others: list[Any]) -> None:
        super().__init__(code)
        self.code = code
        self.blamed = blamed
        self.others = others


class Worker:
    """A process that runs :func:`.child.serve`; neither side waits for the other to read.

    ``patience``  seconds for one answer, or for being ready.
    ``waiting``   names, given by the caller, of the messages not yet answered.
    ``ready``     True once it can answer.
    ``gone``      True once it has ended; earlier answers can still be received.
    """

    def __init__(self, module: str, *words: str, patience: float) -> None:
        self.child = ChildProcess.start(module, *words)
        self.ready = self.gone = False
        self.waiting: deque[Any] = deque()
        self._patience = patience
        self._questions: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._answers: queue.SimpleQueue[bytes | None] = queue.SimpleQueue()
        self._threads = [
            threading.Thread(target=side, name="hanse-worker", daemon=True)
            for side in (self._send, self._receive)
        ]
        for thread in self._threads:
            thread.start()

    def tell(self, message: object) -> None:
        """Send a message that is not answered: what the worker needs for initialisation."""
        self._questions.put(packed(message))

    def ask(self, message: object, name: object) -> int:
        """Send a message that is answered; return its size in bytes."""
        data = packed(message)
        self.waiting.append(name)
        self._questions.put(data)
        return len(data)

    def wait_until_ready(self) -> None:
        """Wait until the worker is ready; raise WorkerGone if it ends before."""
        if not self.ready:
            self._next()
            self.ready = True

    def answer(self) -> tuple[Any, Any]:
        """Return name and answer of the oldest open message; raise WorkerGone if none arrives."""
        self.wait_until_ready()
        found = pickle.loads(self._next())
        return self.waiting.popleft(), found

    def _next(self) -> bytes:
        try:
            data = self._answers.get(timeout=self._patience)
        except queue.Empty:
            data = None
        if data is None:
            self._answers.put(None)  # for further calls
            raise self._lost()
        return data

    def _lost(self) -> WorkerGone:
        code = self.end()
        others = list(self.waiting)
        self.waiting.clear()
        blamed = others.pop(0) if self.ready and others else None
        return WorkerGone(code, blamed, others)

    def end(self) -> int:
        """Kill the worker; return its exit code."""
        self.gone = True
        code = self.child.kill()
        self._questions.put(None)
        for thread in self._threads:
            thread.join()
        self.child.peer.close()
        return code

    def _send(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self._questions.get()) is not None:
                self.child.peer.sendall(data)

    def _receive(self) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError):
            while True:
                self._answers.put(receive_bytes(self.child.peer))
        self.gone = True
        self._answers.put(None)
