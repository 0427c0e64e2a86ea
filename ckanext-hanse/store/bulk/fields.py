"""The fields of the generated schema as ckanext-scheming has loaded it, read once."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from ckan.lib.plugins import lookup_package_plugin

from ckanext.hanse.store.bulk import NotBulkable

#: Kind of value that each validator of the schema produces, by its name.
_KINDS = {
    "hanse_text": "text",
    "hanse_date": "text",
    "hanse_list": "list",
    "hanse_translated": "translated",
    "hanse_translated_list": "translated_list",
    "hanse_integer": "integer",
    "hanse_format": "format",
}
_MARKS = {"hanse_column", "hanse_safe_url", "package_version_validator"}
#: Fields that CKAN itself handles; the schema must have exactly these validators for them.
_BOOKKEEPING = {
    "title": "not_empty unicode_safe",
    "name": "not_empty unicode_safe name_validator package_name_validator",
    "owner_org": "owner_org_validator unicode_safe",
    "tag_string": "hanse_tag_string",
}
_BEFORE = "hanse_entered_values"
_AFTER = "hanse_required_when_published"


@dataclass(frozen=True, slots=True)
class SchemaField:
    """One field: ``kind`` as in ``_KINDS``, or ``parts`` for repeating subfields.

    ``column``  stored in a column of CKAN's tables.   ``safe``  its URLs must not run code.
    ``longest`` maximum number of characters, 0 for no limit.
    ``json``    on output a text may be the JSON of a list or dict.
    ``order``   of the names of the subfields as stored: navl's, simple ones first.
    """

    name: str
    kind: str
    column: bool = False
    safe: bool = False
    longest: int = 0
    json: bool = False
    parts: Mapping[str, SchemaField] | None = None
    order: tuple[str, ...] = ()


FieldMap = Mapping[str, SchemaField]


@dataclass(frozen=True, slots=True)
class SchemaFields:
    """The fields of a dataset (without title, name, organization and tags) and of a resource."""

    dataset: FieldMap
    resource: FieldMap


@cache
def shape() -> SchemaFields:
    """Return the schema of type ``dataset``; NotBulkable if the bulk writer does not know it."""
    plugin = lookup_package_plugin("dataset")
    schema = getattr(plugin, "_expanded_schemas", {}).get("dataset")
    if schema is None:
        raise NotBulkable("datasets have no scheming schema")
    if schema.get("before_validators") != _BEFORE or schema.get("after_validators") != _AFTER:
        raise NotBulkable("the schema's before_validators or after_validators")
    return SchemaFields(
        _fields(f for f in schema["dataset_fields"] if not _is_bookkeeping(f)),
        _fields(schema["resource_fields"]),
    )


def _is_bookkeeping(field: Mapping[str, Any]) -> bool:
    wanted = _BOOKKEEPING.get(field["field_name"])
    if wanted is not None and (_validators(field) != wanted or field.get("output_validators")):
        raise NotBulkable(f"the validators of {field['field_name']}")
    return wanted is not None


def _fields(fields: Iterable[Mapping[str, Any]]) -> FieldMap:
    return {field["field_name"]: _field(field) for field in fields}


def _field(field: Mapping[str, Any]) -> SchemaField:
    name = field["field_name"]
    if "repeating_subfields" in field:
        parts = _fields(field["repeating_subfields"])
        order = sorted(parts, key=lambda part: (parts[part].parts is not None, part))
        return SchemaField(name, "parts", parts=parts, order=tuple(order))
    words = _validators(field).split()
    kinds = [_KINDS[word] for word in words if word in _KINDS]
    out = field.get("output_validators", "")
    unknown = {*words} - _KINDS.keys() - _MARKS
    if len(kinds) != 1 or unknown or out not in ("", "hanse_json") or "create_validators" in field:
        raise NotBulkable(f"the validators of {name}")
    return SchemaField(
        name,
        kinds[0],
        column="hanse_column" in words or kinds[0] == "format",
        safe="hanse_safe_url" in words,
        longest=100 if "package_version_validator" in words else 0,
        json=out == "hanse_json",
    )


def _validators(field: Mapping[str, Any]) -> str:
    return " ".join(str(field.get("validators", "")).split())
