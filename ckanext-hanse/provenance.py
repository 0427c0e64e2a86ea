"""Where a dataset comes from, and its issues."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse.dedup import other_sources
from ckanext.hanse.model import DatasetState, HarvestRun, HarvestSource, RecordState, SourceRecord
from ckanext.hanse.store import lists, records, runs
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters.issue import Issue

#: Without a record (its source was removed) nothing harvests a dataset any more: it is ours.
_OWNED = sa.and_(DatasetState.harvested, DatasetState.record_id.is_not(None))


def is_harvested(dataset_id: str) -> bool:
    """Return whether a harvest owns the dataset with this id."""
    query = sa.select(_OWNED).where(DatasetState.dataset_id == dataset_id)
    return bool(model.Session.scalar(query))


def harvested(dataset_ids: list[str]) -> set[str]:
    """Return those of the datasets that a harvest owns."""
    state = DatasetState.dataset_id
    return set(model.Session.scalars(sa.select(state).where(state.in_(dataset_ids), _OWNED)))


def is_own_upload(resource_id: str) -> bool:
    """Return whether the resource is a file uploaded to a dataset that was made here."""
    resource = model.Session.get(model.Resource, resource_id)
    return (
        resource is not None
        and resource.url_type == "upload"
        and not is_harvested(resource.package_id)
    )


def of(dataset_id: str) -> dict[str, Any]:
    """Return the origin as ``hanse_origin_show`` does; {} for a dataset made here.

    ``origins`` lists every portal that has the dataset, the prevailing one first.
    """
    return of_many([dataset_id]).get(dataset_id, {})


def of_many(dataset_ids: Sequence[str]) -> dict[str, dict[str, Any]]:
    """Return dataset id → :func:`of`, without those that were made here."""
    found = {}
    for dataset_id, known in _origins(dataset_ids).items():
        if prevailing := next((item for item in known if item["prevails"]), None):
            own = {key: prevailing[key] for key in prevailing if key not in ("prevails", "level")}
            found[dataset_id] = own | {"origins": known}
    return found


def origins(dataset_id: str) -> list[dict[str, Any]]:
    """Return the portals that have a dataset, the prevailing one first, then by level.

    Each as ``hanse_origin_show`` returns the prevailing one, with its ``level`` and
    ``prevails``: False for all of them if the dataset was detached.
    """
    return _origins([dataset_id]).get(dataset_id, [])


def _origins(dataset_ids: Sequence[str]) -> dict[str, list[dict[str, Any]]]:
    first, last = aliased(HarvestRun), aliased(HarvestRun)
    prevails = sa.func.coalesce(_OWNED & (DatasetState.record_id == SourceRecord.id), False)
    rows = model.Session.execute(
        sa.select(
            SourceRecord, HarvestSource, model.Group.name, first.started, last.started, prevails
        )
        .select_from(SourceRecord)
        .join(DatasetState, DatasetState.dataset_id == SourceRecord.dataset_id)
        .join(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .outerjoin(model.Group, model.Group.id == HarvestSource.organization_id)
        .outerjoin(first, first.id == SourceRecord.first_run_id)
        .outerjoin(last, last.id == SourceRecord.last_run_id)
        .where(SourceRecord.dataset_id.in_(dataset_ids))
    ).all()
    confirmed = {id: runs.last_complete(id) for id in {source.id for _, source, *_ in rows}}
    found: dict[str, list[dict[str, Any]]] = {}
    for record, source, *more in rows:
        origin = _origin(record, source, confirmed[source.id], *more)
        found.setdefault(record.dataset_id, []).append(origin)
    for known in found.values():
        known.sort(
            key=lambda item: (
                not item["prevails"], other_sources.rank(item["level"]), item["source"],
            )
        )  # fmt: skip
    return found


def _origin(
    record: SourceRecord,
    source: HarvestSource,
    confirmed: datetime | None,
    organization: str | None,
    first_run: datetime | None,
    last_run: datetime | None,
    prevails: bool,
) -> dict[str, Any]:
    return {
        "source": source.name,
        "portal_title": source.title or source.name,
        "portal_url": source.portal or lists.web_address(source.url),
        "page": record.origin,
        "identity": record.identity,
        "organization": organization or "",
        "state": record.state,
        "missing_since": moment(record.missing_since),
        "first_harvested": moment(first_run),
        "last_harvested": moment(last_run),
        "last_confirmed": moment(confirmed),
        "level": source.settings.get("level", "city"),
        "prevails": prevails,
    }


def withdrawn(dataset_id: str) -> dict[str, Any]:
    """Return the origin of a dataset that its source withdrew, plus ``withdrawn`` (time), or {}."""
    moment_of = model.Session.scalar(
        sa.select(SourceRecord.withdrawn)
        .join(DatasetState, DatasetState.record_id == SourceRecord.id)
        .where(
            DatasetState.dataset_id == dataset_id,
            DatasetState.merged_into.is_(None),
            SourceRecord.state == RecordState.WITHDRAWN.value,
        )
    )
    return of(dataset_id) | {"withdrawn": moment(moment_of)} if moment_of else {}


def issues(dataset_id: str) -> list[Issue]:
    """Return the issues found at the last run or save, and those of the links."""
    stored = model.Session.scalar(
        sa.select(DatasetState.every_issue).where(DatasetState.dataset_id == dataset_id)
    )
    return records.issues_from(stored or [])
