"""The result of validating a dataset, without navl's flattening of every key.

The rules are those of :mod:`ckanext.hanse.logic.validators`, for values of the types
that the pipeline yields.  A value that would be refused or has another type is NotBulkable.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from ckanext.hanse.store.bulk import NotBulkable
from ckanext.hanse.store.bulk.fields import FieldMap, SchemaField, shape
from ckanext.hanse.store.values import NOT_IN_SCHEME, UNSAFE_SCHEMES, plain_language
from hanse_schemas.vocabulary import vocabulary

Values = dict[str, Any]

_MAX_INTEGER = 2**63 - 1
_HALF = re.compile("[\ud800-\udfff]")
#: Keys of a package that CKAN maintains itself, or that an update clears; ignored here.
_PACKAGE = frozenset(
    {
        *("id", "name", "owner_org", "organization", "creator_user_id", "metadata_created"),
        *("private", "state", "type", "isopen", "num_resources", "num_tags", "groups"),
        *("relationships_as_subject", "relationships_as_object", "title", "tags", "resources"),
        *("author", "author_email", "maintainer", "maintainer_email"),
        *("license_title", "license_url", "extras"),
    }
)
_ASKED = frozenset({"title", "tags", "resources", "private"})
#: The same for an existing resource; all but these two are columns of its row.
_FLAGS = ("datastore_active", "datastore_contains_all_records_of_source_file")
_RESOURCE = frozenset(
    {
        *("id", "package_id", "created", "metadata_modified", "last_modified", "state"),
        *("position", "url_type", "resource_type", "cache_url", "cache_last_updated"),
        *("mimetype_inner", *_FLAGS),
    }
)


def check(dataset: Mapping[str, Any]) -> None:
    """Raise NotBulkable if a record sets keys that CKAN maintains itself."""
    if not _PACKAGE.isdisjoint(dataset.keys() - _ASKED):
        raise NotBulkable("bookkeeping")
    for item in dataset.get("resources", ()):
        if not isinstance(item, dict) or not _RESOURCE.isdisjoint(item):
            raise NotBulkable("resources")


def package(given: Mapping[str, Any]) -> tuple[Values, dict[str, str]]:
    """Return columns and extras of a package as ``package_create`` and ``package_update`` do."""
    title = given.get("title")
    if not isinstance(title, str) or not title or _unstorable(title):
        raise NotBulkable("title")
    columns: Values = {"title": title}
    extras: dict[str, str] = {}
    for name, value in _fields(given, shape().dataset, _PACKAGE).items():
        if shape().dataset[name].column:
            columns[name] = value
        elif value is not None:
            extras[name] = _stored(shape().dataset[name], value)
    return columns, extras


def resource(given: Mapping[str, Any]) -> tuple[Values, Values]:
    """Return columns and extras of a resource."""
    columns: Values = {}
    extras: Values = {flag: given[flag] for flag in _FLAGS if given.get(flag) is not None}
    for name, value in _fields(given, shape().resource, _RESOURCE).items():
        if shape().resource[name].column:
            columns[name] = value
        elif value is not None:
            extras[name] = value
    # Neither may be NULL: CKAN reads the format of every resource.
    columns["url"] = columns["url"] or ""
    columns["format"] = columns["format"] or ""
    return columns, extras


def tag_names(given: Mapping[str, Any]) -> list[str]:
    """Return the names of a package's keywords, each once."""
    names = []
    for tag in given.get("tags", ()):
        name = tag.get("name")
        if not isinstance(name, str) or not 0 < len(name) <= 100 or _unstorable(name):
            raise NotBulkable("tags")
        if tag.get("vocabulary_id") or name != name.strip():
            raise NotBulkable("tags")
        names.append(name)
    return list(dict.fromkeys(names))


def _fields(given: Mapping[str, Any], fields: FieldMap, passing: frozenset[str]) -> Values:
    """Return every column of ``fields``, None if empty, and the other non-empty fields."""
    found: Values = {field.name: None for field in fields.values() if field.column}
    for name, value in given.items():
        field = fields.get(name)
        if field is None:
            if name not in passing:
                raise NotBulkable(name)
        elif not (field.column and _is_empty(value)):
            found[name] = _value(field, value, given)
    return found


def _value(field: SchemaField, value: Any, beside: Mapping[str, Any]) -> Any:
    """Return the value as it is stored, None if the field is not stored."""
    match field.kind:
        case "text":
            found: Any = _text(field, value)
        case "list":
            found = _list(field, value)
        case "translated":
            found = _translated(field, value, beside)
        case "translated_list":
            found = _by_language(value, lambda item: _list(field, item))
        case "integer":
            found = _integer(value)
        case "format":
            found = _format_code(_words(value)) or None
        case _:
            found = _parts(field, value)
    return found


def _text(field: SchemaField, value: Any) -> str | None:
    if value is None or value == "":
        return None
    text = _words(value)
    if field.safe:
        _check_url(text)
    if (not text and field.column) or (field.longest and len(text) > field.longest):
        raise NotBulkable(field.name)
    return text or None


def _words(value: Any) -> str:
    if not isinstance(value, str):
        raise NotBulkable("no text")
    text = value.replace("\0", "").strip()
    if _half(text):
        raise NotBulkable("half a character")
    return text


def _list(field: SchemaField, value: Any) -> list[str] | None:
    if value in (None, "", []):
        return None
    if not isinstance(value, list):
        raise NotBulkable(field.name)
    found = [text for text in map(_words, value) if text]
    if field.safe:
        for text in found:
            _check_url(text)
    return found or None


def _translated(field: SchemaField, value: Any, beside: Mapping[str, Any]) -> dict[str, str] | None:
    texts = _by_language(value, _words)
    plain = beside.get(field.name.removesuffix("_translated"))
    if texts and not _is_empty(plain) and _words(plain) not in texts.values():
        texts[plain_language(texts)] = _words(plain)
    return texts


def _by_language(value: Any, read: Any) -> dict[str, Any] | None:
    if _is_empty(value):
        return None
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value):
        raise NotBulkable("texts by language")
    texts = {key: read(text) for key, text in value.items() if not _is_empty(text)}
    if any(_unstorable(key) for key in texts):
        raise NotBulkable("texts by language")
    return {key: text for key, text in texts.items() if text} or None


def _integer(value: Any) -> int | None:
    if _is_empty(value):
        return None
    if isinstance(value, str) and value.isascii() and value.isdigit():
        value = int(value)
    if type(value) is not int or not 0 <= value <= _MAX_INTEGER:
        raise NotBulkable("no number")
    return value


@lru_cache(maxsize=4096)
def _format_code(text: str) -> str:
    concept = vocabulary("file-types").find(text)
    return concept.code if concept else text


def _parts(field: SchemaField, value: Any) -> list[Values] | None:
    """Return repeating subfields without the items that are empty."""
    if not isinstance(value, list) or not value:
        raise NotBulkable(field.name)
    assert field.parts is not None
    found = []
    for item in value:
        if not isinstance(item, dict):
            raise NotBulkable(field.name)
        filled = _fields(item, field.parts, frozenset())
        part = {name: filled[name] for name in field.order if filled.get(name)}
        if part and all(field.parts[name].parts is not None for name in part):
            raise NotBulkable("parts of parts alone: navl finds no parent for them")
        found.append(part)
    return [item for item in found if item] or None


def _check_url(text: str) -> None:
    if text.startswith(("https://", "http://")):
        return
    scheme, colon, _ = NOT_IN_SCHEME.sub("", text).casefold().partition(":")
    if colon and scheme in UNSAFE_SCHEMES:
        raise NotBulkable("address")


def _is_empty(value: Any) -> bool:
    return value is None or value == "" or value == [] or value == {}


def _unstorable(text: str) -> bool:
    return "\0" in text or _half(text)


def _half(text: str) -> bool:
    """Return whether the text has half a surrogate pair, which no database accepts."""
    return not text.isascii() and _HALF.search(text) is not None


def _stored(field: SchemaField, value: Any) -> str:
    """Return the text of an extra: subfields as scheming writes them, others as CKAN does."""
    if isinstance(value, str):
        return value
    if field.parts is not None:
        return json.dumps(value)
    return json.dumps(value, sort_keys=True, ensure_ascii=False)
