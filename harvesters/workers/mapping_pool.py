"""Records mapped by several processes at once, in their order.

A process that dies takes one record along, which is reported; the others that waited for
it go to its successor.
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


@dataclass(slots=True, eq=False)
class MappingTask:
    """A record on its way: ``read`` gives what is to be mapped, ``done`` tells that it is."""

    record: Record
    read: Read
    done: bool = False
    worker: Worker | None = None
    size: int = 0


class MappingPool:
    """Up to ``size`` processes for one run; close it, or use ``with``.

    ``here``  True once it turned out that none can be started: then all is done here.
    """

    def __init__(self, settings: SourceSettings, size: int) -> None:
        self.here = size < 1
        self._settings = settings
        self._size = size
        self._workers: list[Worker] = []
        self._bytes = 0

    def has_room(self, waiting: int) -> bool:
        """Whether another record may go on its way where so many already are."""
        return waiting <= self._size * _WAITING and self._bytes < _MOST_BYTES

    def submit(self, record: Record, read: Read) -> MappingTask:
        """Begin to map a record."""
        task = MappingTask(record, read)
        self._give(task)
        return task

    def finish(self, task: MappingTask) -> Record:
        """The record, once it is mapped."""
        while not task.done:
            if task.worker is None:
                self._do(task)
            else:
                self._take(task.worker)
        return task.record

    # --- Giving and taking --------------------------------------------------------------------

    def _give(self, task: MappingTask) -> None:
        task.worker = None if self.here else self._free()
        if task.worker is not None:
            sent = (task.record.identity, task.record.issues, task.read)
            task.size = task.worker.ask(sent, task)
            self._bytes += task.size

    def _free(self) -> Worker | None:
        """The process with the least to do; None where none can be had."""
        if sum(not worker.gone for worker in self._workers) < self._size:
            self._begin()
        alive = (worker for worker in self._workers if not worker.gone)
        return min(alive, key=lambda worker: len(worker.waiting), default=None)

    def _take(self, worker: Worker) -> None:
        """Take the next answer of a process."""
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
        """Do it here."""
        self._log_fault(task.record, work(task.record, task.read, self._settings))
        task.done = True

    def _lost(self, worker: Worker, gone: WorkerGone) -> None:
        """A process has gone: its record is to blame, what waited behind goes elsewhere."""
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
        """End the processes, whatever they do."""
        for worker in self._workers:
            worker.end()
        self._workers = []

    def __enter__(self) -> MappingPool:
        return self

    def __exit__(self, *_: Any) -> None:
        self.close()


def _fail(reason: str, *, language: str) -> ReadResult:
    """The ``read`` of a record whose process died."""
    raise RuntimeError(reason)
