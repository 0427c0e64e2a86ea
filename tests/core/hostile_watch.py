"""What a run may touch and use while an attack is played: sockets, memory, other runs."""

from __future__ import annotations

import contextlib
import gc
import glob
import os
import socket
import threading
import time
from collections.abc import Iterator, Mapping
from typing import Any

from portals.documents import dataset, names, turtle

from hanse_harvesters.pipeline import Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.testing.network import Outside, Patient
from hanse_harvesters.testing.portal import Portal


class Wires:
    """Every connection tried; one beyond ``ours`` is refused before a packet leaves."""

    def __init__(self, ours: set[int], resolves: Mapping[str, list[list[str]]]) -> None:
        self.ours = ours
        self.tried: list[tuple[str, int]] = []
        self.asked: list[str] = []
        self._resolves = resolves
        self._turns: dict[str, int] = {}

    @contextlib.contextmanager
    def watched(self, monkeypatch: Any) -> Iterator[Wires]:
        """While this is open no packet leaves for anything but our own portals."""
        connect, resolve = socket.socket.connect, socket.getaddrinfo

        def watch(sock: socket.socket, address: Any) -> None:
            if sock.family in (socket.AF_INET, socket.AF_INET6):
                if address[0] == "127.0.0.1" and address[1] in self.ours:
                    return connect(sock, address)
                self.tried.append((address[0], address[1]))
                raise ConnectionRefusedError("the test lets nothing out")
            raise Outside(f"a socket of family {sock.family} was opened")

        def look_up(host: Any, port: Any, *rest: Any, **more: Any) -> Any:
            name = host.decode() if isinstance(host, bytes) else str(host)
            if name not in self._resolves:
                self.asked.append(name)
                # What needs no name service is answered as the system does it.
                return resolve(host, port, *rest, **more) if _is_number(name) else _unknown(name)
            turn = self._turns.get(name, 0)
            self._turns[name] = turn + 1
            lists = self._resolves[name]
            return [_entry(address, port) for address in lists[min(turn, len(lists) - 1)]]

        with monkeypatch.context() as patch:
            patch.setattr(socket.socket, "connect", watch)
            patch.setattr(socket, "getaddrinfo", look_up)
            yield self


def _is_number(name: str) -> bool:
    return name in ("localhost",) or ":" in name or name.replace(".", "").replace("x", "").isalnum()


def _unknown(name: str) -> Any:
    raise socket.gaierror(socket.EAI_NONAME, f"{name} is not known")


def _entry(address: str, port: int) -> Any:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    target = (address, port, 0, 0) if ":" in address else (address, port)
    return family, socket.SOCK_STREAM, 6, "", target


class Memory:
    """Peak memory in MB: of this process beyond what it had, and of its largest parser."""

    def __init__(self) -> None:
        self.parent = 0.0
        self.child = 0.0
        self._stop = threading.Event()

    @contextlib.contextmanager
    def watched(self) -> Iterator[Memory]:
        """Measure while this is open."""
        gc.collect()
        with open("/proc/self/clear_refs", "w") as reset:
            reset.write("5")  # the peak begins anew
        before = _status("self", "VmRSS")
        thread = threading.Thread(target=self._look, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()
            self.parent = _status("self", "VmHWM") - before

    def _look(self) -> None:
        while not self._stop.wait(0.02):
            for pid in filter(_is_parser, _descendants(os.getpid())):
                self.child = max(self.child, _status(str(pid), "VmHWM"))


def _descendants(pid: int) -> Iterator[int]:
    for path in glob.glob(f"/proc/{pid}/task/*/children"):
        with contextlib.suppress(OSError), open(path, encoding="ascii") as children:
            for child in children.read().split():
                yield int(child)
                yield from _descendants(int(child))


def _is_parser(pid: int) -> bool:
    """Not what else a session runs (a site, a browser), nor a fork that is still its parent."""
    try:
        with open(f"/proc/{pid}/cmdline", "rb") as words:
            return b"parse_child" in words.read()
    except OSError:
        return False


def _status(process: str, name: str) -> float:
    """A line of /proc/…/status in MB, 0 for a process that is gone."""
    try:
        with open(f"/proc/{process}/status", encoding="ascii", errors="replace") as lines:
            return next(int(line.split()[1]) / 1024 for line in lines if line.startswith(name))
    except (OSError, StopIteration):
        return 0.0


#: Seconds between two runs of the neighbour.
_REST = 0.3


class Neighbour:
    """Another source, whose runs go on while a hostile one is walked."""

    def __init__(self) -> None:
        self.portal = Portal(
            {"/catalog.ttl": turtle(*(dataset(f"n{number}") for number in range(3)))}
        )
        self.runs = 0
        self.slowest = 0.0
        self.faults: list[str] = []
        self._end = threading.Event()
        self._thread = threading.Thread(target=self._work, daemon=True)

    def __enter__(self) -> Neighbour:
        self.portal.__enter__()
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._end.set()
        self._thread.join(30)
        self.portal.__exit__()

    @property
    def port(self) -> int:
        return int(self.portal.endpoint.rpartition(":")[2])

    def _work(self) -> None:
        while not self._end.wait(_REST):
            begun = time.monotonic()
            try:
                self._once()
            except Exception as error:
                self.faults.append(repr(error))
            self.slowest = max(self.slowest, time.monotonic() - begun)
            self.runs += 1

    def _once(self) -> None:
        source = SourceSettings("nachbar", "rdf", self.portal.url("/catalog.ttl"), "stadt")
        with Patient(self.portal.endpoint, deadline=30.0, read=30.0) as client:
            walk = Run(source, client=client)
            found = names(record.identity for record in walk if record.usable)
        if found != ["n0", "n1", "n2"] or not walk.completeness.complete:
            self.faults.append(f"{found}, {walk.completeness}")
