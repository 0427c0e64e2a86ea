"""Limits expensive requests per address; signed-in users may make more.

Crawlers request searches with every combination of facets, without end.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Response, request

from ckanext.hanse import settings
from ckanext.hanse.security import client, counting, refusal

_SEARCH, _PREVIEW, _RESOURCES, _COMPLETE = "search", "preview", "resource_search", "complete"
_SPARQL = "sparql"

#: View → which of the operator's limits applies (``hanse.limits.…``).  A further kind of
#: request needs an entry here and an option.
_VIEWS = {
    "dataset.search": _SEARCH,
    "organization.read": _SEARCH,
    "group.read": _SEARCH,
    "hanse_complete.complete": _COMPLETE,
    "hanse_complete.suggest": _COMPLETE,
    "hanse_sitemap.index": _SEARCH,
    "hanse_sitemap.datasets": _SEARCH,
    "hanse_sitemap.pages": _SEARCH,
    "hanse_records.items": _SEARCH,
    "hanse_sparql.endpoint": _SPARQL,
    "dataset_resource.view": _PREVIEW,
    "datatablesview.ajax": _PREVIEW,
    "datatablesview.filtered_download": _PREVIEW,
    "datastore.dump": _PREVIEW,
}
#: The same for the API: action → limit.
_ACTIONS = {
    "package_search": _SEARCH,
    "current_package_list_with_resources": _SEARCH,
    "package_autocomplete": _SEARCH,
    "hanse_comparison_list": _SEARCH,
    "hanse_comparison_show": _SEARCH,
    "hanse_reference_list": _SEARCH,
    "resource_search": _RESOURCES,
    "datastore_search": _PREVIEW,
    "datastore_search_sql": _PREVIEW,
}
_FEEDS = "feeds."
#: Pages with a table: other rows, sorting and searching count, the page alone does not.
_TABLES = {"dataset_resource.read", "resource.read"}
_ROWS = {"page", "sort", "order", "q"}


def check() -> Response | None:
    """Refuse a request that exceeds an address's limit; None lets it pass."""
    kind = _kind()
    if kind is None or tk.current_user.is_authenticated:
        return None
    wait = _count(kind, client.address())
    return _refuse(wait) if wait else None


def is_too_much(environ: dict[str, Any], endpoint: str) -> bool:
    """Count a page served without its view; return whether the view is to refuse it instead."""
    kind = _VIEWS.get(endpoint)
    return kind is not None and _count(kind, client.address(environ)) > 0


def _count(kind: str, address: client.Address | None) -> int:
    """Count a request; return the seconds to wait, 0 within the limit."""
    if address is None or client.is_exempt(address):
        return 0
    return counting.hit(settings.limits(kind), kind, client.network(address))


def _kind() -> str | None:
    endpoint = request.endpoint or ""
    if endpoint == "api.action":
        return _ACTIONS.get((request.view_args or {}).get("logic_function", ""))
    if endpoint.startswith(_FEEDS):
        return _SEARCH
    if endpoint in _TABLES and _ROWS & set(request.args):
        return _PREVIEW
    return _VIEWS.get(endpoint)


def _refuse(wait: int) -> Response:
    text = tk.ungettext(
        "From your address come more requests than this site answers at a time. Please go on in "
        "{num} second.",
        "From your address come more requests than this site answers at a time. Please go on in "
        "{num} seconds.",
        wait,
    ).format(num=wait)
    again = request.full_path.rstrip("?") if request.method == "GET" else ""
    return refusal.too_many(wait, tk._("That was a lot at once"), text, again=again)
