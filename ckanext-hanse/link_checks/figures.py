"""Numbers of links by state: of a source, a city, the site; hosts that do not answer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import CheckedUrl, DatasetState, SourceRecord, UrlUse
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters.issue import Issue
from hanse_harvesters.links import Answer, LinkState, host_finding

#: The last night: what was checked within so long.
_LAST = timedelta(hours=24)
#: Links that a message names.
_NAMED = 20
_ROW, _USE, _PACKAGE = CheckedUrl, UrlUse, model.Package

Which = sa.ColumnElement[bool]


@dataclass(frozen=True, slots=True)
class DownHost:
    """A server that does not answer: how many links lead there, since when, on how many days."""

    host: str
    links: int
    datasets: int
    since: datetime
    days: int
    answer: Answer

    def issue(self) -> Issue:
        """Return the one finding for all its links."""
        return host_finding(self.host, self.answer, self.links)

    def as_json(self, language: str) -> dict[str, Any]:
        """Return ``{"host", "links", "datasets", "since", "days", "why"}``."""
        return {
            "host": self.host,
            "links": self.links,
            "datasets": self.datasets,
            "since": moment(self.since),
            "days": self.days,
            "why": self.answer.why(language),
        }


def of_source(source_id: int) -> Which:
    """Return the condition for datasets that this source keeps up to date."""
    owned = (
        sa.select(DatasetState.dataset_id)
        .join(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .where(SourceRecord.source_id == source_id, DatasetState.harvested)
    )
    return _PACKAGE.id.in_(owned)


def of_city(organization_id: str) -> Which:
    """Return the condition for the datasets of a city."""
    return _PACKAGE.owner_org == organization_id


def everything() -> Which:
    """Return the condition for all datasets."""
    return sa.true()


def public() -> Which:
    """Return the condition for all datasets that everybody may see."""
    return _PACKAGE.private.is_(False)


def counts(which: Which) -> dict[str, Any]:
    """Return ``{"states": {state: links}, "last": {"checked", "dead", "moved"}}``.

    ``last``: how many were checked within the last day, and how many became dead or moved then.
    """
    recent = sa.func.clock_timestamp() - _LAST
    of_active = _used(which).distinct().subquery()
    rows = model.Session.execute(
        sa.select(
            _ROW.state,
            sa.func.count(),
            sa.func.count().filter(_ROW.checked > recent),
            sa.func.count().filter(_ROW.since > recent),
        )
        .where(_ROW.id.in_(sa.select(of_active.c.url_id)))
        .group_by(_ROW.state)
    )
    found = {state.value: 0 for state in LinkState}
    last = {"checked": 0, "dead": 0, "moved": 0}
    for state, number, checked, turned in rows:
        found[state] = number
        last["checked"] += checked
        if state in last:
            last[state] = turned
    return {"states": found, "last": last}


def down_hosts(which: Which) -> list[DownHost]:
    """Return the servers that do not answer, those with most links first."""
    used = _used(which).subquery()
    number = sa.func.count(sa.distinct(_ROW.id))
    rows = model.Session.execute(
        sa.select(
            _ROW.origin,
            number,
            sa.func.count(sa.distinct(used.c.dataset_id)),
            sa.func.min(_ROW.since),
            sa.func.max(sa.func.jsonb_array_length(_ROW.record["failed"])),
            sa.func.min(sa.cast(_ROW.record["answer"], sa.Text)),
        )
        .join(used, used.c.url_id == _ROW.id)
        .where(_ROW.down)
        .group_by(_ROW.origin)
        .order_by(number.desc(), _ROW.origin)
    )
    return [
        DownHost(origin.partition("://")[2], *rest, Answer.from_json(json.loads(answer)))
        for origin, *rest, answer in rows
    ]


def newly_dead(organization_id: str, *, since: datetime | None) -> dict[str, Any]:
    """Return what a city is told: public datasets' links that are dead since ``since``.

    ``links``: number; ``named``: some of them (``url``, ``name`` and ``title`` of a dataset,
    ``since``); ``hosts``: those that do not answer (``host``, ``links``, ``since``).
    """
    public = sa.and_(of_city(organization_id), _PACKAGE.private.is_(False))
    new = _ROW.since > since if since else sa.true()
    dead = sa.and_(_ROW.state == LinkState.DEAD.value, ~_ROW.down, new)
    rows = model.Session.execute(
        sa.select(_ROW.url, _PACKAGE.name, _PACKAGE.title, _ROW.since)
        .distinct(_ROW.id)
        .join(_USE, _USE.url_id == _ROW.id)
        .join(_PACKAGE, _PACKAGE.id == _USE.dataset_id)
        .where(public, _PACKAGE.state == model.State.ACTIVE, dead)
        .order_by(_ROW.id, _PACKAGE.title)
    ).all()
    hosts = [host for host in down_hosts(public) if since is None or host.since > since]
    return {
        "links": len(rows),
        "named": [
            {"url": url, "name": name, "title": title or name, "since": moment(begun)}
            for url, name, title, begun in sorted(rows, key=lambda row: (row.title, row.url))
        ][:_NAMED],
        "hosts": [
            {"host": host.host, "links": host.links, "since": moment(host.since)} for host in hosts
        ],
    }


def last_check() -> datetime | None:
    """Return when a link was checked last, None for never."""
    newest: datetime | None = model.Session.scalar(sa.select(sa.func.max(_ROW.checked)))
    return newest


def _used(which: Which) -> sa.Select[Any]:
    """Select the links of the active datasets for which ``which`` holds."""
    return (
        sa.select(_USE.url_id, _USE.dataset_id)
        .join(_PACKAGE, _PACKAGE.id == _USE.dataset_id)
        .where(_PACKAGE.state == model.State.ACTIVE, which)
    )
