"""Maps records that its parent sends: ``python -m …mapping_worker DESCRIPTOR``.

Messages in both directions are a length and a pickle: first the source's settings,
then ``(identity, issues, read)`` a record; answered each by :data:`Answer`, in order.
It ends with its parent.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import select
import signal
import socket
import sys
from typing import Any, TypeAlias

#: dataset, unknown, normalised, issues (rule, field, value, params), traceback of a fault
Answer: TypeAlias = tuple[dict[str, Any], str, str, list[tuple[Any, ...]], str]

_HEAD = 8
_PR_SET_PDEATHSIG = 1


def packed(message: object) -> bytes:
    """A message as it is sent."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_HEAD, "big") + data


def send(peer: socket.socket, message: object) -> None:
    """Send one message."""
    peer.sendall(packed(message))


def receive(peer: socket.socket) -> Any:
    """The next message; EOFError at the end."""
    return pickle.loads(receive_bytes(peer))


def receive_bytes(peer: socket.socket, *, patient: bool = False) -> bytes:
    """The next message as it came; ``patient`` waits for it without end."""
    size = int.from_bytes(_exactly(peer, _HEAD, patient), "big")
    return _exactly(peer, size, patient)


def _exactly(peer: socket.socket, size: int, patient: bool) -> bytes:
    found = bytearray()
    while len(found) < size:
        if patient:
            select.select([peer], [], [])
        piece = peer.recv(min(size - len(found), 1 << 20))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)


def _answer(message: Any, settings: Any) -> Answer:
    from hanse_harvesters.record import Record
    from hanse_harvesters.workers.steps import work

    identity, issues, read = message
    record = Record({}, identity, issues=issues)
    fault = work(record, read, settings)
    said = [(found.rule, found.field, found.value, found.params) for found in record.issues]
    return record.dataset, record.unknown, record.normalised, said, fault


def end_with(parent: int) -> bool:
    """End this process when its parent does; False where that has ended already."""
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us when it has ended
    return os.getppid() == parent


def main(descriptor: int, parent: int) -> None:
    """Answer until the parent has gone."""
    if not end_with(parent):
        return
    peer = socket.socket(fileno=descriptor)
    settings = receive(peer)
    import hanse_harvesters.workers.steps  # noqa: F401 - loaded before it is said to be ready

    send(peer, "ready")
    with contextlib.suppress(OSError, EOFError):
        while True:
            send(peer, _answer(receive(peer), settings))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]))
