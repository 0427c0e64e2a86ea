"""OGC API – Records at ``/ogc``: a handful of addresses, each as JSON and as a page."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import wraps
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, redirect, request

from ckanext.hanse import language
from ckanext.hanse.records import COLLECTION, asked, documents, feature, found, openapi, words
from ckanext.hanse.records.problem import Problem

hanse_records = Blueprint("hanse_records", __name__)

_JSON = (documents.JSON, documents.GEOJSON, documents.CATALOG, documents.SCHEMA,
         documents.OPENAPI.partition(";")[0])  # fmt: skip
#: Pages of people from which programs are led to the records (/req/autodiscovery/links).
_LEADING_HERE = ("home.index", "dataset.search")

Document = dict[str, Any]


def _root() -> str:
    """Return the address of the landing page, in the language of the page."""
    return str(tk.h.url_for("hanse_records.landing", qualified=True)).rstrip("/")


def _wants_html() -> bool:
    """Return whether the answer is a page: ``f``, else what the request prefers."""
    if (form := request.args.get("f")) in asked.FORMATS:
        return form == "html"
    best = request.accept_mimetypes.best_match([*_JSON, "text/html"], default=_JSON[0])
    return best == "text/html"


def _plain(view: Callable[..., Any]) -> Callable[..., Any]:
    """Refuse what is no parameter of a document without a search."""

    @wraps(view)
    def checked(**path: str) -> Any:
        asked.single(request.args.items(multi=True), {"f"})
        return view(**path)

    return checked


def _answer(document: Document, media: str, template: str, **more: Any) -> Any:
    if _wants_html():
        return tk.render(f"hanse/ogc/{template}.html", {"document": document, **more})
    return Response(json.dumps(document, ensure_ascii=False), content_type=media)


def _known(collection: str) -> None:
    if collection != COLLECTION:
        raise Problem("collection-unknown", status=404, value=collection, known=COLLECTION)


@hanse_records.route("/ogc/", endpoint="slash")
@hanse_records.route("/ogc")
@_plain
def landing() -> Any:
    """Return the landing page."""
    return _answer(documents.landing(_root()), documents.JSON, "landing")


@hanse_records.route("/ogc/conformance")
@_plain
def conformance() -> Any:
    """Return the conformance classes."""
    return _answer(documents.conformance(_root()), documents.JSON, "conformance")


@hanse_records.route("/ogc/api")
@_plain
def api() -> Any:
    """Return the definition of the API."""
    made = openapi.definition(_root())
    links = documents.both(f"{_root()}/api", documents.OPENAPI)
    return _answer(made, documents.OPENAPI, "api", links=links)


@hanse_records.route("/ogc/collections")
@_plain
def collections() -> Any:
    """Return the list of collections."""
    return _answer(documents.collections(_root()), documents.JSON, "collections")


@hanse_records.route("/ogc/collections/<collection>")
@_plain
def collection(collection: str) -> Any:
    """Return the collection; 404 for another one."""
    _known(collection)
    return _answer(documents.collection(_root()), documents.CATALOG, "collection")


@hanse_records.route("/ogc/collections/<collection>/<any(queryables,sortables):which>")
@_plain
def schema(collection: str, which: str) -> Any:
    """Return what records can be filtered or sorted by."""
    _known(collection)
    made = getattr(documents, which)(_root())
    links = documents.both(made["$id"], documents.SCHEMA)
    return _answer(made, documents.SCHEMA, "schema", which=which, links=links)


@hanse_records.route("/ogc/collections/<collection>/items")
def items(collection: str) -> Any:
    """Return a page of records."""
    _known(collection)
    wanted = asked.read(request.args.items(multi=True))
    shown = language.of_page()
    page = found.page(wanted, shown)
    address = f"{_root()}/collections/{COLLECTION}"
    records = [feature.record(entry, collection=address, language=shown) for entry in page.entries]
    made = documents.items(_root(), wanted, page, records)
    return _answer(made, documents.GEOJSON, "items", q=request.args.get("q", ""))


@hanse_records.route("/ogc/collections/<collection>/items/<path:record>")
@_plain
def item(collection: str, record: str) -> Any:
    """Return a record by its identifier or by the name of its dataset."""
    _known(collection)
    shown = language.of_page()
    entry = found.one(record, shown)
    address = f"{_root()}/collections/{COLLECTION}"
    made = feature.record(entry, collection=address, language=shown)
    return _answer(made, documents.GEOJSON, "item", package=entry.package)


@hanse_records.route("/ogc/<path:rest>")
def nowhere(rest: str) -> Any:
    """Refuse every other address; one with a slash at its end leads to that without."""
    if rest.endswith("/"):
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(f"{_root()}/{rest.rstrip('/')}{query}", 301)
    raise Problem("page-unknown", status=404, value=rest, known=_root())


@hanse_records.errorhandler(Problem)
def refuse(problem: Problem) -> Any:
    """Return a problem as RFC 9457 has it, or as a page."""
    title, detail = words.title(problem.status), words.detail(problem)
    if _wants_html():
        shown = {"title": title, "detail": detail, "status": problem.status, "root": _root()}
        return Response(tk.render("hanse/ogc/problem.html", shown), problem.status)
    body = {"title": title, "status": problem.status, "detail": detail, "code": problem.code}
    return Response(
        json.dumps(body, ensure_ascii=False),
        problem.status,
        content_type="application/problem+json",
    )


@hanse_records.after_request
def for_everybody(response: Response) -> Response:
    """Add what its readers need; search engines have the datasets."""
    response.headers.setdefault("Content-Language", language.of_page())
    response.vary.add("Accept")
    if response.mimetype == "text/html":
        response.headers["X-Robots-Tag"] = "noindex, follow"
    else:
        response.headers["Cache-Control"] = "public, no-cache"
        if response.status_code == 200:
            response.add_etag()
            response.make_conditional(request)
    return response


@hanse_records.after_app_request
def lead_here(response: Response) -> Response:
    """Name the records in the headers of the site's first page and of its search."""
    if request.endpoint in _LEADING_HERE and response.status_code == 200:
        address = tk.h.url_for(
            "hanse_records.items", collection=COLLECTION, qualified=True, locale="default"
        )
        response.headers.add("Link", f'<{address}>; rel="{documents.OGC_CATALOG}"')
    return response
