"""The datasets as CKAN's action API gives them, in order or with keys and lists disordered."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import Any

from benchmarks.data import AUTHORITY, BASE, Dataset, File, dataset

_OWNER = {
    "id": "5b0ad0a3-9c0f-4a5a-8e8a-0d6d1f3f7c11",
    "name": "musterstadt",
    "title": "Hansestadt Musterstadt",
    "type": "organization",
    "description": "",
    "image_url": "",
    "created": "2012-03-01T08:00:00.000000",
    "is_organization": True,
    "approval_status": "approved",
    "state": "active",
}


def packages(
    count: int, distributions: int, *, version: int = 0, disorder: int = 0
) -> Iterator[str]:
    """One JSON object a line, by id, as the search of a CKAN sorts them when asked to."""
    numbers = sorted(range(count), key=lambda number: dataset(number, 0).id)
    dice = random.Random(f"disorder {disorder}") if disorder else None
    for number in numbers:
        found = package(dataset(number, distributions, version=version))
        yield json.dumps(_disordered(found, dice) if dice else found, ensure_ascii=False)


def package(item: Dataset) -> dict[str, Any]:
    """A ``package_show`` result."""
    west, south, east, north = item.box
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    extras = {
        "availability": f"{AUTHORITY}/planned-availability/AVAILABLE",
        "contact_email": item.email,
        "contact_name": item.office,
        "contributorID": "http://dcat-ap.de/def/contributors/openDataHRO",
        "frequency": f"{AUTHORITY}/frequency/{item.frequency}",
        "identifier": item.id,
        "issued": item.issued.isoformat(),
        "language": json.dumps([f"{AUTHORITY}/language/DEU"]),
        "modified": item.modified.isoformat(),
        "politicalGeocodingLevelURI": "http://dcat-ap.de/def/politicalGeocoding/Level/municipality",
        "publisher_name": item.office,
        "spatial": json.dumps({"type": "Polygon", "coordinates": [ring]}),
        "temporal_end": item.period[1],
        "temporal_start": item.period[0],
        "theme": json.dumps([f"{AUTHORITY}/data-theme/{code}" for code in item.themes]),
        "uri": item.iri,
    }
    licence = f"http://dcat-ap.de/def/licenses/{item.licence}"
    return {
        "id": item.id,
        "name": item.name,
        "title": item.title,
        "notes": item.notes,
        "type": "dataset",
        "state": "active",
        "private": False,
        "isopen": True,
        "url": f"{item.iri}.html",
        "author": item.office,
        "author_email": item.email,
        "maintainer": item.office,
        "maintainer_email": item.email,
        "license_id": licence,
        "license_title": item.licence,
        "license_url": licence,
        "metadata_created": item.issued.replace(tzinfo=None).isoformat(),
        "metadata_modified": item.modified.replace(tzinfo=None).isoformat(),
        "num_resources": len(item.files),
        "num_tags": len(item.keywords),
        "owner_org": _OWNER["id"],
        "organization": _OWNER,
        "version": "",
        "groups": [],
        "tags": [_tag(word) for word in item.keywords],
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "resources": [_resource(item, file, n) for n, file in enumerate(item.files)],
        "relationships_as_object": [],
        "relationships_as_subject": [],
    }


def _tag(word: str) -> dict[str, Any]:
    return {"name": word, "display_name": word, "state": "active", "vocabulary_id": None}


def _resource(item: Dataset, file: File, position: int) -> dict[str, Any]:
    return {
        "id": file.id,
        "package_id": item.id,
        "position": position,
        "name": file.title,
        "description": file.description,
        "url": file.url,
        "format": file.format,
        "mimetype": file.media_type,
        "size": file.size,
        "hash": file.digest,
        "hash_algorithm": "http://spdx.org/rdf/terms#checksumAlgorithm_sha256",
        "license": f"http://dcat-ap.de/def/licenses/{item.licence}",
        "license_attribution_by_text": f"Hansestadt Musterstadt, {item.office}",
        "availability": f"{AUTHORITY}/planned-availability/AVAILABLE",
        "created": file.issued.replace(tzinfo=None).isoformat(),
        "last_modified": file.modified.replace(tzinfo=None).isoformat(),
        "uri": f"{BASE}/datensatz/{item.id}/datei/{file.id}",
        "state": "active",
    }


def _disordered(value: Any, dice: random.Random, key: str = "") -> Any:
    """The same with another order of keys and of lists; a resource's place means something."""
    if isinstance(value, dict):
        pairs = [(name, _disordered(inner, dice, name)) for name, inner in value.items()]
        dice.shuffle(pairs)
        return dict(pairs)
    if isinstance(value, list):
        inner = [_disordered(item, dice) for item in value]
        if key in {"tags", "extras"}:
            dice.shuffle(inner)
        return inner
    return value
