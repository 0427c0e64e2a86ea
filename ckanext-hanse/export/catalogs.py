"""The nodes of the catalogues that we hand on: the whole one, one for each city, and parts.

Conforms to the class ``catalog`` of the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse import settings
from ckanext.hanse.export.cities import City
from ckanext.hanse.export.selection import ALL, Selection
from hanse_harvesters.mapping.adapters import lines
from hanse_harvesters.mapping.dataset_lines import grouped
from hanse_harvesters.mapping.writer import catalog_triples
from hanse_schemas.vocabulary import vocabulary

_DATA_THEMES = "http://publications.europa.eu/resource/authority/data-theme"
_REGION = "http://dcat-ap.de/def/politicalGeocoding/regionalKey"
#: Of a city that says nothing of itself.
_DESCRIPTIONS = {"de": "Offene Daten: {}", "en": "Open data: {}"}


@dataclass(frozen=True, slots=True)
class Catalogue:
    """A catalogue node and what it lists.

    ``subject``    its IRI.
    ``described``  what differs from the whole: fields of the class ``catalog``.
    ``city``       the one whose catalogue it is.  ``whole``  whether the cities' are its parts.
    """

    subject: str
    selection: Selection = ALL
    described: Mapping[str, Any] = field(default_factory=dict)
    city: City | None = None
    whole: bool = False


def whole(selection: Selection = ALL) -> Catalogue:
    """Return the catalogue of all cities."""
    return Catalogue(settings.catalog().uri, selection, whole=True)


def address(city: City, site: str) -> str:
    """Return the IRI of a city's catalogue."""
    return f"{site}/organization/{city.name}/catalog"


def of_city(city: City, site: str) -> Catalogue:
    """Return the catalogue of one city, with the contributor ID by which GovData knows it."""
    home = f"{site}/organization/{city.name}"
    described = {
        "title": city.title,
        "title_translated": city.titles,
        **_description(city),
        "publisher": [
            _filled({"uri": f"{home}#publisher", "name": city.title, "email": city.email,
                     "type": settings.catalog().publisher_type, "url": city.url or home})
        ],
        "homepage": home,
        "spatial_coverage": [{"uri": f"{_REGION}/{city.ars}"}] if city.ars else [],
        "contributor_id": [city.contributor] if city.contributor else [],
        "is_part_of": settings.catalog().uri,
    }  # fmt: skip
    only = Selection(organizations=(city.id,))
    return Catalogue(address(city, site), only, described, city)


def _description(city: City) -> dict[str, Any]:
    """Return the city's own words; a catalogue must have some."""
    if city.description:
        return {"description": city.description, "description_translated": city.descriptions}
    texts = {language: text.format(city.title) for language, text in _DESCRIPTIONS.items()}
    return {"description": texts["de"], "description_translated": texts}


def head(catalogue: Catalogue, parts: Iterable[Catalogue], modified: str) -> str:
    """Return the N-Triples of a catalogue and of its ``parts``, without their datasets.

    ``modified``  the last change of a dataset of it (ISO 8601), "" if there is none.
    """
    parts = list(parts)
    found = _common(modified) | dict(catalogue.described)
    if parts:
        found["has_part"] = [part.subject for part in parts]
    text = _lines(catalogue.subject, found)
    for part in parts:
        text += _lines(part.subject, _common("") | dict(part.described))
    return text


def _lines(subject: str, described: Mapping[str, Any]) -> str:
    language = str(tk.config["ckan.locale_default"])
    triples = catalog_triples(_filled(described), subject=subject, language=language)
    return lines(grouped(triples))


def _common(modified: str) -> dict[str, Any]:
    ours = settings.catalog()
    publisher = {
        "uri": ours.publisher_uri,
        "name": ours.publisher_name,
        "type": ours.publisher_type,
        "email": ours.publisher_email,
        "url": ours.homepage,
    }
    site_language = str(tk.config["ckan.locale_default"])
    languages = {site_language, *tk.config["ckan.locales_offered"]}
    entries = (vocabulary("languages").find(language) for language in sorted(languages))
    return {
        "title": ours.title.get(site_language),
        "title_translated": ours.title,
        "description": ours.description.get(site_language),
        "description_translated": ours.description,
        "publisher": [_filled(publisher)],
        "homepage": ours.homepage,
        "license": ours.license,
        "language": [entry.iri for entry in entries if entry],
        "theme_taxonomy": [_DATA_THEMES],
        "spatial_coverage": [{"uri": iri} for iri in ours.spatial],
        "modified": modified,
    }


def _filled(described: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in described.items() if value}
