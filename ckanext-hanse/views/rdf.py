"""The catalogue and its datasets as RDF, for other catalogues and for programs."""

from __future__ import annotations

import hashlib
import io
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, redirect, request

from ckanext.hanse.export import catalog_pages, catalogs, fragments, selecting, stamps
from ckanext.hanse.export.catalogs import Catalogue
from ckanext.hanse.export.cities import City, cities
from ckanext.hanse.export.fragments import Fragment
from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.model import DatasetState
from ckanext.hanse.store.rdf import site
from ckanext.hanse.views.streaming import stream
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.blank_nodes import reachable
from hanse_harvesters.mapping.stream import document_stream
from hanse_schemas import table

rdf = Blueprint("hanse_rdf", __name__)


ENDING = "any(ttl,xml,jsonld,nt,nq,rdf):ending"
_ENDINGS = {kind.media_type: ending for ending, kind in reversed(SERIALISATIONS.items())}


@rdf.route("/catalog")
def negotiate() -> Any:
    """Redirect the catalogue's IRI to its RDF if requested, else to its datasets."""
    ending = _wanted()
    return _see(f"{site()}/catalog.{ending}" if ending else tk.h.url_for("dataset.search"))


@rdf.route(f"/catalog.<{ENDING}>")
def catalog(ending: str) -> Response:
    """Return a page of the catalogue, or with ``?all=1`` the whole; 404 for no such page."""
    return catalog_page(f"{site()}/catalog.{ending}", ending, catalogs.whole())


@rdf.route("/organization/<name>/catalog")
def negotiate_city(name: str) -> Any:
    """Redirect the IRI of a city's catalogue to its RDF if requested, else to its page."""
    found, ending = _city(name), _wanted()
    home = f"{site()}/organization/{found.name}"
    return _see(f"{home}/catalog.{ending}" if ending else _page_of(found))


def _page_of(city: City) -> str:
    return str(tk.h.url_for("organization.read", id=city.name))


@rdf.route(f"/organization/<name>/catalog.<{ENDING}>")
def city_catalog(name: str, ending: str) -> Response:
    """Return a page of a city's catalogue, or with ``?all=1`` the whole."""
    found = catalogs.of_city(_city(name), site())
    return catalog_page(f"{found.subject}.{ending}", ending, found)


def _city(name: str) -> City:
    for city in cities().values():
        if name in (city.name, city.id):
            return city
    return tk.abort(404, tk._("There is no such city"))


def catalog_page(address: str, ending: str, catalogue: Catalogue) -> Response:
    """Return the page of a catalogue that the request asks for, of what it selects."""
    try:
        asked = selecting.read(request.args.items(multi=True), cities(), datetime.now(timezone.utc))
    except selecting.BadParameter as error:
        return _refused(error)
    selection = asked.selection
    own = catalogue.selection
    if own.organizations:
        selection = replace(selection, organizations=own.organizations)
    if own.hvd and not selection.hvd:
        selection = replace(selection, hvd=own.hvd)
    catalogue = replace(catalogue, selection=selection)
    if _asks_for("all"):
        return _whole(catalogue, ending)
    given = {"number": request.args.get("page", "1"), "after": request.args.get("after", "")}
    try:
        page = catalog_pages.page(catalogue, address, asked.query, **given)
    except catalog_pages.NoSuchPage:
        return tk.abort(404, tk._("The catalogue has no such page"))
    modified = stamps.last_modified()
    answer = _answer(lambda: catalog_pages.document(page, ending), ending, page.tag, modified)
    if answer.status_code == 200:
        for relation, link in page.links().items():
            name = "prev" if relation == "previous" else relation
            answer.headers.add("Link", f'<{link}>; rel="{name}"')
    return answer


def _whole(catalogue: Catalogue, ending: str) -> Response:
    """Return a whole catalogue, written while it is sent."""
    selection, kind = catalogue.selection, SERIALISATIONS[ending]
    tag = f"{stamps.of(selection).digest}-all-{ending}"
    unchanged = _marked(Response(), tag, stamps.last_modified())
    if unchanged.make_conditional(request).status_code == 304:
        return unchanged
    answer = stream(
        fragments.serialise(selection, ending, catalogue), f"{kind.media_type}; charset=utf-8"
    )
    return _marked(answer, tag, stamps.last_modified()) if answer.status_code == 200 else answer


def _refused(error: selecting.BadParameter) -> Response:
    """Return 400 with parameter, value and remedy, as text for who programs a harvester."""
    remedies = {
        "city": tk._("There is no such city; its name stands in the address of its page."),
        "theme": tk._("A theme is a code such as TRAN, or its IRI."),
        "licence": tk._("A licence is a code such as cc-zero, or its IRI."),
        "hvd": tk._("Say hvd=yes, or the code or IRI of a category."),
        "time": tk._("A day (2026-01-31) or a time (2026-01-31T12:00:00Z) is needed."),
        "future": tk._("This time is still to come."),
        "one": tk._("It may be given once."),
        "flag": tk._("This is neither true nor false"),
        "many": tk._("These are too many values."),
    }
    text = f"{error.name}: “{error.value[:200]}”. {remedies[error.code]}"
    return Response(text, 400, content_type="text/plain; charset=utf-8")


@rdf.route(f"/dataset/<name>.<{ENDING}>")
def dataset(name: str, ending: str) -> Response:
    """Return one dataset with its catalogue records, for users who may read it.

    ``?unknown=1`` adds the triples of its source that are not in DCAT-AP.de.
    """
    package, found = _entry(name)
    if request.path.endswith(f"/{package.id}.{ending}") and package.id != package.name:
        return redirect(f"{found.page}.{ending}{_query()}")
    unknown = _unknown(package.id) if _asks_for("unknown") else ""
    stamp = (found.text, unknown, table.version())
    digest = hashlib.sha256(repr(stamp).encode()).hexdigest()[:32]
    changed = stamps.settled(found.changed)
    answer = _answer(lambda: _document(found, unknown, ending), ending, digest, changed)
    answer.headers.add("Link", f'<{found.page}>; rel="describedby"; type="text/html"')
    if package.private or package.state != "active":
        answer.headers["Cache-Control"] = "private, no-store"
        answer.headers.pop("Access-Control-Allow-Origin", None)
    return answer


def _entry(name: str) -> tuple[Any, Fragment]:
    """Return the dataset as exported; abort the request as CKAN's page of it would."""
    try:
        tk.check_access("package_show", {}, {"id": name})
        package = model.Package.get(name)
    except tk.ObjectNotFound:
        package = None
    except tk.NotAuthorized:
        if tk.current_user.is_authenticated:
            return tk.abort(403, tk._("Unauthorized to read package %s") % name)
        package = None
    found = fragments.fragment(package.id, hidden=True) if package else None
    return (package, found) if found else tk.abort(404, tk._("Dataset not found"))


def _unknown(dataset_id: str) -> str:
    """Return N-Triples of a source of RDF that the table lacks; that of a CKAN source is JSON."""
    kept = model.Session.get(DatasetState, dataset_id)
    text = kept.fragment if kept else ""
    return text if text.startswith(("<", "_:")) else ""


def _document(found: Fragment, unknown: str, ending: str) -> bytes:
    triples = [*adapters.parse(found.text.encode(), "nt")]
    if unknown:
        triples += reachable(adapters.parse(unknown.encode(), "nt"))
    kind = SERIALISATIONS[ending].format
    if kind != "nq":
        return adapters.serialize(triples, kind)
    out = io.BytesIO()
    document = document_stream(kind, out)
    # The graph that it has in the catalogue and in dumps, so that a mirror replaces it.
    document.write_lines(adapters.serialize(triples, "nt").decode(), found.page)
    document.close()
    return out.getvalue()


def _asks_for(name: str) -> bool:
    try:
        return bool(tk.asbool(request.args.get(name, False)))
    except ValueError:
        return tk.abort(400, f"{name}: " + tk._("This is neither true nor false"))


def _answer(
    document: Callable[[], bytes], ending: str, stamp: str, modified: datetime | None
) -> Response:
    """Return the document, or 304 without reading and serialising it."""
    answer = Response(content_type=f"{SERIALISATIONS[ending].media_type}; charset=utf-8")
    _marked(answer, f"{stamp}-{ending}", modified)
    if answer.make_conditional(request).status_code != 304:
        answer.set_data(document())
    return answer


def _marked(answer: Response, tag: str, modified: datetime | None) -> Response:
    # What a request says is in it, and not every character may be.
    answer.set_etag(hashlib.sha256(tag.encode("utf-8", "replace")).hexdigest()[:32])
    if modified:  # Werkzeug takes None for now
        answer.last_modified = modified
    answer.headers["Cache-Control"] = "public, no-cache"
    answer.headers["Access-Control-Allow-Origin"] = "*"
    return answer


def _wanted() -> str:
    """Return the extension of the serialisation that the request prefers to HTML, "" for none."""
    best = request.accept_mimetypes.best_match(["text/html", *_ENDINGS], default="text/html")
    return _ENDINGS.get(best, "")


def _see(target: str) -> Any:
    answer = redirect(f"{target}{_query()}" if "?" not in target else target, 303)
    answer.vary.add("Accept")
    return answer


def _query() -> str:
    """Return the query of the request with its question mark, "" for none."""
    given = request.query_string.decode()
    return f"?{given}" if given else ""


@rdf.before_app_request
def prefer_rdf() -> Any:
    """Redirect (303) from a dataset's page to its RDF if the request prefers that."""
    if request.endpoint != "dataset.read" or request.method not in ("GET", "HEAD"):
        return None
    ending = _wanted()
    name = (request.view_args or {}).get("id")
    return _see(f"{site()}/dataset/{name}.{ending}") if ending else None


@rdf.after_app_request
def say_where(response: Response) -> Response:
    """Add Link headers from a page to the same data in RDF."""
    if request.endpoint == "dataset.read" and response.status_code == 200:
        address = f"{site()}/dataset/{(request.view_args or {}).get('id')}"
    elif request.endpoint in ("home.index", "dataset.search") and response.status_code == 200:
        address = f"{site()}/catalog"
    elif request.endpoint == "organization.read" and response.status_code == 200:
        address = f"{site()}/organization/{(request.view_args or {}).get('id')}/catalog"
    else:
        return response
    for media_type, ending in _ENDINGS.items():
        link = f'<{address}.{ending}>; rel="alternate"; type="{media_type}"'
        response.headers.add("Link", link)
    response.vary.add("Accept")
    return response
