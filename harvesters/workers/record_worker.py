"""Separates the records of a document: ``python -m …record_worker DESCRIPTOR PARENT FILE``.

It opens the file of the statements and says so.  Once the parent has filled that, it sends
``(lists, base, ignore_modified)``, then lists of subjects; each is answered by a list of
:data:`RecordSummary`, in order.  It ends with its parent.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from typing import TYPE_CHECKING

from hanse_harvesters.workers.mapping_worker import end_with, receive, send

if TYPE_CHECKING:
    from hanse_harvesters.sources.rdf_record import RecordSummary


def main(descriptor: int, parent: int, file: str) -> None:
    """Answer until the parent has gone."""
    if not end_with(parent):
        return
    peer = socket.socket(fileno=descriptor)
    from hanse_harvesters.mapping.statements import Statements
    from hanse_harvesters.mapping.store import Disk
    from hanse_harvesters.mapping.tree import Records
    from hanse_harvesters.sources.rdf_record import record
    from hanse_schemas.table import classes

    store = Disk.of(file)
    with contextlib.suppress(OSError, EOFError):
        send(peer, "open")
        classes()  # read before there is anything to do
        lists, base, ignore_modified = receive(peer)
        document = Records(Statements.kept(store, lists=lists))
        while True:
            summaries: list[RecordSummary] = []
            for subject in receive(peer):
                found = record(document, subject, base, ignore_modified=ignore_modified)
                said = [(item.rule, item.field, item.value, item.params) for item in found.issues]
                summaries.append((found.identity, found.raw, found.origin, said))
            send(peer, summaries)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
