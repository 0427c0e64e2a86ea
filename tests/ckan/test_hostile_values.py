"""Values that no form would send, at every field of every action and page of ours.

No internal error comes of one: it is refused by the name of its field, or means nothing.
"""

from __future__ import annotations

import inspect
import json
import re
from collections.abc import Callable, Iterable, Iterator
from functools import cache, partial
from pprint import pformat
from typing import Any
from urllib.parse import quote

import ckan.plugins.toolkit as tk
import pytest
from ckan import model, plugins
from ckan.tests import factories
from flask import g, request
from profiles import NIGHTLY
from stand_in import Entry, StandIn, catalogue
from visitors import Visitor
from walks import source
from werkzeug.exceptions import HTTPException
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.presentation import source_form, source_options
from ckanext.hanse.security import characters


def _nested(depth: int) -> Any:
    found: Any = "x"
    for _ in range(depth):
        found = [found]
    return found


#: No text: whatever takes one refuses it by name.
_NO_TEXT: list[Any] = [
    {}, {"a": 1}, {"a": "\x00"}, {"id": {"id": "x"}}, [[]], [{}], [{"a": 1}, 5], [None], ["\x00"],
    [["a", "b"], ["c"]], _nested(200), 1.5, float("inf"), float("nan"), 10**30, True,
    "\x00", "a\x00b", "\ud800", "x\udfffy", ["\udc00"],
]  # fmt: skip
#: Texts and numbers that mean nothing.
_TEXTS: list[Any] = [
    None, "", " ", "x", "vielleicht", "None", "null", "true", 0, -1, 2**31, 2**63 - 1, "0", "-1",
    "1e400", "1.5", "9" * 30, "9" * 5000, "\u0661", "\u00b2", "NaN", "x" * 5000, "\u00e4" * 300,
    "\U0001f6a2", "\u202e\u200b\ufeff", "\ufffe\uffff", "\r\n\t\x01\x7f", "../../etc/passwd",
    "%00%s%n{0}{x.__class__}", "'; DROP TABLE package; --", '"><script>alert(1)</script>',
    "*:* OR {!frange l=0}1", "[resources[0]].x[", "javascript:alert(1)", "//", "http://[::1",
]  # fmt: skip
VALUES = [*_NO_TEXT, *_TEXTS]
#: One in so many values goes on behind the schema, and to a view; each field has its own part.
_PART = 1 if NIGHTLY else 6
#: One in so many values is asked for the whole way.
_WHOLE_WAY = 25
#: Fields that take more than a text.
_ANY = {"value", "alerts", "options", "records", "datasets", "sources"}
_NUMBERS = {"limit", "offset", "records", "number", "protocol", "days"}
_FLAGS = {"dry_run", "now", "history", "confirm", "deliver", "modified_is_file_time"}


@pytest.fixture
def portal_of_a_city(cities: Any, portal: StandIn) -> HarvestSource:
    """A source of Rostock that was harvested, its portal at an address that may be asked."""
    row = source(cities["rostock"]["id"])
    row.url = portal.turtle("/k.ttl", catalogue(Entry("a", "B\u00e4ume")))
    row.kind, row.from_file, row.settings = "rdf", False, {"schedule": "15 3 * * *"}
    model.Session.commit()
    engine.harvest(row.name)
    return row


@cache
def actions() -> dict[str, Any]:
    """What the plugin gives CKAN, by name."""
    found: dict[str, Any] = plugins.get_plugin("hanse").get_actions()
    return found


def test_every_action_of_ours_says_what_it_takes() -> None:
    ours = {name: call for name, call in actions().items() if name.startswith("hanse_")}
    assert len(ours) > 35
    assert [name for name, call in ours.items() if not hasattr(call, "hanse_fields")] == []
    assert len(VALUES) >= 50


def _valid(name: str, field: str) -> dict[str, Any]:
    """Values of the other fields with which an action gets as far as it can."""
    known: dict[str, Any] = {
        "id": "portal", "organization": "rostock", "title": "Neu", "url": "http://127.0.0.1:9/",
        "field": "title", "reason": "so", "rule": "title-missing", "verdict": "same",
        "of": "suggested", "sources": ["portal", "portal"], "records": [1], "alerts": {},
    }  # fmt: skip
    if "dataset" in name or "origin" in name or name.startswith("hanse_correction"):
        known["id"] = "baeume"
    if "city" in name or "desk" in name:
        known["id"] = "rostock"
    fields = actions()[name].hanse_fields()  # type: ignore[attr-defined]
    return {key: value for key, value in known.items() if key in fields and key != field}


#: They would set to work at once: what their schemas let pass is the same for each of them.
_WORKING = {
    "hanse_dataset_erase", "hanse_doctor", "hanse_harvest", "hanse_preview_ask",
    "hanse_source_check", "hanse_source_preview", "hanse_source_sync",
}  # fmt: skip


def _part(values: list[Any], turn: int) -> list[Any]:
    return values[turn % _PART :: _PART]


def _read(call: Any, field: str) -> tuple[list[Any], list[Any]]:
    """What the schema refuses of the values, and of the others those it tells apart."""
    schema, refused, meant = {field: call.hanse_fields()[field]}, [], {}
    for value in VALUES:
        found, errors = tk.navl_validate({field: value}, schema)
        if errors:
            refused.append(value)
        else:
            meant.setdefault(repr(found), value)
    return refused, list(meant.values())


def _asked(name: str, call: Any, field: str, turn: int) -> Iterator[Any]:
    """The values an action is called with.

    What its schema refuses never gets to it: a part of these is enough.
    """
    refused, meant = _read(call, field)
    yield from _part(refused, turn)
    if name in _WORKING:
        yield from (value for value in meant if field == "id" and isinstance(value, str))
        return
    doubtful = [value for value in meant if _must_be_refused(field, value)]
    yield from doubtful
    yield from _part([value for value in meant if value not in doubtful], turn)


def _must_be_refused(field: str, value: Any) -> bool:
    if field in _NUMBERS:
        return value in ("x", "vielleicht", "\x00", "1.5") or isinstance(value, dict)
    if field in _FLAGS:
        return value in ("x", "vielleicht", "\x00", "1.5") or isinstance(value, dict | list)
    if isinstance(value, bool | float) or field in _ANY:
        return isinstance(value, str) and field != "value" and "\x00" in value
    return any(value is item for item in _NO_TEXT)


def test_no_value_makes_an_action_fail(portal_of_a_city: HarvestSource) -> None:
    user = factories.Sysadmin()["name"]
    failed: list[Any] = []
    silent: list[Any] = []
    places = [
        (name, call, field)
        for name, call in actions().items()
        for field in getattr(call, "hanse_fields", dict)()
    ]
    for turn, (name, call, field) in enumerate(places):
        for value in _asked(name, call, field, turn):
            data = {**_valid(name, field), field: value}
            try:
                tk.get_action(name)({"user": user}, data)
            except tk.ValidationError as error:
                if field not in error.error_dict and _must_be_refused(field, value):
                    silent.append((name, field, value, error.error_dict))
            except (tk.NotAuthorized, tk.ObjectNotFound):
                pass
            except Exception as error:
                model.Session.rollback()
                failed.append((name, field, str(value)[:40], repr(error)[:200]))
            else:
                if _must_be_refused(field, value):
                    silent.append((name, field, value, "taken"))
    assert not failed, pformat(failed)
    assert not silent, pformat(silent)


def _over_http(visitor: Visitor, action: str, body: bytes) -> tuple[int, Any]:
    kind = {"Content-Type": "application/json"}
    answer = visitor.post(f"/api/3/action/{action}", data=body, headers=kind)
    return answer.status_code, answer.json


@pytest.fixture
def admin(site: Any, portal_of_a_city: HarvestSource) -> Visitor:
    """Somebody with a token who may do everything."""
    return Visitor(site, headers={"Authorization": factories.SysadminWithToken()["token"]})


def test_over_the_api_the_field_is_named(admin: Visitor) -> None:
    wrong = {
        "hanse_source_show": ("id", [b'"\\u0000"', b'"\\ud800"', b"{}", b"[1]", b'[{"a":1},5]']),
        "hanse_run_list": ("limit", [b'"x"', b"[]", b"{}", b"1.5", b"Infinity", b"NaN"]),
        "hanse_withdrawal_approve": ("now", [b'"vielleicht"', b"[1]", b"{}"]),
        "hanse_source_create": ("title", [b'"\\uDC00"', b"{}", b"[[]]"]),
        "package_show": ("id", [b'"a\\u0000b"', b'"\\udfff"']),
        "package_search": ("q", [b'"\\u0000"', b'"\\ud83d"']),
    }
    for action, (field, values) in wrong.items():
        for value in values:
            id = b"" if field == "id" else b'"id": "portal", "organization": "rostock", '
            body = b'{%s"%s": %s}' % (id, field.encode(), value)
            status, answer = _over_http(admin, action, body)
            assert 400 <= status < 500, (action, body, answer)
            assert field in answer["error"], (action, body, answer)
    for body in (
        b"[" * 50_000,
        b'{"a":' * 50_000,
        b'{"id": ' + b"[" * 50_000,
        b"\xff",
        b"7",
        b'""',
    ):
        assert 400 <= _over_http(admin, "hanse_source_show", body)[0] < 500, body[:9]
    # A whole pair is a ship, and words with a backslash before them are words.
    assert _over_http(admin, "package_search", b'{"q": "\\ud83d\\udea2 \\\\u0000"}')[0] == 200


_ODD: list[dict[str, Any]] = [
    {}, {"id": {}}, {"id": ["x"]}, {"id": 5}, {"q": {}}, {"query": [{}]}, {"package": 1},
    {"resource": []}, {"package": {}}, {"limit": "x"},
]  # fmt: skip


def test_what_of_ckan_we_complete_takes_no_harm_either(admin: Visitor) -> None:
    failed: list[Any] = []
    others = [name for name in actions() if not name.startswith("hanse_")]
    for name in others:
        for value in _ODD:
            status, answer = _over_http(admin, name, json.dumps(value).encode())
            if status >= 500:
                failed.append((name, value, answer["error"]))
    assert not failed, pformat(failed)


def _pages(app: Any) -> list[Rule]:
    ours = [
        rule
        for rule in app.url_map.iter_rules()
        if app.view_functions[rule.endpoint].__module__.startswith("ckanext.hanse")
        and not rule.rule.startswith("/<path:")
    ]
    # After these the dataset is no longer what the others are asked for.
    last = ("hanse_corrections.detach", "hanse_deletions.remove", "hanse_deletions.restore")
    return sorted(ours, key=lambda rule: rule.endpoint in last)


def _path(rule: Rule, app: Any, value: str | None = None) -> str:
    """The page of something there is, or with ``value`` in each of its places."""
    named = {"name": "portal", "id": "baeume", "rule": "title-missing", "number": 1, "pair": 1}
    named |= {
        "upload": "keine",
        "key": "0" * 16,
        "rest": "x",
        "path": "bau",
        "city": "rostock",
        "code": "envi",
        "day": "latest",
        "collection": "datasets",
        "record": "baeume",
    }
    if rule.endpoint.startswith("hanse_desk"):
        named["name"] = "rostock"
    if rule.endpoint == "hanse_rdf.dataset":
        named["name"] = "baeume"
    given: dict[str, Any] = {}
    for name, kind in rule._converters.items():
        if isinstance(kind, AnyConverter):
            given[name] = sorted(kind.items)[0]
        elif isinstance(kind, IntegerConverter):
            given[name] = named[name] if value is None else 10**30
        else:
            given[name] = "%s" if value is not None else named[name]
    with app.test_request_context():
        built = rule.build(given)
    assert built
    path = built[1]
    return path if value is None else path.replace("%25s", quote(value.encode(), safe=""))


def _names(app: Any, rule: Rule) -> list[str]:
    """What the module of a view reads of query and form."""
    module = inspect.getmodule(inspect.unwrap(app.view_functions[rule.endpoint]))
    assert module is not None
    text = inspect.getsource(module)
    found = set(re.findall(r'(?:args|form|values)\.get(?:list)?\(\s*"(\w+)"', text))
    if "source_form" in text:
        found |= source_form.BLANK.keys() | {"title", "url", "organization", "schedule_cron"}
        found |= {item["field_name"] for kind in source_options.options().values() for item in kind}
    if "from_form" in text:
        found |= {"title", "publisher-0-name", f"publisher-{'9' * 5000}-name"}
    return sorted(found | {"page", "limit"})


def _as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


#: In a form and in an address everything is a text; those with halves of pairs no client sends.
_SENT = [
    text for text in dict.fromkeys(map(_as_text, VALUES)) if not re.search("[\ud800-\udfff]", text)
]


_DECIDING = {"field": "publisher", "kind": "ckan", "schedule_kind": "weekly"}


def _spread(names: list[str], number: int) -> dict[str, str]:
    """Each field another value; as ``number`` goes on, each field gets every value."""
    given = {name: _SENT[(number + at) % len(_SENT)] for at, name in enumerate(names)}
    if number % 2:  # what decides which of the others are looked at
        given |= {name: word for name, word in _DECIDING.items() if name in names}
    return given


def _requests(
    app: Any, rule: Rule, first: int, step: int
) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """One in ``step`` of the values in the address, and in each field that the page reads."""
    names, path = _names(app, rule), _path(rule, app)
    for number in range(first % step, len(_SENT), step):
        if rule.arguments:
            yield "GET", _path(rule, app, _SENT[number]), {}
        for method in sorted({"GET", "POST"} & (rule.methods or set())):
            given = _spread(names, number)
            yield method, path, {"query_string" if method == "GET" else "data": given}


def _by_itself(app: Any, user: model.User, method: str, path: str, **given: Any) -> int:
    """Status of a view of ours, asked without what CKAN does before and after each request."""
    around = {"CKAN_LANG": "de", "CKAN_CURRENT_URL": path}  # by CKAN's middleware
    with app.test_request_context(path, method=method, environ_overrides=around, **given):
        g._login_user = g.userobj = user
        g.user = user.name
        try:
            for hook in (characters.check, *app.before_request_funcs.get(request.blueprint, [])):
                if (answer := hook()) is not None:
                    break
            else:
                answer = app.dispatch_request()
            return int(app.make_response(answer).status_code)
        except HTTPException as error:
            return error.code or 302
        except Exception as error:
            handlers = app.error_handler_spec[request.blueprint][None]
            for kind, handler in handlers.items():
                if isinstance(error, kind):
                    return int(app.make_response(handler(error)).status_code)
            raise


def _failures(ask: Callable[..., int], asked: Iterable[tuple[str, str, Any]]) -> list[Any]:
    """The first request of each kind of failure."""
    failed: dict[Any, Any] = {}
    for method, path, given in asked:
        try:
            status: Any = ask(method, path, **given)
        except Exception as error:
            model.Session.rollback()
            status = repr(error)[:300]
        if not isinstance(status, int) or (status >= 500 and path != "/harvest/health"):
            failed.setdefault((method, status), (method, path[:200], given, status))
    return list(failed.values())


def test_no_value_makes_a_view_fail(
    portal_of_a_city: HarvestSource, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    app = site.flask_app
    pages = _pages(app)
    assert len(pages) > 35
    monkeypatch.setattr(tk, "render", lambda *_, **__: "")  # the next test looks at those
    user = model.User.get(factories.Sysadmin()["id"])
    failed: list[Any] = []
    for number, rule in enumerate(pages):
        some = _requests(app, rule, number, _PART)
        failed += _failures(partial(_by_itself, app, user), some)
    assert not failed, pformat(failed)


def test_no_value_makes_a_page_fail(admin: Visitor, site: Any) -> None:
    """The whole way and with what is shown, each page with a part of the values."""
    app = site.flask_app
    failed: list[Any] = []
    for number, rule in enumerate(_pages(app)):
        some = _requests(app, rule, number, _WHOLE_WAY)
        failed += _failures(lambda *a, **b: admin.ask(*a, **b).status_code, some)
    assert not failed, pformat(failed)


@pytest.mark.parametrize(
    "path",
    [
        "/catalog.ttl?page=1000000000", "/catalog.ttl?page=-1", "/catalog.xml?page=" + "9" * 400,
        "/dataset/baeume.ttl?unknown=vielleicht", "/dataset/%00", "/dataset/?q=%00",
        "/organization/rostock?page=%00", "/user/%00", "/feeds/organization/%00.atom",
    ],
)  # fmt: skip
def test_an_odd_address_is_not_found_or_refused(admin: Visitor, path: str) -> None:
    answer = admin.get(path)
    assert 200 < answer.status_code < 500
    if "%00" in path:
        assert answer.status_code == 400
        assert "nicht gespeichert werden k\u00f6nnen" in answer.get_data(as_text=True)
