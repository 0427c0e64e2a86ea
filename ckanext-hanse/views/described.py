"""A dataset for search engines and other tools: schema.org, Croissant, signposts."""

from __future__ import annotations

import json
from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, redirect, request

from ckanext.hanse import language
from ckanext.hanse.export import croissant, schema_org, signposts
from ckanext.hanse.export.citation import FORMATS
from ckanext.hanse.export.description import Description
from ckanext.hanse.presentation import described

hanse_described = Blueprint("hanse_described", __name__)

_JSON_LD = "application/ld+json"
#: What describes a dataset, beside its page → media type.
_METADATA = {
    ".jsonld": _JSON_LD,
    ".ttl": "text/turtle",
    "/schema-org.jsonld": _JSON_LD,
    "/croissant.jsonld": _JSON_LD,
    **{f"/citation.{ending}": kind.media_type for ending, kind in FORMATS.items()},
}


@hanse_described.route("/dataset/<name>/schema-org.jsonld")
def schema_org_document(name: str) -> Any:
    """Return a dataset as schema.org's Dataset, with all its files and services."""
    dataset = asked_for(name)
    if isinstance(dataset, Response):
        return dataset
    return _json(dataset, schema_org.document(_of(dataset)), _JSON_LD)


@hanse_described.route("/dataset/<name>/croissant.jsonld")
def croissant_document(name: str) -> Any:
    """Return a dataset as Croissant; 404 for one without a file that could be loaded."""
    dataset = asked_for(name)
    if isinstance(dataset, Response):
        return dataset
    made = croissant.document(_of(dataset))
    if made is None:
        words = tk._("No file of this dataset can be loaded directly, so it has no Croissant.")
        return tk.abort(404, words)
    return _json(dataset, made, _JSON_LD)


@hanse_described.route("/dataset/<name>/linkset.json")
def linkset(name: str) -> Any:
    """Return all typed links of a dataset's page, also those for which its header has no room."""
    dataset = asked_for(name)
    if isinstance(dataset, Response):
        return dataset
    found = _of(dataset)
    return _json(dataset, signposts.linkset(_links(found), found.page), signposts.LINKSET)


@hanse_described.after_app_request
def point(response: Response) -> Response:
    """Add the signposts to the page of a dataset that everybody may see."""
    if request.endpoint == "dataset.read" and response.status_code == 200:
        found = described.on_page()
        if found:
            header = signposts.header(_links(found), f"{found.page}/linkset.json")
            response.headers.add("Link", header)
    return response


def asked_for(name: str) -> Any:
    """Return the dataset, as ``package_show`` does, for who may see it; abort as its page would.

    By its id: a redirect to its name.
    """
    try:
        dataset = tk.get_action("package_show")({}, {"id": name})
    except (tk.ObjectNotFound, tk.NotAuthorized):
        return tk.abort(404, tk._("Dataset not found"))
    if name != dataset["name"]:
        values = {**(request.view_args or {}), "name": dataset["name"]}
        return redirect(tk.h.url_for(request.endpoint, **values))
    return dataset


def answer(dataset: dict[str, Any], body: str, media_type: str) -> Response:
    """Return a document about a dataset; 304 for who has it already."""
    made = Response(body, content_type=f"{media_type}; charset=utf-8")
    made.add_etag()
    made.headers.add("Link", f'<{described.page(dataset)}>; rel="describes"; type="text/html"')
    if described.is_public(dataset):
        made.headers["Cache-Control"] = "public, no-cache"
    else:
        made.headers["Cache-Control"] = "private, no-store"
    made.make_conditional(request)
    return made


def _json(dataset: dict[str, Any], document: dict[str, Any], media_type: str) -> Response:
    return answer(dataset, json.dumps(document, ensure_ascii=False, indent=1) + "\n", media_type)


def _of(dataset: dict[str, Any]) -> Description:
    return described.description(dataset, language.of_page())


def _links(found: Description) -> list[signposts.Link]:
    loadable = bool(croissant.files(found))
    return signposts.links(
        found,
        {
            f"{found.page}{ending}": media_type
            for ending, media_type in _METADATA.items()
            if loadable or "croissant" not in ending
        },
    )
