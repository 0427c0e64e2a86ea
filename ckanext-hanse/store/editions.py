"""What people say of editions: that the datasets are some, or that only their titles are alike.

No permissions are checked here.
"""

from __future__ import annotations

from collections.abc import Collection

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.model import EditionSaid, EditionVerdict
from ckanext.hanse.store import page_generation


def verdicts(keys: Collection[str]) -> dict[str, EditionSaid]:
    """Return what was said of those of ``keys`` on which somebody decided."""
    if not keys:
        return {}
    query = sa.select(EditionVerdict.key, EditionVerdict.verdict).where(
        EditionVerdict.key.in_(keys)
    )
    return {key: EditionSaid(verdict) for key, verdict in model.Session.execute(query)}


def decide(key: str, organization_id: str, verdict: EditionSaid, author: str) -> None:
    """Store a verdict on the datasets of ``key``, in place of an earlier one; commits."""
    said = {"verdict": verdict.value, "author": author}
    values = {"key": key, "organization_id": organization_id} | said
    added = insert(EditionVerdict).values(values)
    changed = {**said, "created": sa.func.now()}
    model.Session.execute(added.on_conflict_do_update(index_elements=["key"], set_=changed))
    _committed()


def take_back(key: str) -> None:
    """Forget it; commits."""
    model.Session.execute(sa.delete(EditionVerdict).where(EditionVerdict.key == key))
    _committed()


def _committed() -> None:
    model.Session.commit()
    page_generation.current.renew()
