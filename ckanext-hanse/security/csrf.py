"""Requires a CSRF token for every change that a session could make, whatever CKAN exempts.

CKAN 2.12 exempts a view for the whole process after the first request without a session,
since it cannot exempt a single request.  Here each request is checked by itself.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Flask, Response, current_app, g, request, session
from flask_wtf.csrf import CSRFError

from ckanext.hanse.security import refusal

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
#: Forms used without a session: signing in to another account can be forged too.
_SIGN_IN = {
    "user.login", "user.register", "user.perform_reset", "user.request_reset",
    "hanse_reset.request_reset",
}  # fmt: skip
#: Reads that are POSTs; a page opened before the visitor had a session sends them.
_READS = {"datatablesview.ajax", "hanse_sparql.endpoint"}
_LOGOUT = "user.logout"
#: Content of a session before anything was stored in it.
_EMPTY = {"_permanent"}


def leave_reads_to_us(app: Flask) -> None:
    """Exempt from CKAN's own check what other sites may send: :func:`check` still checks it."""
    app.extensions["csrf"].exempt("ckanext.hanse.views.sparql.endpoint")


def check() -> Response | None:
    """Refuse a change without a valid token; None lets the request pass."""
    if not current_app.config["WTF_CSRF_ENABLED"] or request.endpoint is None:
        return None
    if request.method in _SAFE:
        return _ask() if request.endpoint == _LOGOUT and _signed_in() else None
    if not _needs_token():
        return None
    try:
        current_app.extensions["csrf"].protect()
    except CSRFError:
        return _refuse()
    return None


def _needs_token() -> bool:
    if tk.current_user.is_authenticated:
        # A foreign site cannot set the header; a token of no account exempts nothing.
        return not _by_token()
    if request.endpoint in _SIGN_IN:
        return True
    return request.endpoint not in _READS and bool(set(session) - _EMPTY)


def _by_token() -> bool:
    """Return whether a valid API token was sent; CKAN sets its flag for anonymous requests too."""
    return bool(g.get("login_via_auth_header")) and bool(tk.current_user.is_authenticated)


def _signed_in() -> bool:
    return bool(tk.current_user.is_authenticated) and not _by_token()


def _refuse() -> Response:
    return refusal.answer(
        400,
        kind="CSRF Error",
        heading=tk._("Please send it once more"),
        text=tk._(
            "The page was open for too long, or you have signed in anew since. Go back, load the "
            "page again and send it once more. Nothing was changed."
        ),
        again=_form(),
    )


def _form() -> str:
    """Return the URL of the submitted form, "" if its URL shows none."""
    rule = request.url_rule
    return request.path if rule is not None and "GET" in (rule.methods or ()) else ""


def _ask() -> Response:
    """Ask for confirmation: a link must not sign out the user, a button may."""
    return Response(tk.render("user/logout_first.html", {"leaving": True}))
