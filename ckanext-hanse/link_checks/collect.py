"""Collect the addresses of datasets that were written before links were checked."""

from __future__ import annotations

from contextlib import suppress

import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from redis import RedisError

from ckanext.hanse.model import UrlUse
from ckanext.hanse.redis_keys import key
from ckanext.hanse.store import link_states, urls
from ckanext.hanse.store.bulk import current

#: Datasets in one transaction.
_CHUNK = 200
_DAY = 24 * 3600


def daily() -> None:
    """Once a day collect what is missing, and forget what no dataset has any more."""
    with suppress(RedisError):  # without it, once a job
        if not connect_to_redis().set(key("links-collected"), "1", nx=True, ex=_DAY):
            return
    missing()
    while urls.forget_unused():
        pass


def missing(*, chunk: int = _CHUNK) -> int:
    """Collect the addresses of active datasets that have none stored; return of how many."""
    last, done = "", 0
    row = model.Package
    has_some = sa.select(sa.literal(1)).where(UrlUse.dataset_id == row.id).exists()
    query = sa.select(row.id).where(
        row.state == model.State.ACTIVE, row.type == "dataset", ~has_some
    )
    while True:
        ids = model.Session.scalars(query.where(row.id > last).order_by(row.id).limit(chunk)).all()
        if not ids:
            model.Session.commit()
            return done
        link_states.written(current.datasets(ids))
        model.Session.commit()
        last, done = ids[-1], done + len(ids)
