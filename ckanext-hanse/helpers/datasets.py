"""A dataset and its files: field values, licences, tables, issues, corrections."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
from markupsafe import Markup

from ckanext.hanse import deletions
from ckanext.hanse.corrections.apply import APART, DETACHED, HIDDEN
from ckanext.hanse.export import citation, croissant
from ckanext.hanse.helpers.page import hanse_language
from ckanext.hanse.presentation import (
    areas,
    described,
    display,
    licences,
    related,
    repair,
    table,
    words,
)
from ckanext.hanse.presentation import issues as findings
from ckanext.hanse.presentation import links as link_words
from ckanext.hanse.presentation.harvests import StateLabel
from hanse_harvesters.field_label import field_label


def hanse_licence(value: str) -> licences.Licence | None:
    """Return a licence with its name, openness and text."""
    return licences.licence(value, hanse_language()) if value else None


def hanse_licences(dataset: Mapping[str, Any]) -> list[licences.Licence]:
    """Return the distinct licences of a dataset's distributions."""
    return licences.licences(dataset, hanse_language())


def hanse_format(value: str) -> str:
    """Return the name of a file type's code: ``WFS_SRVC`` → "WFS"."""
    return words.label("file-types", value, hanse_language()) if value else ""


def hanse_language_name(code: str) -> str:
    """Return the name of a text's language in the page's: ``pl`` → "Polish"."""
    return words.label("languages", code, hanse_language())


def hanse_formats(dataset: Mapping[str, Any]) -> list[str]:
    """Return the distinct formats of a dataset's distributions, in their order."""
    found = [item.get("format") for item in dataset.get("resources") or ()]
    return list(dict.fromkeys(hanse_format(item) for item in found if item))


def hanse_facts(
    data: Mapping[str, Any], name: str, skip: Collection[str] = ()
) -> list[display.Fact]:
    """Return every filled field of class ``name``, labelled, without ``skip``."""
    return display.facts(data, name, hanse_language(), skip)


def hanse_area(dataset: Mapping[str, Any]) -> areas.DatasetArea:
    """Return the area of a dataset in words and for the map."""
    return areas.dataset_area(dataset, hanse_language())


def hanse_table(resource_id: str) -> table.TablePage | None:
    """Return the rows of a table that the request's parameters select; None without a table."""
    return table.table(resource_id, tk.request.args, hanse_language())


def hanse_table_notes(resource: Mapping[str, Any]) -> list[str]:
    """Return the notes about an uploaded table, or why there is none."""
    return table.sentences(table.state(resource), hanse_language())


def hanse_origin(dataset_id: str) -> dict[str, Any]:
    """Return where a dataset was harvested; empty for one made here."""
    return _ask("hanse_origin_show", dataset_id) or {}


def hanse_issues(dataset_id: str) -> list[dict[str, Any]]:
    """Return a dataset's issues, if the user may edit it."""
    return _ask("hanse_dataset_issues", dataset_id) or []


def hanse_links(dataset_id: str) -> dict[str, Any]:
    """Return the links of a dataset as ``hanse_dataset_links``, with ``files``: number → label.

    Empty where links are not checked, and for a dataset that the user may not see.
    """
    found = _ask("hanse_dataset_links", dataset_id)
    if not found or not found["enabled"]:
        return {}
    return {**found, "files": link_words.of_files(found["links"], hanse_language())}


def hanse_link_state(name: str) -> StateLabel:
    """Return the label of a link's state."""
    return link_words.state(name)


def hanse_field(path: str) -> str:
    """Return the label of a field path as used in issues and diffs."""
    return field_label(path, hanse_language())


def hanse_rule(rule: str) -> str:
    """Return a rule's short label for the beginning of a line."""
    return findings.rule_words(rule, hanse_language())


def hanse_by_rule(numbers: Mapping[str, int]) -> list[dict[str, Any]]:
    """Return the rules of a run's issues with their numbers, the most severe first."""
    return findings.by_rule(numbers, hanse_language())


def hanse_grouped(issues: Sequence[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return a dataset's issues by rule and field: ``group`` and the ``issues`` in it."""
    return findings.grouped(issues, hanse_language())


def hanse_group_links(groups: Sequence[dict[str, Any]], source: str) -> None:
    """Link each group of a source's issues to the list of these issues."""
    for group in groups:
        asked = {"rule": group["rule"], "field": group["field"]}
        group["href"] = tk.h.url_for("hanse_harvest.issues", name=source, **asked)


def hanse_form_of(path: str, dataset: Mapping[str, Any]) -> str:
    """Return the URL of the form field that an issue of a local dataset is about, "" for none."""
    return findings.form_of(path, dataset)


def hanse_deletion(dataset_id: str) -> dict[str, Any]:
    """Return when and by whom a dataset was deleted, and its restore deadline; else empty."""
    return deletions.of(dataset_id)


def hanse_corrected(dataset_id: str) -> list[str]:
    """Return the labels of the fields of a harvested dataset that its city corrected."""
    return repair.labels(dataset_id, hanse_language())


def hanse_corrected_values(field: str, value: Any) -> Sequence[display.DisplayValue]:
    """Return the value of a corrected field for display; nothing if it is empty."""
    return repair.values(field, value, hanse_language())


def hanse_repair(dataset_id: str) -> dict[str, Any] | None:
    """Return the corrections of a dataset; None if the user may not repair it.

    ``count`` of corrected fields, ``hidden``, ``detached``, ``flagged`` (the portal changed one).
    """
    found = _ask("hanse_correction_list", dataset_id)
    if found is None:
        return None
    fields = {item["field"] for item in found}
    return {
        "count": len(fields.difference(APART)),
        "hidden": HIDDEN in fields,
        "detached": DETACHED in fields,
        "flagged": any(item["flagged"] for item in found),
    }


def hanse_citation(dataset: Mapping[str, Any]) -> str:
    """Return the citation of a dataset."""
    return citation.text(described.of_page(dataset))


def hanse_citation_files(dataset: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return name and URL of the formats for reference managers; none unless it is public."""
    kinds = citation.FORMATS.items() if described.is_public(dataset) else ()
    endpoint, name = "hanse_cite.citation", dataset["name"]
    return [(kind.name, tk.h.url_for(endpoint, name=name, ending=end)) for end, kind in kinds]


def hanse_described(dataset: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return name and URL of what is made for other tools; nothing unless it is public."""
    if not described.is_public(dataset):
        return []
    found = [("schema.org", "hanse_described.schema_org_document")]
    if croissant.files(described.of_page(dataset)):
        found.append(("Croissant", "hanse_described.croissant_document"))
    return [(name, tk.h.url_for(endpoint, name=dataset["name"])) for name, endpoint in found]


def hanse_json_ld(dataset: Mapping[str, Any]) -> Markup:
    """Return a public dataset for search engines, as the content of a script element."""
    return described.json_ld(dataset)


def _ask(action: str, dataset_id: str) -> Any:
    """Return an action's result for the current user; None if not authorized."""
    try:
        return tk.get_action(action)({}, {"id": dataset_id})
    except (tk.NotAuthorized, tk.ObjectNotFound):
        return None


def hanse_organization_facts(organization: Mapping[str, Any]) -> list[display.Fact]:
    """Return an organization's fields other than its name, description and image."""
    schema = tk.h.scheming_get_organization_schema(organization["type"])
    shown = ("title", "name", "description", "image_url")
    fields = [
        field
        for field in schema["fields"]
        if field["field_name"].removesuffix("_translated") not in shown
    ]
    return display.form_facts(fields, organization, hanse_language())


def hanse_series(dataset: Mapping[str, Any]) -> list[related.Series]:
    """Return the series that a dataset is or is part of."""
    return related.series_of(dataset)


def hanse_serving(dataset: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """Return the services that deliver a dataset, while it does not name them."""
    return related.serving(dataset)


def hanse_service_key(service: Mapping[str, Any]) -> str:
    """Return the key of a service's page, "" for one without an address."""
    return related.key_of(service)
