"""Redirects the URL of a merged dataset to the remaining one."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from flask import Blueprint, redirect, request

from ckanext.hanse.dedup import merge

merged = Blueprint("hanse_merged", __name__)

#: Endpoints of a dataset, and the argument that identifies it.
_PAGES = {"dataset.read": "id", "dataset_resource.read": "id", "hanse_rdf.dataset": "name"}


@merged.before_app_request
def lead_on() -> Any:
    """Redirect (301) to the dataset into which the requested one was merged."""
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
