"""Build from its rows what ``package_show`` returns for a dataset, by CKAN's schema and ours.

Equivalent to ``ckan.logic.package_show_default_and_custom_schemas``, without a query for
each part and without navl; the hooks of plugins are called as there.
"""

from __future__ import annotations

import json
from datetime import datetime
from functools import lru_cache
from typing import Any
from urllib.parse import urlsplit

from ckan import model
from ckan.lib import helpers

from ckanext.hanse.store.bulk import NotBulkable, hooks
from ckanext.hanse.store.bulk.fields import FieldMap, SchemaField, shape
from ckanext.hanse.store.bulk.load import Stored, TableRow

ShownPackage = dict[str, Any]

_PLAIN = frozenset({str, int, bool, type(None)})
#: Keys of a resource that CKAN's default schema also omits if empty.
_DROPPED_IN_DEFAULT = ("format", "hash")
#: Keys of a resource that both schemas omit if empty.
_DROPPED = ("created", "datastore_active")
#: Keys of a package (columns of the generated schema) that are omitted if empty.
_PACKAGE_DROPPED = ("title", "notes", "url", "version", "license_id")


def both(stored: Stored, organization: TableRow | None) -> tuple[ShownPackage, ShownPackage]:
    """Return the dataset by CKAN's default schema and by ours; NotBulkable if only CKAN can."""
    package = _dictize(stored, organization)
    hooks.shown(stored, package)
    default = _default(package)
    custom = _custom(package)
    hooks.after_show(custom)
    return default, custom


def _dictize(stored: Stored, organization: TableRow | None) -> ShownPackage:
    """Equivalent of CKAN's ``package_dictize``."""
    row = stored.package
    if stored.linked or row["type"] != "dataset" or not row["title"]:
        raise NotBulkable("dataset")
    shown = _columns(row)
    del shown["plugin_data"]
    shown["title"] = row["title"].strip()
    if not shown["title"]:
        raise NotBulkable("title")
    shown["resources"] = [_resource(item) for item in stored.active_resources]
    shown["num_resources"] = len(shown["resources"])
    shown["tags"] = _tags(stored)
    shown["num_tags"] = len(shown["tags"])
    shown["extras"] = [{"key": k, "value": v} for k, v in (row["extras"] or {}).items()]
    shown["groups"] = []
    shown["organization"] = _organization(organization)
    shown["relationships_as_subject"] = []
    shown["relationships_as_object"] = []
    shown |= _license(row["license_id"])
    return shown


def _columns(row: TableRow) -> ShownPackage:
    """Equivalent of CKAN's ``table_dictize``."""
    return {name: value if type(value) in _PLAIN else _value(value) for name, value in row.items()}


def _value(value: Any) -> Any:
    if isinstance(value, datetime):
        return value.isoformat()
    return value if isinstance(value, dict | list) else str(value)


def _resource(row: TableRow) -> ShownPackage:
    shown = _columns(row)
    shown |= shown.pop("extras") or {}
    url = shown["url"]
    if shown["url_type"] in ("upload", "datastore"):
        raise NotBulkable("a file of ours")
    if url and not urlsplit(url).scheme:
        shown["url"] = "http://" + url.lstrip("/")
    return shown


def _tags(stored: Stored) -> list[ShownPackage]:
    tags = [
        {
            "id": row["id"],
            "name": row["name"],
            "vocabulary_id": None,
            "state": "active",
            "display_name": row["name"],
        }
        for row in stored.tags
        if row["link_state"] == "active"
    ]
    if any(row["vocabulary_id"] for row in stored.tags):
        raise NotBulkable("a vocabulary of CKAN")
    return sorted(tags, key=lambda tag: tag["name"])


def _organization(row: TableRow | None) -> ShownPackage | None:
    if row is None:
        return None
    shown = _columns(row)
    del shown["extras"]
    return shown


def _license(license_id: str | None) -> ShownPackage:
    # Not cached: titles of licences are in the reader's language.
    known = model.Package.get_license_register().get(license_id) if license_id else None
    shown: ShownPackage = {"isopen": bool(known and known.isopen()), "license_title": license_id}
    if known:
        shown["license_title"] = known.title
        if known.url:
            shown |= {"license_url": known.url, "license_title": known.title.split("::")[-1]}
    return shown


def _default(package: ShownPackage) -> ShownPackage:
    """Apply CKAN's ``default_show_package_schema``."""
    shown = dict(package)
    shown["resources"] = [_default_resource(item) for item in package["resources"]]
    shown["tags"] = [dict(tag) for tag in package["tags"]]
    return shown


def _default_resource(item: ShownPackage) -> ShownPackage:
    shown = _without_empty(item, (*_DROPPED, *_DROPPED_IN_DEFAULT))
    shown["url"] = shown["url"].strip()
    if "format" in shown:
        shown["format"] = _unified_format(shown["format"])
    return shown


@lru_cache(maxsize=4096)
def _unified_format(text: str) -> str:
    return str(helpers.unified_resource_format(text))


def _without_empty(item: ShownPackage, names: tuple[str, ...]) -> ShownPackage:
    shown = dict(item)
    for name in names:
        if name in shown and shown[name] is None:
            del shown[name]
    return shown


def _custom(package: ShownPackage) -> ShownPackage:
    """Apply the generated schema, as ckanext-scheming shows it."""
    shown = _without_empty(package, _PACKAGE_DROPPED)
    extras = shown.pop("extras")
    simple = False
    for extra in extras:
        field = shape().dataset.get(extra["key"])
        if field is None or field.column:
            raise NotBulkable(extra["key"])
        if field.parts is None:
            simple = True
            shown[field.name] = _out(field, extra["value"])
        elif parts := _parts(field.parts, json.loads(extra["value"])):
            shown[field.name] = parts
    if not simple:
        # navl removes the extras one by one, but returns an empty list.
        shown["extras"] = []
    shown["resources"] = [_custom_resource(item) for item in package["resources"]]
    return shown


def _custom_resource(item: ShownPackage) -> ShownPackage:
    shown = _without_empty(item, _DROPPED)
    for field in shape().resource.values():
        value = shown.get(field.name, "")
        if value is None:
            del shown[field.name]
        elif field.parts is not None and value:
            shown[field.name] = _parts(field.parts, value)
        elif field.json and isinstance(value, str) and value:
            shown[field.name] = _out(field, value)
    return shown


def _parts(fields: FieldMap, items: Any) -> list[ShownPackage]:
    if not isinstance(items, list):
        raise NotBulkable("subfields")
    return [_part(fields, item) for item in items]


def _part(fields: FieldMap, item: Any) -> ShownPackage:
    if not isinstance(item, dict) or not item:
        raise NotBulkable("subfields")
    shown: ShownPackage = {}
    for name, value in item.items():
        field = fields.get(name)
        if field is None or value in (None, []):
            raise NotBulkable(name)
        shown[name] = _out(field, value) if field.parts is None else _parts(field.parts, value)
    if all(fields[name].parts is not None for name in shown):
        raise NotBulkable("parts of parts alone")
    return shown


def _out(field: SchemaField, value: Any) -> Any:
    """Apply the validator ``hanse_json`` if the field has it."""
    if field.json and isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(value)
        except ValueError:
            return value
        return found if isinstance(found, list | dict) else value
    return value
