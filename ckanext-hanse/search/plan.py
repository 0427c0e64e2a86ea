"""Which fields of a class are searched, and how: read from the table once.

A document is built for every dataset of a harvest, so the table is not read then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from hanse_harvesters.german.letters import compose
from hanse_schemas.table import Property, classes
from hanse_schemas.vocabulary import vocabulary

Entity = Mapping[str, Any]
"""A dataset, or an object within one, as ``package_show`` returns it (JSON, so a dict)."""

ByLanguage = dict[str, list[str]]

Words = Callable[[Entity, str], ByLanguage]
"""The words of one property of an entity; those without language count as the site's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """How a search uses the fields of a class, each group in the table's order.

    ``labels``       labels of concepts.
    ``identifiers``  fields.
    ``counted``      facet → fields whose values are counted in it.
    ``dates``        fields for the year, the beginning first.
    ``periods``      (field, class) of objects with such dates.

    Of the objects in an entity, ``within``, (field, class, whether they are parts of it),
    provides text, and ``names`` and ``parts``, (field, class), provide their names and titles.
    """

    titles: tuple[Words, ...]
    tags: tuple[Words, ...]
    text: tuple[Words, ...]
    labels: tuple[Words, ...]
    within: tuple[tuple[str, str, bool], ...]
    parts: tuple[tuple[str, str], ...]
    names: tuple[tuple[str, str], ...]
    identifiers: tuple[str, ...]
    counted: Mapping[str, tuple[str, ...]]
    dates: tuple[str, ...]
    periods: tuple[tuple[str, str], ...]


@cache
def plan_of(name: str) -> Plan:
    """Return the plan of the class ``name`` of the table."""
    properties = classes()[name].properties
    nested = [prop for prop in properties if prop.kind == "object" and not prop.flatten]
    plain = [prop for prop in properties if prop not in nested]

    def words(search: str) -> tuple[Words, ...]:
        searched = [prop for prop in plain if prop.search == search]
        return tuple(read for prop in searched for read in _words(prop) if not _labelled(prop))

    def objects(search: str) -> tuple[tuple[str, str], ...]:
        return tuple((prop.field, prop.of) for prop in nested if prop.search == search)

    return Plan(
        titles=words("title"),
        tags=words("tags"),
        text=words("text"),
        labels=tuple(
            partial(_labels, prop.field, prop.vocabulary) for prop in plain if _labelled(prop)
        ),
        within=tuple(
            (prop.field, prop.of, prop.search == "part")
            for prop in nested
            if prop.search in ("text", "part")
        ),
        parts=objects("part"),
        names=objects("names"),
        identifiers=tuple(
            field for prop in plain if prop.search == "identifier" for field in _fields(prop)
        ),
        counted={
            prop.facet: tuple(other.field for other in plain if other.facet == prop.facet)
            for prop in plain
            if prop.facet and prop.facet != "year"
        },
        dates=tuple(prop.field for prop in plain if prop.facet == "year"),
        periods=tuple((prop.field, prop.of) for prop in nested if prop.facet == "year"),
    )


def _labelled(prop: Property) -> bool:
    return prop.kind == "concept" and prop.search == "text"


def _fields(prop: Property) -> tuple[str, ...]:
    return tuple(prop.flatten.values()) or (prop.field,)


def _words(prop: Property) -> Iterator[Words]:
    """Yield a reader of the words for each field that holds the property."""
    read = {"text": _texts, "keyword": _keywords}.get(prop.kind, _values)
    return (partial(read, field) for field in _fields(prop))


def _texts(field: str, entity: Entity, language: str) -> ByLanguage:
    """Return ``field`` and ``<field>_translated`` by language, in NFC."""
    found: ByLanguage = {}
    translated = entity.get(f"{field}_translated")
    for key, text in (translated if isinstance(translated, dict) else {}).items():
        if isinstance(text, str) and text.strip():
            found[key] = [compose(text)]
    text = entity.get(field)
    if isinstance(text, str) and text.strip() and [compose(text)] not in found.values():
        found.setdefault(language, []).append(compose(text))
    return found


def _keywords(field: str, entity: Entity, language: str) -> ByLanguage:
    """Return keywords by language; one without language is in the site's."""
    translated = entity.get(f"{field}_translated")
    found = {
        key: [compose(tag) for tag in tags]
        for key, tags in (translated if isinstance(translated, dict) else {}).items()
    }
    known = {tag for tags in found.values() for tag in tags}
    plain = [compose(tag["name"]) for tag in dicts(entity.get(field)) if tag.get("name")]
    found[language] = [*found.get(language, []), *(tag for tag in plain if tag not in known)]
    return found


def _values(field: str, entity: Entity, language: str) -> ByLanguage:
    """Return values without a language."""
    found = values(entity, field)
    return {language: found} if found else {}


def _labels(field: str, name: str, entity: Entity, language: str) -> ByLanguage:
    """Return the labels of the concepts in ``field``."""
    known, found = vocabulary(name), ByLanguage()
    for value in values(entity, field):
        if concept := known.find(value):
            for key, label in concept.labels.items():
                found.setdefault(key, []).append(label)
    return found


def values(entity: Entity, *fields: str) -> list[str]:
    """Return the strings in ``fields``, single or listed, in NFC."""
    found: list[str] = []
    for field in fields:
        if value := entity.get(field):
            for item in value if isinstance(value, list) else (value,):
                if isinstance(item, str) and item.strip():
                    found.append(compose(item))
    return found


def dicts(value: Any) -> Sequence[Entity]:
    """Return the objects in ``value``, a list or one object."""
    if not value:
        return ()
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def objects(entity: Entity, fields: Iterable[tuple[str, str]]) -> list[tuple[Entity, Plan]]:
    """Return the objects of ``entity`` in some (field, class), each with its class's plan."""
    return [(item, plan_of(of)) for field, of in fields for item in dicts(entity.get(field))]
