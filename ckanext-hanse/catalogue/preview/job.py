"""Jobs queued under this path: see :mod:`ckanext.hanse.sources.preview.job`."""

from ckanext.hanse.sources.preview.job import perform

__all__ = ["perform"]
