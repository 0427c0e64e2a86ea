"""Fixtures that keep tests on this machine and record every attempted connection."""

from __future__ import annotations

import ipaddress
import socket
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import pytest

from hanse_harvesters.http import Client, Limits

Clock = Callable[[], float]


class Outside(AssertionError):
    """A test tried to connect to another machine."""


@pytest.fixture(autouse=True)
def connections(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, int]]:
    """Return all addresses that sockets connect to; fail the test at one beyond loopback."""
    tried: list[tuple[str, int]] = []
    connect = socket.socket.connect

    def watched(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6):
            tried.append((address[0], address[1]))
            if not ipaddress.ip_address(address[0].partition("%")[0]).is_loopback:
                raise Outside(f"a connection to {address} was tried")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", watched)
    return tried


class Patient(Client):
    """A client that records its waits instead of waiting; its limits suit tests."""

    def __init__(
        self, *allowed: str, contact: str = "", clock: Clock = time.monotonic, **limits: Any
    ) -> None:
        self.waits: list[float] = []
        given = {"connect": 2.0, "read": 2.0, "deadline": 5.0, "tries": 3, "pause": 0.0, **limits}
        super().__init__(
            allowed_private=frozenset(allowed),
            limits=Limits(**given),
            contact=contact,
            sleep=self.waits.append,
            clock=clock,
        )


@contextmanager
def patient_clients() -> Iterator[Callable[..., Patient]]:
    """Yield a function that creates clients (``make("127.0.0.1:80", tries=2)``); close them."""
    made: list[Patient] = []

    def make(*allowed: str, **limits: Any) -> Patient:
        made.append(Patient(*allowed, **limits))
        return made[-1]

    yield make
    for client in made:
        client.close()


@pytest.fixture
def patient() -> Iterator[Callable[..., Patient]]:
    """Provide :func:`patient_clients` to a test."""
    with patient_clients() as make:
        yield make
