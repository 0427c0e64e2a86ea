"""The address of a dataset that was merged with another leads to that one."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, redirect, request

from ckanext.hanse.dedup import merge

merged = Blueprint("hanse_merged", __name__)

#: Pages of a dataset, and what in their address names it.
_PAGES = {"dataset.read": "id", "dataset_resource.read": "id", "hanse_rdf.dataset": "name"}


@merged.before_app_request
def lead_on() -> Any:
    """301 to the dataset that took the place of the one asked for."""
    key = _PAGES.get(request.endpoint or "")
    if key is None or request.method not in ("GET", "HEAD"):
        return None
    name = merge.successor(str((request.view_args or {}).get(key, "")))
    if not name:
        return None
    if request.endpoint == "hanse_rdf.dataset":
        ending = (request.view_args or {})["ending"]
        return redirect(tk.h.url_for("hanse_rdf.dataset", name=name, ending=ending), 301)
    return redirect(tk.h.url_for("dataset.read", id=name), 301)
