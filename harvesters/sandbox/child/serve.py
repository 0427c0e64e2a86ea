"""Fork a parser for each document; :mod:`hanse_harvesters.sandbox.parser_pool` starts this.

Starting an interpreter takes longer than parsing a page.  So one process is started with
everything imported, never reads a document itself, and forks a child for every document;
the child sets its own limits and ends after its document.

Requests and responses are JSON messages on a socket, one response per request:
``["start", settings]`` with two descriptors (document, pipe) → the child's id;
``["end", id, kill]`` → its exit code, negative for a signal.  When the socket is closed,
the process ends with its children.  That is also how it notices the end of the parent, not
by the signal for workers, which is sent when the *thread* that started the process ends.
"""

from __future__ import annotations

import contextlib
import ctypes
import gc
import json
import os
import signal
import socket
import time
from collections.abc import Callable
from typing import Any, NoReturn

Work = Callable[[dict[str, Any], int, int], None]

_MESSAGE = 1 << 16
#: Seconds without requests after which the process exits.
_IDLE = 60.0
#: Descriptor of the pipe for lines in a child, after the document and two to /dev/null.
LINES_OUT = 3
#: Seconds a child may take to end by itself.
_GRACE = 5.0
_PR_SET_PDEATHSIG = 1
_MOST_OPEN = 1 << 16


def serve(descriptor: int, work: Work) -> None:
    """Answer requests until the other end is closed or the process was idle for a while."""
    peer = socket.socket(fileno=descriptor)
    peer.settimeout(_IDLE)
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    prctl = ctypes.CDLL(None).prctl
    children: set[int] = set()
    gc.collect()
    gc.freeze()  # keeps loaded objects in memory pages shared with every child
    while True:
        try:
            message, descriptors, _, _ = socket.recv_fds(peer, _MESSAGE, 2)
        except TimeoutError:
            if children:
                continue
            return
        if not message:
            return
        request = json.loads(message)
        if request[0] == "start":
            answer = _start(peer, request[1], descriptors, work, prctl)
            children.add(answer)
        else:
            answer = _end(request[1], kill=request[2]) if request[1] in children else 0
            children.discard(request[1])
        peer.send(json.dumps(answer).encode())


def _start(
    peer: socket.socket, settings: dict[str, Any], descriptors: list[int], work: Work, prctl: Any
) -> int:
    parent = os.getpid()
    child = os.fork()
    if child == 0:
        prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)
        peer.close()
        _work(settings, descriptors, work)
    for descriptor in descriptors:
        os.close(descriptor)
    return child


def _work(settings: dict[str, Any], descriptors: list[int], work: Work) -> NoReturn:
    """Run the child: only the document and the pipe are open.

    Standard output and error are discarded, so that what a library prints is not read as a line.
    """
    code = 1
    gc.disable()  # one short-lived process per document, without reference cycles
    with contextlib.suppress(BaseException):
        os.setsid()
        os.dup2(descriptors[0], 0)
        os.dup2(descriptors[1], LINES_OUT)
        os.closerange(LINES_OUT + 1, _MOST_OPEN)
        work(settings, 0, LINES_OUT)
        code = 0
    os._exit(code)


def _end(child: int, *, kill: bool) -> int:
    """Wait for a child to end, or kill it; return its exit code."""
    until = time.monotonic() + _GRACE
    while not kill:
        found, status = os.waitpid(child, os.WNOHANG)
        if found:
            return os.waitstatus_to_exitcode(status)
        if time.monotonic() > until:
            break
        time.sleep(0.001)
    os.kill(child, signal.SIGKILL)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
