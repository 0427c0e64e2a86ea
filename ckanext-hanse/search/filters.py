"""Solr fields that a search is narrowed by; what they hold, :mod:`.document` counts otherwise.

``hanse_group``     what its files are taken for: ``table``, ``map``, ``service``, ``document``,
                    ``data``, ``image``, by the list of formats.
``hanse_open``      ``true``: a file, or else the dataset, has an open licence; ``false``: none has.
``hanse_api``       ``true`` if an interface delivers it: a service as format, or a data service.
``hanse_language``  ISO 639-1 codes, of the EU's code if there is none.
``hanse_changed``   when the data changed, else were issued, else the metadata changed; UTC.
``hanse_area``      the box around the places it covers, see :mod:`.area`.
``hanse_time``      the periods it covers, see :mod:`.times`.
``hanse_quality``   rating of its score (MQA); absent before it is judged.
``hanse_points``    the points of its score, to sort by; absent before it is judged.

A field without a value is absent.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any

from ckanext.hanse.search.area import area
from ckanext.hanse.search.plan import values
from ckanext.hanse.search.times import time_field
from hanse_harvesters.quality.mqa_facts import facts
from hanse_schemas.vocabulary import vocabulary

Entity = Mapping[str, Any]

SERVICE = "service"
_YES, _NO = "true", "false"


def filter_fields(dataset: Entity, points: float | None = None) -> dict[str, Any]:
    """Return the fields of ``dataset``, as ``package_show`` returns it; ``points`` of its score."""
    resources = [item for item in dataset.get("resources") or () if isinstance(item, dict)]
    formats = (name for item in resources for name in values(item, "format"))
    groups = _distinct(group for name in formats for group in groups_of(name))
    served = any(service for item in resources for service in item.get("access_services") or ())
    fields = {
        "hanse_group": groups,
        "hanse_open": _openness(dataset, resources),
        "hanse_api": _YES if SERVICE in groups or served else "",
        "hanse_language": _distinct(_languages(dataset, resources)),
        "hanse_changed": changed(dataset),
        "hanse_area": area(dataset),
        "hanse_time": time_field(dataset),
        "hanse_quality": facts().rating(points) if points is not None else "",
    }
    found = {name: value for name, value in fields.items() if value}
    return found if points is None else {**found, "hanse_points": round(points)}


@lru_cache(maxsize=4096)
def groups_of(file_format: str) -> tuple[str, ...]:
    """Return the groups of a format, a code or spelling; a map service is in two.

    >>> groups_of("CSV"), groups_of("WMS"), groups_of("ZIP")
    (('table',), ('map', 'service'), ())
    """
    known = vocabulary("file-types").find(file_format)
    return tuple(known.attributes.get("group", "").split()) if known else ()


@lru_cache(maxsize=1024)
def is_open(licence: str) -> bool | None:
    """Return whether a licence (IRI or spelling) is open; None for one that no list has."""
    known = vocabulary("licences").find(licence)
    return {"yes": True, "no": False}.get(known.attributes.get("open", "")) if known else None


def _openness(dataset: Entity, resources: list[dict[str, Any]]) -> str:
    named = [name for item in resources for name in values(item, "license")]
    known = {is_open(name) for name in named or values(dataset, "license_id")}
    return _YES if True in known else _NO if known else ""


def _languages(dataset: Entity, resources: list[dict[str, Any]]) -> Iterator[str]:
    for entity in [dataset] if dataset.get("language") else resources:
        for value in values(entity, "language"):
            if known := vocabulary("languages").find(value):
                yield known.attributes.get("iso") or known.code.lower()


def changed(dataset: Entity) -> str:
    """Return when the data changed last, as Solr reads it; the beginning of a year or month."""
    for name in ("modified", "issued", "metadata_modified"):
        text = str(dataset.get(name) or "").strip()
        text += {4: "-01-01", 7: "-01"}.get(len(text), "")
        with suppress(ValueError, OverflowError):
            moment = datetime.fromisoformat(text)
            moment = moment.astimezone(UTC) if moment.tzinfo else moment
            return f"{moment.replace(tzinfo=None, microsecond=0).isoformat()}Z"
    return ""


def _distinct(values: Iterator[str]) -> list[str]:
    return list(dict.fromkeys(values))
