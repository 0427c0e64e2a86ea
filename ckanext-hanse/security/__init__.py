"""What protects the site and its people from the web: forged requests, guessing, floods.

``install`` puts the checks before every view, CKAN's and other plugins' too.
"""

from __future__ import annotations

from flask import Flask

from ckanext.hanse.security import csrf

#: In the order in which they are asked.
CHECKS = (csrf.check,)


def install(app: Flask) -> None:
    """Ask the checks as soon as CKAN knows the user, before any other plugin's hook acts."""
    hooks = app.before_request_funcs.setdefault(None, [])
    names = [hook.__name__ for hook in hooks]
    at = names.index("ckan_before_request") + 1 if "ckan_before_request" in names else 0
    hooks[at:at] = CHECKS
