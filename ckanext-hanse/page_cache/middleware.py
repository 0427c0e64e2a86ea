"""WSGI middleware that responds to visitors from memory."""

from __future__ import annotations

import time
from collections.abc import Callable, Hashable, Iterable
from functools import lru_cache
from typing import Any
from urllib.parse import parse_qsl, urlsplit
from wsgiref.types import WSGIApplication

from werkzeug.datastructures import MIMEAccept
from werkzeug.http import parse_accept_header
from werkzeug.wrappers import Response

from ckanext.hanse import settings
from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.page_cache import anonymous
from ckanext.hanse.page_cache.memory import CachedPage, PageMemory
from ckanext.hanse.page_cache.public import PUBLIC
from ckanext.hanse.security import crawling
from ckanext.hanse.store.page_generation import Generation


class PageCache:
    """Caches the pages that the application marks as public; responds 304 if unchanged."""

    def __init__(self, app: WSGIApplication, memory: PageMemory, generation: Generation) -> None:
        self._app = app
        self._memory = memory
        self._generation = generation

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Respond from memory, else from the application."""
        key = _key(environ) if self._memory.limit else None
        generation = self._generation.read() if key else None
        if key is None or generation is None:
            if key:
                # Changes meanwhile would go unnoticed.
                self._memory.clear()
            return self._through(environ, start_response, None, "")
        page = self._memory.get(key, generation, time.monotonic())
        # Searches count for the limit even from memory; the view creates the refusal.
        if page is None or crawling.is_too_much(environ, page.view):
            return self._through(environ, start_response, key, generation)
        response = Response(page.body, headers=list(page.headers))
        response.headers["Cache-Status"] = "hanse; hit"
        return response.make_conditional(environ)(environ, start_response)

    def _through(
        self,
        environ: dict[str, Any],
        start_response: Callable[..., Any],
        key: Hashable | None,
        generation: str,
    ) -> Iterable[bytes]:
        held: list[tuple[str, list[tuple[str, str]]]] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
            if PUBLIC in environ and not _sets_cookie(headers):
                held.append((status, headers))
                return None
            return start_response(status, headers, *rest)

        made = self._app(environ, start)
        if not held:
            return made
        try:
            body = b"".join(made)
        finally:
            getattr(made, "close", lambda: None)()
        status, headers = held[0]
        if key and environ[PUBLIC] and environ["REQUEST_METHOD"] == "GET":
            until = time.monotonic() + settings.page_seconds()
            self._memory.put(key, CachedPage.of(body, headers, until, environ[PUBLIC]), generation)
        response = Response([body], status, headers)  # a list: HEAD keeps its Content-Length
        return response.make_conditional(environ)(environ, start_response)


def _sets_cookie(headers: Iterable[tuple[str, str]]) -> bool:
    return any(name.lower() == "set-cookie" for name, _ in headers)


def _key(environ: dict[str, Any]) -> Hashable | None:
    """Return the key of a page in the cache; None for a request that is never served from it.

    The path includes the language.  Parameters are sorted by name.
    """
    if (
        environ.get("REQUEST_METHOD") not in ("GET", "HEAD")
        or "HTTP_ORIGIN" in environ
        or not anonymous.carries_none(environ)
        or not _prefers_html(environ.get("HTTP_ACCEPT", ""))
    ):
        return None
    host = environ.get("HTTP_HOST", "").lower()
    if host not in {urlsplit(address).netloc for address in settings.own_addresses()}:
        return None
    try:
        query = parse_qsl(environ.get("QUERY_STRING", ""), keep_blank_values=True, errors="strict")
    except ValueError:
        return None
    path = environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")
    return host, path, tuple(sorted(query, key=lambda pair: pair[0])), _wants_parts(environ)


def _wants_parts(environ: dict[str, Any]) -> bool:
    """Return whether htmx requests parts of a page."""
    restores = environ.get("HTTP_HX_HISTORY_RESTORE_REQUEST") == "true"
    return environ.get("HTTP_HX_REQUEST") == "true" and not restores


@lru_cache(maxsize=200)
def _prefers_html(accept: str) -> bool:
    """Return whether the request prefers HTML to the page's other formats."""
    if not accept:
        return True
    offered = ["text/html", *(kind.media_type for kind in SERIALISATIONS.values())]
    wanted = parse_accept_header(accept, MIMEAccept).best_match(offered, default="text/html")
    return wanted == "text/html"
