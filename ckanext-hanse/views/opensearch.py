"""The site's search for browsers and programs: an OpenSearch description."""

from __future__ import annotations

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response

from ckanext.hanse.export import opensearch
from ckanext.hanse.page_cache import public

hanse_opensearch = Blueprint("hanse_opensearch", __name__)

_KEPT = 24 * 3600
#: What a program puts what is searched for, and the page, in the place of.
_TERMS, _PAGE = "q={searchTerms}", "page={startPage?}"


@hanse_opensearch.route("/opensearch.xml")
def description() -> Response:
    """Return the description in the language of the address."""

    def at(endpoint: str, query: str = "") -> str:
        found = str(tk.h.url_for(endpoint, _external=True))
        return f"{found}?{query}" if query else found

    body = opensearch.document(
        opensearch.Search(
            name=str(tk.config.get("ckan.site_title") or ""),
            description=tk._("Search the catalogue"),
            language=str(tk.h.lang()).replace("_", "-"),
            pages_at=at("dataset.search", f"{_TERMS}&{_PAGE}"),
            feed_at=at("feeds.custom", f"{_TERMS}&{_PAGE}"),
            suggestions_at=at("hanse_complete.suggest", _TERMS),
            icon=str(tk.h.url_for_static("/favicon.ico", qualified=True)),
            itself=at("hanse_opensearch.description"),
        )
    )
    public.keep_for(_KEPT)
    return Response(body, content_type=f"{opensearch.MEDIA_TYPE}; charset=utf-8")
