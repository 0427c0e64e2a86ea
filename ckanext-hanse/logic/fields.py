"""Lists of navl validators for the fields of actions' schemas.

navl calls the next validator even if one has failed: each one checks the type itself.
"""

from __future__ import annotations

from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.logic.names import hanse_storable
from ckanext.hanse.store.pg_text import LARGEST

#: Maximum rows of a response, and the default.
MOST_ROWS, ROWS = 100, 20
_FURTHEST = 10_000_000
_LONGEST_WORDS = 300
_DEEPEST = 50


def part() -> dict[str, list[Any]]:
    """Return the validators for ``limit`` and ``offset`` of a list."""
    return {
        "limit": [default(ROWS), number(1, MOST_ROWS)],
        "offset": [default(0), number(0, _FURTHEST)],
    }


def optional() -> list[Any]:
    """Return the first validators for an optional value."""
    return [tk.get_validator("ignore_missing")]


def needed() -> list[Any]:
    """Return the first validators for a required value."""
    return [tk.get_validator("not_empty")]


def default(value: Any) -> Any:
    """Return the first validator for a field whose default is ``value``."""
    return tk.get_validator("default")(value)


def given(key: Any, data: dict[Any, Any], errors: Any, context: Any) -> None:
    """Keep null and "" as values and leave out what is absent; used as the first validator."""
    if data.get(key, tk.missing) is tk.missing:
        data.pop(key, None)
        raise tk.StopOnError


def text() -> list[Any]:
    """Return the validators for an optional text."""
    return [*optional(), named]


def words() -> list[Any]:
    """Return the validators for optional search words, which are truncated."""
    return [*optional(), _short]


def flag(value: bool | None = None) -> list[Any]:
    """Return the validators for true or false; ``value`` is the default."""
    return [*(optional() if value is None else [default(value)]), _yes_or_no]


def named(value: Any) -> str:
    """Validate a text; a number is converted to its digits."""
    if isinstance(value, int) and not isinstance(value, bool) and abs(value) <= LARGEST:
        return str(value)
    if not isinstance(value, str):
        raise tk.Invalid(tk._("This should be text"))
    return hanse_storable(value)


def one_of(words: tuple[str, ...]) -> Any:
    """Return a validator for one of these texts, or the empty one."""

    def validator(value: Any) -> str:
        if not isinstance(value, str) or value not in ("", *words):
            raise tk.Invalid(tk._("This is none of: {words}").format(words=", ".join(words)))
        return value

    return validator


def number(least: int, most: int) -> Any:
    """Return a validator for an integer; a value outside the bounds becomes the nearest bound."""

    def validator(value: Any) -> int:
        return min(max(_whole(value), least), most)

    return validator


def records(value: Any) -> list[int]:
    """Validate record numbers, a list or one; those outside the column's range are left out."""
    try:
        found = [_whole(item) for item in (value if isinstance(value, list) else [value])]
    except tk.Invalid as error:
        reported = tk._("Give the numbers of records as hanse_withdrawal_list shows them.")
        raise tk.Invalid(reported) from error
    return [item for item in found if 0 < item <= LARGEST]


def listed(value: Any) -> list[str]:
    """Validate a list of texts."""
    if not isinstance(value, list):
        raise tk.Invalid(tk._("This should be a list"))
    return [named(item) for item in value]


def one_or_more(value: Any) -> list[str]:
    """Validate texts: a list, or one alone as the query of an address gives it."""
    return listed([value] if isinstance(value, str) else value)


def file(value: Any) -> Any:
    """Validate an uploaded file."""
    if getattr(value, "stream", None) is None:
        raise tk.Invalid(tk._("This should be a file"))
    return value


def mapping(value: Any) -> dict[str, Any]:
    """Validate a JSON object."""
    if not isinstance(value, dict):
        raise tk.Invalid(tk._("This should name values by their keys"))
    return value


def storable(value: Any) -> Any:
    """Validate any JSON whose texts can be stored and whose nesting is not too deep."""
    _look(value, 0)
    return value


def unstorable(data: dict[str, Any]) -> dict[str, list[str]]:
    """Return the errors of :func:`storable` for fields that no schema names."""
    errors = {}
    for key, value in data.items():
        try:
            _look([key, value], 0)
        except tk.Invalid as error:
            errors[key] = [str(error.error)]
    return errors


def _look(value: Any, depth: int) -> None:
    if depth > _DEEPEST:
        raise tk.Invalid(tk._("This is nested too deep"))
    if isinstance(value, str):
        hanse_storable(value)
    elif isinstance(value, float) and value - value != 0:  # infinite or NaN
        raise tk.Invalid(tk._("This is no number"))
    elif isinstance(value, dict):
        _look([*value, *value.values()], depth + 1)
    elif isinstance(value, list):
        for item in value:
            _look(item, depth + 1)


def _short(value: Any) -> str:
    return named(value)[:_LONGEST_WORDS]


def _whole(value: Any) -> int:
    try:
        if isinstance(value, bool):
            raise TypeError
        found = int(value)
        if not isinstance(value, str) and found != value:
            raise ValueError
    except (TypeError, ValueError, OverflowError) as error:
        raise tk.Invalid(tk._("This is no whole number")) from error
    return found


def _yes_or_no(value: Any) -> bool:
    try:
        if not isinstance(value, str | int):
            raise ValueError
        return bool(tk.asbool(value))
    except ValueError as error:
        raise tk.Invalid(tk._("This is neither true nor false")) from error
