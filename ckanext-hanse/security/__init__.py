"""What protects the site and its people from the web: forged requests, guessing, floods.

``install`` puts the checks before every view, CKAN's and other plugins' too.
"""

from __future__ import annotations

from ckan.common import CKANConfig
from flask import Flask

from ckanext.hanse.security import asking, characters, crawling, csrf, login, sessions

#: In the order in which they are asked.
CHECKS = (characters.check, csrf.check, login.check, crawling.check, asking.check)


def install(app: Flask) -> None:
    """Ask the checks as soon as CKAN knows the user, before any other plugin's hook acts."""
    hooks = app.before_request_funcs.setdefault(None, [])
    names = [hook.__name__ for hook in hooks]
    at = names.index("ckan_before_request") + 1 if "ckan_before_request" in names else 0
    hooks[at:at] = CHECKS
    app.after_request(login.note)
    app.after_request(sessions.keep)
    app.teardown_request(asking.leave)
    sessions.outlast(app)


def secure_cookies(config: CKANConfig) -> None:
    """Let cookies go over TLS alone where the site is reached by it."""
    if str(config.get("ckan.site_url") or "").startswith("https://"):
        config["SESSION_COOKIE_SECURE"] = config["REMEMBER_COOKIE_SECURE"] = True
