"""Separate the records of a large document in several processes, keeping their order.

Subjects that a process does not answer are handled by the parent.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import threading
from collections import deque
from collections.abc import Iterable, Iterator

from hanse_harvesters.mapping.nodes import Name
from hanse_harvesters.mapping.statements import Statements
from hanse_harvesters.mapping.store import Disk
from hanse_harvesters.processes.supervisor import Worker, WorkerGone
from hanse_harvesters.sources.rdf_record import RecordSummary

_log = logging.getLogger(__name__)

#: Subjects per request, and requests waiting per process.
_TOGETHER, _WAITING = 50, 2
#: Seconds to wait for an answer.
_PATIENCE = 120.0


class RecordPool:
    """``size`` processes for the document in ``store``; close it, or use ``with``.

    ``answers``  number of answers from the processes.
    """

    def __init__(self, size: int, store: Disk | None = None) -> None:
        self.answers = 0
        self.workers: list[Worker] = []
        self._opening: threading.Thread | None = None
        if store is None:
            return
        module = "hanse_harvesters.workers.record_worker"
        for _ in range(size):
            with contextlib.suppress(OSError):
                self.workers.append(Worker(module, store.path, patience=_PATIENCE))
        self._opening = threading.Thread(target=self._open, args=(store,), daemon=True)
        self._opening.start()

    def _open(self, store: Disk) -> None:
        """Unlink the file as soon as all processes have opened it."""
        for worker in self.workers:
            with contextlib.suppress(WorkerGone):
                worker.wait_until_ready()
        with contextlib.suppress(OSError):
            store.drop_name()

    def summaries(
        self, statements: Statements, subjects: list[Name], base: str, *, ignore_modified: bool
    ) -> Iterator[RecordSummary | None]:
        """Yield the summary of each subject, in order; None if no process returns it."""
        if self._opening is not None:
            self._opening.join()
            statements.finish()
        for worker in self.workers:
            worker.ask((statements.lists, base, ignore_modified), None)
            self._answer(worker)
        turns = itertools.cycle(self.workers or [None])
        waiting: deque[tuple[Worker | None, list[Name]]] = deque()
        for begin in range(0, len(subjects), _TOGETHER):
            some = subjects[begin : begin + _TOGETHER]
            turn = next(turns)
            chosen = turn if turn and not turn.gone else None
            if chosen:
                chosen.ask(some, None)
            waiting.append((chosen, some))
            if len(waiting) > _WAITING * len(self.workers):
                yield from self._answered(*waiting.popleft())
        while waiting:
            yield from self._answered(*waiting.popleft())

    def _answered(
        self, worker: Worker | None, subjects: list[Name]
    ) -> Iterable[RecordSummary | None]:
        found = self._answer(worker) if worker else None
        self.answers += found is not None
        return found or [None] * len(subjects)

    def _answer(self, worker: Worker) -> list[RecordSummary] | None:
        """Return the process's next answer, None if it has ended."""
        if not worker.waiting:
            return None
        try:
            found: list[RecordSummary] = worker.answer()[1]
        except WorkerGone:
            _log.warning("a process that separates records has gone; its parent goes on")
            return None
        return found

    def close(self) -> None:
        """End the processes."""
        for worker in self.workers:
            worker.end()
        self.workers = []

    def __enter__(self) -> RecordPool:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()
