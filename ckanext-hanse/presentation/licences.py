"""Licences for display: name, openness, URL of the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.presentation import words
from ckanext.hanse.presentation.text import host, safe_link
from ckanext.hanse.search.filters import is_open


@dataclass(frozen=True, slots=True)
class Licence:
    """A licence; ``open`` is None if unknown (a licence that no list has)."""

    iri: str
    label: str
    short: str
    open: bool | None
    href: str


def licence(value: object, language: str) -> Licence:
    """Return the licence that ``value`` (IRI or spelling) means; an unknown one unchanged."""
    found = words.concept("licences", value)
    if not found:
        return Licence(str(value), str(value), host(value) or str(value), None, safe_link(value))
    return Licence(
        iri=found.iri,
        label=found.label(language),
        short=found.attributes.get("short") or found.label(language),
        open=is_open(found.iri),
        href=safe_link(found.attributes.get("url") or found.iri),
    )


def licences(dataset: Mapping[str, Any], language: str) -> list[Licence]:
    """Return the distinct licences of a dataset's distributions, in their order; else its own."""
    values = [item.get("license") for item in dataset.get("resources") or ()]
    values = [item for item in values if item] or [dataset.get("license_id")]
    return [licence(item, language) for item in dict.fromkeys(values) if item]
