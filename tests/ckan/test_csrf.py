"""Every address that takes a change wants a token of a session, whatever CKAN exempts."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from ckan.tests import factories, helpers
from visitors import Visitor
from werkzeug.routing import AnyConverter, Rule

_UNSAFE = ("POST", "PUT", "PATCH", "DELETE")


@pytest.fixture
def app(site: Any, clean: None) -> Iterator[Visitor]:
    """The application with CSRF protection on, and every view exempt as CKAN would have it."""
    flask = site.flask_app
    protection = flask.extensions["csrf"]
    before = set(protection._exempt_views)
    flask.config["WTF_CSRF_ENABLED"] = True
    for view in flask.view_functions.values():
        protection.exempt(f"{view.__module__}.{getattr(view, '__name__', '')}")
    yield Visitor(site)
    flask.config["WTF_CSRF_ENABLED"] = False
    protection._exempt_views = before


def _changes(app: Visitor) -> list[tuple[str, str]]:
    """Every method and address of the application that could change something."""
    found = set()
    for rule in app.site.flask_app.url_map.iter_rules():
        built = rule.build({name: _value(rule, name) for name in rule.arguments})
        assert built is not None, rule
        found |= {(method, built[1]) for method in set(_UNSAFE) & (rule.methods or set())}
    return sorted(found)


def _value(rule: Rule, name: str) -> str:
    converter = rule._converters.get(name)
    return sorted(converter.items)[0] if isinstance(converter, AnyConverter) else "3"


def test_no_address_takes_a_change_of_a_session_without_a_token(app: Visitor) -> None:
    user = factories.Sysadmin()
    app.sign_in(user)
    addresses = _changes(app)
    for named in ("/user/edit", "/dataset/delete/3", "/organization/member_new/3",
                  "/harvest/source/3/delete", "/api/3/action/3", "/user/_logout"):  # fmt: skip
        assert ("POST", named) in addresses
    taken = [
        (method, path)
        for method, path in addresses
        if app.ask(method, path, data={"save": "1"}).status_code != 400
    ]
    assert taken == []


def test_a_session_with_a_token_in_form_or_header_gets_through(app: Visitor) -> None:
    user = factories.User()
    app.sign_in(user)
    token = _token(app.get("/user/edit").get_data(as_text=True))
    mine = f"/user/{user['name']}/api-tokens"
    for sent in ({"data": {"name": "a", "_csrf_token": token}},
                 {"data": {"name": "b"}, "headers": {"X-CSRFToken": token}}):  # fmt: skip
        assert app.post(mine, **sent).status_code == 200
    assert len(helpers.call_action("api_token_list", user_id=user["id"])) == 2


def test_who_comes_without_a_session_needs_no_token(app: Visitor) -> None:
    answer = app.post("/api/3/action/package_search", json={"rows": 0})
    assert answer.json["success"]
    user = factories.UserWithToken()
    answer = app.post(
        "/api/3/action/user_patch",
        json={"id": user["id"], "about": "per Schnittstelle"},
        headers={"Authorization": user["token"]},
    )
    assert answer.json["result"]["about"] == "per Schnittstelle"


def test_a_valid_api_token_frees_a_session_and_an_invalid_one_does_not(app: Visitor) -> None:
    user = factories.UserWithToken()
    app.sign_in(user)
    change = {"id": user["id"], "about": "beides"}
    for header in ("unsinn", "Basic YTpi", "Bearer x", user["token"] + "x"):
        answer = app.post(
            "/api/3/action/user_patch", json=change, headers={"Authorization": header}
        )
        assert answer.status_code == 400
        assert answer.json["error"]["__type"] == "CSRF Error"
    answer = app.post(
        "/api/3/action/user_patch", json=change, headers={"Authorization": user["token"]}
    )
    assert answer.json["success"]


def test_nobody_is_signed_in_by_a_foreign_page(app: Visitor) -> None:
    user = factories.User(password="richtig-geheim")
    form = {"login": user["name"], "password": "richtig-geheim"}
    assert app.post("/user/login", data=form).status_code == 400
    form["_csrf_token"] = _token(app.get("/user/login").get_data(as_text=True))
    assert app.post("/user/login", data=form).status_code == 302


def test_a_link_signs_nobody_out_but_the_button_on_its_page_does(app: Visitor) -> None:
    app.sign_in(factories.User())
    page = app.get("/user/_logout").get_data(as_text=True)
    assert app.get("/user/edit").status_code == 200
    answer = app.post("/user/_logout", data={"_csrf_token": _token(page)})
    assert answer.status_code == 302
    assert app.get("/user/edit").status_code != 200


@pytest.mark.parametrize(
    ("language", "words"), [("", "Bitte noch einmal senden"), ("/en", "Please send it once more")]
)
def test_who_is_refused_reads_what_to_do(app: Visitor, language: str, words: str) -> None:
    app.sign_in(factories.User())
    answer = app.post(f"{language}/user/edit", data={"save": "1"})
    page = answer.get_data(as_text=True)
    assert words in page
    assert f'<a class="btn btn-primary" href="{language}/user/edit"' in page


def _token(page: str) -> str:
    found = re.search(r'name="_csrf_token" (?:type="hidden" )?(?:content|value)="([^"]+)"', page)
    assert found
    return found[1]
