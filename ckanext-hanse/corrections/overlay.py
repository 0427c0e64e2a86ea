"""Set the value of a field of a dataset, and re-evaluate its issues.  Pure.

A place is a field of the dataset (``title``) or of one of its resources
(``resources[<resource id>].license``); the table defines the fields.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.language import of_data
from hanse_harvesters.issue import Issue
from hanse_harvesters.quality.chunk import judge_chunk
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.record import DatasetDict, EntityDict, Record
from hanse_schemas.language import pick
from hanse_schemas.table import Property, classes

#: The resource ids of ``dataset["resources"]``, in order; None for one without an id yet.
Ids = Sequence[str | None]

_RESOURCE = re.compile(r"resources\[(?P<id>[^\[\]]+)\]\.(?P<field>\w+)")


@dataclass(frozen=True, slots=True)
class Place:
    """The field a correction is for; ``resource`` is "" for a field of the dataset itself."""

    path: str
    prop: Property
    resource: str = ""


def place(path: str) -> Place:
    """Return the place of ``path``; KeyError if the table has no such correctable field."""
    found = _RESOURCE.fullmatch(path)
    if found:
        fields = classes()["distribution"].correctable()
        return Place(path, fields[found["field"]], found["id"])
    return Place(path, classes()["dataset"].correctable()[path])


def label(at: Place, language: str) -> str:
    """Return the name of the field in a language."""
    return pick(at.prop.label, language)


def entity_at(dataset: DatasetDict, at: Place, ids: Ids) -> EntityDict | None:
    """Return the dict with the field: the dataset or one of its resources; None if it is gone."""
    if not at.resource:
        return dataset
    for known, resource in zip(ids, dataset.get("resources") or [], strict=True):
        if known == at.resource:
            return resource  # type: ignore[no-any-return]
    return None


def value_in(entity: EntityDict, prop: Property) -> Any:
    """Return the field's value; None if it is empty."""
    value = entity.get(prop.field)
    return None if value in ("", [], {}) else value


def lay(entity: EntityDict, prop: Property, value: Any) -> None:
    """Set the field and the fields that have to agree with it; None clears it."""
    old = value_in(entity, prop)
    address = _address(entity)
    if prop.kind in ("text", "keyword"):
        _translate(entity, prop, old, value)
    if value is None:
        entity.pop(prop.field, None)
    else:
        entity[prop.field] = value
    if _address(entity) != address:
        # As in the pipeline (normalise/together.py): ``url`` is where the data are.
        entity.pop("url", None)
        if _address(entity):
            entity["url"] = _address(entity)


def _address(entity: EntityDict) -> Any:
    return entity.get("download_url") or entity.get("access_url")


def _translate(entity: EntityDict, prop: Property, old: Any, value: Any) -> None:
    """Update the translation whose language the plain field shows, to agree with it."""
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
    """Return a value as the translations hold it: keywords as bare names."""
    if prop.kind != "keyword" or not isinstance(value, list):
        return value
    return [item["name"] if isinstance(item, dict) else item for item in value]


def equal(one: Any, other: Any) -> bool:
    """Return whether two values of a field are equal; the order of a list does not count."""
    return _canonical(one) == _canonical(other)


def _canonical(value: Any) -> str:
    if value in (None, "", [], {}):
        return ""
    if isinstance(value, list):
        return f"[{','.join(sorted(_canonical(item) for item in value))}]"
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def reconsidered(
    before: DatasetDict, after: DatasetDict, issues: Iterable[Issue], places: Iterable[str]
) -> Record:
    """Judge ``after``, which ``before`` with its ``issues`` became by corrections at ``places``.

    The issues of the judge are computed anew; others on a corrected field are dropped; the rest
    is kept.  ``places`` as in issues: ``resources[2].license``.
    """
    judged = {(item.rule, item.field) for item in _judged(before)}
    settled = tuple(places)
    record = Record(after, "")
    record.issues = [
        item
        for item in issues
        if (item.rule, item.field) not in judged and not _concerns(item.field, settled)
    ]
    return _judge(record)


def _judge(record: Record) -> Record:
    judge(record)
    judge_chunk([record], of_data())
    return record


def _judged(dataset: DatasetDict) -> list[Issue]:
    return _judge(Record(dataset, "")).issues


def _concerns(field: str, places: Iterable[str]) -> bool:
    """Return whether an issue's field is one of these, or within one."""
    return any(
        field == at or field.startswith((f"{at}[", f"{at}.", f"{at}_translated")) for at in places
    )


def numbered(at: Place, ids: Ids) -> str:
    """Return the place as an issue names it: resources by their number."""
    if not at.resource:
        return at.path
    return f"resources[{list(ids).index(at.resource)}].{at.prop.field}"
