"""The page at the URL of a withdrawn or deleted dataset: 410, with its last description."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, make_response, request

from ckanext.hanse import deletions, provenance

hanse_tombstone = Blueprint("hanse_tombstone", __name__)

#: Endpoints of a dataset, with the argument that identifies it.
_PAGES = {
    "dataset.read": "id",
    "dataset.resources": "id",
    "dataset_resource.read": "id",
    "dataset_resource.download": "id",
    "hanse_cite.citation": "name",
    "hanse_described.croissant_document": "name",
    "hanse_described.linkset": "name",
    "hanse_described.schema_org_document": "name",
    "hanse_rdf.dataset": "name",
    "rdf.dataset": "name",
}


@hanse_tombstone.before_app_request
def gone() -> Response | None:
    """Return the page of a dataset that is gone, unless the user may still see it."""
    argument = _PAGES.get(request.endpoint or "")
    if argument is None or request.method not in ("GET", "HEAD"):
        return None
    package = model.Package.get(str((request.view_args or {}).get(argument, "")))
    if package is None or package.state != "deleted" or package.private:
        return None
    if tk.h.check_access("package_show", {"id": package.id}):
        return None
    left = provenance.withdrawn(package.id)
    if left:
        return _page(package.id, {"origin": left})
    gone = deletions.of(package.id)
    # A draft was never public, so its existence is not revealed.
    return _page(package.id, {"deletion": gone}) if gone.get("state") == "active" else None


def _page(dataset_id: str, why: dict[str, Any]) -> Response:
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})
    words = tk.render("hanse/tombstone.html", {"pkg": dataset, **why})
    return make_response(words, 410)
