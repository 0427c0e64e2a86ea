"""Workers whose jobs start at once in the process that they fork for each."""

from __future__ import annotations

import os
from types import FrameType
from typing import Any

import rq
from ckan.lib import app_globals
from ckan.lib import jobs as ckan_jobs


class ForkingWorker(ckan_jobs.Worker):  # type: ignore[misc]
    """CKAN's worker, without loading CKAN and all plugins anew for every job.

    The forked process has them from its parent, which closed its connections before the fork.
    """

    def main_work_horse(self, job: Any, queue: Any) -> Any:
        """Read the settings that administrators change on the site; do the job."""
        app_globals.reset()
        return rq.Worker.main_work_horse(self, job, queue)


class WorkerBeside(ForkingWorker):
    """Processes one queue while the process ``parent`` exists.

    When stopped, it does not wait for its job, which somebody will request again.

    ``idle``  seconds that it waits for a job before it checks that its parent exists.
    ``beat``  seconds between two heartbeats in a job; without one for another minute, it is lost.
    """

    def __init__(self, queue: str, parent: int, *, idle: int = 30, beat: int = 5) -> None:
        super().__init__([queue], worker_ttl=idle, job_monitoring_interval=beat)
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


def beside(queue: str, parent: int) -> None:
    """Run such a process until it ends."""
    WorkerBeside(queue, parent).work()
