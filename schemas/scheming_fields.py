"""A property of the table as ckanext-scheming fields: its kind decides how it is entered.

Validators are those of ``ckanext.hanse.logic.validators``; form snippets those
of ckanext-scheming.  In addition to scheming's own keys a field has its ``section``
(needed, recommended, more), ``vocabulary`` and ``store``, ``obligation``, and
``required_to_publish``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_schemas.table import Class, Property, classes

Field = dict[str, Any]

#: Fields that are columns of CKAN's own tables.
_COLUMNS = {
    "dataset": {"title", "notes", "url", "version", "license_id"},
    "distribution": {"name", "description", "format", "mimetype", "size", "hash"},
}
_CHOICES = "hanse_field_choices"
HIDDEN: Field = {"form_snippet": None}
_WORDS: Field = {"validators": "hanse_text"}
_LIST: Field = {
    "validators": "hanse_list",
    "output_validators": "hanse_json",
    "form_snippet": "multiple_text.html",
    "display_snippet": "multiple_text.html",
}
#: Settings for a single value of a kind, and for several values below.
SINGLE: Mapping[str, Field] = {
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
#: Kinds of places offered in a form; other municipalities are entered by their IRI.
_PLACES = ["district", "town"]


@cache
def _labels() -> dict[str, Field]:
    text = files("hanse_schemas").joinpath("form_labels.yaml").read_text(encoding="utf-8")
    found: dict[str, Field] = yaml.safe_load(text)
    return found


def own(name: str) -> Field:
    """Return label and help of a field without a property (``form_labels.yaml``)."""
    return dict(_labels()[name])


def _place() -> Field:
    return {**own("place"), "vocabulary": "municipal-keys", "vocabulary_kinds": _PLACES}


def fields(prop: Property, owner: str) -> Iterator[Field]:
    """Yield the fields that store a property, in the form of class ``owner``."""
    if prop.flatten:
        yield from _flat(prop, owner)
    elif prop.kind == "keyword":
        yield described(prop) | _TAGS
        yield translated("tags", prop, "hanse_translated_list")
    elif prop.kind == "object":
        yield described(prop) | {
            "repeating_label": dict(prop.label),
            "repeating_subfields": [*_subfields(classes()[prop.of])],
        }
    else:
        yield plain(prop, owner)
        if prop.kind == "text":
            yield translated(prop.field, prop)


def _flat(prop: Property, owner: str) -> Iterator[Field]:
    """Yield the fields of a nested class that is flat in the dict; several values become a list."""
    for inner, name in prop.flatten.items():
        nested = classes()[prop.of].property(inner)
        if prop.multiple:
            yield described(prop) | {"field_name": name} | _LIST
            continue
        # Mandatory within the nested object, which itself may be optional.
        outer = replace(nested, field=name, section=prop.section, obligation=prop.obligation)
        yield plain(outer, owner)


def _subfields(cls: Class) -> Iterator[Field]:
    """Yield the fields of a nested object, including its own IRI."""
    iri = iri_field()
    if cls.name == "location":
        iri = iri | _place() | SINGLE["concept"] | {"validators": "hanse_text hanse_safe_url"}
        yield iri | {"store": "iri"}
    for prop in cls.properties:
        for field in fields(prop, cls.name):
            yield {key: value for key, value in field.items() if key != "required_to_publish"}
    if cls.name != "location":
        yield iri


def plain(prop: Property, owner: str) -> Field:
    """Return the field of a property whose values are texts, numbers, IRIs or concepts."""
    kind = _SEVERAL.get(prop.kind, _LIST) if prop.multiple else SINGLE[prop.kind]
    field = described(prop) | kind
    if prop.long and not prop.multiple:
        field |= {"form_snippet": "markdown.html", "display_snippet": "markdown.html"}
    if prop.vocabulary:
        field |= {"vocabulary": prop.vocabulary, "store": prop.store}
    if prop.preferred:
        field |= {"preferred": list(prop.preferred)}
    if prop.field in _COLUMNS.get(owner, ()):
        field["validators"] = f"hanse_column {field['validators']}"
    if prop.section == "none":
        field |= HIDDEN
    return field | _exceptions(prop, owner)


def _exceptions(prop: Property, owner: str) -> Field:
    """Return what CKAN requires for a field in place of the settings of its kind."""
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


def described(prop: Property) -> Field:
    """Return a property's label and help from the table, and how strongly it is required."""
    field: Field = {
        "field_name": prop.field,
        "label": dict(prop.label),
        "help_text": dict(prop.help),
    }
    if prop.example and prop.kind not in ("concept", "object", "integer"):
        field["form_placeholder"] = prop.example
    if prop.section != "none":
        field["section"] = prop.section
    if prop.field == "access_url":  # entered as ``url``
        return field
    field["obligation"] = prop.obligation
    if prop.obligation == "mandatory":
        field["required_to_publish"] = True
    return field


def only(prop: Property) -> Field:
    """Return a property's field without section and obligation."""
    field = plain(prop, "")
    return {k: v for k, v in field.items() if k not in ("section", "obligation")}


def translation(validators: str = "hanse_translated") -> Field:
    return {"validators": validators, "output_validators": "hanse_json", **HIDDEN}


def translated(name: str, prop: Property, validators: str = "hanse_translated") -> Field:
    """Return the field for the translations of a text."""
    shape = own("in-languages")["label"]
    label = {
        code: text.format(label=prop.label[code])
        for code, text in shape.items()
        if code in prop.label
    }
    return {"field_name": f"{name}_translated", "label": label, **translation(validators)}


def iri_field() -> Field:
    return {"field_name": "uri", **own("iri")} | {
        "validators": "hanse_text hanse_safe_url",
        "display_snippet": "link.html",
    }
