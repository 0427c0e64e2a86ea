"""Tables of our own (design, "State"): sources, runs, records, and the state of a dataset."""

from ckanext.hanse.model.dataset_state import DatasetState
from ckanext.hanse.model.record import RecordState, SourceRecord
from ckanext.hanse.model.run import Run, RunStatus
from ckanext.hanse.model.source import Source

__all__ = ["DatasetState", "RecordState", "Run", "RunStatus", "Source", "SourceRecord"]
