"""Passwords cannot be guessed quickly, and nobody can keep an owner out by guessing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from visitors import Visitor

PASSWORD = "Hansekogge-1367"
Meet = Callable[..., Visitor]


@pytest.fixture(autouse=True)
def nothing_counted(clean: None) -> Iterator[None]:
    """Nobody has tried anything yet."""
    connect_to_redis().flushdb()
    yield
    connect_to_redis().flushdb()


@pytest.fixture
def owner() -> dict[str, Any]:
    """A user with a password."""
    return factories.User(name="amt-rostock", email="amt@rostock.example", password=PASSWORD)


@pytest.fixture
def meet(site: Any) -> Meet:
    """A visitor from an address: ``meet("192.0.2.1")``."""
    return lambda address, **headers: Visitor(site, address, headers)


def _guess(visitor: Visitor, name: str, number: int) -> list[int]:
    return [visitor.log_in(name, f"falsch-{count}").status_code for count in range(number)]


def test_of_forty_guesses_a_handful_is_looked_at_and_the_right_one_is_not(
    meet: Meet, owner: dict[str, Any]
) -> None:
    thief = meet("203.0.113.7")
    assert _guess(thief, owner["name"], 40) == [200] * 5 + [429] * 35
    answer = thief.log_in(owner["name"], PASSWORD)
    assert answer.status_code == 429
    assert 0 < int(answer.headers["Retry-After"]) <= 30
    assert "Zu viele Versuche" in answer.get_data(as_text=True)
    assert 'name="password"' in answer.get_data(as_text=True)


def test_an_account_is_slowed_and_never_locked(
    meet: Meet, owner: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.limits.login", "3 per 1 second")
    someone = meet("203.0.113.7")
    assert 429 in _guess(someone, owner["name"], 12)
    time.sleep(int(someone.log_in(owner["name"], PASSWORD).headers.get("Retry-After", "1")) + 0.1)
    assert someone.log_in(owner["name"], PASSWORD).status_code == 302


def test_who_guesses_from_many_addresses_does_not_keep_the_owner_out(
    meet: Meet, owner: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.limits.login_account", "6 per 10 minute")
    office = meet("198.51.100.20")
    assert office.log_in(owner["name"], PASSWORD).status_code == 302
    seen = [meet(f"203.0.113.{n}").log_in(owner["name"], "x").status_code for n in range(1, 30)]
    assert 6 < seen.count(200) < 15  # one in ten seconds goes on being looked at
    assert meet("198.51.100.20").log_in(owner["name"], PASSWORD).status_code == 302


def test_who_tries_many_accounts_is_slowed_and_known_neighbours_are_not(
    meet: Meet, owner: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.limits.login_address", "8 per 10 minute")
    assert meet("198.51.100.20").log_in(owner["name"], PASSWORD).status_code == 302
    neighbour = meet("198.51.100.20")
    seen = [neighbour.log_in(f"jemand-{n}", "x").status_code for n in range(12)]
    assert seen == [200] * 8 + [429] * 4
    assert meet("198.51.100.20").log_in(owner["name"], PASSWORD).status_code == 302


def test_name_and_mail_address_are_one_account(meet: Meet, owner: dict[str, Any]) -> None:
    thief = meet("203.0.113.7")
    assert _guess(thief, owner["name"], 5) == [200] * 5
    assert thief.log_in("AMT@rostock.example ", "x").status_code == 429


def test_an_account_that_does_not_exist_is_slowed_alike(meet: Meet, owner: dict[str, Any]) -> None:
    thief = meet("203.0.113.7")
    assert _guess(thief, "niemand", 12) == _guess(thief, owner["name"], 12)


def test_a_forged_header_is_no_other_address(meet: Meet, owner: dict[str, Any]) -> None:
    seen = [
        meet("203.0.113.7", **{"X-Forwarded-For": f"192.0.2.{n}"})
        .log_in(owner["name"], "x")
        .status_code
        for n in range(12)
    ]
    assert seen == [200] * 5 + [429] * 7


def test_behind_a_proxy_the_address_it_adds_counts(
    meet: Meet, owner: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.trusted_proxies", 1)

    def behind(chain: str) -> Visitor:
        return meet("10.0.0.1", **{"X-Forwarded-For": chain})

    assert _guess(behind("203.0.113.7"), owner["name"], 6)[-1] == 429
    assert behind("192.0.2.99, 203.0.113.7").log_in(owner["name"], "x").status_code == 429
    assert behind("203.0.113.8").log_in(owner["name"], "x").status_code == 200


def test_of_ipv6_the_subscriber_counts(meet: Meet, owner: dict[str, Any]) -> None:
    seen = [
        meet(f"2001:db8:1:2:{n:x}::1").log_in(owner["name"], "x").status_code for n in range(12)
    ]
    assert seen == [200] * 5 + [429] * 7
    assert meet("2001:db8:1:3::1").log_in(owner["name"], "x").status_code == 200


def test_the_old_password_in_the_profile_cannot_be_guessed_either(
    meet: Meet, owner: dict[str, Any]
) -> None:
    open_browser = meet("203.0.113.7")
    assert open_browser.log_in(owner["name"], PASSWORD).status_code == 302
    form = {"save": "", "email": "fremd@example.org", "name": owner["name"]}
    seen = [
        open_browser.post("/user/edit", data={**form, "old_password": f"falsch-{n}"}).status_code
        for n in range(12)
    ]
    assert seen == [200] * 5 + [429] * 7


def test_without_redis_people_get_in_and_guesses_are_slowed_still(
    meet: Meet, owner: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "ckan.redis.url", "redis://127.0.0.1:1/0")
    assert meet("198.51.100.20").log_in(owner["name"], PASSWORD).status_code == 302
    seen = _guess(meet("203.0.113.7"), owner["name"], 12)
    assert seen == [200] * 5 + [429] * 7


def test_no_address_is_kept_and_nothing_for_long(meet: Meet, owner: dict[str, Any]) -> None:
    _guess(meet("203.0.113.7"), owner["name"], 8)
    redis = connect_to_redis()
    keys = list(redis.keys("*limits*"))
    assert keys
    assert not [key for key in keys if b"203" in key or owner["name"].encode() in key]
    assert all(0 < redis.ttl(key) <= 600 for key in keys)


@pytest.mark.parametrize("login", ["", "a\x00b", "\ud800", "x" * 5000, "'; --"])
@pytest.mark.parametrize("password", ["", "x" * 5000, "\x00"])
def test_nonsense_is_a_wrong_password(
    meet: Meet, owner: dict[str, Any], login: str, password: str
) -> None:
    for name in (login, owner["name"]):
        form = {"login": name.encode("utf-8", "surrogatepass"), "password": password}
        answer = meet("203.0.113.7").post("/user/login", data=form)
        assert answer.status_code in (200, 429)
    assert meet("203.0.113.9").post("/user/login", data={}).status_code == 200
