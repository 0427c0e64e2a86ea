"""Sources and cities as the sources file has them, brought into the catalogue."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, fields
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.catalogue import organizations, schedule
from ckanext.hanse.model import Source
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.settings import SourceSettings, check_source, load_file, place_in

#: Fields of SourceSettings with a column of their own; the others go to ``settings``.
_COLUMNS = ("name", "kind", "url", "title", "portal", "enabled", "inferred", "note")
_ELSEWHERE = {*_COLUMNS, "organization"}


@dataclass(slots=True)
class Synced:
    """What a sync did, names by what became of them.

    ``foreign``  sources that the file does not name.
    ``silent``   cities of the file without a source: they publish here themselves.
    """

    organizations: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """The same as a dict."""
        return asdict(self)


def sync(path: Path | None = None) -> Synced:
    """Make organisations and sources as the file says; delete none.

    The file is checked whole before anything is written.  ConfigError, with file
    and line, for what cannot be used.
    """
    content = load_file(
        path or settings.sources_file(), allowed_private=settings.allowed_private_hosts()
    )
    result = Synced()
    for city in content.organizations.values():
        _note(result.organizations, organizations.ensure(city), city.name)
    for source in content.sources:
        _note(result.sources, _ensure(source), source.name)
    named = {source.name for source in content.sources}
    result.foreign = _release(named)
    result.silent = sorted(
        set(content.organizations) - {source.organization for source in content.sources}
    )
    model.Session.commit()
    schedule.refresh()
    return result


def _note(results: dict[str, list[str]], action: str, name: str) -> None:
    results.setdefault(action, []).append(name)


def _ensure(source: SourceSettings) -> str:
    """Create or update a row; gives ``created``, ``updated`` or ``unchanged``."""
    values = {name: getattr(source, name) for name in _COLUMNS} | {
        "organization_id": _organization_id(source),
        "from_file": True,
        "settings": {
            item.name: _plain(getattr(source, item.name))
            for item in fields(source)
            if item.name not in _ELSEWHERE
        },
    }
    row = model.Session.scalar(sa.select(Source).where(Source.name == source.name))
    if row is None:
        model.Session.add(Source(**values))
        return "created"
    if all(getattr(row, key) == value for key, value in values.items()):
        return "unchanged"
    for key, value in values.items():
        setattr(row, key, value)
    row.changed = sa.func.now()
    return "updated"


def _plain(value: Any) -> Any:
    return dict(value) if isinstance(value, Mapping) else value


def _organization_id(source: SourceSettings) -> str:
    group = model.Group.by_name(source.organization)
    if group is None or not group.is_organization or group.state != "active":
        raise _no_organization(source.name, source.organization)
    return str(group.id)


def _release(named: set[str]) -> list[str]:
    """Sources the file does not name (any more): kept, with their datasets, and said."""
    rows = model.Session.scalars(
        sa.select(Source).where(Source.name.not_in(named)).order_by(Source.name)
    ).all()
    for row in rows:
        if row.from_file:
            row.from_file = False
    return [row.name for row in rows]


def every(*, enabled_only: bool = False) -> list[Source]:
    """The sources, by name."""
    query = sa.select(Source).order_by(Source.name)
    if enabled_only:
        query = query.where(Source.enabled)
    return list(model.Session.scalars(query))


def get(name: str) -> Source:
    """The source of this name; ConfigError, with the names there are, if there is none."""
    row = model.Session.scalar(sa.select(Source).where(Source.name == name))
    if row is None:
        known = [source.name for source in every()]
        raise ConfigError("source-unknown", name=name, known=known)
    return row


def settings_of(source: Source) -> SourceSettings:
    """A row as the line wants it, checked again; ConfigError for what cannot be used now."""
    group = model.Session.get(model.Group, source.organization_id or "")
    if group is None or group.state != "active":
        raise _no_organization(source.name, group.name if group else "")
    found = SourceSettings(
        **{name: getattr(source, name) for name in _COLUMNS},
        organization=group.name,
        **source.settings,
    )
    check_source(found, allowed_private=settings.allowed_private_hosts())
    return found


def _no_organization(source: str, name: str) -> ConfigError:
    return ConfigError("owner-absent", where=place_in(source)("organization"), name=name)
