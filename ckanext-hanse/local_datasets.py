"""State of datasets that are made here, updated at every save."""

from __future__ import annotations

import copy
import logging
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse import provenance
from ckanext.hanse.export import fill
from ckanext.hanse.export.cities import contributor_of
from ckanext.hanse.export.package_to_rdf import CatalogEntry
from ckanext.hanse.language import of_data
from ckanext.hanse.model import DatasetState
from ckanext.hanse.store import link_states, package_dict, record_rows, records
from ckanext.hanse.store.rdf import site
from hanse_harvesters.issue import Issue, Severity
from hanse_harvesters.mapping import dataset_lines
from hanse_harvesters.normalise import urls
from hanse_harvesters.normalise.context import RecordContext
from hanse_harvesters.normalise.line import entity
from hanse_harvesters.quality.chunk import judge_chunk
from hanse_harvesters.quality.judge import judge
from hanse_harvesters.record import DatasetDict, Record
from hanse_schemas.table import classes

log = logging.getLogger(__name__)


def saved(dataset_id: str) -> bool:
    """Keep up what is stored beside a saved dataset: addresses, RDF, and issues if made here.

    A harvest judges its datasets itself.  Runs within the save's transaction and never makes it
    fail: issues do not prevent publishing.  Returns whether it was done; why not is in the log.
    """
    try:
        with model.Session.begin_nested():
            package = tk.get_action("package_show")(
                {"ignore_auth": True, "use_cache": False}, {"id": dataset_id}
            )
            if provenance.is_harvested(dataset_id):
                fill.outdate(dataset_id)  # changed past its source
            else:
                _judge(package)
            link_states.written({dataset_id: package_dict.dataset_of(package)})
    except Exception:
        log.exception("dataset %s was saved, but not judged", dataset_id)
        _outdated(dataset_id)
        return False
    return True


def _outdated(dataset_id: str) -> None:
    try:
        with model.Session.begin_nested():
            fill.outdate(dataset_id)
    except Exception:
        log.exception("dataset %s is handed on as it was before it was saved", dataset_id)


def judge_anew(dataset_id: str) -> bool:
    """Do the same without a save, as by new rules, and store it; return whether it was done."""
    done = saved(dataset_id)
    model.Session.commit()
    return done


def ids() -> dict[str, str]:
    """Return id → name of the active datasets that are made here, by name."""
    harvested = sa.exists().where(
        DatasetState.dataset_id == model.Package.id, DatasetState.harvested
    )
    chosen = sa.select(model.Package.id, model.Package.name).where(
        model.Package.state == "active", model.Package.type == "dataset", ~harvested
    )
    rows = model.Session.execute(chosen.order_by(model.Package.name))
    return {row.id: row.name for row in rows}


def _of_values(dataset: DatasetDict) -> list[Issue]:
    """Return the issues a harvest would report for the values; only the form refuses these."""
    site = urls.host_of(str(tk.config.get("ckan.site_url") or ""))
    walk = RecordContext(of_data(), site)
    entity(classes()["dataset"], copy.deepcopy(dataset), "", walk)
    return [found for found in dict.fromkeys(walk.issues) if found.severity is not Severity.INFO]


def _judge(package: dict[str, Any]) -> None:
    dataset_id = package["id"]
    # As we hand it on: with the address of an uploaded file, and the dates of its page.
    dataset = CatalogEntry(
        package, site(), contributor=contributor_of(package.get("owner_org") or "")
    ).dataset()
    record = Record(dataset, identity=str(dataset.get("uri") or dataset_id))
    judge(record)
    judge_chunk([record], of_data())
    said = package_dict.dataset_of(package)
    record.issues += _of_values(said)
    if not said.get("contributor_id"):  # the city's may change: it is laid over what is handed on
        record.rdf = dataset_lines.without_contributor(record.rdf)
    # A detached dataset keeps the reference to its record, and the data stored with it.
    kept = model.Session.get(DatasetState, dataset_id)
    records.keep_dataset(
        dataset_id,
        harvested=False,
        record_id=kept.record_id if kept else None,
        issues=record_rows.stored_issues(record.issues),
        fragment=kept.fragment if kept else "",
    )
    records.keep_judged(record, dataset_id)
