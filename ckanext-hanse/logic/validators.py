"""Validators of the generated schema ``hanse_schemas/dcat_ap_de.yaml``.

They refuse only what cannot be stored safely; anything missing is an issue
(:mod:`hanse_harvesters.quality`) and accepted.  Mandatory properties are
required when a draft is published (:func:`hanse_required_when_published`).

Values come from the action API as JSON, or from a form as text: a list then
is a repeated field or lines, a dict its JSON.  Empty values are not stored:
the field is absent from the result of ``package_show``.
"""

from __future__ import annotations

import datetime
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, TypeAlias

import ckan.plugins.toolkit as tk
from ckan.types import Context

from ckanext.hanse import provenance
from ckanext.hanse.logic.entered_values import Key, hanse_entered_values
from ckanext.hanse.logic.names import hanse_storable, package_name_validator
from ckanext.hanse.store.values import NOT_IN_SCHEME, UNSAFE_SCHEMES, plain_language
from hanse_schemas.vocabulary import vocabulary

__all__ = [
    "hanse_column",
    "hanse_date",
    "hanse_entered_values",
    "hanse_format",
    "hanse_integer",
    "hanse_json",
    "hanse_list",
    "hanse_required_when_published",
    "hanse_safe_url",
    "hanse_storable",
    "hanse_tag_string",
    "hanse_text",
    "hanse_translated",
    "hanse_translated_list",
    "package_name_validator",
    "tag_length_validator",
    "tag_name_validator",
]

Data: TypeAlias = dict[Key, Any]
Errors: TypeAlias = dict[Key, list[str]]
Validator: TypeAlias = Callable[[Key, Data, Errors, Context], None]

#: PostgreSQL's text type cannot store it.
_NUL = "\x00"
_MAX_TAG = 100
_MAX_INTEGER = 2**63 - 1


def _is_empty(value: Any) -> bool:
    return value is tk.missing or value is None or value == "" or value == [] or value == {}


def _drop(key: Key, data: Data) -> None:
    """Remove the field and stop its validation."""
    data.pop(key, None)
    raise tk.StopOnError


def _words(value: Any) -> str:
    """Return a scalar as text; Invalid for other values."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).replace(_NUL, "").strip()
    raise tk.Invalid(tk._("This should be text"))


def _parsed(value: Any, wanted: type) -> Any:
    """Return ``value``, or its parsed JSON if that is of type ``wanted``."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(value)
        except ValueError:
            return value
        return found if isinstance(found, wanted) else value
    return value


def _strings(value: Any) -> list[str]:
    """Return a list of texts without empty ones; a text is split into lines."""
    value = _parsed(value, list)
    if isinstance(value, str):
        value = value.splitlines()
    elif not isinstance(value, list | tuple):
        value = [value]
    return [text for text in map(_words, value) if text]


def hanse_text(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Validate a text and strip it."""
    value = data.get(key)
    text = "" if _is_empty(value) else _words(value)
    if not text:
        _drop(key, data)
    data[key] = text


def hanse_column(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Empty a field that is a column of CKAN's tables if an update omits it; used first.

    CKAN keeps such a column if an update does not name it, while all other fields
    are removed: half of a dataset would remain.
    """
    if _is_empty(data.get(key)):
        # A resource's URL is the only column that must not be NULL.
        data[key] = "" if key[0] == "resources" and key[-1] == "url" else None
        raise tk.StopOnError


def hanse_list(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Validate a list of texts: a list, its JSON, a repeated form field, or lines."""
    value = data.get(key)
    found = [] if _is_empty(value) else _strings(value)
    if not found:
        _drop(key, data)
    data[key] = found


def hanse_translated(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Validate ``{language: text}``, a dict or its JSON; add the plain field's text."""
    _translated(key, data, _words)
    plain = data.get((*key[:-1], str(key[-1]).removesuffix("_translated")))
    texts = data[key]
    if not _is_empty(plain) and _words(plain) not in texts.values():
        # An edit of the plain field changes the text it showed, which would be outdated otherwise.
        texts[plain_language(texts)] = _words(plain)


def hanse_translated_list(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Validate ``{language: [text, …]}``, a dict or its JSON."""
    _translated(key, data, _strings)


def _translated(key: Key, data: Data, read: Callable[[Any], Any]) -> None:
    value = data.get(key)
    if _is_empty(value):
        _drop(key, data)
    found = _parsed(value, dict)
    if not isinstance(found, Mapping):
        raise tk.Invalid(tk._("This should name texts by language"))
    texts = {str(lang): read(text) for lang, text in found.items() if not _is_empty(text)}
    texts = {lang: text for lang, text in texts.items() if text}
    if not texts:
        _drop(key, data)
    data[key] = texts


def hanse_safe_url(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Refuse a URL that would run code; an invalid one is stored unchanged."""
    value = data.get(key)
    for url in value if isinstance(value, list) else [value]:
        scheme, colon, _ = NOT_IN_SCHEME.sub("", str(url)).casefold().partition(":")
        if colon and scheme in UNSAFE_SCHEMES:
            raise tk.Invalid(tk._("An address cannot begin with {scheme}:").format(scheme=scheme))


def hanse_date(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Validate a year, year and month, day or point in time, kept as written; refuse nothing."""
    hanse_text(key, data, errors, context)


def hanse_integer(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Validate a number of bytes."""
    value = data.get(key)
    if _is_empty(value):
        _drop(key, data)
    try:
        number = int(str(value).strip())
    except ValueError:
        number = -1
    if not 0 <= number <= _MAX_INTEGER:
        raise tk.Invalid(tk._("This should be a whole number, 0 or more"))
    data[key] = number


def hanse_format(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Set the format's EU code, for an upload also from its extension; keep unknown formats."""
    value = data.get(key)
    if _is_empty(value) and data.get((*key[:-1], "url_type")) == "upload":
        value = str(data.get((*key[:-1], "url")) or "").rpartition(".")[2]
        concept = vocabulary("file-types").find(value) if value else None
        value = concept.code if concept else None
    elif not _is_empty(value):
        concept = vocabulary("file-types").find(_words(value))
        value = concept.code if concept else _words(value)
    # Not None: CKAN's resource_update reads the format of every resource.
    data[key] = value or ""


def hanse_json(value: Any) -> Any:
    """Return a list or dict from its JSON on output, as extras are stored; others unchanged."""
    return _parsed(value, list | dict)  # type: ignore[arg-type]


def hanse_tag_string(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Split keywords at commas; CKAN's own converter calls its own strict validator."""
    value = data.get(key)
    names = [] if _is_empty(value) else [name.strip() for name in _words(value).split(",")]
    first = 1 + max((k[1] for k in data if len(k) == 3 and k[0] == "tags"), default=-1)
    for position, name in enumerate(filter(None, names), first):
        data[("tags", position, "name")] = tag_length_validator(tag_name_validator(name))


def tag_name_validator(value: str) -> str:
    """Accept any printable keyword, with ``:``, ``/``, brackets and umlauts, unlike CKAN."""
    return _words(value)


def tag_length_validator(value: str) -> str:
    """Accept 1 to 100 characters, the length of CKAN's column."""
    if len(value) > _MAX_TAG:
        raise tk.Invalid(tk._("A keyword has at most {number} characters").format(number=_MAX_TAG))
    return value


def hanse_required_when_published(_field: Any, schema: Mapping[str, Any]) -> Validator:
    """Require the schema's ``required_to_publish`` fields when a draft is published.

    Also prevents emptying them once published.  Requires nothing of a draft, of a
    harvested dataset, or of fields that a published dataset never had: a later
    ``package_patch`` of it passes.  One of the ``after_validators``.
    """
    dataset_fields = _required(schema["dataset_fields"])
    resource_fields = _required(schema["resource_fields"])

    def validator(key: Key, data: Data, errors: Errors, context: Context) -> None:
        package = context.get("package")
        if package is None or data.get(("state",), package.state) not in ("active", tk.missing):
            return
        publishes = str(package.state).startswith("draft")
        if publishes and data.get(("state",)) != "active":
            return
        if provenance.is_harvested(package.id):
            return
        for name in dataset_fields:
            if not _has(data, (name,)) and (publishes or _had(package, name)):
                errors.setdefault((name,), []).append(tk._("Missing value"))
        if publishes:
            _ask_given(data, errors, resource_fields)
            _ask_stored(package, data, errors, resource_fields)

    return validator


hanse_required_when_published.is_a_scheming_validator = True  # type: ignore[attr-defined]


def _required(fields: Iterable[Mapping[str, Any]]) -> list[str]:
    return [field["field_name"] for field in fields if field.get("required_to_publish")]


def _ask_given(data: Data, errors: Errors, fields: Iterable[str]) -> None:
    """Require the fields of the resources that are sent with the dataset."""
    positions = sorted({key[1] for key in data if key[0] == "resources" and len(key) > 2})
    for position in positions:
        for name in fields:
            key = ("resources", position, name)
            if not _has(data, key):
                errors.setdefault(key, []).append(tk._("Missing value"))


def _ask_stored(package: Any, data: Data, errors: Errors, fields: Iterable[str]) -> None:
    """Require the fields of unchanged resources, which CKAN does not validate."""
    given = {value for key, value in data.items() if key[0] == "resources" and key[-1] == "id"}
    for resource in package.resources:
        if resource.id in given:
            continue
        known = (resource.extras or {}) | {"url": resource.url}
        for name in fields:
            if not known.get(name):
                file = resource.name or resource.url or resource.id
                message = tk._("Missing for the file “{file}”").format(file=file)
                errors.setdefault((name,), []).append(message)


def _has(data: Data, key: Key) -> bool:
    """Return whether a field, or one of its subfields, has a value."""
    size = len(key)
    return any(not _is_empty(value) for name, value in data.items() if name[:size] == key)


def _had(package: Any, name: str) -> bool:
    return bool(getattr(package, name, None) or (package.extras or {}).get(name))
