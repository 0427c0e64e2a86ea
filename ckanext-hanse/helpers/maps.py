"""Maps, and the filter by area of a search page."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.helpers.page import hanse_language
from ckanext.hanse.presentation import area_filter, areas, maps
from ckanext.hanse.search.boxes import Box


def hanse_map() -> dict[str, Any]:
    """Return what the page's script needs to draw a map."""
    return maps.site_map()


def hanse_area_words(box: Box) -> str:
    """Return the sides of a box in degrees."""
    return areas.corners(box, hanse_language())


def hanse_area_filter() -> area_filter.AreaFilter:
    """Return the state of the filter by area, from the address."""
    return area_filter.area_filter(tk.request.args, hanse_language())
