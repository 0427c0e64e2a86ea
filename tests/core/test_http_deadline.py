"""The deadline holds for all of a request, and politeness for a host however it is spelled."""

from __future__ import annotations

import contextlib
import socket
import threading
import time
from collections.abc import Iterator
from typing import Any

import pytest

from hanse_harvesters.errors import AddressRefused, StopRun, TooMuch
from hanse_harvesters.http import address
from hanse_harvesters.http.connect import Guard
from hanse_harvesters.testing.portal import Asked, Portal, Reply

OK = Reply(b"<> a <#x> .")


@pytest.fixture
def silent() -> Iterator[str]:
    """``host:port`` of a server that accepts and never says a word."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        held: list[socket.socket] = []

        def accept() -> None:
            while True:
                try:
                    held.append(server.accept()[0])
                except OSError:
                    return

        threading.Thread(target=accept, daemon=True).start()
        yield f"127.0.0.1:{server.getsockname()[1]}"
        for connection in held:
            connection.close()


def test_a_handshake_that_never_comes_ends_at_the_deadline(patient: Any, silent: str) -> None:
    begun = time.monotonic()
    with pytest.raises(TooMuch, match=r"more than 0\.5 seconds"):
        patient(silent, deadline=0.5, read=30.0, connect=30.0).get(f"https://{silent}/")
    assert time.monotonic() - begun < 20


def test_a_head_that_never_comes_ends_at_the_deadline(patient: Any, silent: str) -> None:
    begun = time.monotonic()
    with pytest.raises(TooMuch):
        patient(silent, deadline=0.5, read=30.0).get(f"http://{silent}/")
    assert time.monotonic() - begun < 20


def test_a_name_service_that_never_answers_ends_at_the_deadline(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    answered = threading.Event()

    def wait(*_: Any, **__: Any) -> Any:
        answered.wait(60)
        raise socket.gaierror("too late")

    monkeypatch.setattr(socket, "getaddrinfo", wait)
    begun = time.monotonic()
    with pytest.raises(StopRun, match=r"more than 0\.5 seconds"):
        patient(deadline=0.5).get("http://langsam.example/")
    assert time.monotonic() - begun < 20
    answered.set()


def test_of_a_thousand_addresses_that_never_answer_few_are_tried(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    entries = [(2, 1, 6, "", (f"194.94.{n // 250}.{n % 250}", 80)) for n in range(1000)]
    tried: list[str] = []

    def connect(self: socket.socket, target: Any) -> None:
        tried.append(target[0])
        raise TimeoutError("nobody there")

    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: entries)
    monkeypatch.setattr(socket.socket, "connect", connect)
    with pytest.raises(TimeoutError):
        Guard(frozenset()).connect("viele.example", 80, 1.0, None)
    assert len(tried) <= 4


def test_the_distance_is_kept_to_a_host_however_it_is_spelled(patient: Any) -> None:
    now = [0]

    def slowly(asked: Asked) -> Reply:
        now[0] += 3
        return OK

    with Portal({"/": slowly}) as portal:
        port = portal.endpoint.rpartition(":")[2]
        client = patient(portal.endpoint, f"localhost:{port}", pause=2, clock=lambda: now[0])
        client.get(f"http://localhost:{port}/").close()
        client.get(f"http://LOCALHOST:{port}/").close()
        client.get(f"http://LocalHost:{port}/?x").close()
    assert client.waits == [2, 2]


@pytest.mark.parametrize("entry", ["example.org:80", "127.0.0.1:80"])
def test_the_list_allows_an_address_and_nothing_like_it(entry: str) -> None:
    allowed = address.allow_list([entry])
    host = entry.partition(":")[0]
    assert address.endpoint(address.split(f"http://{host}/")) in allowed
    for other in (f"{host}.evil.example", f"x{host}", f"{host}:8080", f"sub.{host}"):
        with contextlib.suppress(AddressRefused):  # that is no host at all
            assert address.endpoint(address.split(f"http://{other}/")) not in allowed


def test_a_redirect_in_umlauts_is_followed(patient: Any) -> None:
    moved = Reply(status=301, headers={"Location": "/übersicht.ttl"})
    with Portal({"/": moved, "/%C3%BCbersicht.ttl": OK}) as portal:
        answer = patient(portal.endpoint).get(portal.url())
        assert answer.size == len(OK.body)
        answer.close()


def test_a_listed_host_may_lead_to_itself_over_https(patient: Any) -> None:
    with Portal() as portal:
        secure = portal.url("/c.ttl").replace("http:", "https:")
        portal.scripts["/"] = Reply(status=301, headers={"Location": secure})
        with pytest.raises(StopRun) as caught:  # no TLS there, but it was asked
            patient(portal.endpoint, tries=1).get(portal.url())
        assert not isinstance(caught.value, AddressRefused)


@pytest.mark.parametrize(
    "host",
    ["a b", "a%2eb", "1.2.3.4.5", "999.1.1.1", "[::1%25eth0]", "a\\b", "-", "ä" * 300, "x..y"],
)
def test_a_host_that_two_readers_may_take_for_two_is_refused(host: str, patient: Any) -> None:
    with pytest.raises(AddressRefused):
        patient().get(f"http://{host}/")


@pytest.mark.parametrize(
    "host",
    ["daten.stadt.example", "xn--strae-oqa.example", "straße.example", "8.8.8.8", "_x.example"],
)
def test_a_host_as_portals_have_it_is_none_of_these(host: str) -> None:
    assert address.is_host(host)
