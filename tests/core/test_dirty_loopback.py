"""A portal on the own machine may be looked at; what it leads to may not."""

from __future__ import annotations

import pytest
from portals.documents import dataset, turtle
from test_cli import FAILED, INCOMPLETE, OK, hanse

from hanse_harvesters.http.address import loopback
from hanse_harvesters.testing.portal import Portal, Reply


@pytest.mark.parametrize(
    ("typed", "endpoint"),
    [
        ("http://127.0.0.1:5000/catalog.ttl", "127.0.0.1:5000"),
        ("http://127.3.2.1/", "127.3.2.1:80"),
        ("http://[::1]:5000/", "[::1]:5000"),
        ("http://LOCALHOST:5000/", "localhost:5000"),
    ],
)
def test_a_loopback_address_allows_itself_and_its_port(typed: str, endpoint: str) -> None:
    assert loopback(typed) == {endpoint}


@pytest.mark.parametrize(
    "typed",
    ["http://10.0.0.1/", "http://169.254.169.254/", "http://192.168.1.1:80/", "http://0.0.0.0/",
     "http://[fe80::1]/", "http://localhost.example.org/", "https://example.org/"],
)  # fmt: skip
def test_no_other_address_allows_anything(typed: str) -> None:
    assert loopback(typed) == frozenset()


def test_a_typed_loopback_address_needs_no_option() -> None:
    with Portal({"/catalog.ttl": turtle(dataset("a"))}) as portal:
        assert hanse("preview", portal.url("/catalog.ttl")).returncode == OK


def test_a_private_address_still_does() -> None:
    done = hanse("preview", "http://169.254.169.254/latest/")
    assert done.returncode == FAILED
    assert "--allow-private" in done.stderr


def test_a_redirect_to_another_port_of_this_machine_is_refused() -> None:
    with Portal({"/catalog.ttl": turtle(dataset("a"))}) as inner:
        moved = Reply(status=302, headers={"Location": inner.url("/catalog.ttl")})
        with Portal({"/catalog.ttl": moved}) as portal:
            done = hanse("preview", portal.url("/catalog.ttl"))
        assert done.returncode == FAILED
        assert inner.asked == []


def test_a_next_page_on_another_port_is_not_asked_for_there() -> None:
    with Portal() as inner:
        page = f"""<> a <http://www.w3.org/ns/hydra/core#PagedCollection> ;
            <http://www.w3.org/ns/hydra/core#nextPage> <{inner.url("/catalog.ttl?page=2")}> ."""
        with Portal({"/catalog.ttl": [turtle(dataset("a"), page), turtle(dataset("b"))]}) as portal:
            done = hanse("preview", portal.url("/catalog.ttl"))
        assert inner.asked == []
    assert done.returncode in (OK, INCOMPLETE)
