"""Visitors who are not signed in, and that no session begins for them without need."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import current_app, request, session
from flask_wtf.csrf import generate_csrf

#: What tells one visitor from another; the header of API tokens is the operator's.
_CREDENTIALS = ("HTTP_COOKIE", "HTTP_AUTHORIZATION", "REMOTE_USER")
#: What a session may hold without its being worth one: no token of a form, no user.
_WORTHLESS = {"_permanent", "_flashes", "_fresh"}
#: A preview's frame has a form that only reads: whoever has no session needs none for it.
_READING = {"dataset_resource.view", "resource.view"}


def carries_none(environ: dict[str, Any]) -> bool:
    """Whether a request carries no cookie and no credentials at all."""
    token = str(tk.config.get("apitoken_header_name") or "Authorization")
    names = (*_CREDENTIALS, "HTTP_" + token.upper().replace("-", "_"))
    return not any(environ.get(name) for name in names)


def has_session() -> bool:
    """Whether the visitor has a session that is worth one."""
    return bool(set(session) - _WORTHLESS)


def csrf_token() -> str:
    """The token for a form, which begins a session; "" where a form only reads."""
    if request.endpoint in _READING and not has_session():
        return ""
    return str(generate_csrf())


def spare_session() -> None:
    """Let no session begin that a GET alone would: a message read at once, or by nobody.

    Kept are those that a form's token or a user stands in, and those that were there before.
    """
    if request.method not in ("GET", "HEAD") or not session.modified:
        return
    if current_app.config["SESSION_COOKIE_NAME"] in request.cookies:
        return
    if not has_session():
        session.clear()
        session.modified = False
