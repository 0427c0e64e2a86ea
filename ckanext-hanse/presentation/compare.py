"""Two datasets side by side, field by field, with the differences marked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.presentation import display, text
from ckanext.hanse.presentation.display import DisplayValue, Fact
from ckanext.hanse.store import match_key
from hanse_schemas.table import classes

#: Characters of a value that are shown.
_LONGEST = 400


@dataclass(frozen=True, slots=True)
class ComparedField:
    """A field of two datasets; both values as text, ``differs`` ignoring case and whitespace."""

    field: str
    label: str
    first: tuple[str, ...]
    second: tuple[str, ...]
    differs: bool


def rows(first: Mapping[str, Any], second: Mapping[str, Any], language: str) -> list[ComparedField]:
    """Return every field that either dataset has, in the order of the table, then the files."""
    sides = [_facts(item, language) for item in (first, second)]
    fields = list(dict.fromkeys([*sides[0], *sides[1]]))
    order = {prop.field: place for place, prop in enumerate(classes()["dataset"].properties)}
    fields.sort(key=lambda item: order.get(item, len(order)))
    found = [_row(item, *(side.get(item) for side in sides)) for item in fields]
    files = [tuple(_files(item)) for item in (first, second)]
    if any(files):
        found.append(_compared("resources", "", *files))
    return found


def _facts(dataset: Mapping[str, Any], language: str) -> dict[str, Fact]:
    found = display.facts(dataset, "dataset", language, skip=("resources",))
    return {fact.field: fact for fact in found}


def _row(field: str, first: Fact | None, second: Fact | None) -> ComparedField:
    label = next(fact.label for fact in (first, second) if fact)
    return _compared(field, label, *(_texts(fact) for fact in (first, second)))


def _texts(fact: Fact | None) -> tuple[str, ...]:
    return tuple(_text(value) for value in fact.values) if fact else ()


def _text(value: DisplayValue) -> str:
    if value.facts:
        inner = (part for fact in value.facts for part in _texts(fact))
        return " · ".join(dict.fromkeys([value.text, *inner] if value.text else inner))
    return text.plain(value.text, _LONGEST) if value.prose else value.text[:_LONGEST]


def _files(dataset: Mapping[str, Any]) -> Iterator[str]:
    for item in dataset.get("resources") or []:
        reported = (item.get(name) for name in ("name", "format", "url"))
        yield " · ".join(str(value) for value in reported if value)


def _compared(
    field: str, label: str, first: tuple[str, ...], second: tuple[str, ...]
) -> ComparedField:
    same = {match_key.words(item) for item in first} == {match_key.words(item) for item in second}
    return ComparedField(field, label, first, second, not same)
