"""The links of one dataset: their states, and a check that a person asks for."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.link_checks import options
from ckanext.hanse.model import CheckedUrl, UrlUse
from ckanext.hanse.store import package_dict, urls
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters.links import Declared, LinkRecord, LinkState, findings

_ROW = CheckedUrl
_NOW = sa.func.clock_timestamp()


@dataclass(frozen=True, slots=True)
class Asked:
    """The answer to a request for checks: how many links are ``wanted`` now.

    ``recent``  links that were checked too recently; ``excluded``: on hosts that the operator
    lets nobody ask.
    """

    wanted: int
    recent: int
    excluded: int


def listed(package: Mapping[str, Any], language: str) -> list[dict[str, Any]]:
    """Return the links of a ``package_show`` dict with what is known of each.

    Each: ``field``, ``url``, ``kind``, ``state``, times ``since``, ``checked`` and ``wanted``,
    ``moved_to``, ``why`` (text), ``declared`` and ``found`` (``format``, ``media_type``, ``size``;
    ``found`` is None if nothing was), ``findings`` (issues as :meth:`Issue.as_json`).
    """
    declared = list(urls.declared(package_dict.dataset_of(dict(package))))
    rows = _rows(declared)
    return [_link(item, rows.get(urls.row_id(item.target.url)), language) for item in declared]


def ask(dataset_id: str, *, url: str = "") -> Asked:
    """Request a check of the dataset's links, or of one, as soon as a worker is free; commits."""
    mine = _ROW.id.in_(sa.select(UrlUse.url_id).where(UrlUse.dataset_id == dataset_id))
    which = sa.and_(mine, _ROW.id == urls.row_id(url)) if url else mine
    rows = model.Session.execute(
        sa.select(_ROW.id, _ROW.host, _ROW.checked > _NOW - again_after(), _ROW.wanted).where(which)
    ).all()
    excluded = [key for key, host, _, _ in rows if not options.may_ask(host)]
    recent = [key for key, _, soon, wanted in rows if soon and not wanted and key not in excluded]
    left = [key for key, *_ in rows if key not in excluded and key not in recent]
    model.Session.execute(
        sa.update(_ROW)
        .where(_ROW.id.in_(left), _ROW.wanted.is_(None))
        .values(wanted=_NOW, due=_NOW)
        .execution_options(synchronize_session=False)
    )
    model.Session.commit()
    return Asked(len(left), len(recent), len(excluded))


def again_after() -> timedelta:
    """Return the time after a check before a person may ask for another one."""
    return timedelta(seconds=options.again_seconds())


def waiting(dataset_id: str) -> int:
    """Return how many of the dataset's links wait for a check that a person asked for."""
    query = (
        sa.select(sa.func.count())
        .select_from(UrlUse)
        .join(_ROW, _ROW.id == UrlUse.url_id)
        .where(UrlUse.dataset_id == dataset_id, _ROW.wanted.is_not(None))
    )
    return int(model.Session.scalars(query).one())


def _rows(declared: list[Declared]) -> dict[Any, CheckedUrl]:
    wanted = {urls.row_id(item.target.url) for item in declared}
    query = sa.select(_ROW).where(_ROW.id.in_(wanted))
    return {row.id: row for row in model.Session.scalars(query)}


def _link(item: Declared, row: CheckedUrl | None, language: str) -> dict[str, Any]:
    record = LinkRecord.from_json(row.record) if row and row.record else None
    answer, learned = (record.answer, record.learned) if record else (None, None)
    return {
        "field": item.field,
        "url": item.target.url,
        "kind": item.target.kind.value,
        "state": row.state if row else LinkState.PENDING.value,
        "since": moment(row.since) if row else None,
        "checked": moment(row.checked) if row else None,
        "wanted": moment(row.wanted) if row else None,
        "host_down": bool(row and row.down),
        "moved_to": answer.moved_to if answer else "",
        "why": answer.why(language) if answer else "",
        "declared": {"format": item.format, "media_type": item.media_type, "size": item.size},
        "found": {
            "format": learned.format,
            "media_type": learned.media_type,
            "size": learned.size,
            "last_modified": learned.last_modified,
        }
        if learned
        else None,
        "findings": list(_found(item, record, language)),
    }


def _found(item: Declared, record: LinkRecord | None, language: str) -> Iterator[dict[str, str]]:
    for issue in findings(item, record):
        yield issue.as_json(language)
