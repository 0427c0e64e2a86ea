"""The dumps that are there: for the page, the API, and the catalogue's own description."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.export.dumps import files
from ckanext.hanse.model import Dump, DumpState
from ckanext.hanse.store.pg_text import moment

#: In addresses: the newest dump.
LATEST = "latest"


def dumps() -> list[Dump]:
    """Return the dumps that are kept, the newest first."""
    query = sa.select(Dump).where(Dump.state == DumpState.READY.value)
    return list(model.Session.scalars(query.order_by(Dump.day.desc())))


def find(day: str) -> Dump | None:
    """Return the dump of a day (ISO 8601), or :data:`LATEST`."""
    if day == LATEST:
        return next(iter(dumps()), None)
    try:
        wanted = date.fromisoformat(day)
    except ValueError:
        return None
    query = sa.select(Dump).where(Dump.state == DumpState.READY.value, Dump.day == wanted)
    return model.Session.scalar(query)


def failed() -> Dump | None:
    """Return the last attempt if it failed after the newest dump."""
    newest = model.Session.scalar(
        sa.select(Dump)
        .where(sa.or_(Dump.state == DumpState.READY.value, Dump.reason != ""))
        .order_by(Dump.started.desc())
        .limit(1)
    )
    return newest if newest is not None and newest.state == DumpState.FAILED.value else None


def shown(row: Dump, site: str) -> dict[str, Any]:
    """Return a dump as the API lists it; ``site`` is the site's address."""
    return {
        "day": row.day.isoformat(),
        "made": moment(row.finished),
        "datasets": row.datasets,
        "changes": row.cursor,
        "available": not row.without,
        "checksums": address(site, row, files.CHECKSUMS),
        "files": [_file(item, row, site) for item in row.files],
    }


def address(site: str, row: Dump, name: str) -> str:
    """Return the address of a file of a dump."""
    return f"{site}/dumps/{row.day.isoformat()}/{name}"


def latest(site: str, name: str) -> str:
    """Return the address at which the newest dump's file is, day after day."""
    return f"{site}/dumps/{LATEST}/{name}"


def _file(item: Mapping[str, Any], row: Dump, site: str) -> dict[str, Any]:
    kind = files.KINDS[str(item["name"])]
    return {
        **item,
        "format": kind.label,
        "media_type": kind.media_type,
        "compression": "gzip" if kind.packed else None,
        "url": address(site, row, kind.name),
        "latest": latest(site, kind.name),
    }
