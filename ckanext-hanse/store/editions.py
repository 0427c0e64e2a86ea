"""What people say of editions: that the titles are alike and the datasets are none.

No permissions are checked here.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.model import EditionRefusal
from ckanext.hanse.store import page_generation


def refused(keys: Collection[str]) -> set[str]:
    """Return those of ``keys`` whose datasets are no editions of one another."""
    if not keys:
        return set()
    query = sa.select(EditionRefusal.key).where(EditionRefusal.key.in_(keys))
    return set(model.Session.scalars(query))


def refuse(key: str, organization_id: str, author: str) -> None:
    """Store that the datasets of ``key`` are no editions; commits."""
    values = {"key": key, "organization_id": organization_id, "author": author}
    model.Session.execute(insert(EditionRefusal).values(values).on_conflict_do_nothing())
    _committed()


def take_back(key: str) -> None:
    """Forget that; commits."""
    model.Session.execute(sa.delete(EditionRefusal).where(EditionRefusal.key == key))
    _committed()


def _committed() -> None:
    model.Session.commit()
    page_generation.current.renew()
