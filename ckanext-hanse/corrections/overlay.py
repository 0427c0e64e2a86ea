"""Laying a value over a field of a dataset, and what that does to its issues.  Pure.

A place is a field of the dataset (``title``) or of one of its resources
(``resources[<resource id>].license``); which fields there are, the table says.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.language import of_data
from hanse_harvesters.issue import Issue
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.record import DatasetDict, EntityDict, Record
from hanse_schemas.table import Property, classes

#: The resource ids of ``dataset["resources"]``, place by place; None for one without an id yet.
Ids = Sequence[str | None]

_RESOURCE = re.compile(r"resources\[(?P<id>[^\[\]]+)\]\.(?P<field>\w+)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a correction stands; ``resource`` is "" for a field of the dataset itself."""

    path: str
    prop: Property
    resource: str = ""


def place(path: str) -> Place:
    """The place of ``path``; KeyError where the table knows no such field, or none to correct."""
    found = _RESOURCE.fullmatch(path)
    if found:
        fields = classes()["distribution"].correctable()
        return Place(path, fields[found["field"]], found["id"])
    return Place(path, classes()["dataset"].correctable()[path])


def entity_at(dataset: DatasetDict, at: Place, ids: Ids) -> EntityDict | None:
    """The dict that holds the field: the dataset or one of its resources; None if it is gone."""
    if not at.resource:
        return dataset
    for known, resource in zip(ids, dataset.get("resources") or [], strict=True):
        if known == at.resource:
            return resource  # type: ignore[no-any-return]
    return None


def value_in(entity: EntityDict, prop: Property) -> Any:
    """The field's value; None where there is none."""
    value = entity.get(prop.field)
    return None if value in ("", [], {}) else value


def lay(entity: EntityDict, prop: Property, value: Any) -> None:
    """Put ``value`` into the field, and into what has to agree with it; None empties it."""
    old = value_in(entity, prop)
    address = _address(entity)
    if prop.kind in ("text", "keyword"):
        _translate(entity, prop, old, value)
    if value is None:
        entity.pop(prop.field, None)
    else:
        entity[prop.field] = value
    if _address(entity) != address:
        # As the line has it (normalise/together.py): ``url`` is where the data are.
        entity.pop("url", None)
        if _address(entity):
            entity["url"] = _address(entity)


def _address(entity: EntityDict) -> Any:
    return entity.get("download_url") or entity.get("access_url")


def _translate(entity: EntityDict, prop: Property, old: Any, value: Any) -> None:
    """Let the translations say the same as the plain field, in the language that it shows."""
    field = f"{prop.field}_translated"
    texts = dict(entity.get(field) or {})
    if not texts:
        return
    if value is None:
        del entity[field]
        return
    shown = _plain(prop, old)
    site = of_data()
    language = next((lang for lang, text in texts.items() if equal(text, shown)), site)
    entity[field] = texts | {language: _plain(prop, value)}


def _plain(prop: Property, value: Any) -> Any:
    """A value as the translations hold it: keywords as bare names."""
    if prop.kind != "keyword" or not isinstance(value, list):
        return value
    return [item["name"] if isinstance(item, dict) else item for item in value]


def equal(one: Any, other: Any) -> bool:
    """Whether two values of a field say the same; the order of a list does not count."""
    return _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, list):
        return f"[{','.join(sorted(_canonical(item) for item in value))}]"
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def reconsidered(
    before: DatasetDict, after: DatasetDict, issues: Iterable[Issue], places: Iterable[str]
) -> list[Issue]:
    """The issues of ``before``, which became ``after`` by corrections at ``places``.

    What the judge said is judged anew; what others said of a corrected field
    is settled; the rest stands.  ``places`` as in issues: ``resources[2].license``.
    """
    judged = {(item.rule, item.field) for item in _judged(before)}
    settled = tuple(places)
    record = Record(after, "")
    record.issues = [
        item
        for item in issues
        if (item.rule, item.field) not in judged and not _concerns(item.field, settled)
    ]
    judge(record)
    return record.issues


def _judged(dataset: DatasetDict) -> list[Issue]:
    record = Record(dataset, "")
    judge(record)
    return record.issues


def _concerns(field: str, places: Iterable[str]) -> bool:
    """Whether an issue's field is one of these, or stands within one."""
    return any(
        field == at or field.startswith((f"{at}[", f"{at}.", f"{at}_translated")) for at in places
    )


def numbered(at: Place, ids: Ids) -> str:
    """The place as an issue names it: resources by their number."""
    if not at.resource:
        return at.path
    return f"resources[{list(ids).index(at.resource)}].{at.prop.field}"
