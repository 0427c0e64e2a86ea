"""Whether a dataset is handed on to other catalogues, by a person's word or its source's setting.

A city whose datasets reach GovData through its state's portal is delivered once: its source, or
single datasets, are withheld here.  They stay public on the site.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.model import DatasetState, HarvestSource, SourceRecord
from ckanext.hanse.store import index
from hanse_harvesters.errors import StopRun

log = logging.getLogger(__name__)

#: Key of a source's setting.
DELIVER = "deliver"


@dataclass(frozen=True, slots=True)
class Delivery:
    """``reason``, ``author``  why and by whom (user id) it is withheld; "" for a dataset that is
    not.  ``source``  title of the source that delivers none of its datasets, "".
    """

    reason: str = ""
    author: str = ""
    source: str = ""


def of(dataset_id: str) -> Delivery:
    """Return whether a dataset is handed on, and why not."""
    row = model.Session.execute(
        sa.select(
            DatasetState.withheld,
            DatasetState.withheld_by,
            DatasetState.harvested,
            HarvestSource.settings,
            sa.func.coalesce(sa.func.nullif(HarvestSource.title, ""), HarvestSource.name, ""),
        )
        .outerjoin(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .outerjoin(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .where(DatasetState.dataset_id == dataset_id)
    ).first()
    if row is None:
        return Delivery()
    reason, author, harvested, settings, title = row
    closed = harvested and settings and not settings.get(DELIVER, True)
    return Delivery(reason, author, str(title) if closed else "")


def withhold(dataset_id: str, reason: str, author: str) -> None:
    """Withhold a dataset for this reason, or hand it on again for "".  Commits, and indexes it."""
    values: dict[str, Any] = {
        "withheld": reason,
        "withheld_by": author if reason else "",
        "changed": sa.func.now(),
        "index_pending": True,
    }
    statement = insert(DatasetState).values(dataset_id=dataset_id, harvested=False, **values)
    model.Session.execute(
        statement.on_conflict_do_update(index_elements=["dataset_id"], set_=values)
    )
    model.Session.commit()
    try:
        index.settle([dataset_id])
        index.commit()
    except StopRun as error:  # it stays marked: the next tick sends it, the doctor reports it
        log.warning("dataset %s is not yet in the index as (not) handed on: %s", dataset_id, error)


def source_changed(source_id: int) -> None:
    """Note that the datasets of a source are handed on, or no longer; the caller commits."""
    mine = sa.select(SourceRecord.id).where(SourceRecord.source_id == source_id)
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.record_id.in_(mine))
        .values(changed=sa.func.now(), index_pending=True),
        execution_options={"synchronize_session": False},
    )
