"""Protects the site and its users from the web: forged requests, guessing, floods.

``install`` runs the checks before every view, CKAN's and other plugins' included.
"""

from __future__ import annotations

from ckan.common import CKANConfig
from flask import Flask

from ckanext.hanse.security import asking, characters, crawling, csrf, large, login, sessions

#: In the order in which they run.
CHECKS = (large.check, characters.check, csrf.check, login.check, crawling.check, asking.check)


def install(app: Flask) -> None:
    """Run the checks as soon as CKAN knows the user, before any other plugin's hook."""
    hooks = app.before_request_funcs.setdefault(None, [])
    names = [hook.__name__ for hook in hooks]
    at = names.index("ckan_before_request") + 1 if "ckan_before_request" in names else 0
    hooks[at:at] = CHECKS
    csrf.leave_reads_to_us(app)
    app.after_request(login.note)
    app.after_request(sessions.keep)
    app.teardown_request(asking.leave)
    sessions.outlast(app)


def secure_cookies(config: CKANConfig) -> None:
    """Send cookies over TLS only, if the site is reached by it."""
    if str(config.get("ckan.site_url") or "").startswith("https://"):
        config["SESSION_COOKIE_SECURE"] = config["REMEMBER_COOKIE_SECURE"] = True
