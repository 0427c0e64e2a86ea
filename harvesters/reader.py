"""``python -m hanse_harvesters.reader DESCRIPTOR PARENT FILE``: tells records of a document apart.

It opens the file of the statements and says so.  Once the parent has filled that, it sends
``(lists, base, ignore_modified)``, then lists of subjects; each is answered by a list of
:data:`Told`, in order.  It ends with its parent.
"""

from __future__ import annotations

import contextlib
import socket
import sys
from typing import Any, TypeAlias

from hanse_harvesters.worker import end_with, receive, send

#: identity, raw digest, origin, issues (rule, field, value, params)
Told: TypeAlias = tuple[str, str, str, list[tuple[Any, ...]]]


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
            told: list[Told] = []
            for subject in receive(peer):
                found = record(document, subject, base, ignore_modified=ignore_modified)
                said = [(item.rule, item.field, item.value, item.params) for item in found.issues]
                told.append((found.identity, found.raw, found.origin, said))
            send(peer, told)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
