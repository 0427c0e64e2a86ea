"""The catalogue and its datasets as RDF, for other catalogues and for programs."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime, timezone
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, redirect, request

from ckanext.hanse.export import catalog_pages
from ckanext.hanse.export.package_to_rdf import CatalogEntry, DatasetSupplement, kept, utc
from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.store.rdf import site
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.terms import Triple
from hanse_schemas import table

rdf = Blueprint("hanse_rdf", __name__)


ENDING = "any(ttl,xml,jsonld,nt,rdf):ending"
_ENDINGS = {kind.media_type: ending for ending, kind in reversed(SERIALISATIONS.items())}


@rdf.route("/catalog")
def negotiate() -> Any:
    """Redirect the catalogue's IRI to its RDF if requested, else to its datasets."""
    ending = _wanted()
    target = f"{site()}/catalog.{ending}" if ending else tk.h.url_for("dataset.search")
    return _see(target)


@rdf.route(f"/catalog.<{ENDING}>")
def catalog(ending: str) -> Response:
    """Return a page of the catalogue; 404 for one that does not exist."""
    return catalog_page(f"{site()}/catalog.{ending}", ending)


def catalog_page(
    address: str, ending: str, part: catalog_pages.CatalogPart | None = None
) -> Response:
    """Return the page of the catalogue, or of a part of it, that the request asks for."""
    try:
        page = catalog_pages.page(int(request.args.get("page", "1")), part)
    except (ValueError, catalog_pages.NoSuchPage):
        return tk.abort(404, tk._("The catalogue has no such page"))
    answer = _answer(catalog_pages.triples(page, address), ending, f"{page.stamp}-{page.number}")
    for relation, number in page.links().items():
        name = "prev" if relation == "previous" else relation
        answer.headers.add("Link", f'<{catalog_pages.page_address(address, number)}>; rel="{name}"')
    return answer


@rdf.route(f"/dataset/<name>.<{ENDING}>")
def dataset(name: str, ending: str) -> Response:
    """Return one dataset with its catalogue record, for users who may read it.

    ``?unknown=1`` adds the triples of its source that are not in DCAT-AP.de.
    """
    entry = _entry(name)
    if request.path.endswith(f"/{entry.package['id']}.{ending}"):
        query = f"?{request.query_string.decode()}" if request.query_string else ""
        return redirect(f"{entry.page}.{ending}{query}")
    unknown = _asks_for("unknown")
    stamp = (entry.package["metadata_modified"], entry.kept, unknown, table.version())
    digest = hashlib.sha256(repr(stamp).encode()).hexdigest()[:32]
    answer = _answer(entry.triples(unknown=unknown), ending, digest)
    answer.last_modified = _moment(entry.package["metadata_modified"])
    answer.headers.add("Link", f'<{entry.page}>; rel="describedby"; type="text/html"')
    if entry.package.get("private") or entry.package["state"] != "active":
        answer.headers["Cache-Control"] = "private, no-store"
    return answer


def _entry(name: str) -> CatalogEntry:
    """Return the dataset as exported; abort the request as CKAN's page of it would."""
    try:
        package = tk.get_action("package_show")({}, {"id": name})
    except tk.ObjectNotFound:
        return tk.abort(404, tk._("Dataset not found"))
    except tk.NotAuthorized:
        if tk.current_user.is_authenticated:
            return tk.abort(403, tk._("Unauthorized to read package %s") % name)
        return tk.abort(404, tk._("Dataset not found"))
    return CatalogEntry(
        package, kept([package["id"]]).get(package["id"], DatasetSupplement()), site()
    )


def _asks_for(name: str) -> bool:
    try:
        return bool(tk.asbool(request.args.get(name, False)))
    except ValueError:
        return tk.abort(400, f"{name}: " + tk._("This is neither true nor false"))


def _answer(triples: Iterable[Triple], ending: str, stamp: str) -> Response:
    """Return the document, or 304 without reading and serialising it."""
    kind = SERIALISATIONS[ending]
    answer = Response(content_type=f"{kind.media_type}; charset=utf-8")
    answer.set_etag(f"{stamp}-{ending}")
    answer.headers["Cache-Control"] = "public, no-cache"
    if answer.make_conditional(request).status_code != 304:
        answer.set_data(adapters.serialize(triples, kind.format))
    return answer


def _wanted() -> str:
    """Return the extension of the serialisation that the request prefers to HTML, "" for none."""
    best = request.accept_mimetypes.best_match(["text/html", *_ENDINGS], default="text/html")
    return _ENDINGS.get(best, "")


def _see(target: str) -> Any:
    answer = redirect(target, 303)
    answer.vary.add("Accept")
    return answer


def _moment(text: str) -> datetime:
    return datetime.fromisoformat(utc(text).removesuffix("Z")).replace(tzinfo=timezone.utc)


@rdf.before_app_request
def prefer_rdf() -> Any:
    """Redirect (303) from a dataset's page to its RDF if the request prefers that."""
    if request.endpoint != "dataset.read" or request.method != "GET":
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
    else:
        return response
    for media_type, ending in _ENDINGS.items():
        link = f'<{address}.{ending}>; rel="alternate"; type="{media_type}"'
        response.headers.add("Link", link)
    response.vary.add("Accept")
    return response
