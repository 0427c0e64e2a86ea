"""The SPARQL endpoint: the protocol for programs, a page with questions for people.

SPARQL 1.1 Protocol (W3C, 2013), query operation: GET with ``query``, POST as a form or as
``application/sparql-query``.  What is answered is public, so that every site may ask; a signed-in
user sees nothing more.
"""

from __future__ import annotations

import hashlib
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.presentation import query_page
from ckanext.hanse.security import client
from ckanext.hanse.security.places import Places
from ckanext.hanse.sparql import options
from ckanext.hanse.store.rdf import site
from ckanext.hanse.views import streaming
from hanse_harvesters.sparql import description
from hanse_harvesters.sparql.answering import Answer, ask
from hanse_harvesters.sparql.errors import (
    QueryError,
    QueryRefused,
    QueryTooCostly,
    StoreUnavailable,
)
from hanse_harvesters.sparql.folder import BuiltStore
from hanse_harvesters.sparql.forms import ALSO, GRAPHS, TABLES, Wanted
from hanse_harvesters.sparql.questions import questions

hanse_sparql = Blueprint("hanse_sparql", __name__)

_STATUS = ((StoreUnavailable, 503), (QueryTooCostly, 422), (QueryError, 400))
_GRAPH_KEYS = ("default-graph-uri", "named-graph-uri", "using-graph-uri", "using-named-graph-uri")
#: Seconds after which a refused request may be repeated; between two looks at the line.
_WAIT, _LOOK = 10, 0.1
#: Seconds for which a place is kept beyond the longest query.
_GRACE = 10
#: Bytes that are sent at once; of an answer of which few are sent at a time.
_PIECE, _LARGE = 1 << 18, 1 << 20
_READS = ("GET", "HEAD")
_PAGE = "text/html"
#: Also for errors and signed-in users; the rest is that of all data (ckanext.hanse.security.cors).
_HEADERS = {
    "Access-Control-Allow-Origin": "*",
    "Access-Control-Expose-Headers": "ETag, Last-Modified, Link, Retry-After, X-Result-Cut",
}
_places = Places("sparql")


class _Busy(QueryError):
    """No place in the line."""


@dataclass(frozen=True, slots=True)
class _Asked:
    """A query and the forms of its answer; ``page``: a person reads it."""

    query: str
    wanted: Wanted
    page: bool


@hanse_sparql.route("/sparql", methods=["GET", "POST", "OPTIONS"])
def endpoint() -> Response:
    """Answer a query; without one show the page, or describe the service to programs."""
    if not options.enabled():
        return tk.abort(404, tk._("This site answers no queries."))
    if request.method == "OPTIONS":
        return _with_headers(Response(status=204))
    built = options.stores().current()
    page = _prefers_page()
    given = ""
    try:
        given = _query()
        if not given and request.method in _READS and "query" not in request.args:
            return _page(built) if page else _description(built)
        asked = _Asked(given, Wanted() if page else _wanted(), page)
        return _answer(asked, built)
    except QueryError as error:
        return _page(built, given, error=error) if page else _told(error)


def _answer(asked: _Asked, built: BuiltStore | None) -> Response:
    """Return the answer, or 304 without asking the store."""
    if built is None:
        raise StoreUnavailable("sparql-store-none")
    stamp = repr((built.id, asked, options.limits(), language.of_page()))
    empty = Response()
    empty.set_etag(hashlib.sha256(stamp.encode()).hexdigest()[:32])
    if request.method in _READS and not asked.page:
        empty.last_modified = built.made
        if empty.make_conditional(request).status_code == 304:
            return _with_headers(empty)
    note = f"{site()}/sparql#limits"
    with _place():
        excerpt = query_page.EXCERPT if asked.page else None
        answer = ask(built.data, asked.query, asked.wanted, options.limits(), note, excerpt)
    if asked.page:
        with answer.body:
            return _page(built, asked.query, query_page.shown(answer, language.of_page()))
    found = _sent(answer)
    if found.status_code != 200:
        return _with_headers(found)
    found.headers["Cache-Control"] = "public, no-cache"
    found.headers["X-Content-Type-Options"] = "nosniff"
    if _format():  # a link of the page
        found.headers["Content-Disposition"] = f'attachment; filename="sparql.{answer.form}"'
    if answer.cut:
        found.headers["X-Result-Cut"] = f"{answer.cut}; after={answer.rows}"
        found.headers.add("Link", f'<{note}>; rel="help"')
    if request.method in _READS:
        found.set_etag(empty.get_etag()[0] or "")
        found.last_modified = built.made
    return _with_headers(found)


def _sent(answer: Answer) -> Response:
    """Return the document; 503 while too many large ones are being sent.

    A slow reader holds a thread and a file, neither a process nor a place in the line; of large
    documents only few are sent at a time, and small ones fit into the system's own buffers.
    """
    streaming.hurry()
    kind = f"{answer.media_type}; charset=utf-8"
    if answer.size > _LARGE:
        busy = tk._("Too many large answers are being sent. Try again in a minute, or use LIMIT.")
        found = streaming.limited(
            lambda place: Response(place.during(_pieces(answer)), content_type=kind), busy
        )
    else:
        found = Response(_pieces(answer), content_type=kind)
    found.call_on_close(answer.body.close)
    if found.status_code == 200:
        found.content_length = answer.size
    return found


def _pieces(answer: Answer) -> Iterator[bytes]:
    while piece := answer.body.read(_PIECE):
        yield piece


@contextmanager
def _place() -> Iterator[None]:
    """Hold a place in the line, at its turn; raise :class:`_Busy` if there is none in time."""
    address = client.address()
    total = options.at_once() + options.waiting()
    place = _places.take(
        client.network(address),
        total=total,
        each=total if client.is_exempt(address) else 1,
        longest=options.patience() + options.limits().seconds + _GRACE,
        alone=options.at_once(),
    )
    if not place:
        raise _Busy("sparql-busy", seconds=_WAIT)
    try:
        model.Session.rollback()  # hold no transaction while the query runs
        until = time.monotonic() + options.patience()
        while not _places.is_first(place, options.at_once()):
            if time.monotonic() > until:
                raise _Busy("sparql-busy", seconds=_WAIT)
            time.sleep(_LOOK)
        yield
    finally:
        _places.give_back(place)


def _query() -> str:
    """Return the query of the request, "" for none; QueryRefused for what is no query."""
    given: Mapping[str, str] = request.args
    found = ""
    if request.method == "POST":
        kind = request.mimetype
        if kind == "application/sparql-query":
            found = request.get_data().decode("utf-8", "replace")
        elif kind in ("application/x-www-form-urlencoded", "multipart/form-data"):
            given = {**request.args, **request.form}
        elif kind == "application/sparql-update":
            raise QueryRefused("sparql-update", word="UPDATE")
        else:
            raise QueryRefused("sparql-media-type", kind=kind or "–")
    if "update" in given:
        raise QueryRefused("sparql-update", word="UPDATE")
    for key in _GRAPH_KEYS:
        if key in given:
            raise QueryRefused("sparql-graphs", key=key)
    if question := given.get("question", ""):
        found = next((item.query for item in questions() if item.id == question), "")
    return (found or given.get("query", "")).replace("\r\n", "\n")


def _format() -> str:
    return request.values.get("format", "")


def _prefers_page() -> bool:
    """Return whether the request comes from a browser that is to show a page."""
    if _format() in (*TABLES, *GRAPHS):
        return False
    # Among those that are accepted alike, what programs want goes before the page.
    offered = [*TABLES.values(), *GRAPHS.values(), *ALSO, _PAGE]
    return request.accept_mimetypes.best_match(offered) == _PAGE


def _wanted() -> Wanted:
    """Return the forms that the request asks for, by ``format`` or by what it accepts."""
    form = _format()
    if form in TABLES:
        return Wanted(form, "")
    if form in GRAPHS:
        return Wanted("", form)
    if not request.accept_mimetypes:
        return Wanted()
    return Wanted(_best(TABLES), _best(GRAPHS))


def _best(forms: Mapping[str, str]) -> str:
    """Return which of the forms is accepted best, "" for none."""
    names = {media_type: form for form, media_type in forms.items()}
    names |= {kind: form for kind, form in ALSO.items() if form in forms}
    best = request.accept_mimetypes.best_match(list(names))
    return names[best] if best else ""


def _page(
    built: BuiltStore | None,
    query: str = "",
    shown: query_page.Shown | None = None,
    error: QueryError | None = None,
) -> Response:
    lang = language.of_page()
    page = {
        "built": built,
        "query": query,
        "shown": shown,
        "error": error.in_words(lang) if error else None,
        "questions": [(item.id, item.words(lang), item.query == query) for item in questions()],
        "limits": options.limits(),
    }
    answer = Response(tk.render("hanse/sparql.html", page))
    if error:
        answer.status_code = _status(error)
        _mark(answer, error)
    answer.vary.add("Accept")
    return answer


def _description(built: BuiltStore | None) -> Response:
    text = description.turtle(f"{site()}/sparql", built.made if built else None)
    return _with_headers(Response(text, content_type="text/turtle; charset=utf-8"))


def _told(error: QueryError) -> Response:
    """Return the error for a program: a text of one line."""
    answer = Response(
        f"{error.text(language.of_page())}\n", content_type="text/plain; charset=utf-8"
    )
    answer.status_code = _status(error)
    _mark(answer, error)
    return _with_headers(answer)


def _mark(answer: Response, error: QueryError) -> None:
    answer.headers["Cache-Control"] = "no-store"
    if isinstance(error, StoreUnavailable | _Busy):
        answer.headers["Retry-After"] = str(_WAIT)


def _status(error: QueryError) -> int:
    """Return the status: of the family, and those that HTTP has a number for."""
    if isinstance(error, _Busy):
        return 429
    own = {"sparql-long": 413, "sparql-media-type": 415}
    if error.id.startswith("sparql-unwanted"):
        return 406
    return own.get(error.id) or next(code for kind, code in _STATUS if isinstance(error, kind))


def _with_headers(answer: Response) -> Response:
    """Let every site read the answer, without credentials."""
    answer.headers.update(_HEADERS)
    answer.vary.add("Accept")
    return answer
