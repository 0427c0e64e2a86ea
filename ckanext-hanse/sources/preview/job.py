"""The job of a preview, and the processes that run such jobs in parallel to harvests."""

from __future__ import annotations

import os
from types import FrameType
from typing import Any

from rq import SimpleWorker

from ckanext.hanse.scheduler.forking import ForkingWorker
from ckanext.hanse.sources.preview import answers, options, queue, store

#: Seconds between two heartbeats; without one for another minute, its preview is lost.
_BEAT = 5
#: Seconds that an idle process waits for a job before it checks that its parent exists.
_IDLE = 30


def perform(preview_id: str) -> None:
    """Query the portal, store the answer, start the next one."""
    preview = store.load(preview_id)
    try:
        if preview:
            store.put(preview_id, answers.find(preview))
    finally:
        queue.advance(ended=preview_id)


class Previewer(ForkingWorker):
    """Processes the queue of previews while the process ``parent`` exists.

    When stopped, it does not wait for a portal: the user sees it and requests it again.
    """

    def __init__(self, parent: int) -> None:
        super().__init__([options.queue()], worker_ttl=_IDLE, job_monitoring_interval=_BEAT)
        self._parent = parent

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """Send a heartbeat; stop if the parent is gone."""
        super().heartbeat(*args, **kwargs)
        if not self.is_horse and os.getppid() != self._parent:
            self._stop_requested = True

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop at once, together with the current job."""
        super().request_stop(signum, frame)
        if self.horse_pid:
            self.kill_horse()


def beside(parent: int) -> None:
    """Run such a process until it ends."""
    Previewer(parent).work()


class _Here(SimpleWorker):  # type: ignore[misc]
    """Runs such jobs in a process that keeps its own signal handlers."""

    def _install_signal_handlers(self) -> None:
        """Install none."""


def work_off() -> None:
    """Process the jobs that may start in this process, if there is no worker."""
    queue.advance()
    if not queue.workers():
        _Here([queue.queue()], connection=queue.queue().connection).work(burst=True)
