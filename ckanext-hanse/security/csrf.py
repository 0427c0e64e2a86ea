"""Every change that a session could make carries a CSRF token, whatever CKAN exempts.

CKAN 2.12 exempts a view for the whole process as soon as one request without a session has
come by, since it cannot exempt a request.  Here each request is judged by itself.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Response, current_app, g, request, session
from flask_wtf.csrf import CSRFError

from ckanext.hanse.security import refusal

_SAFE = {"GET", "HEAD", "OPTIONS", "TRACE"}
#: Forms of somebody who has no session yet: signing in as somebody else can be forged too.
_SIGN_IN = {
    "user.login", "user.register", "user.perform_reset", "user.request_reset",
    "hanse_reset.request_reset",
}  # fmt: skip
#: Reads that are POSTs; a page that was opened before the visitor had a session asks them.
_READS = {"datatablesview.ajax"}
_LOGOUT = "user.logout"
#: What a session holds before anything was put into it.
_EMPTY = {"_permanent"}


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
        # Nobody can make a foreign browser send the header; one that names nobody frees nothing.
        return not _by_token()
    if request.endpoint in _SIGN_IN:
        return True
    return request.endpoint not in _READS and bool(set(session) - _EMPTY)


def _by_token() -> bool:
    """Whether a valid API token says who asks; CKAN notes it for anonymous requests as well."""
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
    """Address of the form that was sent, "" if the address shows none."""
    rule = request.url_rule
    return request.path if rule is not None and "GET" in (rule.methods or ()) else ""


def _ask() -> Response:
    """A link cannot sign anybody out, a button can."""
    return Response(tk.render("user/logout_first.html", {"leaving": True}))
