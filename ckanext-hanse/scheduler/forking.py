"""A worker whose jobs start at once in the process that it forks for each."""

from __future__ import annotations

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
