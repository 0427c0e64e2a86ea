"""Jobs queued under this path: see :mod:`ckanext.hanse.scheduler.jobs`."""

from ckanext.hanse.scheduler.jobs import carry_out, run

__all__ = ["carry_out", "run"]
