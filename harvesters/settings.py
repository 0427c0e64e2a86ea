"""Settings of a source: dataclasses, parsed once; an unknown key is an error at load."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from hanse_harvesters import declared, located, registry, schedule
from hanse_harvesters.errors import AddressRefused, ConfigError, recast
from hanse_harvesters.http import address

_NAME = re.compile(r"[a-z0-9][a-z0-9-]{0,98}[a-z0-9]")
_ARS = re.compile(r"\d{2}(\d{1}|\d{3}|\d{7}|\d{10})?")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")

#: Levels of portals, the one that prevails first.
LEVELS = ("city", "state", "federal")


@dataclass(frozen=True, slots=True)
class Organization:
    """A member city as ``sources.yaml`` describes it; CKAN's organisation is made from it.

    ``name``            short, unique, ``[a-z0-9-]``.
    ``ars``             regional key (Amtlicher Regionalschlüssel), 12 digits, in quotes.
    ``contributor_id``  IRI of http://dcat-ap.de/def/contributors/ the datasets carry.
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
    """One entry of ``sources.yaml``: what names a portal and how it is harvested.

    ``name``          short, unique, ``[a-z0-9-]``.
    ``kind``          a registered connector (``rdf``, ``ckan``).
    ``url``           catalogue document or API root, http(s).
    ``organization``  CKAN name of the member city that owns the datasets.
    ``title``         the portal's name as readers know it.
    ``portal``        the portal's home page.
    ``schedule``      cron expression, "" for by hand only.
    ``timezone``      IANA name.
    ``language``      of values without a language tag.
    ``options``       settings of the kind (filter, page size …), checked by the connector.
    ``inferred``      True where the address is concluded, not confirmed by the city.
    ``note``          what an operator should know about the portal.
    ``modified_is_file_time``  True where dct:modified changes without the content.
    ``enabled``       False keeps the source but never runs it by itself.
    ``level``         whose portal it is, one of LEVELS: of a dataset that several portals
                      have, the record of the city's own counts for more than the state's.
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


@dataclass(frozen=True, slots=True)
class SourcesFile:
    """What a ``sources.yaml`` says: the cities by name, and the sources in their order."""

    organizations: Mapping[str, Organization]
    sources: list[SourceSettings]


def load_sources(
    path: str | Path, *, allowed_private: frozenset[str] | None = None
) -> list[SourceSettings]:
    """The sources of a file; see :func:`load_file`."""
    return load_file(path, allowed_private=allowed_private).sources


def load_file(path: str | Path, *, allowed_private: frozenset[str] | None = None) -> SourcesFile:
    """Sources and cities of a ``sources.yaml``.

    ``organizations:`` maps a name to an :class:`Organization`; ``sources:`` maps a
    name to a :class:`SourceSettings`, whose ``organization`` is such a name or such
    a mapping with its ``name``.  ``allowed_private`` are the operator's
    ``host:port``, by default those of HANSE_ALLOW_PRIVATE.
    ConfigError, with file and line, for anything that cannot be used.
    """
    if allowed_private is None:
        allowed_private = address.allowed_from_environment()
    document = located.load(Path(path))
    _refuse_unknown_sections(document)
    organizations = {
        name: _organization(document, ("organizations", name), name, raw)
        for name, raw in _section(document, "organizations").items()
    }
    entries = _section(document, "sources")
    if not entries:
        raise ConfigError("sources-none", where=document.where())
    sources = [
        _source(document, name, raw, organizations, allowed_private)
        for name, raw in entries.items()
    ]
    return SourcesFile(organizations, sources)


def check_source(
    settings: SourceSettings,
    *,
    allowed_private: frozenset[str] = frozenset(),
    where: declared.Where | None = None,
) -> None:
    """ConfigError for settings that cannot be used, also for a private address.

    ``where`` names the place of a key (``options.rows`` for an option); by default
    its way in a sources file.
    """
    place = where or place_in(settings.name)
    _check_name(settings.name, place("name"))
    for key in ("language", "schedule", "timezone", "level"):
        _CHECKS[key](getattr(settings, key), place(key))
    try:
        address.refuse_literal(settings.url, allowed_private, where=place("url"))
    except AddressRefused as error:
        raise recast(error, ConfigError) from error
    _check_address(settings.portal, place("portal"))
    options_of(settings, where=place)


def options_of(settings: SourceSettings, *, where: declared.Where | None = None) -> Any:
    """The connector's own options dataclass, filled from ``settings.options``."""
    place = where or place_in(settings.name)
    connector = registry.connector(settings.kind, where=place("kind"))
    return declared.build(connector.Options, settings.options, lambda key: place(f"options.{key}"))


def place_in(source: str) -> declared.Where:
    """Where a key of a source stands when no file is at hand: ``sources.rostock.url``."""
    return lambda key: f"sources.{source}.{key}".rstrip(".")


def _section(document: located.Located, name: str) -> Mapping[str, Any]:
    section = document.data.get(name) or {}
    if not isinstance(section, Mapping):
        raise ConfigError("section-flat", where=document.where(name), section=name)
    return section


def _refuse_unknown_sections(document: located.Located) -> None:
    if not isinstance(document.data, Mapping):
        raise ConfigError("settings-empty", where=document.where())
    known = ("organizations", "sources")
    for key in document.data:
        if key not in known:
            raise ConfigError("key-unknown", where=document.where(key), key=key, known=known)


def _organization(document: located.Located, way: located.Way, name: str, raw: Any) -> Organization:
    def where(key: str) -> str:
        return document.where(*way, key) if key else document.where(*way)

    _check_name(name, where(""))
    found = declared.build(Organization, raw, where, also={"name": name})
    if found.ars and not _ARS.fullmatch(found.ars):
        raise ConfigError("ars-invalid", where=where("ars"), value=found.ars)
    for key in ("url", "contributor_id"):
        _check_address(getattr(found, key), where(key))
    return found


def _check_address(value: str, where: str) -> None:
    try:
        if value:
            address.split(value, where=where)
    except AddressRefused as error:
        raise recast(error, ConfigError) from error


def _source(
    document: located.Located,
    name: str,
    raw: Any,
    organizations: dict[str, Organization],
    allowed_private: frozenset[str],
) -> SourceSettings:
    def where(key: str) -> str:
        return document.where("sources", name, *key.split("."))

    _check_name(name, where(""))
    if isinstance(raw, Mapping):
        owner = _owner(document, name, raw, organizations, where)
        raw = {**raw, "organization": owner}
    found = declared.build(SourceSettings, raw, where, also={"name": name})
    check_source(found, allowed_private=allowed_private, where=where)
    return found


def _owner(
    document: located.Located,
    name: str,
    raw: Mapping[str, Any],
    organizations: dict[str, Organization],
    where: declared.Where,
) -> str:
    """The name of the source's city; one described in place joins ``organizations``."""
    owner = raw.get("organization")
    if isinstance(owner, Mapping):
        inner = {key: value for key, value in owner.items() if key != "name"}
        way = ("sources", name, "organization")
        city = _organization(document, way, str(owner.get("name", "")), inner)
        organizations.setdefault(city.name, city)
        return city.name
    if not owner:
        place = where("organization" if "organization" in raw else "")
        raise ConfigError("owner-missing", where=place)
    if owner not in organizations:
        known = sorted(organizations)
        place = where("organization")
        raise ConfigError("owner-undescribed", where=place, name=owner, known=known)
    return str(owner)


def _check_name(name: str, where: str) -> None:
    if not _NAME.fullmatch(name):
        raise ConfigError("name-invalid", where=where, value=name)


def _check_language(value: str, where: str) -> None:
    if not _LANGUAGE.fullmatch(value):
        raise ConfigError("language-invalid", where=where, value=value)


def _check_schedule(value: str, where: str) -> None:
    if value and not schedule.is_valid(value):
        raise ConfigError("schedule-invalid", where=where, value=value)


def _check_timezone(value: str, where: str) -> None:
    try:
        ZoneInfo(value)
    except (ValueError, OSError, KeyError) as error:  # ZoneInfoNotFoundError is a KeyError
        raise ConfigError("timezone-invalid", where=where, value=value) from error


def _check_level(value: str, where: str) -> None:
    if value not in LEVELS:
        raise ConfigError("level-invalid", where=where, value=value, known=LEVELS)


_CHECKS = {
    "language": _check_language,
    "level": _check_level,
    "schedule": _check_schedule,
    "timezone": _check_timezone,
}
