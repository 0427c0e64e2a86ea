"""The job of a preview, run in parallel to harvests (scheduler/worker.py)."""

from __future__ import annotations

from rq import SimpleWorker

from ckanext.hanse.sources.preview import answers, queue, store


def perform(preview_id: str) -> None:
    """Query the portal, store the answer, start the next one."""
    preview = store.load(preview_id)
    try:
        if preview:
            store.put(preview_id, answers.find(preview))
    finally:
        queue.advance(ended=preview_id)


class _Here(SimpleWorker):  # type: ignore[misc]
    """Runs such jobs in a process that keeps its own signal handlers."""

    def _install_signal_handlers(self) -> None:
        """Install none."""


def work_off() -> None:
    """Process the jobs that may start in this process, if there is no worker."""
    queue.advance()
    if not queue.workers():
        _Here([queue.queue()], connection=queue.queue().connection).work(burst=True)
