"""The datasets of the site's map: public, active ones in the order of their ids."""

from __future__ import annotations

from datetime import datetime

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.export.sitemap import Page

_PUBLIC = (
    model.Package.state == "active",
    model.Package.private.is_(False),
    model.Package.type == "dataset",
)


def changes(size: int) -> list[str]:
    """Return of each part, of ``size`` datasets, the last change of any of them (UTC)."""
    before = sa.type_coerce(sa.func.row_number().over(order_by=model.Package.id), sa.BigInteger) - 1
    numbered = (
        sa.select(model.Package.metadata_modified.label("changed"), (before // size).label("part"))
        .where(*_PUBLIC)
        .subquery()
    )
    rows = model.Session.execute(
        sa.select(sa.func.max(numbered.c.changed))
        .group_by(numbered.c.part)
        .order_by(numbered.c.part)
    )
    return [_written(changed) for (changed,) in rows]


def datasets(number: int, size: int) -> list[Page]:
    """Return the pages of part ``number``, counted from 1; none beyond the last one."""
    rows = model.Session.execute(
        sa.select(model.Package.name, model.Package.metadata_modified)
        .where(*_PUBLIC)
        .order_by(model.Package.id)
        .offset((number - 1) * size)
        .limit(size)
    )
    return [Page(f"/dataset/{name}", _written(changed)) for name, changed in rows]


def _written(moment: datetime) -> str:
    """Return CKAN's time, which is UTC without a zone, in seconds."""
    return f"{moment.isoformat(timespec='seconds')}Z"
