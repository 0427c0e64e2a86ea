"""The page of a data service: what it is, whom to ask, and the datasets it delivers."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.pagination import Page
from flask import Blueprint, Response, request

from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.presentation import related
from ckanext.hanse.store.rdf import site
from ckanext.hanse.views.rdf import ENDING
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.writer import object_triples

hanse_services = Blueprint("hanse_services", __name__, url_prefix="/service")

_A_PAGE, _AT_ONCE = 20, 1000


@hanse_services.route("/<key>")
def show(key: str) -> Any:
    """Show a service; not found if no dataset that the reader may see names it."""
    number = min(max(request.args.get("page", 1, type=int), 1), 100_000)
    found = related.service(key, limit=_A_PAGE, offset=(number - 1) * _A_PAGE)
    if found is None:
        return tk.abort(404, tk._("Data service not found"))
    pages = Page(
        collection=found.datasets,
        page=number,
        url=lambda page, **_: tk.h.url_for("hanse_services.show", key=key, page=page),
        item_count=found.count,
        items_per_page=_A_PAGE,
        presliced_list=True,
    )
    return tk.render("hanse/service.html", {"found": found, "page": pages})


@hanse_services.route(f"/<key>.<{ENDING}>")
def rdf(key: str, ending: str) -> Any:
    """Return the service in RDF with the datasets it delivers."""
    found = related.service(key, limit=_AT_ONCE, offset=0)
    if found is None:
        return tk.abort(404, tk._("Data service not found"))
    home = site()
    delivered = [
        str(item.get("uri") or f"{home}/dataset/{item['id']}")
        for item in (*found.datasets, *found.served)
    ]
    data = {**found.described, "serves_dataset": [*dict.fromkeys([*delivered, *found.elsewhere])]}
    subject = str(found.described.get("uri") or f"{home}/service/{key}")
    language = str(tk.config["ckan.locale_default"])
    kind = SERIALISATIONS[ending]
    body = adapters.serialize(
        object_triples("data_service", data, subject=subject, language=language), kind.format
    )
    return Response(body, content_type=f"{kind.media_type}; charset=utf-8")
