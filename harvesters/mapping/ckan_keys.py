"""Read the values of a CKAN package by key, following ``ckan_package.yaml``.

CKAN stores a value at the top level of the package or among its extras, as it is or
as JSON in a string; this module finds it and converts it to the form of the field's kind.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any
from urllib.parse import quote, urlsplit

import yaml

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.normalise.context import is_empty
from hanse_harvesters.record import EntityDict
from hanse_schemas.table import LOADER, Class, Property

_API = re.compile(r"/api(?:/\d)?(?:/(?:action|rest)(?:/.*)?)?/?$")

_LANGUAGE = re.compile(r"[a-z]{2,3}(?:[-_][A-Za-z]{2,4})?")


@cache
def table() -> Mapping[str, Any]:
    text = files("hanse_harvesters").joinpath("mapping", "ckan_package.yaml").read_text("utf-8")
    loaded: Mapping[str, Any] = yaml.load(text, LOADER)
    return loaded


@dataclass(slots=True)
class Keys:
    """The values of a package or resource by key, and the keys that were read."""

    values: EntityDict
    issues: list[Issue]
    path: str = ""
    read: set[str] = field(default_factory=set)

    def all(self, keys: Iterable[str]) -> list[Any]:
        """Return the non-empty values under ``keys``, in order, and mark the keys as read."""
        self.read.update(keys)
        return [self.values[key] for key in keys if not is_nothing(self.values.get(key))]

    def first(self, keys: Iterable[str]) -> Any:
        """Return the first non-empty value under ``keys``, None if there is none."""
        return next(iter(self.all(keys)), None)

    def broken(self, key: str) -> None:
        """Report that the value under ``key`` does not have the expected form."""
        value = self.values.get(key)
        at = f"{self.path}{key}"
        self.issues.append(issue("package-value-broken", at, as_text(value)))


def is_nothing(value: Any) -> bool:
    return is_empty(value) or (isinstance(value, str) and not value.strip())


def as_text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)


def decoded(value: Any) -> Any:
    """Return a JSON list or object in a string decoded, any other value as it is."""
    if not isinstance(value, str) or value.strip()[:1] not in {"[", "{"}:
        return value
    try:
        return json.loads(value)
    except (ValueError, RecursionError):
        return value


def _values(prop: Property, value: Any) -> list[Any]:
    """Return the value of one key as a list, in the form of the property's kind."""
    if prop.kind == "geometry":
        return [as_text(value)]
    plain = decoded(value)
    if isinstance(plain, list):
        return [item for item in plain if not is_nothing(item)]
    if prop.kind == "concept" and prop.multiple and isinstance(plain, str):
        return [part.strip() for part in re.split(r"[,;\n](?!//)", plain) if part.strip()]
    return [plain]


def put(entity: EntityDict, prop: Property, came: list[Any]) -> None:
    """Set ``prop`` of ``entity`` from the first value; if it holds a list, from all of them."""
    if prop.kind in {"text", "keyword"}:
        _put_words(entity, prop, came)
        return
    for value in came:
        found = _values(prop, value)
        if not prop.multiple:
            _put_single(entity, prop, found)
            return
        entity.setdefault(prop.field, []).extend(found)


def _put_single(entity: EntityDict, prop: Property, found: list[Any]) -> None:
    """Store the first value in the field, further ones in ``prop.more`` if there is one."""
    if not found:
        return
    entity[prop.field] = found[0]
    if prop.more and found[1:]:
        entity.setdefault(prop.more, []).extend(found[1:])


def _put_words(entity: EntityDict, prop: Property, came: list[Any]) -> None:
    """Store a text, or the translations of ckanext-fluent: ``{"de": …, "en": …}``."""
    for value in came:
        plain = decoded(value)
        if isinstance(plain, dict) and plain and all(map(_LANGUAGE.fullmatch, plain)):
            entity.setdefault(f"{prop.field}_translated", plain)
        elif prop.kind == "keyword":
            items = plain if isinstance(plain, list) else re.split(r"[,;]", as_text(plain))
            entity.setdefault(prop.field, []).extend(tag(item) for item in items)
        elif isinstance(plain, list) and all(isinstance(item, str) for item in plain):
            entity.setdefault(prop.field, ", ".join(plain))  # GovData's lists in JSON
        else:
            entity.setdefault(prop.field, as_text(value))


def tag(item: Any) -> EntityDict:
    name = item.get("display_name") or item.get("name") if isinstance(item, dict) else item
    return {"name": as_text(name) if name else ""}


def _flat(cls: Class) -> list[Property]:
    """Return the properties stored under their own name, without flattened objects."""
    return [prop for prop in cls.properties if not prop.flatten]


def by_name(cls: Class, keys: Mapping[str, list[str]], bag: Keys) -> EntityDict:
    """Read all fields of ``cls``, under the keys of the mapping and under their own names."""
    entity: EntityDict = {}
    for prop in _flat(cls):
        if prop.kind == "object" and prop.field == "resources":
            continue
        put(entity, prop, bag.all(dict.fromkeys([*keys.get(prop.field, ()), prop.field])))
        if prop.kind in {"text", "keyword"}:
            _translated(entity, f"{prop.field}_translated", bag)
    for prop in cls.properties:
        for outer in prop.flatten.values():
            _put_flat(entity, outer, prop.multiple, bag, keys.get(outer, [outer]))
    return entity


def _put_flat(
    entity: EntityDict, outer: str, multiple: bool, bag: Keys, keys: Iterable[str]
) -> None:
    value = decoded(bag.first(keys))
    if not is_nothing(value):
        entity[outer] = (value if isinstance(value, list) else [value]) if multiple else value


def _translated(entity: EntityDict, key: str, bag: Keys) -> None:
    value = decoded(bag.first([key]))
    if isinstance(value, dict):
        entity[key] = value
    elif not is_nothing(value):
        bag.broken(key)


def at_portal(resource: dict[str, Any], base: str) -> dict[str, Any]:
    """Return a resource, with a URL that lacks a host resolved against the portal's."""
    address = resource.get("url")
    if not base or not isinstance(address, str) or not re.match(r"\s*/(?!/)", address):
        return dict(resource)
    return {**resource, "url": base + address.strip().removeprefix(urlsplit(base).path)}


def site(base_url: str) -> str:
    """Return a portal's URL without the API path: ``https://host/prefix/api/3`` → prefix.

    "" for what is not a web URL, such as the path of a recorded response.
    """
    if not base_url.lower().startswith(("http://", "https://")):
        return ""
    return _API.sub("", base_url).rstrip("/")


def address(key: str, base_url: str) -> str:
    """Return the IRI that CKAN's own RDF uses; the bare id if the portal's URL is unknown."""
    if not key or not base_url.startswith("http"):
        return key
    return f"{site(base_url)}/dataset/{quote(key, safe='', errors='replace')}"


def page(name: str, base_url: str) -> str:
    """Return the URL of a package's page at its portal, "" if it is unknown.

    ``name``  name or id of the package.
    """
    base = site(base_url)
    return f"{base}/dataset/{name}" if base and name else ""
