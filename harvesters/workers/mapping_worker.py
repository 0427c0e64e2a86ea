"""A worker that maps records: it receives the source's settings, then :data:`RecordSent`s.

Between them it receives numbers: so many of the records that are to be judged, those mapped last,
are then judged together.
"""

from __future__ import annotations

import gc
import os
from collections import deque
from collections.abc import Callable
from typing import Any, TypeAlias

from hanse_harvesters.issue import Issue
from hanse_harvesters.processes import child
from hanse_harvesters.quality.chunk import CHUNK, judge_chunk
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.workers.steps import OBJECTS, Read, work

#: identity, issues so far, function that returns the dataset, whether it will be judged
RecordSent: TypeAlias = tuple[str, list[Issue], Read, bool]
#: rule, field, value, params
IssueSent: TypeAlias = tuple[str, str, str, tuple[tuple[str, str], ...]]
#: dataset, unknown, normalised, issues, traceback of an exception
RecordMapped: TypeAlias = tuple[dict[str, Any], str, str, list[IssueSent], str]
#: issues, rdf, score
RecordJudged: TypeAlias = tuple[list[IssueSent], str, dict[str, Any]]


#: By how much workers give way to the process that writes, and to pages: they work ahead of it.
_BEHIND = 5


class Mapping:
    """The worker's side of a run: the settings, and the records that are not yet judged."""

    def __init__(self, settings: SourceSettings) -> None:
        self._settings = settings
        self._mapped: deque[Record] = deque(maxlen=CHUNK)

    def answer(self, sent: RecordSent | int) -> RecordMapped | list[RecordJudged]:
        """Map one record, or judge the last so many."""
        if isinstance(sent, int):
            return self._judged(sent)
        identity, issues, read, judge = sent
        record = Record({}, identity, issues=issues)
        fault = work(record, read, self._settings)
        if judge:
            self._mapped.append(record)
        return record.dataset, record.unknown, record.normalised, _issues(record), fault

    def _judged(self, number: int) -> list[RecordJudged]:
        records = list(self._mapped)[-number:]
        self._mapped.clear()
        judge_chunk(records, self._settings.site_language)
        return [(_issues(record), record.rdf, record.score) for record in records]


def _issues(record: Record) -> list[IssueSent]:
    return [(item.rule, item.field, item.value, item.params) for item in record.issues]


def prepare(
    receive: Callable[[], Any],
) -> Callable[[RecordSent | int], RecordMapped | list[RecordJudged]]:
    """Receive the settings; return the function for records."""
    settings = receive()
    os.nice(_BEHIND)
    gc.collect()
    gc.freeze()  # the table and the vocabularies stay as long as the process
    gc.set_threshold(OBJECTS)
    return Mapping(settings).answer


if __name__ == "__main__":
    child.serve(prepare)
