"""Detects visitors who are not signed in, and avoids sessions for them."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf

#: Headers that identify a visitor; that of API tokens is configurable.
_CREDENTIALS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "REMOTE_USER")
#: Keys of a session that need not be stored: no CSRF token, no user.
_WORTHLESS = {"_permanent", "_flashes", "_fresh"}
#: A preview's frame has a form that only reads: without a session it needs no token.
_READING = {"dataset_resource.view", "resource.view"}


def carries_none(environ: dict[str, Any]) -> bool:
    """Return whether a request has neither a cookie nor credentials."""
    token = str(tk.config.get("apitoken_header_name") or "Authorization")
    names = (*_CREDENTIALS, "HTTP_" + token.upper().replace("-", "_"))
    return not any(environ.get(name) for name in names)


def has_session() -> bool:
    """Return whether the visitor has a session that must be stored."""
    return bool(set(session) - _WORTHLESS)


def csrf_token() -> str:
    """Return the token for a form, which starts a session; "" for a form that only reads."""
    if request.endpoint in _READING and not has_session():
        return ""
    return str(generate_csrf())


def spare_session() -> None:
    """Prevent a GET from starting a session only for a message that is shown at once or never.

    Sessions with a CSRF token or a user are kept, and those that existed before.
    """
    if request.method not in ("GET", "HEAD") or not session.modified:
        return
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return
    if not has_session():
        session.clear()
        session.modified = False
