"""Load a sources file; an unknown key raises an error with file and line."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.http import address
from hanse_harvesters.settings import dataclass_config, yaml_lines
from hanse_harvesters.settings.check import check_address, check_name, check_source
from hanse_harvesters.settings.source import (
    SITE_LANGUAGE,
    Organization,
    SourceSettings,
    SourcesFile,
)

_ARS = re.compile(r"\d{2}(\d{1}|\d{3}|\d{7}|\d{10})?")


def load_file(path: str | Path, *, allowed_private: frozenset[str] | None = None) -> SourcesFile:
    """Return the sources and cities of a ``sources.yaml``.

    ``organizations:`` maps a name to an :class:`Organization`; ``sources:`` maps a
    name to a :class:`SourceSettings`, whose ``organization`` is one of these names or
    such a mapping with a ``name``.  ``allowed_private`` are the operator's
    ``host:port`` entries, by default those of HANSE_ALLOW_PRIVATE.
    Raises ConfigError, with file and line, for anything that cannot be used.
    """
    if allowed_private is None:
        allowed_private = address.allowed_from_environment()
    document = yaml_lines.load(Path(path))
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


def _section(document: yaml_lines.Located, name: str) -> Mapping[str, Any]:
    section = document.data.get(name) or {}
    if not isinstance(section, Mapping):
        raise ConfigError("section-flat", where=document.where(name), section=name)
    return section


def _refuse_unknown_sections(document: yaml_lines.Located) -> None:
    if not isinstance(document.data, Mapping):
        raise ConfigError("settings-empty", where=document.where())
    known = ("organizations", "sources")
    for key in document.data:
        if key not in known:
            raise ConfigError("key-unknown", where=document.where(key), key=key, known=known)


def _organization(
    document: yaml_lines.Located, way: yaml_lines.Way, name: str, raw: Any
) -> Organization:
    def where(key: str) -> str:
        return document.where(*way, key) if key else document.where(*way)

    check_name(name, where(""))
    found = dataclass_config.build(Organization, raw, where, also={"name": name})
    if found.ars and not _ARS.fullmatch(found.ars):
        raise ConfigError("ars-invalid", where=where("ars"), value=found.ars)
    for key in ("url", "contributor_id"):
        check_address(getattr(found, key), where(key))
    return found


def _source(
    document: yaml_lines.Located,
    name: str,
    raw: Any,
    organizations: dict[str, Organization],
    allowed_private: frozenset[str],
) -> SourceSettings:
    def where(key: str) -> str:
        return document.where("sources", name, *key.split("."))

    check_name(name, where(""))
    if isinstance(raw, Mapping):
        owner = _owner(document, name, raw, organizations, where)
        raw = {**raw, "organization": owner}
    fixed = {"name": name, "site_language": SITE_LANGUAGE}
    found = dataclass_config.build(SourceSettings, raw, where, also=fixed)
    check_source(found, allowed_private=allowed_private, where=where, files=True)
    return found


def _owner(
    document: yaml_lines.Located,
    name: str,
    raw: Mapping[str, Any],
    organizations: dict[str, Organization],
    where: dataclass_config.Where,
) -> str:
    """Return the name of the source's city; add one defined inline to ``organizations``."""
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
