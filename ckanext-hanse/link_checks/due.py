"""Which links are due: those of active datasets, on hosts that the operator has not excluded."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.link_checks import options
from ckanext.hanse.model import CheckedUrl, UrlHost, UrlUse
from hanse_harvesters.links import Kind, Target

_ROW, _USE = CheckedUrl, UrlUse
_NOW = sa.func.clock_timestamp()


def number(*, wanted: bool = False) -> int:
    """Return how many links are due; with ``wanted`` only those that a person asked for."""
    query = sa.select(sa.func.count()).select_from(_ROW).where(*_conditions(wanted))
    return int(model.Session.scalars(query).one())


def is_any(*, wanted: bool = False, free: bool = False) -> bool:
    """Return whether a link is due; ``free``: on a host that no process has now."""
    query = sa.select(_ROW.id).where(*_conditions(wanted)).limit(1)
    if free:
        query = query.where(~_is_held())
    return model.Session.scalar(query) is not None


def hosts(*, wanted: bool = False) -> list[str]:
    """Return the hosts with due links that are free now, those with most links first."""
    query = (
        sa.select(_ROW.host)
        .where(*_conditions(wanted), ~_is_held())
        .group_by(_ROW.host)
        .order_by(sa.func.count().desc(), _ROW.host)
    )
    return list(model.Session.scalars(query))


def links(host: str, after: str, most: int, *, wanted: bool = False) -> Sequence[Target]:
    """Return due links of a host by key, after the key ``after``."""
    query = sa.select(_ROW.url, _ROW.kind, _ROW.service).where(
        _ROW.host == host, *_conditions(wanted)
    )
    if after:
        query = query.where(_ROW.id > sa.cast(after[:32], sa.Uuid))
    rows = model.Session.execute(query.order_by(_ROW.id).limit(most)).all()
    return [Target(url, Kind(kind), service) for url, kind, service in rows]


def concerns(names: Sequence[str]) -> sa.ColumnElement[bool]:
    """Return the condition that a row's host is one of ``names``, in lower case."""
    return _ROW.host.in_(names)


def _conditions(wanted: bool) -> list[sa.ColumnElement[bool]]:
    used = (
        sa.select(sa.literal(1))
        .select_from(_USE)
        .join(model.Package, model.Package.id == _USE.dataset_id)
        .where(_USE.url_id == _ROW.id, model.Package.state == model.State.ACTIVE)
    )
    found: list[Any] = [_ROW.due <= _NOW, used.exists()]
    if wanted:
        found.append(_ROW.wanted.is_not(None))
    if only := options.only_hosts():
        found.append(concerns(only))
    if excluded := options.except_hosts():
        found.append(~concerns(excluded))
    return found


def _is_held() -> sa.ColumnElement[bool]:
    row = UrlHost
    busy = sa.or_(row.held_until > _NOW, row.rests_until > _NOW)
    return sa.select(sa.literal(1)).where(row.host == _ROW.host, busy).exists()
