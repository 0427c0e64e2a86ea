"""Walk a dataset along the table and normalise every value by the kind of its property.

No field is named here: what a property is (kind, vocabulary, nested class) is defined
in :mod:`hanse_schemas.table`.  Rules for several fields of one class are in
:mod:`hanse_harvesters.normalise.together`.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from functools import cache, lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from hanse_harvesters.issue import Issue
from hanse_harvesters.normalise import (
    concepts,
    keywords,
    text,
    together,
    urls,
)  # fmt: skip
from hanse_harvesters.normalise.context import RecordContext, as_list, as_text, at_most, is_empty
from hanse_harvesters.normalise.languages import in_languages
from hanse_harvesters.normalise.outcome import finding
from hanse_harvesters.normalise.scalars import SHORT, outcome_of
from hanse_harvesters.record import EntityDict, Record
from hanse_schemas.table import Class, Property, classes, expand, fields_of

if TYPE_CHECKING:
    from hanse_harvesters.settings.source import SourceSettings


_TITLE = expand("dcterms:title")
#: Properties that name something: one line of plain text.
_ON_ONE_LINE = frozenset({_TITLE, *map(expand, ("foaf:name", "vcard:fn", "skos:prefLabel"))})
#: Maximum nesting depth; anything deeper is not normalised.
_DEEPEST = 8
#: Maximum number of values of one field.
MOST_VALUES = 10_000
#: Maximum number of distributions or other objects of one field.
MOST_OBJECTS = 5_000


_encode = msgspec.json.Encoder(order="sorted", enc_hook=str).encode
_short_words = lru_cache(maxsize=4096)(text.words)


@cache
def _fields(name: str) -> Mapping[str, Property]:
    """Return key → property of class ``name``, with flattened ones and those of translations."""
    fields = fields_of(name)
    return {f"{field}_translated": prop for field, prop in fields.items()} | dict(fields)


def _scalar(prop: Property, value: Any, path: str, context: RecordContext) -> Any:
    outcome = outcome_of(prop, as_text(value))
    if outcome.findings:
        context.report(outcome.findings, path)
    return outcome.value


def _scalars(prop: Property, value: Any, path: str, context: RecordContext) -> Any:
    """Normalise a property of a simple kind: one value or a list without duplicates."""
    several = prop.kind == "concept" and prop.multiple
    if value.__class__ is str and value and not several:  # most values
        alone = _scalar(prop, value, path, context)
        if is_empty(alone):
            return []
        return [alone] if prop.multiple else alone
    came = [item for item in as_list(value) if not is_empty(item)]
    if several:
        came = concepts.spread(prop, [as_text(item) for item in came])
    came = at_most(MOST_VALUES, came, path, context)
    done = [_scalar(prop, item, path, context) for item in came]
    kept = list(dict.fromkeys(item for item in done if not is_empty(item)))
    if prop.multiple or not kept:
        return kept
    if len(kept) > 1:
        context.report([finding("values-several", as_text(kept))], path)
    return kept[0]


def _words(prop: Property, value: Any, path: str, context: RecordContext) -> str | None:
    longest = text.LONGEST_TITLE if prop.term == _TITLE else text.LONGEST_TEXT
    came = value if value.__class__ is str else _one_text(value, path, context)
    if not came:
        return None
    read = _short_words if len(came) <= SHORT else text.words
    outcome = read(came, longest=longest, line=prop.term in _ON_ONE_LINE)
    if outcome.findings:
        context.report(outcome.findings, path)
    words: str | None = outcome.value
    return words


def _one_text(value: Any, path: str, context: RecordContext) -> str:
    """Return the first of several texts and report the others, "" if there is none."""
    kept = [item for item in as_list(value) if not is_empty(item)]
    kept = at_most(MOST_VALUES, kept, path, context)
    if len(kept) > 1:
        context.report([finding("values-several", as_text(kept))], path)
    return as_text(kept[0]) if kept else ""


def _text(prop: Property, entity: EntityDict, path: str, context: RecordContext) -> EntityDict:
    """Return ``field`` and ``field_translated`` as defined by the schema.

    ``field`` has the site's language, else English, else the first.
    """
    other = f"{prop.field}_translated"
    plain = _words(prop, entity.get(prop.field), path, context)
    there = f"{path}_translated"
    done = {
        language: words
        for language, item in in_languages(entity.get(other), there, context).items()
        if (words := _words(prop, item, f"{there}.{language}", context))
    }
    own = context.untagged or context.language
    foreign = context.untagged and not prop.one_language
    if plain and (done or foreign) and own not in done and plain not in done.values():
        done[own] = plain
    if done:
        plain = done.get(context.language) or done.get("en") or done[min(done)]
    several = set(done) - {context.language}
    return {prop.field: plain, other: dict(sorted(done.items())) if several else None}


def _keywords(prop: Property, entity: EntityDict, path: str, context: RecordContext) -> EntityDict:
    """Return ``tags`` and, if there are several languages, ``tags_translated``."""
    other = f"{prop.field}_translated"
    done = {}
    for language, items in in_languages(entity.get(other), f"{path}_translated", context).items():
        if named := _named_once(items, f"{path}_translated.{language}", context):
            done[language] = named
    own = _named_once(entity.get(prop.field), path, context)
    if own and context.untagged and own not in done.values():
        done.setdefault(context.untagged, own)
    tags: list[str] = own or done.get(context.language) or next(iter(done.values()), [])
    several = set(done) - {context.language}
    return {
        prop.field: [{"name": name} for name in tags],
        other: dict(sorted(done.items())) if several else None,
    }


def _named_once(value: Any, path: str, context: RecordContext) -> list[str]:
    """Return the keywords of one language, without duplicates."""
    names = at_most(MOST_VALUES, [_name(item) for item in as_list(value)], path, context)
    outcome = keywords.keywords(names)
    context.report(outcome.findings, path)
    # A keyword that was a list has been split.
    return at_most(MOST_VALUES, outcome.value or [], path, context)


def _name(item: Any) -> str:
    return as_text(item.get("name")) if isinstance(item, dict) else as_text(item)


def _objects(
    prop: Property, value: Any, path: str, context: RecordContext, depth: int
) -> list[EntityDict]:
    cls = classes()[prop.of]
    done: dict[bytes, EntityDict] = {}
    items = at_most(MOST_OBJECTS, as_list(value), path, context)
    for item in items:
        came = item if isinstance(item, dict) else together.wrapped(cls, item)
        here = _object(cls, came, f"{path}[{len(done)}]", context, depth + 1)
        if here:
            key = _as_key(here) if len(items) > 1 else b""
            done.setdefault(key, here)
    return together.distinct(prop.of, list(done.values()))


def _as_key(entity: EntityDict) -> bytes:
    """Return an object's content as bytes, equal whatever the order of its fields."""
    try:
        return _encode(entity)
    except (UnicodeEncodeError, OverflowError):  # in a field unknown to the table
        return json.dumps(entity, sort_keys=True, default=str).encode()


def _object(
    cls: Class, came: EntityDict, path: str, context: RecordContext, depth: int
) -> EntityDict:
    """Normalise an object inside a record; one without objects in it is remembered.

    Publishers, contacts and places recur in most records of a portal.
    """
    flat = _flat(came)
    if flat is None:
        return entity(cls, came, path, context, depth)
    done, issues = _remembered(cls.name, flat, context.language, context.untagged, context.portal)
    context.issues += [replace(found, field=f"{path}.{found.field}") for found in issues]
    return {
        key: value.copy() if isinstance(value, (list, dict)) else value
        for key, value in done.items()
    }


def _flat(came: EntityDict) -> tuple[tuple[str, str], ...] | None:
    """Return the fields of an object that has short texts only, None for any other."""
    for value in came.values():
        if value.__class__ is not str or len(value) > SHORT:
            return None
    return tuple(came.items())


@lru_cache(maxsize=4096)
def _remembered(
    name: str,
    flat: tuple[tuple[str, str], ...],
    language: str,
    untagged: str,
    portal: str | None,
) -> tuple[EntityDict, tuple[Issue, ...]]:
    """Return an object normalised, and its issues with the fields inside it."""
    context = RecordContext(language, portal, untagged)
    done = entity(classes()[name], dict(flat), "", context, 1)
    return done, tuple(context.issues)


def _put(
    done: EntityDict,
    prop: Property,
    came: EntityDict,
    path: str,
    context: RecordContext,
    depth: int,
) -> None:
    """Normalise the values of one property into ``done``."""
    if prop.kind == "text":
        done.update(_text(prop, came, path, context))
    elif prop.kind == "keyword":
        done.update(_keywords(prop, came, path, context))
    elif prop.kind == "object":
        found = _objects(prop, came.get(prop.field), path, context, depth)
        done[prop.field] = found if prop.multiple else next(iter(found), None)
    else:
        done[prop.field] = _scalars(prop, came.get(prop.field), path, context)


def _without_empty(entity: EntityDict) -> EntityDict:
    return {key: value for key, value in entity.items() if value or not is_empty(value)}


def entity(
    cls: Class, came: EntityDict, path: str, context: RecordContext, depth: int = 0
) -> EntityDict:
    """Normalise an object of ``cls``; fields unknown to the table are unchanged."""
    if depth > _DEEPEST:
        return came
    fields = _fields(cls.name)
    here = f"{path}." if path else ""
    came, reported = together.before(cls.name, came)
    done: EntityDict = {}
    for key, value in came.items():
        prop = fields.get(key)
        if prop is None and key == "uri":
            outcome = urls.subject(as_text(value))
            context.report(outcome.findings, f"{here}uri")
            done["uri"] = outcome.value
        elif prop is None:
            done[key] = value
        elif prop.field not in done:
            _put(done, prop, came, here + prop.field, context, depth)
    done, also = together.after(cls.name, _without_empty(done), context.language)
    for name, found in [*reported, *also]:
        context.report([found], here + name)
    return _without_empty(done)


def normalise(record: Record, settings: SourceSettings) -> None:
    """Normalise ``record.dataset`` in place and add the findings to its issues."""
    site = settings.site_language
    untagged = "" if settings.language == site else settings.language
    context = RecordContext(site, urls.host_of(settings.url), untagged)
    dataset = entity(classes()["dataset"], record.dataset, "", context)
    record.dataset.clear()
    record.dataset.update(dataset)
    reported = set(record.issues)
    # The reader has already reported these values under another rule.
    no_iris = {found.value for found in reported if found.rule == "not-an-iri"}
    for found in dict.fromkeys(context.issues):
        if found not in reported and not (found.rule == "url-invalid" and found.value in no_iris):
            record.issues.append(found)
