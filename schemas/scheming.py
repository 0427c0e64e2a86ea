"""The table as ckanext-scheming schemas: datasets, their resources, organizations.

:mod:`.scheming_fields` converts a single property; this module decides which fields a form
has and in which order, and adds CKAN's own.
"""

from __future__ import annotations

from collections.abc import Iterator

from hanse_schemas.scheming_fields import (
    HIDDEN,
    SINGLE,
    Field,
    described,
    fields,
    iri_field,
    only,
    own,
    translated,
    translation,
)
from hanse_schemas.table import classes


def dataset_schema() -> Field:
    """Return ``dcat_ap_de.yaml``: the form of datasets and of their resources."""
    return {
        "scheming_version": 2,
        "dataset_type": "dataset",
        "about": "DCAT-AP.de 3.0",
        "about_url": "https://www.dcat-ap.de/def/",
        "before_validators": "hanse_entered_values",
        "after_validators": "hanse_required_when_published",
        "dataset_fields": [*_dataset_fields()],
        "resource_fields": [*_resource_fields()],
    }


def organization_schema() -> Field:
    """Return ``organization.yaml``: a member city, a foaf:Agent with what its datasets need."""
    return {
        "scheming_version": 2,
        "organization_type": "organization",
        "about": "A member city: foaf:Agent of DCAT-AP.de 3.0",
        "about_url": "https://www.dcat-ap.de/def/",
        "fields": [*_organization_fields()],
    }


def _dataset_fields() -> Iterator[Field]:
    for prop in classes()["dataset"].properties:
        if prop.field == "resources":
            continue
        yield from fields(prop, "dataset")
        if prop.field == "title":
            yield {
                "field_name": "name",
                **own("dataset-address"),
                "preset": "dataset_slug",
                "section": "needed",
            }
            yield {
                "field_name": "owner_org",
                **own("city"),
                "preset": "dataset_organization",
                "section": "needed",
            }
    yield iri_field() | HIDDEN


def _resource_fields() -> Iterator[Field]:
    yield {
        "field_name": "url",
        **own("file"),
        "preset": "resource_url_upload",
        "validators": "hanse_column hanse_text hanse_safe_url",
        "obligation": "mandatory",
        "required_to_publish": True,
        "section": "needed",
    }
    for prop in classes()["distribution"].properties:
        yield from fields(prop, "distribution")
    yield iri_field() | HIDDEN


def _organization_fields() -> Iterator[Field]:
    agent, dataset = classes()["agent"], classes()["dataset"]
    name = agent.property("name")
    yield described(name) | {
        "field_name": "title",
        "validators": "not_empty unicode_safe",
        "required": True,
        "form_snippet": "large_text.html",
        "form_attrs": {"data-module": "slug-preview-target"},
    }
    yield translated("title", name)
    yield {
        "field_name": "name",
        **own("dataset-address"),
        "validators": "not_empty unicode_safe name_validator group_name_validator",
        "form_snippet": "slug.html",
    }
    yield {"field_name": "description", **own("city-description"), "form_snippet": "markdown.html"}
    yield {"field_name": "description_translated", **own("city-description"), **translation()}
    yield {
        "field_name": "image_url",
        **own("city-emblem"),
        "preset": "organization_url_upload",
        "validators": "ignore_missing unicode_safe remove_whitespace hanse_safe_url",
    }
    for prop in (agent.property("url"), agent.property("email")):
        yield only(prop)
    yield only(agent.property("type")) | {"field_name": "dcat_type"}
    yield {
        "field_name": "ars",
        **own("regional-key"),
        "vocabulary": "municipal-keys",
        "vocabulary_kinds": ["town"],
        "store": "code",
        **SINGLE["concept"],
    }
    contributor = described(dataset.property("contributor_id"))
    yield contributor | {"vocabulary": "contributors", "store": "iri"} | SINGLE["concept"]
    yield only(agent.property("identifier"))
    yield iri_field()
