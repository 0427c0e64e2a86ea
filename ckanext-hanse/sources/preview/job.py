"""The job of a preview, and the processes that do such jobs beside a worker's harvest."""

from __future__ import annotations

import os
from types import FrameType
from typing import Any

from ckan.lib import jobs as ckan_jobs
from rq import SimpleWorker

from ckanext.hanse.sources.preview import answers, options, queue, store

#: Seconds between two signs of life; without one for a minute more, its preview is lost.
_BEAT = 5
#: Seconds that an idle process waits for a job before it looks whether its worker is there.
_IDLE = 30


def perform(preview_id: str) -> None:
    """Ask the portal, keep the answer, let the next one begin."""
    preview = store.load(preview_id)
    try:
        if preview:
            store.put(preview_id, answers.find(preview))
    finally:
        queue.advance(ended=preview_id)


class Previewer(ckan_jobs.Worker):  # type: ignore[misc]
    """Works off the queue of previews as long as the process ``parent`` is there.

    It does not wait for a portal when it is told to stop: who asked is told, and asks again.
    """

    def __init__(self, parent: int) -> None:
        super().__init__([options.queue()], worker_ttl=_IDLE, job_monitoring_interval=_BEAT)
        self._parent = parent

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """A sign of life; the last one where the parent is gone."""
        super().heartbeat(*args, **kwargs)
        if not self.is_horse and os.getppid() != self._parent:
            self._stop_requested = True

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """End at once, and what it is at with it."""
        super().request_stop(signum, frame)
        if self.horse_pid:
            self.kill_horse()


def beside(parent: int) -> None:
    """The whole life of such a process."""
    Previewer(parent).work()


class _Here(SimpleWorker):  # type: ignore[misc]
    """Does such jobs in a process that is somebody else's, whose signals it leaves alone."""

    def _install_signal_handlers(self) -> None:
        """None."""


def work_off() -> None:
    """Do here and now what may begin, where no worker is."""
    queue.advance()
    if not queue.workers():
        _Here([queue.queue()], connection=queue.queue().connection).work(burst=True)
