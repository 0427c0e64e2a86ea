"""The worker's side: it receives messages, answers them, and ends with its parent.

A message is a length and a pickle; both ends are our own processes.
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

#: Initialises a worker: called with a function that returns the next message, it returns
#: the function that answers each further one.
Prepare: TypeAlias = Callable[[Callable[[], Any]], Callable[[Any], Any]]

#: Bytes of memory that a worker may use: a record that needs more ends it.
_MEMORY = 1 << 32
#: Sent by a worker before any answer.
READY = "ready"
_HEAD = 8
_PR_SET_PDEATHSIG = 1


def end_with(parent: int) -> bool:
    """End this process when the thread that started it does; return False if ``parent`` has ended.

    The parent may be killed at any moment, and then closes nothing.
    """
    ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    return os.getppid() == parent


def serve(prepare: Prepare) -> None:
    """Run the main loop of a worker started by :class:`.supervisor.Worker`."""
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
    """Return a message in its transmitted form."""
    data = pickle.dumps(message, protocol=pickle.HIGHEST_PROTOCOL)
    return len(data).to_bytes(_HEAD, "big") + data


def send(peer: socket.socket, message: object) -> None:
    """Send one message."""
    peer.sendall(packed(message))


def receive(peer: socket.socket) -> Any:
    """Return the next message; raise EOFError at the end."""
    return pickle.loads(receive_bytes(peer))


def receive_bytes(peer: socket.socket) -> bytes:
    """Return the next message without unpickling it."""
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
