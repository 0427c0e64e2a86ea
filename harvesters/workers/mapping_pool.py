"""Map records in several processes at once, keeping their order.

If a process dies, the record it was mapping is rejected with an issue; the records waiting
for it are passed to another process.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import partial
from typing import Any

from hanse_harvesters.issue import Issue
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.processes.supervisor import Worker, WorkerGone
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.workers.steps import Read, work

_log = logging.getLogger(__name__)

#: Maximum records waiting for one process: enough to bridge the writing of a chunk.
_WAITING = 128
#: Maximum bytes of all waiting records, as a few may be very large.
_MOST_BYTES = 1 << 25
#: Seconds for one record, or for a start.
_PATIENCE = 120.0
#: More processes gain nothing: the other steps of the pipeline cannot keep up.
_MOST = 4


def processors() -> int:
    """Return the number of processes worth starting; 0 on a single processor."""
    usable = len(os.sched_getaffinity(0))
    return min(usable, _MOST) if usable > 1 else 0


@dataclass(slots=True, eq=False)
class MappingTask:
    """A record being mapped: ``read`` returns what is to be mapped, ``done`` once it is mapped."""

    record: Record
    read: Read
    done: bool = False
    worker: Worker | None = None
    size: int = 0


class MappingPool:
    """Up to ``size`` processes for one run; close it, or use ``with``.

    ``here``  True if no process could be started: then all records are mapped in this one.
    """

    def __init__(self, settings: SourceSettings, size: int) -> None:
        self.here = size < 1
        self._settings = settings
        self._size = size
        self._workers: list[Worker] = []
        self._bytes = 0

    def has_room(self, waiting: int) -> bool:
        """Return whether another record may be submitted while ``waiting`` others are open."""
        return waiting <= self._size * _WAITING and self._bytes < _MOST_BYTES

    def submit(self, record: Record, read: Read) -> MappingTask:
        """Start to map a record."""
        task = MappingTask(record, read)
        self._give(task)
        return task

    def finish(self, task: MappingTask) -> Record:
        """Wait until the record is mapped, and return it."""
        while not task.done:
            if task.worker is None:
                self._do(task)
            else:
                self._take(task.worker)
        return task.record

    # --- Sending and receiving ----------------------------------------------------------------

    def _give(self, task: MappingTask) -> None:
        task.worker = None if self.here else self._free()
        if task.worker is not None:
            sent = (task.record.identity, task.record.issues, task.read)
            task.size = task.worker.ask(sent, task)
            self._bytes += task.size

    def _free(self) -> Worker | None:
        """Return the process with the shortest queue; None if there is none."""
        if sum(not worker.gone for worker in self._workers) < self._size:
            self._begin()
        alive = (worker for worker in self._workers if not worker.gone)
        return min(alive, key=lambda worker: len(worker.waiting), default=None)

    def _take(self, worker: Worker) -> None:
        """Receive the next answer of a process."""
        try:
            task, found = worker.answer()
        except WorkerGone as gone:
            self._lost(worker, gone)
            return
        self._bytes -= task.size
        record = task.record
        record.dataset, record.unknown, record.normalised, issues, fault = found
        record.issues = [Issue(*item) for item in issues]
        self._log_fault(record, fault)
        task.done = True

    def _do(self, task: MappingTask) -> None:
        """Map the record in this process."""
        self._log_fault(task.record, work(task.record, task.read, self._settings))
        task.done = True

    def _lost(self, worker: Worker, gone: WorkerGone) -> None:
        """Reject the record that a dead process was mapping, and reassign those behind it."""
        self._workers.remove(worker)
        if not worker.ready:
            _log.warning("%s: no process to map records in: %s", self._settings.name, gone.code)
            self.here = True
        if gone.blamed is not None:
            self._blame(gone.blamed, f"the process that read it ended with {gone.code}")
        for task in gone.others:
            self._bytes -= task.size
            self._give(task)

    def _blame(self, task: MappingTask, reason: str) -> None:
        self._bytes -= task.size
        task.worker, task.done = None, True
        work(task.record, partial(_fail, reason), self._settings)
        _log.error("%s: %s: %s", self._settings.name, task.record.identity, reason)

    def _begin(self) -> None:
        try:
            worker = Worker("hanse_harvesters.workers.mapping_worker", patience=_PATIENCE)
        except OSError as error:
            _log.warning("%s: no process to map records in: %s", self._settings.name, error)
            self._size = sum(not worker.gone for worker in self._workers)
            self.here = not self._size
            return
        worker.tell(self._settings)
        self._workers.append(worker)

    def _log_fault(self, record: Record, fault: str) -> None:
        if fault:
            name = self._settings.name
            _log.error("%s: %s could not be processed\n%s", name, record.identity, fault)

    def close(self) -> None:
        """End all processes immediately."""
        for worker in self._workers:
            worker.end()
        self._workers = []

    def __enter__(self) -> MappingPool:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _fail(reason: str, *, language: str) -> ReadResult:
    """Fail in place of the ``read`` of a record whose process died."""
    raise RuntimeError(reason)
