"""Merge two datasets into one, and split them again."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse.corrections import carry_over
from ckanext.hanse.dedup import other_sources
from ckanext.hanse.dedup.handover import renew
from ckanext.hanse.model import DatasetState, HarvestSource, SourceRecord
from ckanext.hanse.store import index
from ckanext.hanse.store.writer import Fence, NoFence


class Busy(Exception):
    """Raised if one of the sources is being harvested at the moment."""


@dataclass(frozen=True, slots=True)
class MergeSide:
    """A record and its dataset, with what decides which of two prevails."""

    record_id: int
    source_id: int
    dataset_id: str
    owns: bool
    harvested: bool
    rank: int
    created: Any

    @property
    def order(self) -> tuple[Any, ...]:
        """Sort key, smallest prevails: our own, then the higher level, then the older dataset."""
        return (self.harvested, self.rank, not self.owns, self.created, self.record_id)


def merge(
    first: int, second: int, *, running: Collection[int] = (), fence: Fence | None = None
) -> str:
    """Merge the datasets of two records; return the id of the one that stays.

    The records of the other are bound to it; the other is deleted with its name kept, and its
    URL redirects to the one that stays.  Corrections are carried over where they fit.
    ``running``: sources in whose run this happens, with its ``fence``.  Raises Busy if another
    of the sources is being harvested.  Commits.
    """
    stays, goes = sorted((_side(first), _side(second)), key=lambda side: side.order)
    if stays.dataset_id == goes.dataset_id:
        return stays.dataset_id
    _hold(_sources_of(stays.dataset_id, goes.dataset_id) - set(running))
    title = model.Session.scalar(
        sa.select(model.Package.title).where(model.Package.id == goes.dataset_id)
    )
    _rebind(goes.dataset_id, stays.dataset_id, title or "")
    _states(DatasetState.merged_into == goes.dataset_id, merged_into=stays.dataset_id)
    _states(DatasetState.dataset_id == goes.dataset_id, merged_into=stays.dataset_id)
    _set_state(goes.dataset_id, "deleted", fence)
    (fence or NoFence()).hold(alone=True)
    carry_over.bring(goes.dataset_id, stays.dataset_id)
    return stays.dataset_id


def split(first: int, second: int, *, running: Collection[int] = ()) -> bool:
    """Split two records of one dataset; the one that does not prevail leaves it.

    It gets back the dataset it had before, unchanged; if it had none, it gets a
    dataset at its next run, which writes everything anew.  Returns whether both have
    theirs now.  ``running`` and Busy as in :func:`merge`.  Commits.
    """
    stays, goes = sorted(
        (_side(first), _side(second)), key=lambda side: (not side.owns, *side.order)
    )
    if stays.dataset_id != goes.dataset_id:
        return True
    _hold(_sources_of(stays.dataset_id) - set(running))
    others = model.Session.scalars(
        sa.select(SourceRecord.id)
        .join(DatasetState, DatasetState.dataset_id == SourceRecord.dataset_id)
        .where(
            SourceRecord.dataset_id == stays.dataset_id,
            SourceRecord.id != sa.func.coalesce(DatasetState.record_id, 0),
        )
    ).all()
    # Others may have come with the one that leaves: they are placed again.
    renew({*others, goes.record_id})
    before = former(goes.record_id, stays.dataset_id)
    model.Session.execute(
        sa.update(SourceRecord)
        .where(SourceRecord.id == goes.record_id)
        .values(dataset_id=before)
        .execution_options(synchronize_session="fetch")
    )
    if before is None:
        model.Session.commit()
        return False
    _states(DatasetState.dataset_id == before, merged_into=None)
    _set_state(before, "active")
    return True


def successor(name_or_id: str) -> str:
    """Return the name of the dataset that replaced this one, "" if it was not merged."""
    gone, stays = aliased(model.Package), aliased(model.Package)
    query = (
        sa.select(stays.name)
        .select_from(gone)
        .join(DatasetState, DatasetState.dataset_id == gone.id)
        .join(stays, stays.id == DatasetState.merged_into)
        .where((gone.name == name_or_id) | (gone.id == name_or_id), gone.state == "deleted")
    )
    return model.Session.scalar(query) or ""


def former(record_id: int, dataset_id: str) -> str | None:
    """Return the dataset the record had before this one, if it still exists."""
    query = (
        sa.select(DatasetState.dataset_id)
        .where(DatasetState.record_id == record_id, DatasetState.merged_into == dataset_id)
        .limit(1)
    )
    return model.Session.scalar(query)


def _side(record_id: int) -> MergeSide:
    row = model.Session.execute(
        sa.select(
            SourceRecord.source_id,
            SourceRecord.dataset_id,
            DatasetState.record_id == SourceRecord.id,
            DatasetState.harvested,
            HarvestSource.settings["level"].astext,
            model.Package.metadata_created,
        )
        .join(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .join(model.Package, model.Package.id == SourceRecord.dataset_id)
        .outerjoin(DatasetState, DatasetState.dataset_id == SourceRecord.dataset_id)
        .where(SourceRecord.id == record_id)
    ).one()
    source_id, dataset_id, owns, harvested, level, created = row
    return MergeSide(
        record_id,
        source_id,
        dataset_id,
        bool(owns),
        bool(harvested),
        other_sources.rank(level),
        created,
    )


def _sources_of(*dataset_ids: str) -> set[int]:
    query = sa.select(SourceRecord.source_id).where(SourceRecord.dataset_id.in_(dataset_ids))
    return set(model.Session.scalars(query))


def _hold(source_ids: set[int]) -> None:
    """Lock these sources against harvesting until the transaction ends; Busy if one is running."""
    if not source_ids:
        return
    idle = HarvestSource.lease_until.is_(None) | (
        HarvestSource.lease_until < sa.func.clock_timestamp()
    )
    query = (
        sa.select(HarvestSource.id)
        .where(HarvestSource.id.in_(source_ids), idle)
        .order_by(HarvestSource.id)
        .with_for_update(skip_locked=True)
    )
    if set(model.Session.scalars(query)) != source_ids:
        model.Session.rollback()
        raise Busy


def _rebind(goes: str, stays: str, title: str) -> None:
    """Bind a dataset's records to another; they keep its title, which is shown nowhere else."""
    model.Session.execute(
        sa.update(SourceRecord)
        .where(SourceRecord.dataset_id == goes)
        .values(
            dataset_id=stays,
            title=sa.func.coalesce(sa.func.nullif(SourceRecord.title, ""), title),
        )
        .execution_options(synchronize_session="fetch")
    )


def _states(wanted: Any, **values: Any) -> None:
    model.Session.execute(
        sa.update(DatasetState)
        .where(wanted)
        .values(**values)
        .execution_options(synchronize_session="fetch")
    )


def _set_state(dataset_id: str, state: str, fence: Fence | None = None) -> None:
    """Delete or restore a dataset through CKAN, which commits; then index it."""
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]

    def context() -> dict[str, Any]:
        return {"user": user, "ignore_auth": True}

    _states(DatasetState.dataset_id == dataset_id, index_pending=True)
    if state == "deleted":
        tk.get_action("package_delete")(context(), {"id": dataset_id})
    else:
        package = tk.get_action("package_show")(context(), {"id": dataset_id})
        tk.get_action("package_update")(context(), package | {"state": state})
    index.settle([dataset_id], fence=fence)
