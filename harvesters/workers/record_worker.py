"""A worker that separates the records of a document whose statements are in a file.

The file's name is on the command line.  Once it is filled, the parent sends a
:data:`Document`, then lists of subjects; each list is answered by a list of
:data:`RecordSummary`, in order.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from hanse_harvesters.mapping.nodes import Name
from hanse_harvesters.mapping.statements import Statements
from hanse_harvesters.mapping.store import Disk
from hanse_harvesters.mapping.tree import Records
from hanse_harvesters.processes import child
from hanse_harvesters.sources.rdf_record import RecordSummary, record
from hanse_schemas.table import classes

#: whether there are RDF lists, base IRI, whether dct:modified is ignored
Document: TypeAlias = tuple[Any, str, bool]


def prepare(receive: Callable[[], Any]) -> Callable[[Any], list[RecordSummary]]:
    """Open the file, and load the table while waiting."""
    store = Disk.of(sys.argv[3])
    classes()
    documents: list[tuple[Records, str, bool]] = []

    def answer(asked: Document | list[Name]) -> list[RecordSummary]:
        if isinstance(asked, tuple):
            lists, base, ignore_modified = asked
            documents[:] = [(Records(Statements.kept(store, lists=lists)), base, ignore_modified)]
            return []
        return [_summary(subject, *documents[0]) for subject in asked]

    return answer


def _summary(subject: Name, document: Records, base: str, ignore_modified: bool) -> RecordSummary:
    found = record(document, subject, base, ignore_modified=ignore_modified)
    issues = [(item.rule, item.field, item.value, item.params) for item in found.issues]
    return found.identity, found.raw, found.origin, issues


if __name__ == "__main__":
    child.serve(prepare)
