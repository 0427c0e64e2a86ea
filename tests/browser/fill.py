"""Fills the tests' catalogue for the browser: ``python fill.py INI``, a process of its own.

Empties the tests' databases and index, makes the cities and sources, harvests
Rostock whole and some of Wismar, leaves Stralsund empty.  The last line it
prints is JSON: ``{"passwords": {name: password}, "token": token for xloader,
"names": what addresses of pages are put together of, "rules": {rule of an address: endpoint}}``.
"""

from __future__ import annotations

import json
import secrets
import sys
from typing import Any

import examples
from ckan.cli import CKANConfigLoader
from ckan.config.middleware import make_app

#: Name → city and role there.
OFFICERS = {
    "stralsund-daten": ("stralsund", "editor"),
    "rostock-daten": ("rostock", "editor"),
    "wismar-verwaltung": ("wismar", "admin"),
}


def main(ini: str) -> None:
    """Empty, fill, and say how to sign in."""
    app = make_app(CKANConfigLoader(ini).get_config())
    with app._wsgi_app.test_request_context():  # type: ignore[attr-defined]
        _empty()
        site_user = _call("get_site_user", {})["name"]
        _call("hanse_source_sync", {})
        _harvest({"id": "nachbau-rostock"})
        _harvest({"id": "nachbau-wismar", "limit": 25})
        _pushed_to("rathaus-wismar")
        passwords = {name: _officer(name, *place) for name, place in OFFICERS.items()}
        passwords["betrieb"] = _sysadmin("betrieb")
        names = examples.make(_call)
        _answer_queries()
        token = _call("api_token_create", {"user": site_user, "name": "xloader"})["token"]
        made = {"passwords": passwords, "token": token, "names": names, "rules": _rules(app)}
        print(json.dumps(made))


def _empty() -> None:
    from ckan import model
    from ckan.cli.db import _run_migrations
    from ckan.lib import search

    for plugin in ("", "activity", "hanse"):
        _run_migrations(plugin)
    model.repo.tables_created_and_initialised = True
    model.repo.delete_all()
    search.clear_all()


def _answer_queries() -> None:
    from ckanext.hanse.sparql import jobs

    jobs.build()


def _harvest(data: dict[str, object]) -> None:
    report = _call("hanse_harvest", data)
    if report["status"] == "failed":
        sys.exit(f"{data['id']}: {report['message']}")


def _pushed_to(name: str) -> None:
    """A source of Wismar whose records are pushed, with a token."""
    made = {"organization": "wismar", "title": "Fachverfahren im Rathaus", "name": name}
    _call("hanse_source_create", {**made, "kind": "push", "url": "push:"})
    _call("hanse_push_token_create", {"id": name, "title": "Server im Rathaus"})


def _officer(name: str, city: str, role: str) -> str:
    password = _account(name, f"Datenbüro {city.title()}")
    _call("organization_member_create", {"id": city, "username": name, "role": role})
    return password


def _sysadmin(name: str) -> str:
    password = _account(name, "Betrieb")
    _call("user_patch", {"id": name, "sysadmin": True})
    return password


def _account(name: str, fullname: str) -> str:
    password = secrets.token_urlsafe(12)
    user = {"name": name, "email": f"{name}@example.org", "fullname": fullname}
    _call("user_create", {**user, "password": password})
    return password


def _rules(app: Any) -> dict[str, str]:
    """Every address that answers a GET."""
    rules = app._wsgi_app.url_map.iter_rules()
    return {rule.rule: rule.endpoint for rule in rules if "GET" in rule.methods}


def _call(action: str, data: dict[str, Any]) -> Any:
    import ckan.plugins.toolkit as tk

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return tk.get_action(action)({"ignore_auth": True, "user": user}, data)


if __name__ == "__main__":
    main(sys.argv[1])
