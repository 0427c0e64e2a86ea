"""How to cite a dataset."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation.display import translated
from ckanext.hanse.presentation.licences import licences


def citation(dataset: Mapping[str, Any], language: str) -> str:
    """Return publisher (year): title. Version. Catalogue. URL. Licence – as far as known."""
    title, _ = translated(dataset, "title", language)
    year = str(dataset.get("modified") or dataset.get("issued") or "")[:4]
    head = _publisher(dataset) + (f" ({year})" if year.isdigit() else "")
    address = tk.h.url_for("dataset.read", id=dataset.get("name"), qualified=True, locale="default")
    parts = [
        f"{head}: {title}" if head else str(title),
        f"Version {dataset['version']}" if dataset.get("version") else "",
        str(tk.config.get("ckan.site_title") or ""),
        str(dataset.get("uri") or address),
        ", ".join(item.label for item in licences(dataset, language)),
    ]
    return ". ".join(part.rstrip(".") for part in parts if part) + "."


def _publisher(dataset: Mapping[str, Any]) -> str:
    names = [item.get("name", "") for item in dataset.get("publisher") or () if item]
    found = ", ".join(name for name in names if name)
    return found or str((dataset.get("organization") or {}).get("title") or "")
