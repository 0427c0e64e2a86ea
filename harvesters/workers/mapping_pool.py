"""Map and judge records in several processes at once, keeping their order.

If a process dies, the record it was mapping is rejected with an issue; the records waiting
for it are passed to another process.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from functools import partial
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.processes.supervisor import Worker, WorkerGone
from hanse_harvesters.quality.chunk import CHUNK, judge_chunk
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
    """A record being mapped and judged: ``read`` returns what is to be mapped.

    ``judge``   whether it is judged here; of a record that is not, ``rdf`` stays empty.
    ``mapped``  once it is mapped, ``done`` once it is judged too.
    """

    record: Record
    read: Read
    judge: bool = True
    mapped: bool = False
    done: bool = False
    worker: Worker | None = None
    size: int = 0


@dataclass(slots=True, eq=False)
class _Judgement:
    """Records of one worker that are judged together."""

    tasks: list[MappingTask]


class MappingPool:
    """Up to ``size`` processes for one run; close it, or use ``with``.

    ``here``  True if no process could be started: then all records are mapped in this one.
    """

    def __init__(self, settings: SourceSettings, size: int) -> None:
        self.here = size < 1
        self._settings = settings
        self._size = size
        self._workers: list[Worker] = []
        #: By worker: what it was sent and is not yet asked to judge.
        self._open: dict[Worker, list[MappingTask]] = {}
        self._bytes = 0

    def has_room(self, waiting: int) -> bool:
        """Return whether another record may be submitted while ``waiting`` others are open."""
        most = max(self._size * _WAITING, CHUNK)
        return waiting <= most and self._bytes < _MOST_BYTES

    def submit(self, record: Record, read: Read, *, judge: bool = True) -> MappingTask:
        """Start to map a record."""
        task = MappingTask(record, read, judge)
        self._give(task)
        return task

    def finish(self, task: MappingTask) -> Record:
        """Wait until the record is mapped and judged, and return it."""
        while not task.done:
            if task.worker is None:
                self._do(task)
                continue
            if task in self._open.get(task.worker, ()):
                self._judge(task.worker)
            self._take(task.worker)
        return task.record

    # --- Sending and receiving ----------------------------------------------------------------

    def _give(self, task: MappingTask) -> None:
        task.worker = None if self.here else self._free()
        if task.worker is not None:
            sent = (task.record.identity, task.record.issues, task.read, task.judge)
            task.size = task.worker.ask(sent, task)
            self._bytes += task.size
            if not task.judge:
                return
            unjudged = self._open.setdefault(task.worker, [])
            unjudged.append(task)
            if len(unjudged) >= CHUNK:
                self._judge(task.worker)

    def _judge(self, worker: Worker) -> None:
        """Ask a worker to judge what it has mapped since the last time."""
        tasks = self._open.pop(worker)
        worker.ask(len(tasks), _Judgement(tasks))

    def _free(self) -> Worker | None:
        """Return the process with the shortest queue; None if there is none."""
        if sum(not worker.gone for worker in self._workers) < self._size:
            self._begin()
        alive = (worker for worker in self._workers if not worker.gone)
        return min(alive, key=lambda worker: len(worker.waiting), default=None)

    def _take(self, worker: Worker) -> None:
        """Receive the next answer of a process."""
        try:
            asked, found = worker.answer()
        except WorkerGone as gone:
            self._lost(worker, gone)
            return
        if isinstance(asked, _Judgement):
            for task, (issues, rdf, score) in zip(asked.tasks, found, strict=True):
                record = task.record
                record.issues = [Issue(*item) for item in issues]
                record.rdf, record.score = rdf, score
                task.done = True
            return
        self._bytes -= asked.size
        record = asked.record
        record.dataset, record.unknown, record.normalised, issues, fault = found
        record.issues = [Issue(*item) for item in issues]
        self._log_fault(record, fault)
        asked.mapped, asked.done = True, not asked.judge

    def _do(self, task: MappingTask) -> None:
        """Map and judge the record in this process."""
        if not task.mapped:
            self._log_fault(task.record, work(task.record, task.read, self._settings))
        if task.judge:
            judge_chunk([task.record], self._settings.site_language)
        task.mapped = task.done = True

    def _lost(self, worker: Worker, gone: WorkerGone) -> None:
        """Reject the record that a dead process was mapping, and reassign those behind it."""
        self._workers.remove(worker)
        if not worker.ready:
            _log.warning("%s: no process to map records in: %s", self._settings.name, gone.code)
            self.here = True
        open_tasks = self._open.pop(worker, [])
        blamed = gone.blamed
        if isinstance(blamed, MappingTask):
            self._blame(blamed, f"the process that read it ended with {gone.code}")
        elif isinstance(blamed, _Judgement):
            self._leave_unjudged(blamed.tasks, gone.code)
        judgements = [item for item in gone.others if isinstance(item, _Judgement)]
        others = [item for item in gone.others if isinstance(item, MappingTask)]
        for task in others:
            self._bytes -= task.size
            self._give(task)
        # What it had mapped is judged here: it did not end the process.
        for task in [*open_tasks, *(task for item in judgements for task in item.tasks)]:
            if task.mapped and not task.done:
                self._do(task)

    def _leave_unjudged(self, tasks: list[MappingTask], code: int) -> None:
        """Keep the records whose judgement ended a process as they were mapped."""
        for task in tasks:
            reason = f"the process that judged it ended with {code}"
            task.record.issues.append(issue("not-judged", "", reason))
            task.done = True
        _log.error("%s: %s records could not be judged: %s", self._settings.name, len(tasks), code)

    def _blame(self, task: MappingTask, reason: str) -> None:
        self._bytes -= task.size
        task.worker, task.mapped, task.done = None, True, True
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
