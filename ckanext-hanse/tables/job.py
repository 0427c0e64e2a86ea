"""Replaces how xloader's worker reads an uploaded table and loads it into the DataStore.

xloader triggers, queues, downloads the file and stores the state; it has no setting for the rest.
"""

from __future__ import annotations

import logging
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
from ckan import model
from ckan.lib import jobs as queues
from ckanext.xloader import action, db, jobs

from ckanext.hanse import language
from ckanext.hanse.tables import report, store, words
from ckanext.hanse.tables.normalise import Table, normalise
from ckanext.hanse.tables.store import JobDict
from hanse_harvesters.tables.notes import NoTable, Note

log = logging.getLogger(__name__)
#: Seconds until a newly created resource is in the database.
_SOON = 5.0


def teach_xloader() -> None:
    """Replace xloader's functions by ours; a second call changes nothing."""
    if jobs.xloader_data_into_datastore_ is load:
        return
    jobs.xloader_data_into_datastore_ = load
    jobs.handle_retryable_error = partial(_failed, jobs.handle_retryable_error)
    # Both use the default queue only, whatever queue the job came from.
    jobs.enqueue_job = partial(_again, jobs.enqueue_job)
    action.get_queue = lambda: queues.get_queue(jobs.get_default_queue_name())


def load(task: JobDict, job: JobDict, logger: logging.Logger) -> None:
    """Load the resource's file into the DataStore.

    Nothing is recreated: a resource deleted meanwhile is skipped.
    """
    jobs.validate_input(task)
    data, key = task["metadata"], task["api_key"]
    resource_id = data["resource_id"]
    resource = _resource(resource_id, key)
    if resource is None or _is_gone(resource_id):
        logger.info("There is no file %s any more", resource_id)
        return
    if resource.get("url_type") in tk.h.datastore_rw_resource_url_types():
        return
    file, digest = jobs._download_resource_data(resource, data, key, logger)
    with file:
        unchanged = resource.get("hash") == digest and resource.get("datastore_active")
        if unchanged and not data.get("ignore_hash"):
            logger.info("The file has not changed")
            return
        found = _loaded(resource_id, Path(file.name))
    if found is None:
        return
    logger.info("%s rows, %s columns", found.rows, len(found.fields))
    patch = {"id": resource_id, "hash": digest, "datastore_active": True}
    patch["datastore_contains_all_records_of_source_file"] = True
    jobs.update_resource(patch, patch_only=True)


def _resource(resource_id: str, key: str) -> JobDict | None:
    for pause in (_SOON, 0):
        try:
            resource, _ = jobs.get_resource_and_dataset(resource_id, key)
        except (jobs.JobError, tk.ObjectNotFound):
            time.sleep(pause)
        else:
            return dict(resource)
    return None


def _is_gone(resource_id: str) -> bool:
    """Return whether the resource or its dataset was deleted, as currently stored."""
    model.Session.rollback()
    found = model.Resource.get(resource_id)
    return found is None or "deleted" in (found.state, found.package.state)


def _loaded(resource_id: str, file: Path) -> Table | None:
    """Load the file into the DataStore and return its table; None if the dataset is gone."""
    before = store.existing(resource_id)
    with tempfile.TemporaryDirectory(prefix="hanse-table-") as folder:
        target = Path(folder) / "rows.csv"
        try:
            wanted, unnamed = store.chosen_types(before), words.unnamed(language.of_site())
            table = normalise(file, target, unnamed=unnamed, wanted=wanted)
            if _is_gone(resource_id):
                return None
            store.replace(resource_id, table, target, before)
        except NoTable as fault:
            # The rows of an earlier file would be taken for those of this one.
            if not _is_gone(resource_id):
                report.save(resource_id, "unreadable", [Note(fault.code, fault.values)])
                store.drop(resource_id)
            raise
    report.save(resource_id, "loaded", table.notes)
    return None if _is_gone(resource_id) else table


def _failed(
    xloaders: Callable[..., Any],
    error: Exception,
    task: JobDict,
    job_id: str,
    job: JobDict,
    logger: logging.Logger,
    state: JobDict,
) -> Any:
    """Report a file that is not a table to its owner, not as an error of the worker."""
    if not isinstance(error, NoTable):
        return xloaders(error, task, job_id, job, logger, state)
    sentence = words.reported(Note(error.code, error.values), language.of_site())
    db.mark_job_as_errored(job_id, sentence)
    job.update(status="error", error=sentence)
    log.info("%s: %s", job["metadata"]["resource_id"], sentence)
    logger.info("%s", sentence)
    state["errored"] = True
    return None


def _again(enqueue: Callable[..., Any], job: Any, args: list[JobDict], **options: Any) -> Any:
    """Retry in the queue of the first attempt."""
    queue = args[0]["metadata"].get("queue_name") or jobs.get_default_queue_name()
    return enqueue(job, args, queue=queue, **options)
