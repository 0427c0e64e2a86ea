"""Map one record to a dataset, by a table."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice
from typing import Any

from hanse_harvesters.mapping import ckan_keys
from hanse_harvesters.mapping.jsontable.path import JsonPath, Location, first, is_numbered
from hanse_harvesters.mapping.jsontable.table import Entry, JsonTable, Step
from hanse_harvesters.mapping.jsontable.values import (
    OF_EITHER,
    OF_LISTS,
    READERS,
    plain,
    translation,
)
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.normalise.context import is_empty
from hanse_harvesters.record import EntityDict
from hanse_schemas.table import Property

#: Ways of reading that make an object, and the fields it has.
_OBJECTS = frozenset({"box", "interval", "place"})
_OF_PLACES = frozenset({"uri", "geom", "text", "start", "end"})
#: What stands for any value in ``where``.
_ANY = frozenset({"*"})
_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")


def read(record: Any, table: JsonTable) -> ReadResult:
    """Return the dataset of a record.

    What the table does not name is in ``unknown``: JSON, path without indexes → values.
    """
    reading = _Reading(record)
    dataset = reading.entity(table.fields, record, ())
    # DCAT-AP.de, convention 39: of a file that is only loaded the address is both.
    for file in dataset.get("resources") or ():
        if isinstance(file, dict) and file.get("download_url"):
            file.setdefault("access_url", file["download_url"])
    reading.use(table.identity, record, ())
    rest: dict[str, list[Any]] = {}
    for at, value in reading.rest(record, ()):
        path = ".".join(name for name in at if isinstance(name, str))
        if path not in table.ignored and f"{path}={value}" not in table.ignored:
            rest.setdefault(path, []).append(value)
    unknown = json.dumps(rest, ensure_ascii=False, sort_keys=True) if rest else ""
    return ReadResult(dataset, [], unknown, identity(record, table))


def identity(record: Any, table: JsonTable) -> str:
    """Return what identifies a record, "" if it has nothing of it."""
    return first(record, table.identity)


def origin(record: Any, table: JsonTable) -> str:
    """Return the address of a record's page, "" if it names none."""
    return first(record, table.origin)


@dataclass(slots=True)
class _Reading:
    """One record while it is mapped, and the locations whose values have a field."""

    record: Any
    used: set[Location] = field(default_factory=set)

    def entity(self, steps: Mapping[str, Step], value: Any, at: Location) -> EntityDict:
        """Return an object with the fields of ``steps``, taken from ``value``."""
        entity: EntityDict = {}
        names = value.keys() if isinstance(value, dict) and not is_numbered(value) else None
        for name, step in steps.items():
            for entry in step.entries:
                if names is not None and entry.heads and names.isdisjoint(entry.heads):
                    continue
                if came := list(self._values(entry, value, at)):
                    self._put(entity, name, step, came)
                    break
        return entity

    def _put(
        self, entity: EntityDict, name: str, step: Step, came: list[tuple[Location, Any]]
    ) -> None:
        prop = step.prop
        if prop.kind != "object":
            came = [_plain(prop, place, value) for place, value in came]
        if name == "uri":
            entity[name] = ckan_keys.as_text(came[0][1])
        elif prop.kind == "object":
            entity[name] = [value for _, value in came] if prop.multiple else came[0][1]
        else:
            values = [value for _, value in came]
            ckan_keys.put(entity, prop, [values] if prop.more and len(values) > 1 else values)
        several = prop.multiple or prop.more
        self.used.update(place for place, _ in (came if several else came[:1]))

    def _values(self, entry: Entry, value: Any, at: Location) -> Iterator[tuple[Location, Any]]:
        """Yield location and value of what an entry finds, read as it says."""
        if entry.const is not None:
            yield (*at, ""), entry.const
        elif entry.text and (text := _filled(entry.text, value)):
            names = _PLACEHOLDER.findall(entry.text)
            self.use((JsonPath.of(name) for name in names), value, at)
            yield (*at, ""), text
        read = READERS.get(entry.reader)
        for place, found in self._found(entry, value, at):
            if not all(_is_one(path, found, wanted) for path, wanted in entry.where):
                continue
            if entry.values and isinstance(found, str):
                found = entry.values.get(found.strip().casefold(), found)
            if inner := self._inner(entry, found, place):
                yield (*place, ""), inner
                continue
            if read is not None:
                found = read(found)
            if not is_empty(found) and _has_fields(entry, found):
                yield place, found

    def _inner(self, entry: Entry, value: Any, at: Location) -> EntityDict:
        """Return the object that a value is, {} for any other value."""
        if entry.inner is None or not isinstance(value, dict):
            return {}
        if inner := self.entity(entry.inner, value, at):
            self.used.update((*at, path.text) for path, _ in entry.where)
        return inner

    def use(self, paths: Iterable[JsonPath], value: Any, at: Location) -> None:
        """Note that the first value of each path is in the dataset."""
        for path in paths:
            self.used.update(place for place, _ in islice(path.find(value, at), 1))

    def _found(self, entry: Entry, value: Any, at: Location) -> Iterator[tuple[Location, Any]]:
        for path in entry.paths:
            if entry.reader in OF_LISTS:
                yield from path.whole(value, at)
            elif entry.reader in OF_EITHER:
                whole = list(path.whole(value, at))
                if len(whole) == 1 and OF_EITHER[entry.reader](whole[0][1]):
                    yield from whole
                else:
                    yield from path.find(value, at)
            else:
                yield from path.find(value, at)

    def rest(self, value: Any, at: Location) -> Iterator[tuple[Location, Any]]:
        """Yield location and value of the leaves that have no field."""
        if at in self.used:
            return
        inner: Iterable[tuple[Any, Any]] = ()
        if isinstance(value, dict):
            inner = value.items()
        elif isinstance(value, list):
            inner = enumerate(value)
        elif not is_empty(value):
            yield at, value
        for name, item in inner:
            yield from self.rest(item, (*at, name))


def _has_fields(entry: Entry, value: Any) -> bool:
    """Return whether a value can stand for an object; of others the words are kept as unknown."""
    if not isinstance(value, dict):
        return True
    if entry.inner is None:
        return entry.reader not in _OBJECTS or value.keys() <= _OF_PLACES
    return value.keys() <= entry.inner.keys() | _OF_PLACES


def _plain(prop: Property, at: Location, value: Any) -> tuple[Location, Any]:
    """Return a plain value where an object stands in its place (JSON-LD's ``@value``, ``@id``)."""
    name, said = plain(value, address=prop.kind == "iri")
    if not name and isinstance(value, dict) and prop.kind not in ("text", "keyword"):
        name, said = translation(value)
    if not name or prop.kind == "geometry":
        return at, value
    language = value.get("@language") if name == "@value" and prop.kind == "text" else None
    return (*at, name), {language: said} if isinstance(language, str) else said


def _is_one(path: JsonPath, value: Any, wanted: frozenset[str]) -> bool:
    found = [str(one).casefold() for _, one in path.find(value)]
    return bool(found) if wanted == _ANY else not wanted.isdisjoint(found)


def _filled(text: str, value: Any) -> str:
    """Return a text with its placeholders filled, "" if a value is missing."""
    missing = False

    def one(found: re.Match[str]) -> str:
        nonlocal missing
        came = JsonPath.of(found[1]).first(value)
        missing = missing or not came
        return came

    filled = _PLACEHOLDER.sub(one, text)
    return "" if missing else filled
