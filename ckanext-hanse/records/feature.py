"""A dataset as a record in GeoJSON (OGC 20-004r1, 7.2 "Record Core" and 7.6 "JSON").

The core has places for the most important of a dataset; all of it stands beside that in one
further property (:mod:`hanse_harvesters.mapping.ogcrecord.extension`).  Does not depend on CKAN.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ckanext.hanse.records import contacts, licences, links
from ckanext.hanse.records.entry import Dataset, Entry
from ckanext.hanse.search.area import box
from ckanext.hanse.search.boxes import Box
from ckanext.hanse.search.exact import identifiers
from ckanext.hanse.search.times import around, periods
from hanse_harvesters.mapping.ogcrecord.extension import MEMBER
from hanse_harvesters.quality.judge import SERIES
from hanse_schemas.vocabulary import Concept, vocabulary

Json = dict[str, Any]

CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
DATASET, SERIES_TYPE = "dataset", "series"
TYPES = (DATASET, SERIES_TYPE)
"""What a record may describe."""
_CLASSIFIED = {"theme": "data-themes", "hvd_category": "hvd-categories"}
"""Field of concepts → its vocabulary."""


def record(entry: Entry, *, collection: str, language: str) -> Json:
    """Return the record of a dataset.

    ``collection``  address of the collection.  ``language``  of the reader, for labels.
    """
    around_it = box(entry.dataset)
    return {
        "id": entry.id,
        "type": "Feature",
        "conformsTo": [CORE],
        **({"bbox": _corners(around_it)} if around_it else {}),
        "geometry": geometry(around_it) if around_it else None,
        "time": time(entry.dataset),
        "properties": _properties(entry, language),
        "links": list(links.of_record(entry, collection, language)),
    }


def _properties(entry: Entry, language: str) -> Json:
    dataset, package = entry.dataset, entry.package
    organization = package.get("organization") or {}
    found = {
        "created": _moment(package.get("metadata_created")),
        "updated": _moment(package.get("metadata_modified")),
        "type": kind(dataset),
        "title": entry.title,
        "description": entry.description,
        "keywords": [tag["name"] for tag in dataset.get("tags") or ()],
        "themes": list(_themes(dataset, language)),
        "language": {"code": language},
        "resourceLanguages": list(_languages(dataset)),
        "externalIds": [{"value": value} for value in identifiers({**package, **_named(entry)})],
        "formats": _formats(dataset),
        "contacts": list(contacts.of_dataset(dataset)),
        "license": licences.spdx(dataset),
        "rights": dataset.get("rights"),
        "organization": organization.get("name"),
        MEMBER: {**dataset, "uri": entry.subject},
    }
    return {name: value for name, value in found.items() if value not in (None, "", [])}


def _named(entry: Entry) -> dict[str, str]:
    return {"uri": entry.subject} if entry.package.get("uri") else {}


def kind(dataset: Dataset) -> str:
    """Return what the record of a dataset describes, one of :data:`TYPES`."""
    return SERIES_TYPE if dataset.get("rdf_type") == SERIES else DATASET


# --- Space and time -----------------------------------------------------------------------------


def geometry(found: Box) -> Json:
    """Return a box as GeoJSON; a box without an extent is a point, or a line.

    One that crosses the date line is two (RFC 7946, 3.1.9).
    """
    w, s, e, n = found.west, found.south, found.east, found.north
    if w > e:
        parts = [[_ring(w, s, 180.0, n)], [_ring(-180.0, s, e, n)]]
        return {"type": "MultiPolygon", "coordinates": parts}
    if w == e and s == n:
        return {"type": "Point", "coordinates": [w, s]}
    if w == e or s == n:
        return {"type": "LineString", "coordinates": [[w, s], [e, n]]}
    return {"type": "Polygon", "coordinates": [_ring(w, s, e, n)]}


def _ring(w: float, s: float, e: float, n: float) -> list[list[float]]:
    return [[w, s], [e, s], [e, n], [w, n], [w, s]]


def _corners(found: Box) -> list[float]:
    return [found.west, found.south, found.east, found.north]


def time(dataset: Dataset) -> Json | None:
    """Return the time around all that a dataset covers, None if it names none.

    Days or moments in UTC, ".." for an open end (/req/record-core/time-interval, time-zone).
    """
    whole = around(periods(dataset))
    found: Json = {}
    if whole:
        found["interval"] = [whole.start or "..", whole.end or ".."]
    if resolution := dataset.get("temporal_resolution"):
        found["resolution"] = resolution
    return found or None


def _moment(text: Any) -> str:
    """Return CKAN's time, which is UTC without a zone, as RFC 3339 wants it."""
    plain = str(text or "")
    return plain if not plain or plain.endswith("Z") else f"{plain}Z"


# --- Words of lists -----------------------------------------------------------------------------


def _themes(dataset: Dataset, language: str) -> Iterator[Json]:
    """Yield the schemes of a dataset's concepts, each with its concepts."""
    for field, name in _CLASSIFIED.items():
        schemes: dict[str, list[Json]] = {}
        for value in dataset.get(field) or ():
            known = vocabulary(name).find(str(value))
            scheme = vocabulary(name).scheme if known else str(value).rpartition("/")[0]
            schemes.setdefault(scheme or name, []).append(_concept(str(value), known, language))
        for scheme, concepts in schemes.items():
            yield {"scheme": scheme, "concepts": concepts}


def _concept(value: str, known: Concept | None, language: str) -> Json:
    if known is None:
        return {"id": value}
    return {"id": known.code, "title": known.label(language), "url": known.iri}


def _languages(dataset: Dataset) -> Iterator[Json]:
    for value in dataset.get("language") or ():
        known = vocabulary("languages").find(str(value))
        if known is None:
            yield {"code": str(value)}
        else:
            code = known.attributes.get("iso") or known.code.lower()
            yield {"code": code, "alternate": known.label("en")}


def _formats(dataset: Dataset) -> list[Json]:
    """Return the formats of the files, each once."""
    found: dict[tuple[str, str], Json] = {}
    for item in dataset.get("resources") or ():
        name, media = str(item.get("format") or ""), links.media_type(item)
        parts = {"name": name, "mediaType": media}
        if name or media:
            found[name, media] = {key: value for key, value in parts.items() if value}
    return list(found.values())
