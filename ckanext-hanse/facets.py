"""The facets of the search page."""

from __future__ import annotations

from collections import OrderedDict
from typing import Any

import ckan.plugins.toolkit as tk


def dataset_facets(facets_dict: dict[str, Any]) -> dict[str, Any]:
    """Facets of the dataset search: Solr field → label."""
    return OrderedDict(
        organization=tk._("City"),
        hanse_theme=tk._("Theme"),
        res_format=tk._("Format"),
        hanse_licence=tk._("Licence"),
        hanse_year=tk._("Year"),
    )


def organization_facets(facets_dict: dict[str, Any]) -> dict[str, Any]:
    """Facets on a city's own page: all but the city."""
    found = dataset_facets(facets_dict)
    found.pop("organization")
    return found
