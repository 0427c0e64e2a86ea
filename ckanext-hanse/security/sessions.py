"""Binds a session to a password: all sessions of an account end when its password changes.

Flask-Login stores the account's id in the session, and in the "remember me" cookie
of a browser.  Here the id is followed by a digest of the password's hash, in both.
"""

from __future__ import annotations

import logging
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import api_token
from flask import Flask, Request, Response, request, session
from flask.sessions import SessionMixin
from flask_login import decode_cookie, user_logged_in
from flask_session.base import ServerSideSessionInterface
from redis import RedisError

from ckanext.hanse.security import client

log = logging.getLogger(__name__)

_ID, _REMEMBER = "_user_id", "_remember"  # Flask-Login's keys
_BETWEEN = "|"
_NOWHERE = "nowhere"


def outlast(app: Flask) -> None:
    """Serve pages while the sessions' Redis is down, as to a visitor who is not signed in."""
    interface = app.session_interface
    if not isinstance(interface, ServerSideSessionInterface):
        return
    opened, saved = interface.open_session, interface.save_session

    def open_session(app: Flask, request: Request) -> SessionMixin:
        try:
            return opened(app, request)
        except RedisError as fault:
            log.warning("a session cannot be read, Redis is away: %s", fault)
            return interface.session_class(sid=_NOWHERE)

    def save_session(app: Flask, session: Any, response: Response) -> None:
        if session.sid != _NOWHERE:
            saved(app, session, response)

    interface.open_session, interface.save_session = open_session, save_session


def user(found: str) -> model.User | model.AnonymousUser | None:
    """Return the user of a session, anonymous if the password has changed since.

    None leaves it to CKAN: a valid API token takes precedence over the session.
    """
    if _comes_by_token():
        return None
    name, _, mark = found.partition(_BETWEEN)
    account = model.User.get(name)
    if account is not None:
        if mark and mark == _mark(account):
            return account
        if not mark and not _is_remembered(name):
            # Started other than by the form, or before sessions were bound: bind it from now on.
            session[_ID] = _bound(account)
            return account
    _end()
    return model.AnonymousUser()


def keep(response: Response) -> Response:
    """Keep the session in which its own password was just changed."""
    if request.method != "POST" or _BETWEEN not in str(session.get(_ID, "")):
        return response
    account = tk.current_user
    if account.is_authenticated and session[_ID].startswith(f"{account.id}{_BETWEEN}"):
        now = _bound(account)
        if session[_ID] != now:
            session[_ID] = now
    return response


def _is_remembered(name: str) -> bool:
    """Return whether the "remember me" cookie has only this id, without the digest."""
    cookie = request.cookies.get(tk.config["REMEMBER_COOKIE_NAME"], "")
    return bool(cookie) and decode_cookie(cookie) == name


def _begin(sender: Any, user: model.User, **more: Any) -> None:
    session[_ID] = _bound(user)


def _end() -> None:
    for key in (_ID, "_fresh", "_id"):
        session.pop(key, None)
    if tk.config["REMEMBER_COOKIE_NAME"] in request.cookies:
        session[_REMEMBER] = "clear"


def _bound(account: model.User) -> str:
    return f"{account.id}{_BETWEEN}{_mark(account)}"


def _mark(account: model.User) -> str:
    return client.hashed(f"session {account.id} {account.password}")


def _comes_by_token() -> bool:
    token = request.headers.get(tk.config["apitoken_header_name"], "")
    return bool(token) and api_token.get_user_from_token(token) is not None


user_logged_in.connect(_begin)
