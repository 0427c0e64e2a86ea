"""Who has an account here is nobody's business: the same answers for every name."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import mailer
from ckan.lib.redis import connect_to_redis
from ckan.logic import _actions
from ckan.tests import factories, helpers
from passlib.hash import pbkdf2_sha512
from receivers import mail_server
from visitors import Visitor

KNOWN, UNKNOWN = "amt-rostock", "amt-niemand"
MAIL = "{}@example.org"
WHO = (KNOWN, UNKNOWN)


@pytest.fixture(autouse=True)
def account(clean: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[dict[str, Any]]:
    """The one account there is, in a city."""
    connect_to_redis().flushdb()
    for kind in ("login", "login_address", "login_account", "reset", "reset_account"):
        monkeypatch.setitem(tk.config, f"hanse.limits.{kind}", "")
    user = factories.User(name=KNOWN, email=MAIL.format(KNOWN), password="Hansekogge-1367")
    factories.Organization(name="rostock", users=[{"name": KNOWN, "capacity": "editor"}])
    yield user
    connect_to_redis().flushdb()


@pytest.fixture
def visitor(site: Any) -> Visitor:
    """Somebody without an account."""
    return Visitor(site, "203.0.113.7")


def _seen(answer: Any) -> tuple[int, str, str]:
    """Status, target and words of an answer, whoever was asked for."""
    text = answer.get_data(as_text=True) + answer.headers.get("Location", "")
    text = re.sub(r'name="_csrf_token"[^>]+>|value="Ij[^"]+"', "", text)
    for name in (KNOWN, UNKNOWN):
        text = text.replace(MAIL.format(name), "MAIL").replace(name, "NAME")
    return answer.status_code, answer.headers.get("Location", ""), text


def test_no_action_tells_a_visitor_who_has_an_account(visitor: Visitor) -> None:
    tk.get_action("status_show")({}, {})  # CKAN finds its actions
    told = {}
    with visitor.site.flask_app.test_request_context():
        for action in sorted(_actions):
            for fields in (("id",), ("user",), ("user_id", "username", "email", "q", "object_id")):
                answers = [_outcome(action, dict.fromkeys(fields, who)) for who in WHO]
                if len(set(answers)) > 1:
                    told[f"{action}{fields}"] = set(answers)
    assert told == {}


def _outcome(action: str, asked: dict[str, Any]) -> str:
    """What an action says to nobody in particular, without the name it was asked for."""
    nobody = {"user": "", "auth_user_obj": model.AnonymousUser()}
    try:
        said = repr(tk.get_action(action)(nobody, asked))
    except Exception as fault:
        said = f"{type(fault).__name__}: {fault}"
    finally:
        model.Session.rollback()
    said = re.sub(r"\d{4}-\d\d-\d\dT[\d:.]+Z", "NOW", said)
    return said.replace(str(next(iter(asked.values()))), "NAME")


def test_no_page_tells_a_visitor_who_has_an_account(visitor: Visitor) -> None:
    told = []
    for rule in visitor.site.flask_app.url_map.iter_rules():
        names = {"id", "user_id", "username"} & rule.arguments
        if not rule.rule.startswith(("/user", "/dashboard", "/feeds")) or not names:
            continue
        for method in sorted((rule.methods or set()) & {"GET", "POST"}):
            answers = []
            for who in (KNOWN, UNKNOWN):
                built = rule.build(dict.fromkeys(rule.arguments, who))
                assert built is not None
                answers.append(_seen(visitor.ask(method, f"{built[1]}?key=x")))
            if answers[0][:2] != answers[1][:2]:
                told.append((method, rule.rule, answers[0][0], answers[1][0]))
    assert told == []


def _hashes(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Every hash that a password is compared with from now on."""
    done: list[str] = []
    real = pbkdf2_sha512.verify

    def verify(secret: str, hash: str, **more: Any) -> bool:
        done.append(hash)
        return bool(real(secret, hash, **more))

    monkeypatch.setattr(pbkdf2_sha512, "verify", verify)
    return done


@pytest.mark.parametrize("password", ["falsch", "", "x" * 5000])
def test_a_refused_sign_in_costs_the_same_for_every_name(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch, password: str
) -> None:
    gone = factories.User(name="amt-gegangen", password="Hansekogge-1367")
    helpers.call_action("user_delete", id=gone["id"])
    fresh = factories.User(name="amt-eingeladen")
    model.User.get(fresh["id"])._password = None  # type: ignore[union-attr]
    model.Session.commit()
    visitor.log_in(UNKNOWN, "einmal")
    seen = {}
    for name in (KNOWN, UNKNOWN, "amt-gegangen", "amt-eingeladen", MAIL.format(KNOWN), "\x00"):
        done = _hashes(monkeypatch)
        answer = visitor.log_in(name, password)
        seen[name] = (len(done), answer.status_code)
        monkeypatch.undo()
    assert len(set(seen.values())) == 1, seen


def test_asking_for_a_reset_says_the_same_though_no_mail_server_works(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    tried = []

    def broken(user: model.User) -> None:
        tried.append(user.name)
        raise mailer.MailerException("no server")

    monkeypatch.setattr(mailer, "send_reset_link", broken)
    answers = []
    for who in (KNOWN, UNKNOWN, MAIL.format(KNOWN), MAIL.format(UNKNOWN)):
        answer = visitor.post("/user/reset", data={"user": who})
        said = visitor.get(answer.headers["Location"]).get_data(as_text=True)
        assert "auf dem Weg" in said
        answers.append((answer.status_code, answer.headers["Location"]))
    assert len(set(answers)) == 1
    _wait_for(lambda: tried == [KNOWN, KNOWN])


def _wait_for(true: Callable[[], bool]) -> None:
    from ckanext.hanse.security import reset

    reset._pool().submit(lambda: None).result(timeout=60)
    assert true()


def test_the_link_arrives_and_so_often_only(
    visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.limits.reset_account", "2 per 60 minute")
    with mail_server() as box:
        monkeypatch.setitem(tk.config, "smtp.server", box.address)
        monkeypatch.setitem(tk.config, "smtp.mail_from", "katalog@example.org")
        for who in (KNOWN, UNKNOWN, MAIL.format(KNOWN), KNOWN):
            assert visitor.post("/user/reset", data={"user": who}).status_code == 302
        _wait_for(lambda: len(box.mails) == 2)
    user = model.User.get(KNOWN)
    assert user is not None
    assert box.recipients == [[user.email]] * 2
    body = box.mails[-1].get_body(("plain",))
    assert body is not None
    assert f"/user/reset/{user.id}?key={user.reset_key}" in body.get_content()
