"""Fills the tests' catalogue for the browser: ``python fill.py INI``, a process of its own.

Empties the tests' databases and index, makes the cities and sources, harvests
Rostock whole and some of Wismar, leaves Stralsund empty.  The last line it
prints is JSON: ``{"passwords": {name: password}, "token": token for xloader}``.
"""

from __future__ import annotations

import json
import secrets
import sys

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
        passwords = {name: _officer(name, *place) for name, place in OFFICERS.items()}
        token = _call("api_token_create", {"user": site_user, "name": "xloader"})["token"]
        print(json.dumps({"passwords": passwords, "token": token}))


def _empty() -> None:
    from ckan import model
    from ckan.cli.db import _run_migrations
    from ckan.lib import search

    for plugin in ("", "activity", "hanse"):
        _run_migrations(plugin)
    model.repo.tables_created_and_initialised = True
    model.repo.delete_all()
    search.clear_all()


def _harvest(data: dict[str, object]) -> None:
    report = _call("hanse_harvest", data)
    if report["status"] == "failed":
        sys.exit(f"{data['id']}: {report['message']}")


def _officer(name: str, city: str, role: str) -> str:
    password = secrets.token_urlsafe(12)
    user = {"name": name, "email": f"{name}@example.org", "fullname": f"Datenbüro {city.title()}"}
    _call("user_create", {**user, "password": password})
    _call("organization_member_create", {"id": city, "username": name, "role": role})
    return password


def _call(action: str, data: dict[str, object]) -> dict[str, str]:
    import ckan.plugins.toolkit as tk

    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    found: dict[str, str] = tk.get_action(action)({"ignore_auth": True, "user": user}, data)
    return found


if __name__ == "__main__":
    main(sys.argv[1])
