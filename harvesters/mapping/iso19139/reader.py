"""Map one record to a dataset, step by step as the table lists them."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from hanse_harvesters.issue import issue
from hanse_harvesters.mapping import inherited
from hanse_harvesters.mapping.iso19139 import (
    constraints,
    keywords,
    links,
    parties,
    places,
    quality,
    services,
    simple,
)
from hanse_harvesters.mapping.iso19139.facts import identity, kind
from hanse_harvesters.mapping.iso19139.reading import Reading
from hanse_harvesters.mapping.iso19139.table import Step, part, path_of, table
from hanse_harvesters.mapping.result import ReadResult

ISO_19139 = "iso19139"
#: The ways of reading that the table names under ``as``.
_READERS: Mapping[str, Callable[[Reading, Any, Step], None]] = {
    "code": simple.code,
    "conformance": quality.conformance,
    "constraints": constraints.constraints,
    "dates": simple.dates,
    "extents": places.extents,
    "graphics": simple.graphics,
    "identifiers": simple.identifiers,
    "keywords": keywords.keywords,
    "links": simple.links,
    "metres": quality.metres,
    "online": links.online,
    "parties": parties.parties,
    "plain": simple.plain,
    "prose": simple.prose,
    "relations": simple.relations,
    "scales": quality.scales,
    "systems": quality.systems,
    "topics": keywords.topics,
    "words": simple.words,
}


def read(item: Mapping[str, Any], *, language: str) -> ReadResult:
    """Map a record of the parser, with its coupled ones under ``services``, to a dataset.

    ``language``  of the site.  What has no field is in ``unknown``: JSON, path → values.  A value
    that cannot be mapped is reported and kept; never raises because of what a catalogue sent.
    """
    if item.get("standard") != ISO_19139:
        rule = "iso-standard-unread" if item.get("standard") else "iso-record-unread"
        found = issue(rule, "", item.get("standard") or item.get("error", ""))
        return ReadResult({}, [found], identity=item.get("id", ""))
    reading = Reading.of(item["values"], "dataset", language)
    steps(reading, "dataset")
    field = next(step["fields"]["file"] for step in table()["dataset"] if step["as"] == "online")
    if kind(item) == "service":
        item = {**item, "services": [item, *item.get("services", ())]}
    services.join(reading, item, field, steps)
    _revise(reading, field)
    _inherit(reading, field)
    inherited.publish_services(reading.entity)
    unmapped = _unmapped(item)
    if unmapped:
        reading.note("iso-elements-unknown", "", ", ".join(sorted(unmapped)))
    for path, values in unmapped.items():
        reading.kept.setdefault(path, []).extend(values)
    return ReadResult(
        dataset=reading.entity,
        issues=reading.issues,
        unknown=json.dumps(reading.kept, ensure_ascii=False, sort_keys=True)
        if reading.kept
        else "",
        identity=identity(item),
    )


def steps(reading: Reading, section: str) -> None:
    """Take the steps of a section of the table; one that fails is reported, and its values kept."""
    for step in table()[section]:
        name = step["value"]
        values = reading.values.get(name, ())
        if not values and step["as"] not in {"identifiers", "online", "parties", "prose"}:
            continue
        try:
            _READERS[step["as"]](reading, values, step)
        except Exception as error:  # one value must not cost the record
            reading.note("iso-value-unread", _field(step), f"{path_of(name)}: {error!r}")
            reading.keep(name, *values)


def _field(step: Step) -> str:
    return str(step.get("field") or next(iter(step["fields"].values())))


def _revise(reading: Reading, field: str) -> None:
    """Date the files by the last revision of the data, as the dataset has that of its record."""
    revised = reading.kept.pop("date revision", [])
    target = part("distribution")["revision"]
    for date in revised[:1]:
        for distribution in reading.entity.get(field, ()):
            distribution.setdefault(target, date)
    if revised and (revised[1:] or not reading.entity.get(field)):
        reading.kept["date revision"] = revised


def _inherit(reading: Reading, field: str) -> None:
    """Give the files what holds for the data and stands with each file in DCAT-AP.de."""
    whole, *more = table()["inherited"].items()
    for distribution in reading.entity.get(field, ()):
        if whole[1] in distribution or whole[0] not in reading.entity:
            continue
        for outer, inner in (whole, *more):
            if outer in reading.entity:
                distribution.setdefault(inner, reading.entity[outer])


def _unmapped(item: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Return path → values of the elements that the table does not name."""
    found: dict[str, list[Any]] = {}
    for path, value in item.get("unmapped", ()):
        found.setdefault(path, []).append(value)
    return found
