"""Which fields of a class are searched, and as what: read from the table, worked out once.

A document is built for every dataset of a harvest, so nothing of the table is asked then.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

from ckanext.hanse.search.letters import compose
from hanse_schemas.table import Property, classes
from hanse_schemas.vocabulary import vocabulary

Entity = Mapping[str, Any]
"""A dataset, or an object within one, as ``package_show`` gives it: JSON, so a dict."""

ByLanguage = dict[str, list[str]]

Words = Callable[[Entity, str], ByLanguage]
"""The words that one property of an entity gives; those of no language count as of the site's."""


@dataclass(frozen=True, slots=True)
class Plan:
    """What the fields of a class are to a search, each group in the table's order.

    ``labels``       the words of concepts.
    ``identifiers``  fields.
    ``counted``      facet → fields whose values are counted there.
    ``dates``        fields that count as a year, the beginning first.
    ``periods``      (field, class) of objects with such dates.

    Of the objects that an entity holds, ``within``, (field, class, whether they are parts of it),
    gives text, and ``names`` and ``parts``, (field, class), give names and titles of their own.
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
    """The plan of the class ``name`` of the table."""
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
    """How the words of a property are read, for each field that holds it."""
    read = {"text": _texts, "keyword": _keywords}.get(prop.kind, _values)
    return (partial(read, field) for field in _fields(prop))


def _texts(field: str, entity: Entity, language: str) -> ByLanguage:
    """``field`` and ``<field>_translated`` by language, in NFC."""
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
    """Keywords by language; one without is in the site's."""
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
    """Words without a language."""
    found = values(entity, field)
    return {language: found} if found else {}


def _labels(field: str, name: str, entity: Entity, language: str) -> ByLanguage:
    """The labels of the concepts in ``field``."""
    known, found = vocabulary(name), ByLanguage()
    for value in values(entity, field):
        if concept := known.find(value):
            for key, label in concept.labels.items():
                found.setdefault(key, []).append(label)
    return found


def values(entity: Entity, *fields: str) -> list[str]:
    """The strings under ``fields``, single or listed, in NFC."""
    found: list[str] = []
    for field in fields:
        if value := entity.get(field):
            for item in value if isinstance(value, list) else (value,):
                if isinstance(item, str) and item.strip():
                    found.append(compose(item))
    return found


def dicts(value: Any) -> Sequence[Entity]:
    """The objects in ``value``, a list or one object."""
    if not value:
        return ()
    items = value if isinstance(value, list) else [value]
    return [item for item in items if isinstance(item, dict)]


def objects(entity: Entity, fields: Iterable[tuple[str, str]]) -> list[tuple[Entity, Plan]]:
    """The objects of ``entity`` under some (field, class), each with the plan of its class."""
    return [(item, plan_of(of)) for field, of in fields for item in dicts(entity.get(field))]
