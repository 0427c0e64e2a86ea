"""What stands at the address of a dataset that was withdrawn or deleted: 410, and what it was."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from flask import Blueprint, Response, make_response, request

from ckanext.hanse import deletions, provenance

hanse_tombstone = Blueprint("hanse_tombstone", __name__)

#: Pages of a dataset, by the name of the argument that names it.
_PAGES = {
    "dataset.read": "id",
    "dataset.resources": "id",
    "dataset_resource.read": "id",
    "dataset_resource.download": "id",
    "hanse_rdf.dataset": "name",
    "rdf.dataset": "name",
}


@hanse_tombstone.before_app_request
def gone() -> Response | None:
    """Who asks for a dataset that is gone is told so, unless allowed to see it still."""
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
    # A draft never was public: nobody learns of it now.
    return _page(package.id, {"deletion": gone}) if gone.get("state") == "active" else None


def _page(dataset_id: str, why: dict[str, Any]) -> Response:
    dataset = tk.get_action("package_show")({"ignore_auth": True}, {"id": dataset_id})
    words = tk.render("hanse/tombstone.html", {"pkg": dataset, **why})
    return make_response(words, 410)
