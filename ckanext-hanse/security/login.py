"""Slows down guessing of passwords, and of the keys of reset links.

Each pair of account and address has its own limit, so that guessing does not block the owner
elsewhere.  An address that fails often is slowed for all accounts, an account that is guessed
from many addresses for all of them; neither applies to an address from which the owner has
signed in before.  Nothing is ever locked.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import mailer, signals
from flask import Response, g, request
from limits import parse
from passlib.hash import pbkdf2_sha512

from ckanext.hanse import settings
from ckanext.hanse.security import client, counting, refusal

_LOGIN, _EDIT, _RESET = "user.login", "user.edit", "user.perform_reset"
#: Attempts at an account under attack, from all addresses together.
_SLOWLY = [parse("1 per 10 second")]
#: How long an address is remembered from which the owner has signed in.
_KNOWN = [parse("1 per 30 day")]
#: passlib refuses longer passwords.
_LONGEST = 4096


@dataclass(frozen=True, slots=True)
class _Attempt:
    """An attempt to sign in: account and address, both hashed."""

    account: str
    network: str
    exempt: bool

    def wait(self) -> int:
        """Return the seconds to wait before the attempt is allowed, 0 if it may be made now."""
        if wait := counting.hit(settings.limits("login"), self.account, self.network):
            return wait
        if counting.full(_KNOWN, "known", self.account, self.network):
            return 0
        if self.network and not self.exempt:
            limits = settings.limits("login_address")
            if wait := counting.full(limits, "login", self.network):
                return wait
        if counting.full(settings.limits("login_account"), "login", self.account):
            return counting.hit(_SLOWLY, "slowly", self.account)
        return 0

    def failed(self) -> None:
        """Count a failure for address and account."""
        if self.network and not self.exempt:
            counting.hit(settings.limits("login_address"), "login", self.network)
        counting.hit(settings.limits("login_account"), "login", self.account)

    def succeeded(self, *, signed_in: bool) -> None:
        """Reset the failures of this pair; after a sign-in, remember the address."""
        counting.clear(settings.limits("login"), self.account, self.network)
        if signed_in and self.network:
            counting.clear(_KNOWN, "known", self.account, self.network)
            counting.hit(_KNOWN, "known", self.account, self.network)


def check() -> Response | None:
    """Refuse an attempt that comes too soon; None lets the request pass."""
    account = _account()
    if account is None:
        return None
    address = client.address()
    attempt = _Attempt(account, client.network(address), client.is_exempt(address))
    if wait := attempt.wait():
        return _refuse(wait)
    g.hanse_attempt = attempt
    return _reset_link() if request.endpoint == _RESET else None


def note(response: Response) -> Response:
    """Count the attempt that was made."""
    attempt = g.pop("hanse_attempt", None)
    if attempt is None:
        return response
    if _has_failed(response):
        attempt.failed()
    else:
        attempt.succeeded(signed_in=request.endpoint == _LOGIN)
    return response


def _account() -> str | None:
    """Return the account that the request tries to access, None if it is no such attempt."""
    if request.endpoint == _RESET:
        return _name_of(str((request.view_args or {}).get("id", "")))
    if request.method != "POST":
        return None
    if request.endpoint == _LOGIN and not tk.current_user.is_authenticated:
        return _name_of(request.form.get("login", ""))
    if request.endpoint == _EDIT and request.form.get("old_password"):
        return _name_of(tk.current_user.name)
    return None


def _has_failed(response: Response) -> bool:
    if request.endpoint == _LOGIN:
        return not tk.current_user.is_authenticated
    if request.endpoint == _EDIT:
        return bool(g.get("hanse_wrong_password"))
    return response.status_code >= 400


def _name_of(login: str) -> str:
    """Return one name for an account, whichever of its names is used; also if there is none."""
    user = find(login)
    return client.hashed(f"account {user.id if user else login.strip().lower()}")


def find(login: str) -> model.User | None:
    """Return the account of a user name, id or e-mail address, an active one first."""
    login = login.replace("\x00", "").strip()
    mail = sa.func.lower(model.User.email) == login.lower()
    asked = sa.or_(model.User.name == login, model.User.id == login, mail)
    query = model.Session.query(model.User).filter(asked).order_by(model.User.state)
    return query.first() if login else None


def _reset_link() -> Response | None:
    """Respond to a wrong key in the same way, whether the account exists or not."""
    user = model.User.get((request.view_args or {}).get("id"))
    if user is None or not mailer.verify_reset_link(user, request.args.get("key")):
        tk.abort(403, tk._("This link to reset a password is not valid, or no longer."))
    return None


def _refuse(wait: int) -> Response:
    if request.endpoint != _LOGIN or refusal.wants_json():
        return refusal.too_many_attempts(wait)
    page = tk.render("user/login.html", {"error_summary": {"": refusal.attempts(wait)}})
    return Response(page, 429, {"Retry-After": str(wait), "Cache-Control": "no-store"})


def as_long_as_for_others(identity: dict[str, Any]) -> None:
    """Make the refusal of an account that cannot be used take as long as that of any other.

    CKAN hashes the password only if there is one to compare it with.  Values that the database or
    the hash function would not accept are removed.
    """
    identity["login"] = str(identity.get("login") or "").replace("\x00", "")
    password = str(identity.get("password") or "")
    identity["password"] = password if len(password) <= _LONGEST else ""
    user = model.User.by_name(identity["login"]) or model.User.by_email(identity["login"])
    compares = user and user.is_active and pbkdf2_sha512.identify(user.password or "")
    if identity["password"] and not compares:
        pbkdf2_sha512.verify(identity["password"], _nobody())


@cache
def _nobody() -> str:
    """Return the hash of a password that no account has."""
    return str(pbkdf2_sha512.hash("nobody"))


def _wrong(sender: Any, **more: Any) -> None:
    g.hanse_wrong_password = True


signals.failed_login.connect(_wrong)
