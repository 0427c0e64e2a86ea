"""The differences between two states of a dataset, field by field, for people and programs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from hanse_harvesters.record import DatasetDict

#: Characters of a value that a diff shows; the dataset itself keeps the whole value.
LONGEST = 500


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One changed field: ``old`` and ``new`` as text, None where the field was or is absent.

    ``field`` is written as in an issue: ``title``, ``resources[2].license``.
    """

    field: str
    old: str | None
    new: str | None

    def as_json(self) -> dict[str, str | None]:
        """Return the change as a dict."""
        return {"field": self.field, "old": self.old, "new": self.new}


def diff(old: DatasetDict, new: DatasetDict) -> tuple[FieldChange, ...]:
    """Return the fields in which two datasets of our schema differ, sorted by name.

    Distributions are matched by IRI, else by URL, else by position; an added or removed
    distribution is one change.
    """
    return tuple(_changes(old, new))


def _changes(old: DatasetDict, new: DatasetDict) -> Iterator[FieldChange]:
    for field in sorted((old.keys() | new.keys()) - {"resources"}):
        yield from _change(field, old.get(field), new.get(field))
    yield from _resources(old.get("resources") or [], new.get("resources") or [])


def _change(field: str, old: Any, new: Any) -> Iterator[FieldChange]:
    if old != new:
        yield FieldChange(field, _text(old), _text(new))


def _text(value: Any) -> str | None:
    if value in (None, "", [], {}):
        return None
    if isinstance(value, list) and all(_is_keyword(item) for item in value):
        value = ", ".join(item["name"] for item in value)
    if not isinstance(value, str):
        value = json.dumps(value, ensure_ascii=False, sort_keys=True)
    return value if len(value) <= LONGEST else f"{value[:LONGEST]}…"


def _is_keyword(item: Any) -> bool:
    return isinstance(item, dict) and item.keys() == {"name"} and isinstance(item["name"], str)


def _resources(old: list[DatasetDict], new: list[DatasetDict]) -> Iterator[FieldChange]:
    left: dict[str, list[DatasetDict]] = {}
    for item in old:
        left.setdefault(_key(item), []).append(item)
    for place, item in enumerate(new):
        known = left.get(_key(item))
        if not known:
            yield FieldChange(f"resources[{place}]", None, _label(item))
            continue
        before = known.pop(0)
        for field in sorted(before.keys() | item.keys()):
            yield from _change(f"resources[{place}].{field}", before.get(field), item.get(field))
    for items in left.values():
        for item in items:
            yield FieldChange("resources", _label(item), None)


def _key(resource: DatasetDict) -> str:
    for field in ("uri", "download_url", "access_url", "url", "name"):
        if value := resource.get(field):
            return f"{field} {value}"
    return ""


def _label(resource: DatasetDict) -> str | None:
    named = [resource.get(name) for name in ("name", "format", "url")]
    return _text(" · ".join(str(value) for value in named if value)) or "–"
