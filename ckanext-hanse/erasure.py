"""Erasing a dataset for good, where the law asks for it; anything less is a deletion.

What is left is that it happened, when, by whom and why (``hanse_erasure``), and its id in the feed
of changes, so that who mirrors us erases it too.  Backups are the operator's (docs/dumps.md).
"""

from __future__ import annotations

import logging
from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib import files, uploader

from ckanext.hanse.export.dumps import rewrite
from ckanext.hanse.model import (
    Change,
    DatasetState,
    Erasure,
    Former,
    HarvestRun,
    SourceRecord,
)
from ckanext.hanse.sparql import jobs as sparql
from ckanext.hanse.store import erasures
from hanse_harvesters.errors import ConfigError

log = logging.getLogger(__name__)

#: Lists of a run's report whose entries are about one record each.
_REPORTED = ("changes", "rejected", "missing", "withdrawn")


def erase(name_or_id: str, *, reason: str, author: str) -> dict[str, Any]:
    """Erase a dataset, deleted or not; return ``{"id", "dumps"}``, dumps to be rewritten.  Commits.

    ``author``  who does it; ``reason`` is kept as it is.  Raises ConfigError: ``erase-unknown``,
    ``erase-reason``.
    """
    if not reason.strip():
        raise ConfigError("erase-reason")
    package = model.Package.get(name_or_id)
    dataset_id = str(package.id) if package else _gone(name_or_id)
    for other in _merged_into(dataset_id):  # the same thing, as another portal described it
        _erase(other, reason=reason, author=author)
    return _erase(dataset_id, reason=reason, author=author)


def _erase(dataset_id: str, *, reason: str, author: str) -> dict[str, Any]:
    package = model.Package.get(dataset_id)
    uploads = _uploads(dataset_id)
    dumps = _forget(dataset_id, reason=reason.strip(), author=author)
    if package:
        # Commits what was forgotten with it; the triggers note that the dataset is gone.
        tk.get_action("dataset_purge")({"ignore_auth": True, "user": author}, {"id": dataset_id})
    model.Session.commit()
    _remove(uploads)
    _renew_store()
    log.warning("dataset %s was erased by %s: %s", dataset_id, author, reason.strip())
    return {"id": dataset_id, "dumps": dumps}


def _gone(name_or_id: str) -> str:
    """Return the id of a dataset that was purged and is named in the feed of changes."""
    query = sa.select(Change.dataset_id).where(
        sa.or_(Change.dataset_id == name_or_id, Change.name == name_or_id),
        Change.position.is_not(None),
    )
    found = model.Session.scalars(query.order_by(Change.position.desc())).first()
    if found is None:
        raise ConfigError("erase-unknown", name=name_or_id)
    return str(found)


def _merged_into(dataset_id: str) -> list[str]:
    """Return the ids of datasets that were merged into this one, directly or by way of another."""
    found: dict[str, None] = {}
    newest = [dataset_id]
    while newest:
        query = sa.select(DatasetState.dataset_id).where(DatasetState.merged_into.in_(newest))
        newest = [item for item in model.Session.scalars(query) if item not in found]
        found.update(dict.fromkeys(newest))
    found.pop(dataset_id, None)
    return list(found)


def _forget(dataset_id: str, *, reason: str, author: str) -> int:
    """Remove what is stored of the dataset beside CKAN's rows; return the number of dumps."""
    records = model.Session.execute(
        sa.select(SourceRecord.identity, SourceRecord.source_id).where(
            SourceRecord.dataset_id == dataset_id
        )
    ).all()
    # A source that was removed and is added again brings it with the same identity.
    former = sa.select(Former.identity).where(Former.dataset_id == dataset_id)
    identities = {*(row.identity for row in records), *model.Session.scalars(former)}
    model.Session.add(
        Erasure(
            dataset_id=dataset_id,
            author=author,
            reason=reason,
            records=sorted(erasures.digest(identity) for identity in identities),
        )
    )
    _clear_reports(dataset_id, identities, {row.source_id for row in records})
    model.Session.execute(sa.delete(SourceRecord).where(SourceRecord.dataset_id == dataset_id))
    _forget_activities(dataset_id)
    model.Session.execute(
        sa.update(Change)
        .where(Change.dataset_id == dataset_id)
        .values(name="", uri="", pending=True)
    )
    return rewrite.withhold([dataset_id])


def _forget_activities(dataset_id: str) -> None:
    """Delete the activities, each of which has a copy of the whole dataset."""
    if p.plugin_loaded("activity"):
        from ckanext.activity.model import Activity  # only where its tables are

        model.Session.execute(sa.delete(Activity).where(Activity.object_id == dataset_id))


def _clear_reports(
    dataset_id: str, identities: Collection[str], source_ids: Collection[int]
) -> None:
    """Remove the records of the dataset from the reports of their sources' runs."""
    runs = model.Session.scalars(
        sa.select(HarvestRun)
        .where(HarvestRun.source_id.in_(source_ids))
        .execution_options(yield_per=20)
    )
    for run in runs:
        cleared = dict(run.report)
        for name in _REPORTED:
            if entries := cleared.get(name):
                cleared[name] = list(_others(entries, dataset_id, identities))
        if cleared != run.report:
            run.report = cleared


def _others(
    entries: Iterable[dict[str, Any]], dataset_id: str, identities: Collection[str]
) -> Iterable[dict[str, Any]]:
    for entry in entries:
        if entry.get("dataset_id") != dataset_id and entry.get("identity") not in identities:
            yield entry


def _uploads(dataset_id: str) -> list[str]:
    """Return the ids of the dataset's uploaded files, of any state."""
    resource = model.Resource
    query = sa.select(resource.id).where(
        resource.package_id == dataset_id, resource.url_type.in_(("upload", "datastore"))
    )
    return list(model.Session.scalars(query))


def _remove(resource_ids: Iterable[str]) -> None:
    """Delete uploaded files and their tables; one that cannot be deleted is in the log."""
    for resource_id in resource_ids:
        try:
            _remove_file(resource_id)
            if p.plugin_loaded("datastore"):
                with suppress(tk.ObjectNotFound):
                    tk.get_action("datastore_delete")(
                        {"ignore_auth": True}, {"resource_id": resource_id, "force": True}
                    )
        except Exception:
            log.exception("the uploaded file %s of an erased dataset is still there", resource_id)


def _renew_store() -> None:
    """Answer no more queries from a store that has the dataset; a failure is in the log."""
    try:
        sparql.renew()
    except OSError:
        log.exception("the store for queries still has an erased dataset: ckan hanse sparql drop")


def _remove_file(resource_id: str) -> None:
    where = uploader.get_resource_uploader({"id": resource_id})
    place = where.get_path(resource_id)
    if storage := getattr(where, "storage", None):
        storage.remove(files.FileData(files.Location(place)))
    else:
        Path(place).unlink(missing_ok=True)
