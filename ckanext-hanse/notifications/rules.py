"""Who is notified of a source's runs and of its city's links: set for it, or for all in the ini."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.store import pg_text, sources
from hanse_harvesters import alert_rules as core


def of_source(source: HarvestSource) -> core.AlertRules:
    """Return the rules for this source: its own, else those of the ini; ConfigError."""
    return _read(source.alerts or {}, source.name)


def change(name: str, raw: Mapping[str, Any]) -> core.AlertRules:
    """Set a source's own rules; ``{}`` for those of the ini.  ConfigError; commits."""
    source = sources.get(name)
    found = _read(raw, name)
    source.alerts = pg_text.json(dict(raw))
    model.Session.commit()
    return found


def _read(raw: Mapping[str, Any], name: str) -> core.AlertRules:
    return core.rules(
        raw,
        default=settings.alert_rules(),
        allowed_private=settings.allowed_private_hosts(),
        where=lambda key: f"sources.{name}.alerts.{key}".rstrip("."),
    )
