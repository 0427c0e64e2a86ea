"""The form by sections, and the choices its vocabularies offer."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation import words

#: Order of the form's sections; fields without a section are in "more".
SECTIONS = ("needed", "recommended", "more")


@dataclass(frozen=True, slots=True)
class FormSection:
    """A part of the form: its name and its fields (ckanext-scheming's field dicts)."""

    name: str
    fields: list[dict[str, Any]]


def sections(fields: list[dict[str, Any]]) -> list[FormSection]:
    """Group fields with a form snippet by section, in the schema's order; omit empty sections."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in SECTIONS}
    for field in fields:
        if "form_snippet" in field and field["form_snippet"] is None:
            continue
        name = field.get("section", "more")
        found[name if name in found else "more"].append(field)
    return [FormSection(name, items) for name, items in found.items() if items]


def choices(
    field: Mapping[str, Any], language: str, chosen: Sequence[str] = ()
) -> list[dict[str, Any]]:
    """Return value and label of every entry of a field's choices, in alphabetical order.

    The ``preferred`` ones come first and are marked.

    A ``chosen`` value that is not an entry is added unchanged, so that saving a
    form never drops a value that the vocabulary does not have.
    """
    found = {item["value"]: item["label"] for item in _offered(field, language)}
    for value in chosen:
        found.setdefault(value, value)
    first = {value: place for place, value in enumerate(_preferred(field))}
    entries = [
        {"value": value, "label": label, "preferred": value in first}
        for value, label in found.items()
    ]
    return sorted(
        entries,
        key=lambda item: (first.get(item["value"], len(first)), item["label"].casefold()),
    )


def _preferred(field: Mapping[str, Any]) -> Iterator[str]:
    codes = field.get("preferred", ())
    known = words.vocabulary(str(field["vocabulary"])) if codes else None
    for code in codes:
        concept = known.find(code) if known else None
        if concept:
            yield concept.code if field.get("store") == "code" else concept.iri


def prefill(data: dict[str, Any]) -> None:
    """Enter the city as publisher and contact of a new dataset, if there is only one to choose."""
    cities = tk.h.organizations_available("create_dataset")
    asked = data.get("owner_org") or data.get("group_id")
    chosen = [item for item in cities if not asked or asked in (item["id"], item["name"])]
    if len(chosen) != 1 or data.get("publisher") or data.get("contact"):
        return
    city = tk.get_action("organization_show")({}, {"id": chosen[0]["id"], "include_users": False})
    agent = {key: city.get(key) for key in ("email", "url")} | {"name": city["title"]}
    data["contact"] = [{key: value for key, value in agent.items() if value}]
    data["publisher"] = [
        data["contact"][0] | ({"type": kind} if (kind := city.get("dcat_type")) else {})
    ]


def _offered(field: Mapping[str, Any], language: str) -> Iterator[dict[str, str]]:
    name = field.get("vocabulary")
    if name:
        store = field.get("store", "iri")
        kinds = field.get("vocabulary_kinds")
        for item in words.vocabulary(str(name)):
            if item.attributes.get("form") == "no":
                continue
            if kinds and item.attributes.get("kind") not in kinds:
                continue
            value = item.code if store == "code" else item.iri
            yield {"value": value, "label": item.label(language)}
        return
    for item in tk.h.scheming_field_choices(field) or ():
        label = tk.h.scheming_language_text(item.get("label") or item["value"])
        yield {"value": str(item["value"]), "label": str(label)}
