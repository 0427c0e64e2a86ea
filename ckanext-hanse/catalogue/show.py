"""Rows as the actions give them: plain dicts, times as ISO 8601."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ckan import model

from ckanext.hanse.catalogue import runs
from ckanext.hanse.model import Run, Source

_RUN_FIELDS = (
    "id", "status", "complete", "found", "created", "updated", "unchanged", "missing",
    "rejected", "issues", "message",
)  # fmt: skip
_SOURCE_FIELDS = (
    "name", "kind", "url", "title", "portal", "enabled", "inferred", "note", "from_file",
)  # fmt: skip


def source(row: Source, *, last_run: bool = False) -> dict[str, Any]:
    """A source with its organisation (name and title) and, if asked for, its newest run."""
    group = model.Session.get(model.Group, row.organization_id or "")
    shown: dict[str, Any] = {name: getattr(row, name) for name in _SOURCE_FIELDS}
    shown |= row.settings
    shown["organization"] = {"name": group.name, "title": group.title} if group else None
    if last_run:
        newest = runs.latest(row.id, limit=1)
        shown["last_run"] = run(newest[0]) if newest else None
    return shown


def run(row: Run, *, lists: bool = False) -> dict[str, Any]:
    """A run; with ``lists`` also what changed, was rejected and is missing."""
    shown: dict[str, Any] = {name: getattr(row, name) for name in _RUN_FIELDS}
    shown |= {"started": moment(row.started), "finished": moment(row.finished)}
    if lists:
        shown["report"] = row.report
    return shown


def moment(value: datetime | None) -> str | None:
    """A time as ISO 8601, None where there is none."""
    return value.isoformat(timespec="seconds") if value else None
