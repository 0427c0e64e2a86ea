"""The contents of a sources file: plain dataclasses, without loading and checking."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.settings.dataclass_config import Where

#: Levels of portals, in order of precedence.
LEVELS = ("city", "state", "federal")
#: Language of a catalogue that states no other.
SITE_LANGUAGE = "de"


@dataclass(frozen=True, slots=True)
class Organization:
    """A member city as defined in ``sources.yaml``; CKAN's organization is created from it.

    ``name``            short, unique, ``[a-z0-9-]``.
    ``ars``             regional key (Amtlicher Regionalschlüssel), 12 digits, in quotes.
    ``contributor_id``  IRI of http://dcat-ap.de/def/contributors/ in the datasets.
    ``image``           file name below the site's public folder, or an https address.
    """

    name: str
    title: str
    title_en: str = ""
    description: str = ""
    description_en: str = ""
    url: str = ""
    email: str = ""
    image: str = ""
    ars: str = ""
    contributor_id: str = ""


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One entry of ``sources.yaml``: the portal and how it is harvested.

    ``name``          short, unique, ``[a-z0-9-]``.
    ``kind``          a registered connector (``rdf``, ``ckan``).
    ``url``           catalogue document or API root, http(s).
    ``organization``  CKAN name of the member city that owns the datasets.
    ``title``         the portal's name as readers know it.
    ``portal``        the portal's home page.
    ``schedule``      cron expression, "" for manual runs only.
    ``timezone``      IANA name.
    ``language``      of values without a language tag.
    ``site_language`` of the catalogue; texts in any other one keep theirs.  No key of the file.
    ``options``       settings of the kind (filter, page size …), checked by the connector.
    ``inferred``      True if the URL was inferred and not confirmed by the city.
    ``note``          what an operator should know about the portal.
    ``modified_is_file_time``  True if dct:modified changes without the content.
    ``enabled``       False keeps the source but never runs it automatically.
    ``deliver``       False keeps its datasets from the catalogues that read ours: they reach them
                      by another way.
    ``level``         whose portal it is, one of LEVELS: if several portals have a dataset,
                      the record of the city's own takes precedence over the state's.
    """

    name: str
    kind: str
    url: str
    organization: str
    title: str = ""
    portal: str = ""
    schedule: str = ""
    timezone: str = "Europe/Berlin"
    language: str = "de"
    options: Mapping[str, Any] = field(default_factory=dict)
    inferred: bool = False
    note: str = ""
    modified_is_file_time: bool = False
    enabled: bool = True
    level: str = "city"
    deliver: bool = True
    site_language: str = SITE_LANGUAGE


@dataclass(frozen=True, slots=True)
class SourcesFile:
    """The contents of a ``sources.yaml``: the cities by name, and the sources in order."""

    organizations: Mapping[str, Organization]
    sources: list[SourceSettings]


def place_in(source: str) -> Where:
    """Return a function for a key's place if there is no file: ``sources.rostock.url``."""
    return lambda key: f"sources.{source}.{key}".rstrip(".")
