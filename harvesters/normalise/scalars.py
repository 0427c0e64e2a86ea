"""Normalise one value of a field, by the kind of its property."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Any

from hanse_harvesters.normalise import concepts, dates, in_degrees, mail, numbers, text, urls
from hanse_harvesters.normalise.outcome import Outcome
from hanse_schemas.table import Property, expand

_UNALTERED = frozenset({expand("dcterms:identifier"), expand("skos:notation")})


def _string(prop: Property, came: str) -> Outcome[str]:
    return text.identifier(came) if prop.term in _UNALTERED else text.plain(came)


_SCALARS: Mapping[str, Callable[[Property, str], Outcome[Any]]] = {
    "string": _string,
    "iri": lambda _, came: urls.url(came),
    "concept": concepts.concept,
    "statement": lambda _, came: urls.statement(came),
    "mailto": lambda _, came: mail.email(came),
    "tel": lambda _, came: mail.phone(came),
    "date": lambda _, came: dates.date(came),
    "integer": lambda _, came: numbers.size(came),
    "decimal": lambda _, came: numbers.decimal(came),
    "duration": lambda _, came: numbers.duration(came),
    "hex": lambda _, came: numbers.checksum(came),
    "geometry": lambda _, came: in_degrees.geometry(came),
}


def outcome_of(prop: Property, came: str) -> Outcome[Any]:
    """Return a value normalised; cached, as licences, formats and contacts recur often."""
    if len(came) > SHORT:
        return _SCALARS[prop.kind](prop, came)
    _PROPERTIES.setdefault(id(prop), prop)
    return _remembered(id(prop), came)


@lru_cache(maxsize=8192)
def _remembered(key: int, came: str) -> Outcome[Any]:
    prop = _PROPERTIES[key]
    return _SCALARS[prop.kind](prop, came)


#: By id(): a property contains mappings and is not hashable.  Kept alive, so that ids stay unique.
_PROPERTIES: dict[int, Property] = {}
#: Maximum length in characters of a cached text.
SHORT = 300
