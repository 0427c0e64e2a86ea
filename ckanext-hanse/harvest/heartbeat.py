"""Heartbeat of a run: renews its lease and stores its progress, in parallel to its work."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from threading import Event, Thread
from time import monotonic
from types import TracebackType

import sqlalchemy as sa
from ckan.model import meta

from ckanext.hanse.harvest.lease import Lease
from ckanext.hanse.model import HarvestRun

log = logging.getLogger(__name__)

#: Seconds between two checks of the progress.
_BEAT = 2.0


@dataclass(slots=True)
class Heartbeat:
    """A thread with its own connection; a context manager.

    ``done`` and ``total`` are set by the run and read here.
    """

    lease: Lease
    run_id: int
    done: int = 0
    total: int | None = None
    _end: Event = field(default_factory=Event)
    _thread: Thread | None = None
    _written: tuple[int, int | None] = (0, None)
    _renewed: float = 0.0

    def __enter__(self) -> Heartbeat:
        self._renewed = monotonic()
        self._thread = Thread(target=self._beat, name=f"pulse of run {self.run_id}", daemon=True)
        self._thread.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._end.set()
        if self._thread:
            self._thread.join(timeout=self.lease.seconds)

    def _beat(self) -> None:
        while not self._end.wait(_BEAT):
            if self.lease.lost.is_set():
                return
            try:
                self._once()
            except sa.exc.SQLAlchemyError:  # the run itself notices and reports it
                log.warning("run %s: no sign of life could be given", self.run_id, exc_info=True)

    def _once(self) -> None:
        now = (self.done, self.total)
        due = monotonic() - self._renewed > self.lease.seconds / 4
        if now == self._written and not due:
            return
        assert meta.engine is not None
        with meta.engine.begin() as connection:
            # A chunk's transaction may lock the source's row; then its ``hold`` is the heartbeat.
            connection.execute(sa.text("SET LOCAL lock_timeout = '5s'"))
            if not (self.lease.renew(connection) if due else self.lease.share(connection)):
                return
            connection.execute(
                sa.update(HarvestRun)
                .where(HarvestRun.id == self.run_id, HarvestRun.token == self.lease.token)
                .values(done=now[0], total=now[1], heartbeat=sa.func.clock_timestamp())
            )
        if due:
            self._renewed = monotonic()
        self._written = now
