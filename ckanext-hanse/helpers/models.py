"""Model datasets in templates."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk
from ckan.lib.search import SearchError

from ckanext.hanse import language
from ckanext.hanse.comparison import published
from ckanext.hanse.presentation import compared
from ckanext.hanse.presentation.cities import every
from hanse_schemas.model_datasets import model_datasets


def hanse_models(dataset: Mapping[str, Any]) -> dict[str, Any]:
    """Return ``hanse_model_datasets_show`` with words, and who else has the same.

    Each of ``models`` gets ``words`` (who says so) and ``others``: pairs of a city's short
    name and its newest dataset.
    """
    lang = language.of_page()
    found: dict[str, Any] = tk.get_action("hanse_model_datasets_show")({}, {"id": dataset["id"]})
    own = (dataset.get("organization") or {}).get("name")
    for item in found["models"]:
        item["words"] = compared.how(item["how"])
        item["others"] = _others(item["iri"], own, lang)
    return found


def _others(iri: str, own: str | None, lang: str) -> list[tuple[str, published.Published]]:
    try:
        first: dict[str, published.Published] = {}
        for dataset in published.every(iri):
            first.setdefault(dataset.city, dataset)
    except SearchError:  # the page needs no search
        return []
    return [(compared.short(city.title), first[name]) for name, city in every(lang).items()
            if name in first and name != own]  # fmt: skip


def hanse_model_choices() -> list[str]:
    """Return all model datasets as "theme: label", to choose one from."""
    lang = language.of_page()
    return sorted(f"{item.theme_label(lang)}: {item.label(lang)}" for item in model_datasets())
