"""The table as ckanext-scheming's schemas: datasets, their resources, organisations.

Validators are those of ``ckanext.hanse.logic.validators``; form snippets those
of ckanext-scheming.  Besides scheming's own keys a field says its ``section``
(needed, recommended, more), ``vocabulary`` and ``store``, ``obligation``, and
``required_to_publish``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from hanse_schemas.table import Class, Property, classes

Field = dict[str, Any]

#: Fields that are columns of CKAN's own tables.
_COLUMNS = {
    "dataset": {"title", "notes", "url", "version", "license_id"},
    "distribution": {"name", "description", "format", "mimetype", "size", "hash"},
}
_CHOICES = "hanse_field_choices"
_HIDDEN: Field = {"form_snippet": None}
_WORDS: Field = {"validators": "hanse_text"}
_LIST: Field = {
    "validators": "hanse_list",
    "output_validators": "hanse_json",
    "form_snippet": "multiple_text.html",
    "display_snippet": "multiple_text.html",
}
#: What a single value of a kind needs, and what several do.
_SINGLE: Mapping[str, Field] = {
    "text": _WORDS,
    "string": _WORDS,
    "statement": _WORDS,
    "iri": {
        "validators": "hanse_text hanse_safe_url",
        "form_type": "url",
        "display_snippet": "link.html",
    },
    "concept": {
        "validators": "hanse_text",
        "form_snippet": "select.html",
        "display_snippet": "select.html",
        "choices_helper": _CHOICES,
    },
    "mailto": {"validators": "hanse_text", "form_type": "email", "display_snippet": "email.html"},
    "tel": {"validators": "hanse_text", "form_type": "tel"},
    "date": {"validators": "hanse_date", "form_snippet": "date.html"},
    "integer": {"validators": "hanse_integer", "form_snippet": "number.html"},
    "decimal": _WORDS,
    "duration": _WORDS,
    "hex": _WORDS,
    "geometry": {"validators": "hanse_text", "form_snippet": "textarea.html"},
}
_SEVERAL: Mapping[str, Field] = {
    "iri": _LIST | {"validators": "hanse_list hanse_safe_url"},
    "concept": _LIST
    | {
        "form_snippet": "multiple_select.html",
        "display_snippet": "multiple_choice.html",
        "choices_helper": _CHOICES,
    },
}
_TAGS: Field = {
    "field_name": "tag_string",
    "preset": "tag_string_autocomplete",
    "validators": "hanse_tag_string",
}
#: Of a place a form offers these; further municipalities by their IRI.
_PLACES = ["district", "town"]

_IRI: Field = {
    "field_name": "uri",
    "label": {"de": "Adresse (IRI)", "en": "Address (IRI)"},
    "help_text": {
        "de": "Eindeutige Adresse, unter der dies anderswo bekannt ist. Meist leer.",
        "en": "Unique address under which this is known elsewhere. Mostly empty.",
    },
}
_PLACE: Field = {
    "label": {"de": "Kreis oder Stadt", "en": "District or town"},
    "help_text": {
        "de": "Das Gebiet nach dem amtlichen Schlüssel.",
        "en": "The area by its official key.",
    },
    "vocabulary": "municipal-keys",
    "vocabulary_kinds": _PLACES,
}


def dataset_schema() -> Field:
    """``dcat_ap_de.yaml``: the form of datasets and of their resources."""
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
    """``organization.yaml``: a member city, which is a foaf:Agent with what its datasets need."""
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
        yield from _fields(prop, "dataset")
        if prop.field == "title":
            yield {
                "field_name": "name",
                "label": {"de": "Adresse im Katalog", "en": "Address in the catalogue"},
                "preset": "dataset_slug",
                "section": "needed",
            }
            yield {
                "field_name": "owner_org",
                "label": {"de": "Stadt", "en": "City"},
                "help_text": {
                    "de": "Die Stadt, die den Datensatz hier pflegt.",
                    "en": "The city that keeps the dataset here.",
                },
                "preset": "dataset_organization",
                "section": "needed",
            }
    yield _iri() | _HIDDEN


def _resource_fields() -> Iterator[Field]:
    yield {
        "field_name": "url",
        "label": {"de": "Datei oder Adresse", "en": "File or address"},
        "help_text": {
            "de": "Eine Datei hochladen oder die Adresse angeben, unter der die Daten liegen.",
            "en": "Upload a file or give the address where the data lie.",
        },
        "preset": "resource_url_upload",
        "validators": "hanse_column hanse_text hanse_safe_url",
        "obligation": "mandatory",
        "required_to_publish": True,
        "section": "needed",
    }
    for prop in classes()["distribution"].properties:
        yield from _fields(prop, "distribution")
    yield _iri() | _HIDDEN


def _organization_fields() -> Iterator[Field]:
    agent, dataset = classes()["agent"], classes()["dataset"]
    name = agent.property("name")
    yield _said(name) | {
        "field_name": "title",
        "validators": "not_empty unicode_safe",
        "required": True,
        "form_snippet": "large_text.html",
        "form_attrs": {"data-module": "slug-preview-target"},
    }
    yield _translated("title", name)
    yield {
        "field_name": "name",
        "label": {"de": "Adresse im Katalog", "en": "Address in the catalogue"},
        "validators": "not_empty unicode_safe name_validator group_name_validator",
        "form_snippet": "slug.html",
    }
    description = {
        "label": {"de": "Beschreibung", "en": "Description"},
        "help_text": {
            "de": "Ein paar Sätze über die Stadt und ihre offenen Daten.",
            "en": "A few sentences about the city and its open data.",
        },
    }
    yield {"field_name": "description", **description, "form_snippet": "markdown.html"}
    yield {"field_name": "description_translated", **description, **_translation()}
    yield {
        "field_name": "image_url",
        "label": {"de": "Wappen oder Logo", "en": "Arms or logo"},
        "preset": "organization_url_upload",
        "validators": "ignore_missing unicode_safe remove_whitespace hanse_safe_url",
    }
    for prop in (agent.property("url"), agent.property("email")):
        yield _only(prop)
    yield _only(agent.property("type")) | {"field_name": "dcat_type"}
    yield {
        "field_name": "ars",
        "label": {"de": "Regionalschlüssel (ARS)", "en": "Regional key (ARS)"},
        "help_text": {
            "de": "Amtlicher Schlüssel der Stadt, zwölf Ziffern.",
            "en": "Official key of the city, twelve digits.",
        },
        "vocabulary": "municipal-keys",
        "vocabulary_kinds": ["town"],
        "store": "code",
        **_SINGLE["concept"],
    }
    contributor = _said(dataset.property("contributor_id"))
    yield contributor | {"vocabulary": "contributors", "store": "iri"} | _SINGLE["concept"]
    yield _only(agent.property("identifier"))
    yield _iri()


def _fields(prop: Property, owner: str) -> Iterator[Field]:
    """The field or fields that hold a property, in the form of class ``owner``."""
    if prop.flatten:
        yield from _flat(prop, owner)
    elif prop.kind == "keyword":
        yield _said(prop) | _TAGS
        yield _translated("tags", prop, "hanse_translated_list")
    elif prop.kind == "object":
        subfields = [*_subfields(classes()[prop.of])]
        yield _said(prop) | {"repeating_label": dict(prop.label), "repeating_subfields": subfields}
    else:
        yield _plain(prop, owner)
        if prop.kind == "text":
            yield _translated(prop.field, prop)


def _flat(prop: Property, owner: str) -> Iterator[Field]:
    """The fields of a nested class that is flat in the dict; several values make a list."""
    for inner, name in prop.flatten.items():
        nested = classes()[prop.of].property(inner)
        if prop.multiple:
            yield _said(prop) | {"field_name": name} | _LIST
            continue
        # Mandatory within the nested object, which itself may be optional.
        outer = replace(nested, field=name, section=prop.section, obligation=prop.obligation)
        yield _plain(outer, owner)


def _subfields(cls: Class) -> Iterator[Field]:
    """What a nested object holds, its own IRI included."""
    iri = _iri()
    if cls.name == "location":
        iri = iri | _PLACE | _SINGLE["concept"] | {"validators": "hanse_text hanse_safe_url"}
        yield iri | {"store": "iri"}
    for prop in cls.properties:
        for field in _fields(prop, cls.name):
            yield {key: value for key, value in field.items() if key != "required_to_publish"}
    if cls.name != "location":
        yield iri


def _plain(prop: Property, owner: str) -> Field:
    """The field of a property whose values are words, numbers, IRIs or concepts."""
    kind = _SEVERAL.get(prop.kind, _LIST) if prop.multiple else _SINGLE[prop.kind]
    field = _said(prop) | kind
    if prop.long and not prop.multiple:
        field |= {"form_snippet": "markdown.html", "display_snippet": "markdown.html"}
    if prop.vocabulary:
        field |= {"vocabulary": prop.vocabulary, "store": prop.store}
    if prop.preferred:
        field |= {"preferred": list(prop.preferred)}
    if prop.field in _COLUMNS.get(owner, ()):
        field["validators"] = f"hanse_column {field['validators']}"
    if prop.section == "none":
        field |= _HIDDEN
    return field | _exceptions(prop, owner)


def _exceptions(prop: Property, owner: str) -> Field:
    """Where CKAN wants something else of a field than its kind says."""
    match owner, prop.field:
        case "dataset", "title":
            return {
                "validators": "not_empty unicode_safe",
                "required": True,
                "form_snippet": "large_text.html",
                "form_attrs": {"data-module": "slug-preview-target"},
            }
        case "dataset", "version":
            return {"validators": "hanse_column hanse_text package_version_validator"}
        case "distribution", "format":
            return {"validators": "hanse_format"}
        case _:
            return {}


def _said(prop: Property) -> Field:
    """What the table says of a property in words, and how much it is wanted."""
    field: Field = {
        "field_name": prop.field,
        "label": dict(prop.label),
        "help_text": dict(prop.help),
    }
    if prop.example and prop.kind not in ("concept", "object", "integer"):
        field["form_placeholder"] = prop.example
    if prop.section != "none":
        field["section"] = prop.section
    if prop.field == "access_url":  # asked for as ``url``
        return field
    field["obligation"] = prop.obligation
    if prop.obligation == "mandatory":
        field["required_to_publish"] = True
    return field


def _only(prop: Property) -> Field:
    """A property's field apart from sections and obligations."""
    field = _plain(prop, "")
    return {k: v for k, v in field.items() if k not in ("section", "obligation")}


def _translation(validators: str = "hanse_translated") -> Field:
    return {"validators": validators, "output_validators": "hanse_json", **_HIDDEN}


def _translated(name: str, prop: Property, validators: str = "hanse_translated") -> Field:
    """The field of a text in its languages."""
    label = {"de": f"{prop.label['de']} (Sprachen)", "en": f"{prop.label['en']} (languages)"}
    return {"field_name": f"{name}_translated", "label": label, **_translation(validators)}


def _iri() -> Field:
    return dict(_IRI) | {"validators": "hanse_text hanse_safe_url", "display_snippet": "link.html"}
