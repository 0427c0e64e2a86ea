"""The form by sections, and the words its vocabularies offer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.site import words

#: Order of the sections of the form; what names none is among "more".
SECTIONS = ("needed", "recommended", "more")


@dataclass(frozen=True, slots=True)
class Section:
    """A part of the form: its name and its fields (ckanext-scheming's field dicts)."""

    name: str
    fields: list[dict[str, Any]]


def sections(fields: list[dict[str, Any]]) -> list[Section]:
    """Fields with a form snippet, by section, in the schema's order; empty sections are left out."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in SECTIONS}
    for field in fields:
        if "form_snippet" in field and field["form_snippet"] is None:
            continue
        name = field.get("section", "more")
        found[name if name in found else "more"].append(field)
    return [Section(name, items) for name, items in found.items() if items]


def choices(field: Mapping[str, Any], language: str) -> list[dict[str, str]]:
    """Value and words of every entry of a field's vocabulary, in alphabetical order."""
    name = field.get("vocabulary")
    if not name:
        return []
    store = field.get("store", "iri")
    found = [
        {"value": item.code if store == "code" else item.iri, "label": item.label(language)}
        for item in words.vocabulary(str(name))
    ]
    return sorted(found, key=lambda item: item["label"].casefold())
