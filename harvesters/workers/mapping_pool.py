"""Records mapped by several processes at once, in their order.

The processes are started afresh, never forked: the parent may be a CKAN with open
connections.  One that dies takes one record along, which is told; the others that
waited for it go to its successor.
"""

from __future__ import annotations

import contextlib
import logging
import os
import pickle
import queue
import select
import socket
import subprocess
import sys
import threading
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.workers.mapping_worker import packed, receive_bytes
from hanse_harvesters.workers.steps import Read, work

_log = logging.getLogger(__name__)

#: Records that wait for one process at most: enough to go on while a chunk is written.
_WAITING = 128
#: Bytes of all that wait; a few records may be very large.
_MOST_BYTES = 1 << 25
#: Seconds for one record, or for a start.
_PATIENCE = 120.0
#: More processes than this gain nothing: the rest of the line keeps up with no more.
_MOST = 4


def processors() -> int:
    """Processes that are worth starting here; 0 where there is one processor only."""
    usable = len(os.sched_getaffinity(0))
    return min(usable, _MOST) if usable > 1 else 0


def start(
    module: str, patience: float, *words: str
) -> tuple[subprocess.Popen[bytes], socket.socket]:
    """Start ``module`` as a process, with ``words`` on its command line; OSError if that fails.

    Gives our end of a socket to it, whose calls take ``patience`` seconds at most.
    """
    ours, theirs = socket.socketpair()
    ours.settimeout(patience)
    try:
        with theirs:
            process = subprocess.Popen(
                [sys.executable, "-m", module, str(theirs.fileno()), str(os.getpid()), *words],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                cwd="/",
                # As in nursery.py: a host program's folders would hide the standard library.
                env={"PYTHONPATH": os.environ.get("PYTHONPATH", ""), "LANG": "C.UTF-8"},
                pass_fds=[theirs.fileno()],
            )
    except OSError:
        ours.close()
        raise
    return process, ours


@dataclass(slots=True, eq=False)
class Task:
    """A record on its way: ``read`` gives what is to be mapped, ``done`` tells that it is."""

    record: Record
    read: Read
    done: bool = False
    worker: _Worker | None = None
    size: int = 0


@dataclass(slots=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    peer: socket.socket
    ready: bool = False
    gone: bool = False
    tasks: deque[Task] = field(default_factory=deque)
    questions: queue.SimpleQueue[bytes | None] = field(default_factory=queue.SimpleQueue)
    answers: queue.SimpleQueue[bytes | None] = field(default_factory=queue.SimpleQueue)
    threads: list[threading.Thread] = field(default_factory=list)

    def talk(self) -> None:
        """Pass on what is asked and take what is answered: neither side waits for the other."""
        for side in (self._speak, self._listen):
            thread = threading.Thread(target=side, name="hanse-pool", daemon=True)
            thread.start()
            self.threads.append(thread)

    def _speak(self) -> None:
        with contextlib.suppress(OSError):
            while (data := self.questions.get()) is not None:
                _send_all(self.peer, data)

    def _listen(self) -> None:
        with contextlib.suppress(OSError, EOFError, ValueError):
            while True:
                self.answers.put(receive_bytes(self.peer, patient=True))
        self.gone = True
        self.answers.put(None)

    def close(self) -> int:
        self.process.kill()
        code = self.process.wait()
        self.questions.put(None)
        for thread in self.threads:
            thread.join()
        self.peer.close()
        return code


def _send_all(peer: socket.socket, data: bytes) -> None:
    """All of it, however long the other side takes; OSError when it has gone."""
    view = memoryview(data)
    while view:
        select.select([], [peer], [])
        view = view[peer.send(view) :]


class Pool:
    """Up to ``size`` processes for one run; close it, or use ``with``.

    ``here``  True once it turned out that none can be started: then all is done here.
    """

    def __init__(self, settings: SourceSettings, size: int) -> None:
        self.here = size < 1
        self._settings = settings
        self._size = size
        self._workers: list[_Worker] = []
        self._bytes = 0

    def has_room(self, waiting: int) -> bool:
        """Whether another record may go on its way where so many already are."""
        return waiting <= self._size * _WAITING and self._bytes < _MOST_BYTES

    def submit(self, record: Record, read: Read) -> Task:
        """Begin to map a record."""
        task = Task(record, read)
        self._give(task)
        return task

    def finish(self, task: Task) -> Record:
        """The record, once it is mapped."""
        while not task.done:
            if task.worker is None:
                self._do(task)
            else:
                self._take(task.worker)
        return task.record

    # --- Giving and taking --------------------------------------------------------------------

    def _give(self, task: Task) -> None:
        worker = None if self.here else self._free()
        task.worker = worker
        if worker is None:
            return
        worker.tasks.append(task)
        data = packed((task.record.identity, task.record.issues, task.read))
        task.size = len(data)
        self._bytes += task.size
        worker.questions.put(data)

    def _free(self) -> _Worker | None:
        """The process with the least to do; None where none can be had."""
        if sum(not worker.gone for worker in self._workers) < self._size:
            self._begin()
        alive = (worker for worker in self._workers if not worker.gone)
        return min(alive, key=lambda worker: len(worker.tasks), default=None)

    def _take(self, worker: _Worker) -> None:
        """Take the next answer of a process."""
        try:
            data = worker.answers.get(timeout=_PATIENCE)
        except queue.Empty:
            data = None
        if data is None:
            self._lost(worker)
            return
        answer = pickle.loads(data)
        if not worker.ready:
            worker.ready = True
            return
        task = worker.tasks.popleft()
        self._bytes -= task.size
        record = task.record
        record.dataset, record.unknown, record.normalised, said, fault = answer
        record.issues = [Issue(*found) for found in said]
        _tell(self._settings, record, fault)
        task.done = True

    def _do(self, task: Task) -> None:
        """Do it here."""
        _tell(self._settings, task.record, work(task.record, task.read, self._settings))
        task.done = True

    def _lost(self, worker: _Worker) -> None:
        """A process has gone: its record is told, what waited behind goes elsewhere."""
        self._workers.remove(worker)
        code = worker.close()
        tasks = list(worker.tasks)
        self._bytes -= sum(task.size for task in tasks)
        for task in tasks:
            task.size = 0
        if worker.ready and tasks:
            first = tasks.pop(0)
            reason = f"the process that read it ended with {code}"
            first.worker, first.done = None, True
            work(first.record, _Lost(reason), self._settings)
            _log.error("%s: %s: %s", self._settings.name, first.record.identity, reason)
        elif not worker.ready:
            _log.warning("%s: no process to map records in: %s", self._settings.name, code)
            self.here = True
        for task in tasks:
            self._give(task)

    def _begin(self) -> None:
        try:
            process, ours = start("hanse_harvesters.workers.mapping_worker", _PATIENCE)
        except OSError as error:
            _log.warning("%s: no process to map records in: %s", self._settings.name, error)
            self._size = sum(not worker.gone for worker in self._workers)
            self.here = not self._size
            return
        worker = _Worker(process, ours)
        worker.talk()
        self._workers.append(worker)
        worker.questions.put(packed(self._settings))

    def close(self) -> None:
        """End the processes, whatever they do."""
        for worker in self._workers:
            worker.close()
        self._workers = []

    def __enter__(self) -> Pool:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


class _Lost:
    """The ``read`` of a record whose process died."""

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __call__(self, **_: Any) -> Any:
        raise RuntimeError(self.reason)


def _tell(settings: SourceSettings, record: Record, fault: str) -> None:
    if fault:
        _log.error("%s: %s could not be processed\n%s", settings.name, record.identity, fault)
