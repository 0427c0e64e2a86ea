"""``/harvest/health`` and ``/harvest/metrics``: for monitoring, not for people.

A request without credentials is answered before CKAN opens a session or looks for a user:
it costs little, and reports which one is down even without Redis or the database.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any
from wsgiref.types import WSGIApplication

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.hanse import settings
from ckanext.hanse.monitoring import health, metrics
from ckanext.hanse.page_cache import anonymous

hanse_health = Blueprint("hanse_health", __name__)

_HEALTH, _METRICS = "/harvest/health", "/harvest/metrics"


@hanse_health.route(_HEALTH)
def harvest_health() -> Response:
    """Return 200 or 503, with the state of the components; for sysadmins with names."""
    state = health.state()
    if state["database"] == "ok" and getattr(tk.current_user, "sysadmin", False):
        state["details"] = health.details()
    return _answer(state)


@hanse_health.route(_METRICS)
def harvest_metrics() -> Response:
    """Return the same as metrics, if the operator made them public."""
    if not settings.metrics():
        tk.abort(404)
    return _figures(tk.request.headers.get("Accept", ""))


def _figures(accept: str) -> Response:
    text, content_type = metrics.exposition(accept)
    headers = {"Cache-Control": "no-store", "Vary": "Accept", "X-Content-Type-Options": "nosniff"}
    return Response(text, content_type=content_type, headers=headers)


def _answer(state: dict[str, Any]) -> Response:
    return Response(
        json.dumps(state, indent=1),
        status=200 if state["status"] == "ok" else 503,
        content_type="application/json",
        headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"},
    )


class Shortcut:
    """WSGI middleware that answers health requests itself."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer health requests without credentials; pass on all others."""
        asked = environ.get("REQUEST_METHOD") in ("GET", "HEAD")
        if not asked or not anonymous.carries_none(environ):
            return self._app(environ, start_response)
        path = environ.get("PATH_INFO", "")
        if path == _HEALTH:
            return _answer(health.state())(environ, start_response)
        if path == _METRICS and settings.metrics():
            return _figures(environ.get("HTTP_ACCEPT", ""))(environ, start_response)
        return self._app(environ, start_response)
