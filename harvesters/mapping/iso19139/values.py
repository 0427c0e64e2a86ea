"""Access to the values of a record as :mod:`hanse_harvesters.sandbox.child.iso19139` returns them.

A value is a text, or a dict of ``text``, ``href``, ``in``, ``uom`` and ``nil``; a group is a dict,
name → list of values.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

Value: TypeAlias = str | Mapping[str, Any]
Group: TypeAlias = Mapping[str, Sequence[Any]]


def text(value: Value) -> str:
    """Return the text of a value; if it has none, that in another language."""
    if isinstance(value, str):
        return value
    found: str = value.get("text", "")
    return found or next(iter(value.get("in", {}).values()), "")


def spoken(value: Value) -> list[str]:
    """Return the text of a value in every language in which it is given, each once."""
    if isinstance(value, str):
        return [value] if value else []
    return list(dict.fromkeys(filter(None, (value.get("text", ""), *value.get("in", {}).values()))))


def href(value: Value) -> str:
    """Return the IRI that an Anchor or a reference links to, "" if there is none."""
    if isinstance(value, str):
        return ""
    found: str = value.get("href", "")
    return found


def texts(group: Group, name: str) -> Iterator[str]:
    """Yield the texts of all values of a name that have one."""
    for value in group.get(name, ()):
        if found := text(value):
            yield found


def first(group: Group, name: str) -> str:
    """Return the first text of a name, "" if there is none."""
    for value in group.get(name, ()):
        if found := value if isinstance(value, str) else text(value):
            return found
    return ""


def groups(group: Group, *names: str) -> Iterator[Group]:
    """Yield the groups of names."""
    for name in names:
        yield from group.get(name, ())
