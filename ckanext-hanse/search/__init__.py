"""German and English search on Solr: what is indexed, and how it is asked."""

from __future__ import annotations

from typing import Any


def before_dataset_index(pkg_dict: dict[str, Any]) -> dict[str, Any]:
    """Add our search and facet fields to the Solr document."""
    return pkg_dict


def before_dataset_search(search_params: dict[str, Any]) -> dict[str, Any]:
    """Prepare the query for our fields."""
    return search_params
