"""A session ends, wherever it is open, when the password changes."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from ckan import model
from ckan.config.middleware.common_middleware import CKANRedisSessionInterface
from ckan.config.middleware.flask_app import CKANJsonSessionSerializer
from ckan.lib import mailer
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories, helpers
from flask_login import encode_cookie
from outage import stopped
from visitors import Visitor

from ckanext.hanse import security
from ckanext.hanse.security import sessions
from hanse_config.services.redis import Redis

OLD, NEW = "Hansekogge-1367", "Backsteingotik-1226"


@pytest.fixture(autouse=True)
def nothing_counted(clean: None) -> Iterator[None]:
    """Nobody has tried anything yet."""
    connect_to_redis().flushdb()
    yield
    connect_to_redis().flushdb()


@pytest.fixture
def owner() -> dict[str, Any]:
    """A user with a password."""
    return factories.User(name="amt-wismar", email="amt@wismar.example", password=OLD)


@pytest.fixture
def desk(site: Any, owner: dict[str, Any]) -> Visitor:
    """Signed in at the desk."""
    return _signed_in(site)


@pytest.fixture
def elsewhere(site: Any, owner: dict[str, Any]) -> Visitor:
    """Signed in elsewhere, where the browser stays signed in."""
    return _signed_in(site, remember="63072000")


def _signed_in(site: Any, **more: str) -> Visitor:
    visitor = Visitor(site)
    assert visitor.log_in("amt-wismar", OLD, **more).status_code == 302
    assert _is_in(visitor)
    return visitor


def _is_in(visitor: Visitor) -> bool:
    return bool(visitor.get("/user/edit").status_code == 200)


def test_who_changes_her_password_stays_here_and_is_out_elsewhere(
    desk: Visitor, elsewhere: Visitor, owner: dict[str, Any]
) -> None:
    form = {"save": "", "name": owner["name"], "email": owner["email"], "old_password": OLD}
    changed = desk.post("/user/edit", data={**form, "password1": NEW, "password2": NEW})
    assert changed.status_code == 302
    assert _is_in(desk)
    assert not _is_in(elsewhere)
    assert not _is_in(elsewhere)


def test_a_remembered_browser_alone_is_out_too(
    elsewhere: Visitor, owner: dict[str, Any], sysadmin: dict[str, Any]
) -> None:
    elsewhere.client.delete_cookie("session", domain="localhost")
    elsewhere.client.delete_cookie("ckan", domain="localhost")
    assert _is_in(elsewhere)
    helpers.call_action("user_patch", id=owner["id"], password=NEW)
    elsewhere.client.delete_cookie("session", domain="localhost")
    elsewhere.client.delete_cookie("ckan", domain="localhost")
    assert not _is_in(elsewhere)


def test_a_reset_ends_every_session(desk: Visitor, owner: dict[str, Any], site: Any) -> None:
    user = model.User.get(owner["id"])
    mailer.create_reset_key(user)
    link = f"/user/reset/{owner['id']}?key={user.reset_key}"
    stranger = Visitor(site)
    assert stranger.get(link).status_code == 200
    assert stranger.post(link, data={"password1": NEW, "password2": NEW}).status_code == 302
    assert not _is_in(desk)
    assert Visitor(site).log_in("amt-wismar", NEW).status_code == 302


def test_other_changes_of_an_account_end_nothing(desk: Visitor, owner: dict[str, Any]) -> None:
    helpers.call_action("user_patch", id=owner["id"], fullname="Amt für Daten")
    assert _is_in(desk)


def test_a_token_counts_before_a_session_that_has_ended(
    desk: Visitor, owner: dict[str, Any]
) -> None:
    token = helpers.call_action("api_token_create", user=owner["id"], name="x")["token"]
    helpers.call_action("user_patch", id=owner["id"], password=NEW)
    answer = desk.post(
        "/api/3/action/user_patch",
        json={"id": owner["id"], "about": "x"},
        headers={"Authorization": token},
    )
    assert answer.json["success"]


def test_a_cookie_that_names_an_account_alone_opens_nothing(
    site: Any, owner: dict[str, Any]
) -> None:
    visitor = Visitor(site)
    with site.flask_app.test_request_context():
        cookie = encode_cookie(owner["id"])
    visitor.client.set_cookie("remember_token", cookie, domain="localhost")
    assert not _is_in(visitor)


@pytest.mark.parametrize(("url", "secure"), [("https://daten.example", True), ("http://x", False)])
def test_cookies_go_over_tls_alone_where_the_site_is_reached_by_it(url: str, secure: bool) -> None:
    config = {"ckan.site_url": url, "SESSION_COOKIE_SECURE": False}
    security.secure_cookies(config)
    assert config["SESSION_COOKIE_SECURE"] is secure
    assert config.get("REMEMBER_COOKIE_SECURE", False) is secure


def test_while_redis_is_away_pages_are_read_and_afterwards_one_is_still_signed_in(
    site: Any, owner: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    interface = CKANRedisSessionInterface(site.flask_app)
    interface.serializer = CKANJsonSessionSerializer()
    monkeypatch.setattr(site.flask_app, "session_interface", interface)
    sessions.outlast(site.flask_app)
    desk = _signed_in(site)
    with stopped(Redis):
        for path in ("/", "/dataset/", "/en/organization/", "/imprint"):
            assert desk.get(path).status_code == 200, path
        assert not _is_in(desk)
    assert _is_in(desk)
