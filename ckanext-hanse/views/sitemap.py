"""The map of the site for search engines (https://www.sitemaps.org/)."""

from __future__ import annotations

from collections.abc import Iterable

import ckan.plugins.toolkit as tk
from flask import Blueprint, Response, request

from ckanext.hanse.export import sitemap, sitemap_parts
from ckanext.hanse.export.sitemap import Page, Part
from ckanext.hanse.page_cache import public
from ckanext.hanse.presentation import public_pages
from ckanext.hanse.store.rdf import site

hanse_sitemap = Blueprint("hanse_sitemap", __name__)

#: Seconds for which everybody may keep it: search engines ask for it once a day or less.
_KEPT = 3600
#: An index may have no more.
_MOST_PARTS = 50_000


@hanse_sitemap.route("/sitemap.xml")
def index() -> Response:
    """Return the index: the part of the pages, and those of the datasets with their dates."""
    changes = sitemap_parts.changes(_size())
    parts = [Part(f"{site()}/sitemap-pages.xml", max(changes, default=""))]
    parts += [
        Part(f"{site()}/sitemap-datasets-{number}.xml", changed)
        for number, changed in enumerate(changes, 1)
    ]
    return _answer([sitemap.index(parts)])


@hanse_sitemap.route("/sitemap-pages.xml")
def pages() -> Response:
    """Return the pages of cities, themes and all others, without dates."""
    listed = (Page(path) for path in public_pages.paths())
    return _answer(sitemap.part(listed, public_pages.bases()))


@hanse_sitemap.route("/sitemap-datasets-<int:number>.xml")
def datasets(number: int) -> Response:
    """Return a part of the datasets' pages, counted from 1; 404 beyond the last one."""
    found = sitemap_parts.datasets(number, _size()) if 0 < number <= _MOST_PARTS else []
    if not found:
        tk.abort(404, tk._("Not found"))
    return _answer(sitemap.part(found, public_pages.bases()))


def _size() -> int:
    return sitemap.datasets_of_part(len(public_pages.bases()))


def _answer(text: Iterable[str]) -> Response:
    """Return the document; 304 for who has it already."""
    answer = Response("".join(text), content_type=f"{sitemap.MEDIA_TYPE}; charset=utf-8")
    answer.add_etag()
    public.keep_for(_KEPT)
    answer.make_conditional(request)
    return answer
