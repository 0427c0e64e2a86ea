"""Rows of ``hanse_source``: queries, and conversion to and from the core's settings."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.language import of_data
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.store import lists
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings.check import check_source
from hanse_harvesters.settings.source import SourceSettings, place_in

#: Fields of SourceSettings with a column of their own; the others go to ``settings``.
_COLUMNS = ("name", "kind", "url", "title", "portal", "enabled", "inferred", "note")
_ELSEWHERE = {*_COLUMNS, "organization", "site_language"}


def values_of(source: SourceSettings) -> dict[str, Any]:
    """Return the columns of a row for these settings; ConfigError if no active organization."""
    return {name: getattr(source, name) for name in _COLUMNS} | {
        "organization_id": _organization_id(source),
        "settings": {
            item.name: _plain(getattr(source, item.name))
            for item in fields(source)
            if item.name not in _ELSEWHERE
        },
    }


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _organization_id(source: SourceSettings) -> str:
    group = model.Group.by_name(source.organization)
    if group is None or not group.is_organization or group.state != "active":
        raise _no_organization(source.name, source.organization)
    return str(group.id)


def every(*, enabled_only: bool = False) -> list[HarvestSource]:
    """Return the sources, by name."""
    query = sa.select(HarvestSource).order_by(HarvestSource.name)
    if enabled_only:
        query = query.where(HarvestSource.enabled)
    return list(model.Session.scalars(query))


def get(name: str) -> HarvestSource:
    """Return the source with this name; ConfigError, listing known names, if there is none."""
    row = model.Session.scalar(sa.select(HarvestSource).where(HarvestSource.name == name))
    if row is None:
        known = [source.name for source in every()]
        raise ConfigError("source-unknown", name=name, known=known)
    return row


def name_of(source_id: int) -> str:
    """Return the name of an existing source."""
    return str(
        model.Session.scalar(sa.select(HarvestSource.name).where(HarvestSource.id == source_id))
    )


def settings_of(source: HarvestSource) -> SourceSettings:
    """Return a row as SourceSettings, checked again; ConfigError if it cannot be used now."""
    group = model.Session.get(model.Group, source.organization_id or "")
    if group is None or group.state != "active":
        raise _no_organization(source.name, group.name if group else "")
    found = SourceSettings(
        **{name: getattr(source, name) for name in _COLUMNS},
        organization=group.name,
        site_language=of_data(),
        **source.settings,
    )
    check_source(
        found,
        allowed_private=settings.allowed_private_hosts(),
        stored=bool(lists.name_in(found.url)),
        files=source.from_file,
    )
    return found


def _no_organization(source: str, name: str) -> ConfigError:
    return ConfigError("owner-absent", where=place_in(source)("organization"), name=name)
