"""Data services: all by kind, and the page of each: whom to ask, the datasets it delivers."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.pagination import Page
from flask import Blueprint, Response, request

from ckanext.hanse import language
from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.presentation import related, service_kinds, services_by_kind
from ckanext.hanse.presentation.cities import City, every
from ckanext.hanse.presentation.services_by_kind import Group, Service
from ckanext.hanse.store.rdf import site
from ckanext.hanse.views.rdf import ENDING
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.writer import object_triples

hanse_services = Blueprint("hanse_services", __name__)

_A_PAGE, _AT_ONCE = 20, 1000
_OF_EACH = 5
"""Services of a kind on the page of all kinds."""


@hanse_services.route("/dienste/")
@hanse_services.route("/service")
@hanse_services.route("/service/")
@hanse_services.route("/services")
@hanse_services.route("/services/")
@hanse_services.route("/services/<code>")
def in_english(code: str = "") -> Any:
    """Redirect the English name of the pages, and a final slash, to the address."""
    city = request.args.get("organization") or None
    if code:
        return tk.redirect_to("hanse_services.of_kind", code=code, organization=city)
    return tk.redirect_to("hanse_services.index", organization=city)


@hanse_services.route("/dienste")
def index() -> Any:
    """Show how many services of each kind there are, and some of each."""
    lang = language.of_page()
    every_one = services_by_kind.services(lang)
    city, found = _within(every_one, lang)
    kinds = services_by_kind.by_kind(found, city)
    return tk.render(
        "hanse/services.html",
        {
            "number": len(found),
            "city": city,
            "kind": None,
            "charts": [kinds, services_by_kind.by_city(every_one, lang)],
            "groups": [
                Group(service_kinds.kind(bar.value), bar, _of_kind(found, bar.value)[:_OF_EACH])
                for bar in kinds.bars
            ],
        },
    )


@hanse_services.route("/dienste/<code>")
def of_kind(code: str) -> Any:
    """Show all services of a kind."""
    if code not in service_kinds.CODES:
        return tk.abort(404, tk._("There is no such kind of service"))
    lang = language.of_page()
    every_one = _of_kind(services_by_kind.services(lang), code)
    city, found = _within(every_one, lang)
    asked = {"organization": city.name} if city else {}
    pages = Page(
        collection=found,
        page=min(max(request.args.get("page", 1, type=int), 1), 100_000),
        url=lambda page, **_: tk.h.url_for("hanse_services.of_kind", code=code, page=page, **asked),
        items_per_page=_A_PAGE,
    )
    return tk.render(
        "hanse/services.html",
        {
            "number": len(found),
            "city": city,
            "kind": service_kinds.kind(code),
            "charts": [services_by_kind.by_city(every_one, lang, code)],
            "page": pages,
        },
    )


def _of_kind(found: list[Service], code: str) -> list[Service]:
    return [item for item in found if item.kind == code]


def _within(found: list[Service], lang: str) -> tuple[City | None, list[Service]]:
    """Return the city of the address and its services; of a city that does not exist, all."""
    city = every(lang).get(request.args.get("organization", ""))
    return city, [item for item in found if city in item.cities] if city else found


@hanse_services.route("/service/<key>")
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


@hanse_services.route(f"/service/<key>.<{ENDING}>")
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
