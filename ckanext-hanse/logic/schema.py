"""Schemas of actions: what each may be given, so that nothing else reaches the database."""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

Schema = dict[str, list[Any]]

#: Rows that one answer may hold, and holds where nobody says otherwise.
MOST_ROWS, ROWS = 100, 20
_FURTHEST = 10_000_000
_LONGEST_WORDS = 300


def nothing() -> Schema:
    """An action that is given nothing."""
    return {}


def only_id() -> Schema:
    """An action that is given a name or id."""
    return {"id": _named("not_empty", "unicode_only", "hanse_storable")}


def city_datasets() -> Schema:
    """A part of the datasets of a city."""
    return (
        only_id()
        | _part()
        | {
            "show": [*_named("ignore_missing"), tk.get_validator("one_of")(_SHOWN)],
            "q": [*_named("ignore_missing", "unicode_only", "hanse_storable"), _short],
        }
    )


def city_findings() -> Schema:
    """A part of the datasets of a city that break a rule."""
    return (
        only_id()
        | _part()
        | {
            "rule": _named("not_empty", "unicode_only", "hanse_storable"),
            "field": [*_named("ignore_missing", "unicode_only", "hanse_storable"), _short],
        }
    )


_SHOWN = ("", "own", "harvested", "hidden")


def _part() -> Schema:
    return {
        "limit": [tk.get_validator("default")(ROWS), _number(1, MOST_ROWS)],
        "offset": [tk.get_validator("default")(0), _number(0, _FURTHEST)],
    }


def _number(least: int, most: int) -> Any:
    def validator(value: Any) -> int:
        try:
            number = int(value)
        except (TypeError, ValueError, OverflowError) as error:
            raise tk.Invalid(tk._("This is no whole number")) from error
        return min(max(number, least), most)

    return validator


def _short(value: str) -> str:
    return value[:_LONGEST_WORDS]


def _named(*names: str) -> list[Any]:
    return [tk.get_validator(name) for name in names]
