"""The records of a large document separated by several processes, in their order.

As in :mod:`hanse_harvesters.workers.mapping_pool` they are started afresh.  What one of
them does not answer, its parent does itself.
"""

from __future__ import annotations

import contextlib
import itertools
import logging
import socket
import subprocess
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from hanse_harvesters.mapping.statements import Name, Statements
from hanse_harvesters.mapping.store import Disk
from hanse_harvesters.sources.rdf_record import RecordSummary
from hanse_harvesters.workers.mapping_pool import start
from hanse_harvesters.workers.mapping_worker import receive, send

_log = logging.getLogger(__name__)

#: Subjects of one question, and questions that wait for one process.
_TOGETHER, _WAITING = 50, 2
#: Seconds for an answer.
_PATIENCE = 120.0


@dataclass(slots=True, eq=False)
class _Reader:
    process: subprocess.Popen[bytes]
    peer: socket.socket
    gone: bool = False

    def close(self) -> None:
        self.gone = True
        self.peer.close()
        self.process.kill()
        self.process.wait()


class Readers:
    """``size`` processes for the document kept in ``store``; close it, or use ``with``.

    ``answers``  that came from them.
    """

    def __init__(self, size: int, store: Disk | None = None) -> None:
        self.answers = 0
        self._readers: list[_Reader] = []
        self._opening: threading.Thread | None = None
        if store is None:
            return
        for _ in range(size):
            with contextlib.suppress(OSError):
                found = start("hanse_harvesters.workers.record_worker", _PATIENCE, store.path)
                self._readers.append(_Reader(*found))
        self._opening = threading.Thread(target=self._open, args=(store,), daemon=True)
        self._opening.start()

    def _open(self, store: Disk) -> None:
        """Take the file's name away as soon as all have opened it."""
        for reader in self._readers:
            _answer(reader)
        with contextlib.suppress(OSError):
            store.drop_name()

    def summaries(
        self, statements: Statements, subjects: list[Name], base: str, *, ignore_modified: bool
    ) -> Iterator[RecordSummary | None]:
        """The summary of each subject, in their order; None where no process gives it."""
        if self._opening is not None:
            self._opening.join()
            statements.finish()
        for one in self._readers:
            _ask(one, (statements.lists, base, ignore_modified))
        turns = itertools.cycle(self._readers or [None])
        waiting: deque[tuple[_Reader | None, list[Name]]] = deque()
        for begin in range(0, len(subjects), _TOGETHER):
            some = subjects[begin : begin + _TOGETHER]
            reader = next(turns)
            waiting.append((reader if reader and _ask(reader, some) else None, some))
            if len(waiting) > _WAITING * len(self._readers):
                yield from self._answered(*waiting.popleft())
        while waiting:
            yield from self._answered(*waiting.popleft())

    def _answered(
        self, reader: _Reader | None, subjects: list[Name]
    ) -> Iterable[RecordSummary | None]:
        found: list[RecordSummary] | None = _answer(reader) if reader else None
        self.answers += found is not None
        return found or [None] * len(subjects)

    @property
    def processes(self) -> list[subprocess.Popen[bytes]]:
        """Those that read."""
        return [reader.process for reader in self._readers]

    def close(self) -> None:
        """End the processes."""
        for reader in self._readers:
            reader.close()
        self._readers = []

    def __enter__(self) -> Readers:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def _ask(reader: _Reader, message: object) -> bool:
    """Send it; False where the process has gone."""
    if not reader.gone:
        try:
            send(reader.peer, message)
        except OSError:
            reader.close()
    return not reader.gone


def _answer(reader: _Reader) -> Any:
    """What it sends next, None where it has gone."""
    if not reader.gone:
        try:
            return receive(reader.peer)
        except (OSError, EOFError):
            _log.warning("a process that reads has gone; its parent goes on")
            reader.close()
    return None
