"""Validators of the made schema ``hanse_schemas/dcat_ap_de.yaml``.

They refuse only what cannot be stored safely; what a dataset lacks is an
issue (:mod:`hanse_harvesters.quality`), not a wall.  Mandatory properties are
asked for when somebody publishes a draft (:func:`hanse_required_when_published`).

Values come from the action API as JSON, or from a form as text: a list then
is a repeated field or lines, a dict its JSON.  An empty value leaves no trace:
the field is absent from what ``package_show`` gives.
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

#: PostgreSQL's text cannot hold it.
_NUL = "\x00"
_MAX_TAG = 100
_MAX_INTEGER = 2**63 - 1


def _is_empty(value: Any) -> bool:
    return value is tk.missing or value is None or value == "" or value == [] or value == {}


def _drop(key: Key, data: Data) -> None:
    """Leave the field out and end its validation."""
    data.pop(key, None)
    raise tk.StopOnError


def _words(value: Any) -> str:
    """A scalar as text; Invalid for what is none."""
    if isinstance(value, datetime.datetime | datetime.date):
        return value.isoformat()
    if isinstance(value, str | int | float) and not isinstance(value, bool):
        return str(value).replace(_NUL, "").strip()
    raise tk.Invalid(tk._("This should be text"))


def _parsed(value: Any, wanted: type) -> Any:
    """``value``, or what its JSON says if that is ``wanted``."""
    if isinstance(value, str) and value.lstrip()[:1] in ("[", "{"):
        try:
            found = json.loads(value)
        except ValueError:
            return value
        return found if isinstance(found, wanted) else value
    return value


def _strings(value: Any) -> list[str]:
    """A list of texts without its empty ones; a text's lines are its items."""
    value = _parsed(value, list)
    if isinstance(value, str):
        value = value.splitlines()
    elif not isinstance(value, list | tuple):
        value = [value]
    return [text for text in map(_words, value) if text]


def hanse_text(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """A text, without the blanks around it."""
    value = data.get(key)
    text = "" if _is_empty(value) else _words(value)
    if not text:
        _drop(key, data)
    data[key] = text


def hanse_column(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """First for a field that is a column of CKAN's tables: an update without it empties it.

    CKAN leaves a column alone that an update does not name, while all other
    fields vanish: half of a dataset would stay behind.
    """
    if _is_empty(data.get(key)):
        # The address of a resource is the one column that must not be NULL.
        data[key] = "" if key[0] == "resources" and key[-1] == "url" else None
        raise tk.StopOnError


def hanse_list(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """A list of texts: a list, its JSON, a repeated form field, or lines."""
    value = data.get(key)
    found = [] if _is_empty(value) else _strings(value)
    if not found:
        _drop(key, data)
    data[key] = found


def hanse_translated(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """``{language: text}``, as a dict or its JSON; the plain field's words are among them."""
    _translated(key, data, _words)
    plain = data.get((*key[:-1], str(key[-1]).removesuffix("_translated")))
    texts = data[key]
    if not _is_empty(plain) and _words(plain) not in texts.values():
        # Whoever edits the plain field means the text it showed, and that one would go stale.
        texts[plain_language(texts)] = _words(plain)


def hanse_translated_list(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """``{language: [text, …]}``, as a dict or its JSON."""
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
    """Refuse an address that would run code; an invalid one stays as it came."""
    value = data.get(key)
    for url in value if isinstance(value, list) else [value]:
        scheme, colon, _ = NOT_IN_SCHEME.sub("", str(url)).casefold().partition(":")
        if colon and scheme in UNSAFE_SCHEMES:
            raise tk.Invalid(tk._("An address cannot begin with {scheme}:").format(scheme=scheme))


def hanse_date(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """A year, year and month, day or point of time in its own words; nothing is refused."""
    hanse_text(key, data, errors, context)


def hanse_integer(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """A number of bytes."""
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
    """The format's EU code; of an uploaded file also by its ending. The unknown stays."""
    value = data.get(key)
    if _is_empty(value) and data.get((*key[:-1], "url_type")) == "upload":
        value = str(data.get((*key[:-1], "url")) or "").rpartition(".")[2]
        concept = vocabulary("file-types").find(value) if value else None
        value = concept.code if concept else None
    elif not _is_empty(value):
        concept = vocabulary("file-types").find(_words(value))
        value = concept.code if concept else _words(value)
    # Not None: CKAN's resource_update asks every resource for its format.
    data[key] = value or ""


def hanse_json(value: Any) -> Any:
    """On the way out: a list or dict from its JSON, as extras are stored; the rest as it is."""
    return _parsed(value, list | dict)  # type: ignore[arg-type]


def hanse_tag_string(key: Key, data: Data, errors: Errors, context: Context) -> None:
    """Keywords between commas; CKAN's own converter asks its own strict validator."""
    value = data.get(key)
    names = [] if _is_empty(value) else [name.strip() for name in _words(value).split(",")]
    first = 1 + max((k[1] for k in data if len(k) == 3 and k[0] == "tags"), default=-1)
    for position, name in enumerate(filter(None, names), first):
        data[("tags", position, "name")] = tag_length_validator(tag_name_validator(name))


def tag_name_validator(value: str) -> str:
    """Any printable keyword, with ``:``, ``/``, brackets and umlauts (CKAN's own refuses those)."""
    return _words(value)


def tag_length_validator(value: str) -> str:
    """What CKAN's table holds: 1 to 100 characters."""
    if len(value) > _MAX_TAG:
        raise tk.Invalid(tk._("A keyword has at most {number} characters").format(number=_MAX_TAG))
    return value


def hanse_required_when_published(_field: Any, schema: Mapping[str, Any]) -> Validator:
    """Ask for the schema's ``required_to_publish`` fields when a draft is published.

    Also keeps them from being emptied once published.  Never asks for a
    draft, for a harvested dataset, or for what a published dataset never had:
    a later ``package_patch`` of it passes.  Stands among ``after_validators``.
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
    """Ask for the fields of the resources that come with the dataset."""
    positions = sorted({key[1] for key in data if key[0] == "resources" and len(key) > 2})
    for position in positions:
        for name in fields:
            key = ("resources", position, name)
            if not _has(data, key):
                errors.setdefault(key, []).append(tk._("Missing value"))


def _ask_stored(package: Any, data: Data, errors: Errors, fields: Iterable[str]) -> None:
    """Ask for the fields of the resources that stay as they are: CKAN does not validate those."""
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
    """Whether a field, or one of its subfields, holds something."""
    size = len(key)
    return any(not _is_empty(value) for name, value in data.items() if name[:size] == key)


def _had(package: Any, name: str) -> bool:
    return bool(getattr(package, name, None) or (package.extras or {}).get(name))
