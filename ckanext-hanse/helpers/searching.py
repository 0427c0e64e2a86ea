"""The search page: facets, feeds, alternatives to an empty result."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from flask import g

from ckanext.hanse import facets
from ckanext.hanse.helpers.page import hanse_city, hanse_language
from ckanext.hanse.presentation import area_filter


def hanse_facet_label(field: str, name: str, display_name: str = "") -> str:
    """Return the label of a facet's value."""
    if field == "organization" and (city := hanse_city(name)):
        return city.title
    if field == area_filter.AREA:
        return area_filter.label(
            name, tk.request.args.get(area_filter.RELATION, ""), hanse_language()
        )
    return facets.label(field, name, display_name, hanse_language())


def hanse_feed(city: str = "") -> str:
    """Return the URL of the Atom feed of the current search."""
    return facets.feed_link(city)


def hanse_facet_items(field: str, search_facets: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return a facet's values as the page lists them: label, count, whether active."""
    items = tk.h.get_facet_items_dict(field, search_facets, limit=0)
    if field == "hanse_year":  # years are listed newest first
        items.sort(key=lambda item: item["name"], reverse=True)
    most = tk.h.get_param_int(f"_{field}_limit", tk.config["search.facets.default"]) or len(items)
    items = [item for place, item in enumerate(items) if place < most or item["active"]]
    for item in items:
        item["label"] = hanse_facet_label(field, item["name"], item["display_name"])
    return items


def hanse_instead(query: str | None) -> Mapping[str, Any]:
    """Return the alternatives to an empty result of this page's search for ``query``:
    ``did_you_mean``, ``similar``, ``partial``, or {}."""
    found: Mapping[str, Any] = g.get("hanse_instead", {}).get(query, {})
    return found
