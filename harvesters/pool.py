"""Records mapped by several processes at once, in their order.

The processes are started afresh, never forked: the parent may be a CKAN with open
connections.  One that dies takes one record along, which is told; the others that
waited for it go to its successor.
"""

from __future__ import annotations

import logging
import os
import socket
import subprocess
import sys
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.issue import Issue
from hanse_harvesters.record import Record
from hanse_harvesters.settings import SourceSettings
from hanse_harvesters.work import Read, work
from hanse_harvesters.worker import receive, send

_log = logging.getLogger(__name__)

#: Records that wait for one process at most.
_WAITING = 16
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


@dataclass(slots=True, eq=False)
class _Worker:
    process: subprocess.Popen[bytes]
    peer: socket.socket
    ready: bool = False
    gone: bool = False
    tasks: deque[Task] = field(default_factory=deque)

    def close(self) -> int:
        self.peer.close()
        self.process.kill()
        return self.process.wait()


class Pool:
    """Up to ``size`` processes for one run; close it, or use ``with``.

    ``here``  True once it turned out that none can be started: then all is done here.
    """

    def __init__(self, settings: SourceSettings, size: int) -> None:
        self.here = size < 1
        self._settings = settings
        self._size = size
        self._workers: list[_Worker] = []

    @property
    def room(self) -> int:
        """How many records may be on their way at a time."""
        return self._size * _WAITING

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
        try:
            send(worker.peer, (task.record.identity, task.record.issues, task.read))
        except OSError:  # what it answered before it went is still to be taken
            worker.gone = True

    def _free(self) -> _Worker | None:
        """The process with the least to do; None where none can be had."""
        if sum(not worker.gone for worker in self._workers) < self._size:
            self._begin()
        alive = (worker for worker in self._workers if not worker.gone)
        return min(alive, key=lambda worker: len(worker.tasks), default=None)

    def _take(self, worker: _Worker) -> None:
        """Take the next answer of a process."""
        try:
            answer = receive(worker.peer)
        except (OSError, EOFError):
            self._lost(worker)
            return
        if not worker.ready:
            worker.ready = True
            return
        task = worker.tasks.popleft()
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
            process, ours = start("hanse_harvesters.worker", _PATIENCE)
        except OSError as error:
            _log.warning("%s: no process to map records in: %s", self._settings.name, error)
            self._size = sum(not worker.gone for worker in self._workers)
            self.here = not self._size
            return
        worker = _Worker(process, ours)
        self._workers.append(worker)
        try:
            send(ours, self._settings)
        except OSError:
            worker.gone = True

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
