"""The table of a mapping, compiled: which field takes its value from where.

A table is a mapping of::

    records: dataset            # paths of the records in a document; "" if the document is the list
    single: properties          # key of a document that is one record
    identity: [identifier]      # paths of what identifies a record, the first that has a value
    origin: landingPage         # path of its page at the portal
    fields: {title: title, …}   # field of the dataset → entry
    ignored: ["@type"]          # paths of values that say nothing; path=value for one value

An entry is a path or a list of paths, or a mapping with

``path``    one or more; of a field with one value the first that has one, of a list all;
``each``    instead, for a field of objects: the paths of the objects; ``fields`` are theirs;
``where``   name → values: only objects that have one of these at that name, ``*`` any;
``values``  value → what is stored for it; others are stored as they are;
``as``      how the value is read (:data:`.values.READERS`);
``const``   the value itself; ``text`` a text with ``{path}`` in it.

A list of such mappings is alternatives: the first that has a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from importlib.resources import files
from typing import Any

import yaml

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.mapping.jsontable.path import JsonPath
from hanse_harvesters.mapping.jsontable.values import READERS
from hanse_schemas.table import LOADER, Property, classes, fields_of

_KEYS = frozenset(("path", "each", "fields", "where", "values", "as", "const", "text"))
_OF_A_TABLE = frozenset(("records", "single", "identity", "origin", "fields", "ignored"))


@dataclass(frozen=True, slots=True)
class Entry:
    """Where the values of a field are; see the module."""

    paths: tuple[JsonPath, ...] = ()
    where: tuple[tuple[JsonPath, frozenset[str]], ...] = ()
    inner: Mapping[str, Step] | None = None
    values: Mapping[str, str] = field(default_factory=dict)
    reader: str = ""
    const: Any = None
    text: str = ""
    #: Names without all of which an object has no value of it; None if it may have one anyway.
    heads: frozenset[str] | None = None


@dataclass(frozen=True, slots=True)
class Step:
    """A field, its property, and its entries, of which the first with a value counts."""

    field: str
    prop: Property
    entries: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class JsonTable:
    """A compiled mapping; see the module.  ``records`` has a path on each line."""

    records: str
    identity: tuple[JsonPath, ...]
    origin: tuple[JsonPath, ...]
    fields: Mapping[str, Step]
    ignored: frozenset[str]
    single: str = ""

    @classmethod
    def of(cls, raw: Any, where: str = "") -> JsonTable:
        """Compile a table; raise ConfigError that names the entry which is wrong."""
        checked = _mapping(raw, where, _OF_A_TABLE)
        if not checked.get("fields"):
            raise ConfigError("key-missing", where=where, key="fields")
        records = _paths(checked.get("records"), f"{where}.records")
        return cls(
            "\n".join(path.text for path in records),
            _paths(checked.get("identity"), f"{where}.identity"),
            _paths(checked.get("origin"), f"{where}.origin"),
            _steps("dataset", checked["fields"], f"{where}.fields"),
            frozenset(map(str, checked.get("ignored") or ())),
            str(checked.get("single") or ""),
        )

    def empty(self, dataset: Mapping[str, Any]) -> frozenset[str]:
        """Return the fields of the table that a dataset has no value for, as they are written.

        One of objects is ``resources.name``, and empty if none of the objects has it.
        """
        return frozenset(_empty(self.fields, [dataset], ""))

    @classmethod
    @cache
    def shipped(cls, name: str) -> JsonTable:
        """Return the table ``schemas/mappings/<name>.yaml``."""
        file = files("hanse_schemas").joinpath("mappings", f"{name}.yaml")
        return cls.of(yaml.load(file.read_text(encoding="utf-8"), LOADER), f"{name}.yaml")


def _empty(steps: Mapping[str, Step], entities: list[Any], before: str) -> Iterator[str]:
    for name, step in steps.items():
        found = [
            value
            for entity in entities
            if isinstance(entity, Mapping)
            for key in (name, f"{name}_translated")
            if (value := entity.get(key)) not in (None, "", [])
        ]
        if not found:
            yield before + name
            continue
        inside = [
            item for value in found for item in (value if isinstance(value, list) else [value])
        ]
        for entry in step.entries:
            if entry.inner is not None and any(isinstance(item, Mapping) for item in inside):
                yield from _empty(entry.inner, inside, f"{before}{name}.")


def _mapping(raw: Any, where: str, allowed: frozenset[str]) -> Mapping[str, Any]:
    if not isinstance(raw, Mapping):
        raise ConfigError("settings-flat", where=where, value=repr(raw)[:80])
    for key in raw:
        if key not in allowed:
            raise ConfigError("key-unknown", where=where, key=str(key), known=sorted(allowed))
    return raw


def _steps(name: str, raw: Any, where: str) -> Mapping[str, Step]:
    known = fields_of(name)
    if not isinstance(raw, Mapping):
        raise ConfigError("settings-flat", where=where, value=repr(raw)[:80])
    steps = {}
    for key, came in raw.items():
        if key not in known and key != "uri":
            near = get_close_matches(str(key), known)
            names = [*near, "…"] if near else sorted(known)
            raise ConfigError("json-field-unknown", where=where, key=str(key), known=names)
        prop = known.get(key) or _URI
        steps[str(key)] = Step(str(key), prop, _entries(prop, came, f"{where}.{key}"))
    return steps


#: The object's own IRI, which is no property.
_URI = next(item for item in classes()["dataset"].properties if item.kind == "iri")


def _entries(prop: Property, raw: Any, where: str) -> tuple[Entry, ...]:
    several = isinstance(raw, list) and any(isinstance(item, Mapping) for item in raw)
    return tuple(_entry(prop, item, where) for item in (raw if several else [raw]))


def _entry(prop: Property, raw: Any, where: str) -> Entry:
    if not isinstance(raw, Mapping):
        paths = _paths(raw, where)
        return Entry(paths, heads=_heads(paths))
    _mapping(raw, where, _KEYS)
    inner = None
    if "fields" in raw:
        if prop.kind != "object":
            raise ConfigError("key-unknown", where=where, key="fields", known=sorted(_KEYS))
        inner = _steps(prop.of, raw["fields"], f"{where}.fields")
    reader = str(raw.get("as") or "")
    if reader and reader not in READERS:
        raise ConfigError("json-reader-unknown", where=where, value=reader, known=sorted(READERS))
    paths = _paths(raw.get("each", raw.get("path")), where)
    stated = raw.get("const") is not None or raw.get("text")
    tests = _mapping(raw.get("where") or {}, where, frozenset(raw.get("where") or ()))
    return Entry(
        paths=paths,
        where=tuple((JsonPath.of(str(k)), _texts(v)) for k, v in tests.items()),
        inner=inner,
        values={str(k).casefold(): str(v) for k, v in (raw.get("values") or {}).items()},
        reader=reader,
        const=raw.get("const"),
        text=str(raw.get("text") or ""),
        heads=None if stated else _heads(paths),
    )


def _heads(paths: tuple[JsonPath, ...]) -> frozenset[str] | None:
    heads = frozenset(path.head for path in paths)
    return None if "" in heads else heads


def _texts(value: Any) -> frozenset[str]:
    return frozenset(
        str(item).casefold() for item in (value if isinstance(value, list) else [value])
    )


def _paths(raw: Any, where: str) -> tuple[JsonPath, ...]:
    items: Sequence[Any] = raw if isinstance(raw, list) else [] if raw is None else [raw]
    if not all(isinstance(item, str) for item in items):
        raise ConfigError("value-no-text", where=where, key=where, value=repr(raw)[:80])
    return tuple(JsonPath.of(item) for item in items)
