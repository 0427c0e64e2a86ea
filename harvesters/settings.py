"""Settings of a source: dataclasses, parsed once; an unknown key is an error at load."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class SourceSettings:
    """One entry of ``sources.yaml``: what names a portal and how it is harvested.

    ``name``          short, unique, ``[a-z0-9-]``.
    ``kind``          a registered connector (``rdf``, ``ckan``).
    ``url``           catalogue document or API root, http(s).
    ``organization``  CKAN name of the member city that owns the datasets.
    ``title``         the portal's name as readers know it.
    ``portal``        the portal's home page.
    ``schedule``      cron expression, "" for by hand only.
    ``timezone``      IANA name.
    ``options``       settings of the kind (filter, page size …), checked by the connector.
    ``inferred``      True where the address is concluded, not confirmed by the city.
    ``modified_is_file_time``  True where dct:modified changes without the content.
    ``enabled``       False keeps the source but never runs it by itself.
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
    modified_is_file_time: bool = False
    enabled: bool = True
