"""Reading from pages of other sites (CORS): what everyone may read, a script may read anywhere.

Such answers carry ``Access-Control-Allow-Origin: *``, never ``Access-Control-Allow-Credentials``:
a browser then sends neither cookie nor token, and hands out nothing that a visitor alone may see.
What writes is not among them; CKAN's own options (``ckan.cors.*``) are the operator's.
"""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Flask, Response, request

_READS = {"GET", "HEAD", "OPTIONS"}
#: Blueprints of data; their pages for people are left out.
_BLUEPRINTS = {
    *("hanse_rdf", "hanse_dumps", "hanse_changes", "hanse_results", "feeds"),
    *("hanse_records", "hanse_sitemap", "hanse_cite", "hanse_sparql", "hanse_described"),
    *("hanse_hvd", "hanse_services", "hanse_quality"),
}
#: Endpoints of data in other blueprints: an action called by GET changes nothing.
_ENDPOINTS = {"api.action", "hanse_statistics.file"}
#: Whose questions may be asked by POST too: SPARQL 1.1 Protocol, 2.1.
_ASKED_BY_POST = {"hanse_sparql"}
_EXPOSED = "Content-Disposition, ETag, Last-Modified, Link, Retry-After, X-Total-Count"
_ALLOWED = "Accept, Accept-Language, Content-Type, If-Modified-Since, If-None-Match, Range"
#: Seconds for which a browser need not ask again.
_SECONDS = "86400"


def install(app: Flask) -> None:
    """Add the headers to answers that everyone may read."""
    app.after_request(allow)


def allow(response: Response) -> Response:
    """Add the headers, if everyone may read the answer."""
    if not _is_open(response) or "Access-Control-Allow-Credentials" in response.headers:
        return response
    response.headers.setdefault("Access-Control-Allow-Origin", "*")
    response.headers.setdefault("Access-Control-Expose-Headers", _EXPOSED)
    if request.method == "OPTIONS":
        post = request.blueprint in _ASKED_BY_POST
        methods = "GET, HEAD, OPTIONS, POST" if post else "GET, HEAD, OPTIONS"
        response.headers["Access-Control-Allow-Methods"] = methods
        response.headers["Access-Control-Allow-Headers"] = _ALLOWED
        response.headers["Access-Control-Max-Age"] = _SECONDS
    return response


def _is_open(response: Response) -> bool:
    if request.blueprint not in _BLUEPRINTS and request.endpoint not in _ENDPOINTS:
        return False
    if request.method not in _READS and not (
        request.method == "POST" and request.blueprint in _ASKED_BY_POST
    ):
        return False
    if request.method == "OPTIONS":
        return True
    if response.mimetype == "text/html" or {"private", "no-store"} & set(response.cache_control):
        return False
    return not tk.current_user.is_authenticated
