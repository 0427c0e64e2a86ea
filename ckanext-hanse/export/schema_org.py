"""A dataset as schema.org's Dataset in JSON-LD: what Google's dataset search and others read.

https://schema.org/Dataset,
https://developers.google.com/search/docs/appearance/structured-data/dataset
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from ckanext.hanse.export.description import (
    Description,
    FileOf,
    LicenceOf,
    Party,
    is_address,
    known_date,
)

#: https://developers.google.com/…/dataset: a description has 50 to 5000 characters.
_SHORTEST, _LONGEST = 50, 5000
_MOST_NAMES, _MOST_KEYWORDS = 50, 100


def document(found: Description, *, downloads: bool = False) -> dict[str, Any]:
    """Return the dataset with its files and services.

    ``downloads``  only with what has a ``contentUrl``, which Google requires of each.
    """
    listed = [item for item in found.files if item.content or not downloads]
    return {
        "@context": "https://schema.org/",
        "@type": "Dataset",
        **properties(found),
        **filled(distribution=[_download(item) for item in listed]),
    }


def properties(found: Description) -> dict[str, Any]:
    """Return what is said of the dataset, without its type and its files."""
    return filled(
        **{"@id": found.subject if is_address(found.subject) else found.page},
        name=found.title,
        description=_description(found),
        url=found.page,
        sameAs=_distinct([found.landing] if found.landing != found.page else []),
        identifier=_distinct([found.cited, *found.identifiers])[:_MOST_NAMES],
        version=found.version,
        creator=[_agent(item) for item in found.authors],
        publisher=[_agent(item) for item in found.publishers],
        license=_licences(found.licences),
        isAccessibleForFree=found.free,
        keywords=list(found.keywords[:_MOST_KEYWORDS]),
        inLanguage=list(found.languages),
        datePublished=known_date(found.issued) or found.added,
        dateModified=known_date(found.modified) or found.changed,
        temporalCoverage=_periods(found),
        spatialCoverage=_places(found),
        isPartOf=list(found.series),
        includedInDataCatalog=filled(
            **{"@type": "DataCatalog"}, name=found.catalogue, url=found.home
        ),
    )


def filled(**values: Any) -> dict[str, Any]:
    """Return the values that are none of None, "", [] and {}; of a list with one item, the item."""
    return {
        key: value[0] if isinstance(value, list) and len(value) == 1 else value
        for key, value in values.items()
        if value is not None and value not in ("", [], {})
    }


def _description(found: Description) -> str:
    """Return the description; of one that says too little also what else names the dataset."""
    if len(found.text) >= _SHORTEST:
        return found.text[:_LONGEST]
    names = (party.name for party in found.publishers)
    return " – ".join(filter(None, [found.title, found.text, *names, found.catalogue]))[:_LONGEST]


def content(item: FileOf) -> dict[str, Any]:
    """Return what schema.org and Croissant say of a file in the same way, without its address."""
    return filled(
        name=item.name,
        description=item.description[:_LONGEST],
        encodingFormat=item.media or item.format,
        contentSize=f"{item.size} B" if item.size else "",
        dateModified=known_date(item.modified),
        license=_licences([item.licence] if item.licence else []),
    )


def _download(item: FileOf) -> dict[str, Any]:
    found = {"@type": "DataDownload", **content(item)}
    addresses = filled(contentUrl=item.content, url=item.access)
    return found | addresses | filled(sha256=item.checksums.get("sha256", ""))


def _agent(party: Party) -> dict[str, Any]:
    """Return a body; whether it is a person is not told by DCAT-AP.de."""
    mail = filled(**{"@type": "ContactPoint"}, contactType="customer service", email=party.email)
    return filled(
        **{"@type": "Organization", "@id": party.uri},
        name=party.name,
        url=party.url,
        contactPoint=mail if party.email else None,
    )


def _licences(licences: Sequence[LicenceOf]) -> list[Any]:
    """Return the addresses of licences; one without an address as a work with its name."""
    known = dict.fromkeys(item.url or item.name for item in licences)
    addresses = {item.url for item in licences}
    return [
        value if value in addresses else {"@type": "CreativeWork", "name": value}
        for value in known
        if value
    ]


def _periods(found: Description) -> list[str]:
    """Return the periods as ISO 8601 has them, ``..`` for an open end."""
    ends = [(known_date(start), known_date(end)) for start, end in found.periods]
    return [f"{start or '..'}/{end or '..'}" for start, end in ends if start or end]


def _places(found: Description) -> list[dict[str, Any]]:
    """Return the places by name and the box around them (latitude first, as schema.org has it)."""
    places = [{"@type": "Place", "name": name} for name in found.places[:_MOST_NAMES]]
    if not found.box:
        return places
    west, south, east, north = (f"{side:.6f}".rstrip("0").rstrip(".") for side in found.box)
    shape = {"@type": "GeoShape", "box": f"{south} {west} {north} {east}"}
    if len(places) == 1:
        return [{**places[0], "geo": shape}]
    return [*places, {"@type": "Place", "geo": shape}]


def _distinct(values: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(value for value in values if value))
