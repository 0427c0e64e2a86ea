"""Which addresses are asked, however they are spelled and wherever they come from."""

from __future__ import annotations

import socket
from typing import Any

import pytest

from hanse_harvesters import ip
from hanse_harvesters.errors import AddressRefused, ConfigError, StopRun
from hanse_harvesters.http import address
from hanse_harvesters.testing.portal import Portal, Reply

INSIDE = [
    "127.0.0.1",
    "127.8.9.10",
    "0.0.0.0",
    "10.61.0.1",
    "172.16.3.4",
    "192.168.57.3",
    "169.254.169.254",
    "100.64.0.1",
    "168.63.129.16",
    "192.0.2.1",
    "198.18.0.1",
    "224.0.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::ffff:127.0.0.1",
    "::ffff:169.254.169.254",
    "::ffff:0:10.0.0.1",
    "::127.0.0.1",
    "64:ff9b::10.0.0.1",
    "64:ff9b:1::1",
    "2002:7f00:1::1",
    "fe80::1%eth0",
    "fec0::1",
    "fd00:ec2::254",
    "ff02::1",
    "2001:db8::1",
]
OUTSIDE = ["194.94.160.1", "8.8.8.8", "2a00:1450:4001::1", "64:ff9b::8.8.8.8", "::ffff:8.8.8.8"]

#: Spellings that a name service, or a browser, takes for an address of this machine's inside.
SPELLINGS = [
    "http://127.0.0.1/",
    "http://127.1/",
    "http://2130706433/",
    "http://0x7f000001/",
    "http://0177.0.0.1/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:127.0.0.1]/",
    "http://[::ffff:7f00:1]/",
    "http://localhost/",
    "http://LOCALHOST./",
    "http://169.254.169.254/latest/meta-data/",
    "http://10.61.1.2/",
    "http://１２７.0.0.1/",
    "http://127。0。0。1/",
]


@pytest.mark.parametrize("text", INSIDE)
def test_inner_addresses_are_not_public(text: str) -> None:
    assert not ip.is_public(text)


@pytest.mark.parametrize("text", OUTSIDE)
def test_outer_addresses_are_public(text: str) -> None:
    assert ip.is_public(text)


@pytest.mark.parametrize("url", SPELLINGS)
def test_no_spelling_of_an_inner_address_is_connected_to(
    url: str, patient: Any, connections: list[Any]
) -> None:
    with pytest.raises(StopRun) as caught:
        patient(tries=1).get(url)
    assert connections == []
    assert isinstance(caught.value, AddressRefused) or "no connection" in str(caught.value)


@pytest.mark.parametrize("url", SPELLINGS)
def test_no_spelling_of_an_inner_address_is_a_setting(url: str, connections: list[Any]) -> None:
    with pytest.raises(AddressRefused) as caught:
        address.refuse_literal(url, frozenset(), where="sources.yaml:7: url")
    assert str(caught.value).startswith("sources.yaml:7: url")
    assert connections == []


@pytest.mark.parametrize("host", ["185.199.108.153", "3110563993", "daten.example", "[2a00::1]"])
def test_an_outer_address_in_numbers_is_a_setting(host: str) -> None:
    address.refuse_literal(f"https://{host}/", frozenset())


def test_what_the_operator_lists_may_be_spelled_oddly() -> None:
    address.refuse_literal("http://127.1:8080/", frozenset({"127.1:8080"}))
    with pytest.raises(AddressRefused):
        address.refuse_literal("http://127.1:8081/", frozenset({"127.1:8080"}))


@pytest.mark.parametrize("url", SPELLINGS)
def test_no_redirect_leads_inside(url: str, patient: Any, connections: list[Any]) -> None:
    with Portal({"/": Reply(status=302, headers={"Location": url})}) as portal:
        client = patient(portal.endpoint, tries=1)
        with pytest.raises(StopRun):
            client.get(portal.url())
        assert len(portal.asked) == 1
    assert [port for _, port in connections] == [int(portal.endpoint.rpartition(":")[2])]


@pytest.mark.parametrize(
    "url",
    ["file:///etc/passwd", "ftp://example.org/x", "gopher://x/", "//example.org/x", "catalog.ttl"],
)
def test_only_http_and_https(url: str, patient: Any) -> None:
    with pytest.raises(AddressRefused, match="http or https"):
        patient().get(url)


def test_a_login_in_the_address_is_refused_and_not_repeated(patient: Any) -> None:
    with pytest.raises(AddressRefused) as caught:
        patient().get("https://user:geheim@example.org/")
    assert "geheim" not in str(caught.value)


def test_the_message_says_how_an_operator_allows_it(patient: Any) -> None:
    with pytest.raises(AddressRefused, match=r"--allow-private 127\.0\.0\.1:9"):
        patient().get("http://127.0.0.1:9/")


def test_what_the_operator_lists_is_asked_and_only_on_that_port(patient: Any) -> None:
    with Portal({"/": Reply(b"x")}) as one, Portal({"/": Reply(b"x")}) as other:
        client = patient(one.endpoint)
        assert client.get(one.url()).status == 200
        with pytest.raises(AddressRefused):
            client.get(other.url())
        assert other.asked == []


def _names(monkeypatch: pytest.MonkeyPatch, *answers: list[str]) -> list[str]:
    """Let the name service give these addresses, one list after the other."""
    asked: list[str] = []

    def resolve(host: str, port: int, *_: Any, **__: Any) -> list[Any]:
        found = answers[min(len(asked), len(answers) - 1)]
        asked.append(host)
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address_, port)) for address_ in found]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    return asked


def _closed_to_all(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    tried: list[str] = []

    def connect(self: socket.socket, target: Any) -> None:
        tried.append(target[0])
        raise ConnectionRefusedError("nobody there")

    monkeypatch.setattr(socket.socket, "connect", connect)
    return tried


def test_a_name_is_resolved_once_and_connected_to_as_checked(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = _names(monkeypatch, ["194.94.160.1"], ["127.0.0.1"])
    tried = _closed_to_all(monkeypatch)
    with pytest.raises(StopRun):
        patient(tries=1).get("http://rebinding.example/")
    assert (asked, tried) == (["rebinding.example"], ["194.94.160.1"])


def test_of_several_addresses_only_public_ones_are_tried(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    _names(monkeypatch, ["10.0.0.1", "194.94.160.1", "169.254.169.254"])
    tried = _closed_to_all(monkeypatch)
    with pytest.raises(StopRun):
        patient(tries=1).get("https://mixed.example/")
    assert tried == ["194.94.160.1"]


@pytest.mark.parametrize("entry", ["127.0.0.1", "http://127.0.0.1:80", "localhost:x", ":80"])
def test_an_entry_that_is_no_host_and_port_is_an_error(entry: str) -> None:
    with pytest.raises(ConfigError, match="host:port"):
        address.allow_list([entry])


def test_the_environment_lists_several(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(address.ENV_ALLOW, "127.0.0.1:18410, [::1]:80 Localhost:8080")
    assert address.allowed_from_environment() == {"127.0.0.1:18410", "[::1]:80", "localhost:8080"}
