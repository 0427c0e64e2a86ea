"""A worker that maps records: it receives the source's settings, then :data:`RecordSent`s."""

from __future__ import annotations

import gc
from collections.abc import Callable
from functools import partial
from typing import Any, TypeAlias

from hanse_harvesters.issue import Issue
from hanse_harvesters.processes import child
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.workers.steps import Read, work

#: identity, issues so far, function that returns the dataset
RecordSent: TypeAlias = tuple[str, list[Issue], Read]
#: dataset, unknown, normalised, issues (rule, field, value, params), traceback of an exception
RecordMapped: TypeAlias = tuple[dict[str, Any], str, str, list[tuple[Any, ...]], str]


def answer(sent: RecordSent, settings: SourceSettings) -> RecordMapped:
    """Map one record and return the result."""
    identity, issues, read = sent
    record = Record({}, identity, issues=issues)
    fault = work(record, read, settings)
    found = [(item.rule, item.field, item.value, item.params) for item in record.issues]
    return record.dataset, record.unknown, record.normalised, found, fault


#: New objects after which the collector looks for cycles; a record makes a few thousand, and hardly
#: a cycle.
_OBJECTS = 20_000


def prepare(receive: Callable[[], Any]) -> Callable[[RecordSent], RecordMapped]:
    """Receive the settings; return the function for records."""
    settings = receive()
    gc.collect()
    gc.freeze()  # the table and the vocabularies stay as long as the process
    gc.set_threshold(_OBJECTS)
    return partial(answer, settings=settings)


if __name__ == "__main__":
    child.serve(prepare)
