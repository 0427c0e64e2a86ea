"""Judge a normalised record: report what DCAT-AP.de 3.0 requires and the record lacks.

A missing mandatory property is an issue and does not reject the record
(docs/decisions/0005-obligation-is-an-issue.md): only what cannot be stored is rejected.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.record import EntityDict, Record
from hanse_schemas.shapes import HVD_REGULATION
from hanse_schemas.table import Class, Property, classes
from hanse_schemas.vocabulary import vocabulary

#: An object with its class and its path in the dataset ("" for the dataset itself).
JudgedObject = tuple[Class, EntityDict, str]

#: ``rdf_type`` of a dataset that is a dcat:DatasetSeries.
SERIES = "DatasetSeries"

#: Fields with a more specific rule than "mandatory property missing".
_OWN_RULES: Mapping[tuple[str, str], str] = {
    ("dataset", "title"): "title-missing",
    ("dataset_series", "title"): "title-missing",
    ("dataset", "resources"): "distribution-missing",
    ("distribution", "license"): "license-missing",
}
_NUMBER = re.compile(r"\[\d+\]")
_DAYS = re.compile(r"\d{4}(?:-\d\d(?:-\d\d)?)?")
#: Classes whose recommended properties are reported; for the others the table lists more
#: than a data officer can act on (a place has a name *or* a box *or* a centre).
_RECOMMENDED = ("dataset", "dataset_series", "distribution", "data_service")


def entities(cls: Class, entity: EntityDict, path: str = "") -> Iterator[JudgedObject]:
    """Yield ``entity`` and every object nested in it, each with its class and path."""
    yield cls, entity, path
    for prop in _objects(cls.name):
        inside = entity.get(prop.field)
        if not inside:
            continue
        here = f"{path}.{prop.field}" if path else prop.field
        for number, item in enumerate(inside if isinstance(inside, list) else [inside]):
            if isinstance(item, dict):
                at = f"{here}[{number}]" if prop.multiple else here
                yield from entities(classes()[prop.of], item, at)


def _has(entity: EntityDict, prop: Property) -> bool:
    if prop.flatten:
        return any(entity.get(field) for field in prop.flatten.values())
    value = entity.get(prop.field)
    return bool(value) or bool(entity.get(f"{prop.field}_translated"))


@cache
def _asked(name: str, obligation: str) -> list[Property]:
    """Return the properties with an obligation, without those that only hold further values."""
    return [
        prop
        for prop in classes()[name].properties
        if prop.obligation == obligation and prop.write and not prop.more_of
    ]


@cache
def _objects(name: str) -> list[Property]:
    """Return the properties of a class that hold nested objects."""
    found = classes()[name].properties
    return [prop for prop in found if prop.kind == "object" and not prop.flatten]


def missing(cls: Class, prop: Property, field: str) -> Issue:
    """Return the issue for a mandatory property that an object of a class lacks."""
    own = _OWN_RULES.get((cls.name, prop.field))
    return issue(own, field) if own else issue("mandatory-missing", field)


def _mandatory(found: list[JudgedObject]) -> Iterator[Issue]:
    """Yield one issue per object and missing mandatory property."""
    for cls, entity, path in found:
        if path and set(entity) == {"uri"}:
            continue  # a reference: the object is described elsewhere
        for prop in _asked(cls.name, "mandatory"):
            if _has(entity, prop):
                continue
            at = f"{path}.{prop.field}" if path else prop.field
            own_rule = (cls.name, prop.field) in _OWN_RULES
            if own_rule or not (cls.name == "distribution" and _unreachable(entity)):
                yield missing(cls, prop, at)


def _recommended(found: list[JudgedObject]) -> Iterator[Issue]:
    """Yield one issue per class and missing recommended property, with the number affected."""
    by_class: dict[str, list[tuple[EntityDict, str]]] = {}
    for cls, entity, path in found:
        by_class.setdefault(cls.name, []).append((entity, path))
    for name in _RECOMMENDED:
        same = by_class.get(name, [])
        for prop in _asked(name, "recommended") if same else ():
            without = [path for entity, path in same if not _has(entity, prop)]
            if not without:
                continue
            path = _NUMBER.sub("", without[0]) if without[0] else ""
            at = f"{path}.{prop.field}" if path else prop.field
            if own := _OWN_RULES.get((name, prop.field)):
                yield issue(own, at)
            else:
                yield issue("recommended-missing", at, **_scope(without, same))


def _scope(without: list[str], same: list[tuple[EntityDict, str]]) -> dict[str, int]:
    """Return how many of several objects lack a property, {} for a single object."""
    return {"some": len(without), "all": len(same)} if len(same) > 1 else {}


def _unreachable(distribution: EntityDict) -> bool:
    """Return whether nothing leads to the data: no URL, no service."""
    fields = (
        "access_url",
        "download_url",
        "other_access_urls",
        "other_download_urls",
        "access_services",
    )
    return not any(distribution.get(field) for field in fields)


def _distribution(entity: EntityDict, path: str) -> Iterator[Issue]:
    if _unreachable(entity):
        yield issue("access-url-missing", f"{path}.access_url")
    licence = entity.get("license")
    known = vocabulary("licences").by_iri(licence) if isinstance(licence, str) else None
    asks = known is not None and known.attributes.get("attribution") == "yes"
    if known and asks and not entity.get("license_attribution_by_text"):
        yield issue("license-attribution-missing", f"{path}.license_attribution_by_text", licence)


def _contact(entity: EntityDict, path: str) -> Iterator[Issue]:
    if set(entity) != {"uri"} and not any(entity.get(key) for key in ("email", "url", "telephone")):
        yield issue("contact-unreachable", path, entity.get("name", ""))


def _period(entity: EntityDict, path: str) -> Iterator[Issue]:
    """Check K38: a period has a start or an end, and its start is not after its end."""
    start, end = entity.get("start"), entity.get("end")
    if not start and not end:
        yield issue("period-empty", path)
    elif isinstance(start, str) and isinstance(end, str) and _later(start, end):
        yield issue("period-reversed", path, f"{start}/{end}", start=start, end=end)


def _later(start: str, end: str) -> bool:
    """Return whether ``start`` is certainly after ``end``, at the precision common to both."""
    first, last = _DAYS.match(start), _DAYS.match(end)
    if not first or not last:
        return False
    length = min(len(first.group()), len(last.group()))
    return first.group()[:length] > last.group()[:length]


def _dataset(entity: EntityDict, _: str) -> Iterator[Issue]:
    """Check that a high-value dataset has both the regulation and a category."""
    names_it = HVD_REGULATION in _listed(entity.get("applicable_legislation"))
    category = _listed(entity.get("hvd_category"))
    if category and not names_it:
        yield issue("hvd-legislation-missing", "applicable_legislation", category[0])
    if names_it and not category:
        yield issue("hvd-category-missing", "hvd_category")


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value] if value else []


_RULES: Mapping[str, Callable[[EntityDict, str], Iterator[Issue]]] = {
    "dataset": _dataset,
    "dataset_series": _dataset,
    "distribution": _distribution,
    "contact": _contact,
    "period": _period,
}


def _class(dataset: EntityDict) -> Class:
    """Return the class whose obligations apply: a series need not have files."""
    is_series = dataset.get("rdf_type") == SERIES and not dataset.get("resources")
    return classes()["dataset_series" if is_series else "dataset"]


def judge(record: Record) -> None:
    """Add what the record lacks to ``record.issues``; an ``error`` among them rejects it."""
    found = list(entities(_class(record.dataset), record.dataset))
    reported = [*_mandatory(found), *_recommended(found)]
    for cls, entity, path in found:
        rule = _RULES.get(cls.name)
        reported += rule(entity, path) if rule else ()
    known = set(record.issues)
    record.issues += [item for item in dict.fromkeys(reported) if item not in known]
