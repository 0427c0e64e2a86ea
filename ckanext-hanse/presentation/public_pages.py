"""The pages that search engines are told of, beside those of datasets, and how each is addressed.

A page has one address in each language: without the parameters that change nothing of what it says
(``utm_source``, an order, "show all files").  It is the page's canonical one.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.hanse.export.sitemap import Bases
from ckanext.hanse.presentation import articles, cities, front, service_kinds
from ckanext.hanse.search import parameters
from hanse_schemas.model_datasets import model_datasets

_SEARCH = frozenset({"q", "page", "tags", *parameters.NARROWING})
_NONE = frozenset[str]()
#: Endpoint → the parameters that make another page of it.
_PAGES = {
    "home.index": _NONE,
    "home.about": _NONE,
    "dataset.search": _SEARCH,
    "dataset.read": _NONE,
    "dataset_resource.read": _NONE,
    "organization.index": frozenset({"page"}),
    "organization.read": _SEARCH,
    "organization.about": _NONE,
    "hanse.imprint": _NONE,
    "hanse.privacy": _NONE,
    "hanse.accessibility": _NONE,
    "hanse_articles.news": _NONE,
    "hanse_articles.news_page": _NONE,
    "hanse_articles.help": _NONE,
    "hanse_articles.help_page": _NONE,
    "hanse_compare.index": frozenset({"theme", "shared", "hvd", "q"}),
    "hanse_compare.city": _NONE,
    "hanse_compare.dataset": _NONE,
    "hanse_hvd.index": frozenset({"page", "fails", "category"}),
    "hanse_hvd.city": frozenset({"page", "fails", "category"}),
    "hanse_quality.site": _NONE,
    "hanse_quality.city": _NONE,
    "hanse_quality.dataset": _NONE,
    "hanse_services.index": frozenset({"organization"}),
    "hanse_services.of_kind": frozenset({"organization", "page"}),
    "hanse_services.show": _NONE,
    "hanse_statistics.index": _NONE,
    "hanse_themes.show": _NONE,
}
_FIRST_PAGE = ("page", "1")


class PageLink(NamedTuple):
    """A link in the head of a page: ``canonical``, or ``alternate`` with its language."""

    rel: str
    href: str
    hreflang: str = ""


def bases() -> Bases:
    """Return language (BCP 47) → the beginning of the site's addresses in it, its own first."""
    own = str(tk.config["ckan.locale_default"])
    listed = dict.fromkeys([own, *tk.config["ckan.locales_offered"]])
    return {code.replace("_", "-"): _base(code, own) for code in listed}


def _base(code: str, own: str) -> str:
    locale = "default" if code == own else code
    return str(tk.h.url_for("home.index", qualified=True, locale=locale)).rstrip("/")


def links() -> list[PageLink]:
    """Return the links of the page that is asked for; none if it is not one of the public ones."""
    known = _PAGES.get(str(request.endpoint))
    if known is None:
        return []
    kept = [pair for pair in request.args.items(multi=True) if pair[0] in known]
    query = urlencode([pair for pair in kept if pair != _FIRST_PAGE])
    path = quote(request.path) + (f"?{query}" if query else "")
    places = {language: base + path for language, base in bases().items()}
    own = next(iter(places.values()))
    here = str(tk.h.lang()).replace("_", "-")
    found = [PageLink("canonical", places.get(here, own))]
    if len(places) > 1:
        found += [PageLink("alternate", href, language) for language, href in places.items()]
        found.append(PageLink("alternate", own, "x-default"))
    return found


def paths() -> Iterator[str]:
    """Yield the paths of all pages but those of datasets, without a language.

    Raises SearchError or SolrConnectionError if Solr does not answer.
    """
    yield from ("/", "/dataset/", "/organization/", "/about", "/hvd", "/vergleich", "/statistik")
    yield from ("/dienste", "/quality", "/hilfe", "/aktuelles")
    for name in cities.every(str(tk.h.lang())):
        yield f"/organization/{name}"
        yield f"/vergleich/{name}"
        yield f"/organization/{name}/quality"
    yield from (f"/thema/{theme.code}" for theme in front.themes({}, str(tk.h.lang())))
    yield from (f"/dienste/{code}" for code in service_kinds.CODES)
    yield from (f"/vergleich/datensatz/{path}" for path in _published_models())
    for kind, start in ((articles.HELP, "/hilfe"), (articles.NEWS, "/aktuelles")):
        yield from (f"{start}/{item.name}" for item in articles.articles(kind, "")[0])


def _published_models() -> Iterator[str]:
    """Yield the paths of the model datasets that some city publishes."""
    asked: dict[str, Any] = {
        "fq": "+dataset_type:dataset",
        "rows": 0,
        "facet.field": ["hanse_model"],
        "facet.limit": -1,
    }
    context = {"user": "", "auth_user_obj": None}
    found = tk.get_action("package_search")(context, asked)["facets"].get("hanse_model", {})
    models = (model_datasets().by_iri(iri) for iri in sorted(found))
    yield from (item.path for item in models if item)
