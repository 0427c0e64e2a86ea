"""Which responses may be cached for everyone, and the headers for them."""

from __future__ import annotations

import re

import ckan.plugins.toolkit as tk
from flask import Response, g, request, session

from ckanext.hanse import settings
from ckanext.hanse.page_cache import anonymous, lasting
from ckanext.hanse.search import parameters

#: Key in the WSGI environment of a request whose response is the same for everyone: the view whose
#: page may be served from memory, "" if it may not.
PUBLIC = "hanse.page_cache.public"
#: Pages to cache, and their known parameters; with any other parameter the page is not cached.
_SEARCH = {"q", "sort", "page", "tags"}
_KEPT = {
    "home.index": set[str](),
    "dataset.read": set[str](),
    "dataset.search": _SEARCH,
    "organization.read": _SEARCH,
    "hanse_themes.show": set[str](),
    "hanse_statistics.index": set[str](),
    "hanse_services.index": {"organization"},
    "hanse_services.of_kind": {"organization", "page"},
}
#: Maximum length of a query string.
_LONGEST_QUERY = 500
#: Endpoints of files that come with the software; seconds for which browsers may keep them.
_FILES = {"static", "webassets.index", "api.i18n_js_translations"}
_FILE_SECONDS = 3600
#: An asset whose name holds a hash of its content, such as ``65bd7462_site.css``.
_HASHED = re.compile(r".*/[0-9a-f]{8}_[^/]+")
_HASHED_SECONDS = 365 * 24 * 3600


def finish(response: Response) -> Response:
    """Set the caching headers of a response, after CKAN's own."""
    anonymous.spare_session()
    if _is_public(response):
        response.cache_control.private = None
        response.cache_control.public = True
        # Browsers must revalidate, or they would show a page from before signing in.
        response.cache_control.max_age = 0
        response.cache_control.s_maxage = settings.shared_seconds()
        response.cache_control.must_revalidate = True
        response.headers.setdefault("Content-Language", tk.h.lang())
        response.add_etag(weak=True)
        request.environ[PUBLIC] = str(request.endpoint) if _is_kept() else ""
    elif request.endpoint in _FILES and response.status_code in (200, 304):
        _keep_file(response)
    elif (seconds := g.get("hanse_kept_seconds")) and not _is_personal():
        _keep_for(response, int(seconds))
    elif _is_personal() or {"private", "no-store"} & set(response.cache_control):
        # CKAN marks every response without a template as public, private files too.
        response.cache_control.public = None
        response.cache_control.private = True
    if response.mimetype == "text/html":
        response.vary.update(("Cookie", _token_header(), "HX-Request"))
    return response


def _keep_file(response: Response) -> None:
    """Let browsers keep a file; CKAN would have them ask for each of a page's twenty again."""
    response.cache_control.no_cache = None
    response.cache_control.must_revalidate = None
    response.cache_control.public = True
    response.vary.clear()  # CKAN names the cookie: signing in would make all of them new
    response.cache_control.max_age = _FILE_SECONDS
    hashed = (
        _HASHED.fullmatch(request.path)
        if request.endpoint == "webassets.index"
        else request.endpoint == "static"
        and lasting.is_lasting(request.path, request.args.get("v"))
    )
    if hashed:
        response.cache_control.max_age = _HASHED_SECONDS
        response.cache_control.immutable = True


def _keep_for(response: Response, seconds: int) -> None:
    """Let everybody keep what is the same for everyone, such as a badge on another site."""
    response.cache_control.no_cache = response.cache_control.private = None
    response.cache_control.must_revalidate = None
    response.cache_control.public = True
    response.cache_control.max_age = seconds


def keep_for(seconds: int) -> None:
    """Mark the response as one that everybody may keep for so long, if it is not personal."""
    g.hanse_kept_seconds = seconds


def search_asked() -> None:
    """Mark that a search begins; until it is answered, the page is incomplete."""
    if g:
        g.hanse_unanswered = g.get("hanse_unanswered", 0) + 1


def search_answered() -> None:
    """Mark the last search as answered."""
    if g:
        g.hanse_unanswered = g.get("hanse_unanswered", 0) - 1


def _is_public(response: Response) -> bool:
    return (
        request.method in ("GET", "HEAD")
        and response.status_code == 200
        and response.mimetype == "text/html"
        and not response.is_streamed
        and not response.direct_passthrough
        and not {"Set-Cookie", "Content-Disposition"} & set(response.headers.keys())
        and "no-store" not in response.cache_control
        and not g.get("hanse_unanswered")
        and not _is_personal()
    )


def _is_personal() -> bool:
    """Return whether the response may depend on the user, or starts a session."""
    credentials = request.headers.get(_token_header()) or request.headers.get("Authorization")
    return bool(tk.current_user.is_authenticated or session or session.modified or credentials)


def _is_kept() -> bool:
    known = _KEPT.get(str(request.endpoint))
    if known is None or len(request.query_string) > _LONGEST_QUERY:
        return False
    if known:
        known = known | parameters.NARROWING
    return set(request.args) <= known


def _token_header() -> str:
    return str(tk.config.get("apitoken_header_name") or "Authorization")
