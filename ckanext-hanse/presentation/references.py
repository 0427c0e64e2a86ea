"""What a statement about datasets rests on: address, licence, origin, citation of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from ckanext.hanse import provenance
from ckanext.hanse.export import citation
from ckanext.hanse.presentation import described
from ckanext.hanse.presentation.licences import licences
from ckanext.hanse.presentation.text import safe_link

#: What is told of where a dataset comes from.
_ORIGIN = ("portal_title", "portal_url", "page", "first_harvested", "last_confirmed")


def references(datasets: Sequence[Mapping[str, Any]], language: str) -> list[dict[str, Any]]:
    """Return what ``hanse_reference_list`` tells of datasets as ``package_show`` gives them."""
    origins = provenance.of_many([str(item["id"]) for item in datasets])
    return [_reference(item, origins.get(str(item["id"]), {}), language) for item in datasets]


def _reference(
    dataset: Mapping[str, Any], origin: Mapping[str, Any], language: str
) -> dict[str, Any]:
    told = described.description(dataset, language, most=0)
    city = dataset.get("organization") or {}
    return {
        "id": dataset["id"],
        "name": told.name,
        "title": told.title,
        "address": told.page,
        "city": {key: city.get(key) or "" for key in ("name", "title")},
        "licences": [
            {"iri": item.iri, "label": item.label, "open": item.open, "address": item.href}
            for item in licences(dataset, language)
        ],
        "origin": _origin(origin),
        "citation": citation.text(told),
    }


def _origin(found: Mapping[str, Any]) -> dict[str, Any]:
    """Return where a harvested dataset comes from, {} for one that is made here."""
    links = {name: safe_link(found.get(name)) for name in ("portal_url", "page")}
    return {name: found[name] for name in _ORIGIN} | links if found else {}
