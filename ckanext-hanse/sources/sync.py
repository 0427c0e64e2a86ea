"""Synchronise sources and cities from the sources file into the catalogue."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.dedup import handover
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.scheduler import due
from ckanext.hanse.sources import archive
from ckanext.hanse.store import delivery, organizations
from ckanext.hanse.store.sources import values_of
from hanse_harvesters.settings.load import load_file
from hanse_harvesters.settings.source import SourceSettings


@dataclass(slots=True)
class Synced:
    """The result of a sync: names by action.

    ``foreign``  sources that the file does not list.
    ``silent``   cities of the file without a source: they publish here themselves.
    ``kept``     source → fields that an administrator set on the site, which override
                 the file; ``["name"]`` for one created there, which the file may not take over.
    """

    organizations: dict[str, list[str]] = field(default_factory=dict)
    sources: dict[str, list[str]] = field(default_factory=dict)
    foreign: list[str] = field(default_factory=list)
    silent: list[str] = field(default_factory=list)
    kept: dict[str, list[str]] = field(default_factory=dict)

    def as_json(self) -> dict[str, Any]:
        """Return the same as a dict."""
        return asdict(self)


def sync(path: Path | None = None) -> Synced:
    """Create and update organizations and sources from the file; delete none.

    The whole file is checked before anything is written.  Raises ConfigError, with file
    and line, for invalid entries.
    """
    content = load_file(
        path or settings.sources_file(), allowed_private=settings.allowed_private_hosts()
    )
    result = Synced()
    for city in content.organizations.values():
        _note(result.organizations, organizations.ensure(city), city.name)
    for source in content.sources:
        _ensure(source, result)
    named = {source.name for source in content.sources}
    result.foreign = _release(named)
    result.silent = sorted(
        set(content.organizations) - {source.organization for source in content.sources}
    )
    model.Session.commit()
    due.refresh()
    return result


def _note(results: dict[str, list[str]], action: str, name: str) -> None:
    results.setdefault(action, []).append(name)


def _ensure(source: SourceSettings, result: Synced) -> None:
    """Create or update a row; what an administrator set on the site is kept and reported."""
    row = model.Session.scalar(sa.select(HarvestSource).where(HarvestSource.name == source.name))
    values = values_of(source) | {"from_file": True}
    if row is None:
        row = HarvestSource(**values)
        model.Session.add(row)
        model.Session.flush()
        archive.take_back(row)
        _note(result.sources, "created", source.name)
        return
    if row.author:
        result.kept[source.name] = ["name"]
        return
    if row.overrides:
        values |= _overlaid(row.overrides, values)
        result.kept[source.name] = sorted(values["overrides"])
    if all(getattr(row, key) == value for key, value in values.items()):
        _note(result.sources, "unchanged", source.name)
        return
    level, address = row.settings.get("level"), row.url
    delivers = row.settings.get(delivery.DELIVER, True)
    for key, value in values.items():
        setattr(row, key, value)
    row.changed = sa.func.now()
    if address != source.url:
        model.Session.flush()
        archive.take_back(row)
    if level not in (None, source.level):
        model.Session.flush()
        handover.rerank(row.id)
    if delivers != row.settings.get(delivery.DELIVER, True):
        delivery.source_changed(row.id)
    _note(result.sources, "updated", source.name)


def _overlaid(overrides: dict[str, Any], values: dict[str, Any]) -> dict[str, Any]:
    """Return settings with the administrator's values; ``overrides`` has both if they differ."""
    wanted = dict(values["settings"])
    kept = {
        field: {"here": reported["here"], "file": wanted[field]}
        for field, reported in overrides.items()
        if field in wanted and reported["here"] != wanted[field]
    }
    here = {field: reported["here"] for field, reported in kept.items()}
    return {"settings": wanted | here, "overrides": kept}


def _release(named: set[str]) -> list[str]:
    """Return the sources the file does not list (any more); they and their datasets are kept.

    Those created on the site need not be in the file.
    """
    rows = model.Session.scalars(
        sa.select(HarvestSource)
        .where(HarvestSource.name.not_in(named), HarvestSource.author == "")
        .order_by(HarvestSource.name)
    ).all()
    for row in rows:
        if row.from_file:
            row.from_file = False
    return [row.name for row in rows]
