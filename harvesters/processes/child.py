"""The side of the process that works for another: it reads messages, answers, ends with it.

Messages are a length and a pickle; both ends are ours.
"""

from __future__ import annotations

import contextlib
import ctypes
import os
import pickle
import signal
import socket
import sys
from collections.abc import Callable
from typing import Any, TypeAlias

from hanse_harvesters.processes import limits

#: What a process does once it runs: given a function that gives the next message, it makes
#: ready and returns the function that answers each of the further ones.
Prepare: TypeAlias = Callable[[Callable[[], Any]], Callable[[Any], Any]]

#: Bytes of memory that a worker may have: a record that takes more is the one that ends it.
_MEMORY = 1 << 32
#: What a worker sends before any answer.
READY = "ready"
_HEAD = 8
_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> bool:
    """End this process when the thread that started it does; False where ``parent`` has gone.

    Whoever started it may be killed at any moment, and then closes nothing.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends us when it has ended
    return os.getppid() == parent


def serve(prepare: Prepare) -> None:
    """The whole life of a worker that :class:`.supervisor.Worker` started."""
    descriptor, parent = map(int, sys.argv[1:3])
    if not end_with(parent):
        return
    limits.limit(_MEMORY)
    peer = socket.socket(fileno=descriptor)
    with contextlib.suppress(OSError, EOFError):
        answer = prepare(lambda: receive(peer))
        send(peer, READY)
        while True:
            send(peer, answer(receive(peer)))


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


def receive_bytes(peer: socket.socket) -> bytes:
    """The next message as it came."""
    size = int.from_bytes(_exactly(peer, _HEAD), "big")
    return _exactly(peer, size)


def _exactly(peer: socket.socket, size: int) -> bytes:
    found = bytearray()
    while len(found) < size:
        piece = peer.recv(min(size - len(found), 1 << 20))
        if not piece:
            raise EOFError
        found += piece
    return bytes(found)
