"""State of datasets that are made here, kept up whenever one is saved."""

from __future__ import annotations

import logging

import ckan.plugins.toolkit as tk
from ckan import model

from ckanext.hanse.catalogue import origin, state
from ckanext.hanse.catalogue.write import shape
from ckanext.hanse.model import DatasetState
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.record import Record

log = logging.getLogger(__name__)


def saved(dataset_id: str) -> None:
    """Judge a dataset made here and keep what was found; harvested ones are left alone.

    Runs within the save's transaction and never makes it fail: that somebody
    can publish counts for more than what we think of it.
    """
    if origin.is_harvested(dataset_id):
        return
    try:
        with model.Session.begin_nested():
            _judge(dataset_id)
    except Exception:
        log.exception("dataset %s was saved, but not judged", dataset_id)


def _judge(dataset_id: str) -> None:
    package = tk.get_action("package_show")(
        {"ignore_auth": True, "use_cache": False}, {"id": dataset_id}
    )
    dataset = shape.dataset_of(package)
    record = Record(dataset, identity=str(dataset.get("uri") or dataset_id))
    judge(record)
    # One that was detached keeps the way back to its record, and what came with it.
    kept = model.Session.get(DatasetState, dataset_id)
    state.keep_dataset(
        dataset_id,
        harvested=False,
        record_id=kept.record_id if kept else None,
        issues=state.stored_issues(record.issues),
        fragment=kept.fragment if kept else "",
    )
