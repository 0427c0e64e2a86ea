"""Where a dataset comes from, and what is wrong with it."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse.catalogue import runs, state
from ckanext.hanse.catalogue.show import moment
from ckanext.hanse.model import DatasetState, Run, Source, SourceRecord
from hanse_harvesters.issue import Issue

#: Once its source is removed, nobody harvests a dataset any more: it is ours.
_OWNED = sa.and_(DatasetState.harvested, DatasetState.record_id.is_not(None))


def is_harvested(dataset_id: str) -> bool:
    """Whether a harvest owns the dataset with this id."""
    query = sa.select(_OWNED).where(DatasetState.dataset_id == dataset_id)
    return bool(model.Session.scalar(query))


def is_own_upload(resource_id: str) -> bool:
    """Whether the resource is a file uploaded to a dataset that was made here."""
    resource = model.Session.get(model.Resource, resource_id)
    return (
        resource is not None
        and resource.url_type == "upload"
        and not is_harvested(resource.package_id)
    )


def of(dataset_id: str) -> dict[str, Any]:
    """The origin as ``hanse_origin_show`` gives it; {} for a dataset made here."""
    first, last = aliased(Run), aliased(Run)
    row = model.Session.execute(
        sa.select(SourceRecord, Source, model.Group.name, first.started, last.started)
        .select_from(DatasetState)
        .join(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .join(Source, Source.id == SourceRecord.source_id)
        .outerjoin(model.Group, model.Group.id == Source.organization_id)
        .outerjoin(first, first.id == SourceRecord.first_run_id)
        .outerjoin(last, last.id == SourceRecord.last_run_id)
        .where(DatasetState.harvested, DatasetState.dataset_id == dataset_id)
    ).first()
    if row is None:
        return {}
    record, source, organization, first_run, last_run = row
    return {
        "source": source.name,
        "portal_title": source.title or source.name,
        "portal_url": source.portal or source.url,
        "page": record.origin,
        "identity": record.identity,
        "organization": organization or "",
        "state": record.state,
        "missing_since": moment(record.missing_since),
        "first_harvested": moment(first_run),
        "last_harvested": moment(last_run),
        "last_confirmed": moment(runs.last_complete(source.id)),
    }


def issues(dataset_id: str) -> list[Issue]:
    """What the judge found at the last run, or at the last save of a dataset made here."""
    stored = model.Session.scalar(
        sa.select(DatasetState.issues).where(DatasetState.dataset_id == dataset_id)
    )
    return state.issues_from(stored or [])
