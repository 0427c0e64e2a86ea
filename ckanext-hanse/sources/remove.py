"""Remove a source; the user decides what happens to its datasets.

They are withdrawn (if added by mistake), stay as the city's own, or are handed over to
another source of the same city.  None is purged: withdrawn ones are among the deleted datasets
and can be restored, and a source created again takes back what each had been.
"""

from __future__ import annotations

import enum
import time
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse.dedup import handover
from ckanext.hanse.harvest import lease
from ckanext.hanse.model import (
    DatasetState,
    Former,
    HarvestRun,
    HarvestSource,
    RecordState,
    SourceRecord,
)
from ckanext.hanse.scheduler import due
from ckanext.hanse.sources import archive, uploaded
from ckanext.hanse.sources.invalid import InvalidSource
from ckanext.hanse.store import index, push_files
from hanse_harvesters.errors import ConfigError

_LEASE_SECONDS = 60
#: A source created this recently may have been added by mistake.
_RECENT = timedelta(days=7)
#: Seconds for withdrawing within a request; ticks withdraw the rest.
_AT_ONCE = 10.0
#: State of a former record whose dataset is still to be withdrawn.
_LEAVING = "leaving"


class Fate(str, enum.Enum):
    """What happens to the datasets."""

    WITHDRAW = "withdraw"
    KEEP = "keep"
    HAND = "hand"


@dataclass(slots=True)
class Prospect:
    """What removing a source would do.

    ``datasets``   on the site, of this source alone.
    ``shared``     that another source has too, which keeps them up to date in any case.
    ``withdrawn``  already; they stay so.
    ``fate``       the default: what was added by mistake is withdrawn.
    ``others``     sources of the same city, and how many of the datasets they have with the
                   same identity.
    """

    datasets: int = 0
    shared: int = 0
    withdrawn: int = 0
    fate: Fate = Fate.KEEP
    others: list[dict[str, Any]] = field(default_factory=list)

    def as_json(self) -> dict[str, Any]:
        """Return the same as a dict."""
        return {
            "datasets": self.datasets,
            "shared": self.shared,
            "withdrawn": self.withdrawn,
            "default": self.fate.value,
            "others": self.others,
        }


def prospect(source: HarvestSource) -> Prospect:
    """Return what removing it would do; changes nothing."""
    other = sa.orm.aliased(SourceRecord)
    shared = sa.exists().where(
        other.dataset_id == SourceRecord.dataset_id,
        other.source_id != source.id,
        other.state.in_(handover.LIVE),
    )
    rows = model.Session.execute(
        sa.select(
            model.Package.state, shared, model.Package.metadata_created >= _naive(source.created),
            sa.func.count(),
        )
        .select_from(SourceRecord)
        .join(DatasetState, DatasetState.record_id == SourceRecord.id)
        .join(model.Package, model.Package.id == DatasetState.dataset_id)
        .where(SourceRecord.source_id == source.id, DatasetState.harvested)
        .group_by(sa.text("1, 2, 3"))
    )  # fmt: skip
    found, younger = Prospect(), 0
    for state, is_shared, is_younger, number in rows:
        if state == model.State.DELETED:
            found.withdrawn += number
        elif is_shared:
            found.shared += number
        else:
            found.datasets += number
            younger += number if is_younger else 0
    if _is_mistake(source) and 2 * younger >= found.datasets:
        found.fate = Fate.WITHDRAW
    found.others = _others(source)
    return found


def _naive(moment: Any) -> Any:
    """Return a time as CKAN stores it: UTC without a time zone."""
    return sa.func.timezone("UTC", sa.cast(moment, sa.DateTime(timezone=True)))


def _is_mistake(source: HarvestSource) -> bool:
    """Return whether it was created recently, or no run of it was ever complete."""
    if due.now() - source.created < _RECENT:
        return True
    complete = sa.select(sa.exists().where(HarvestRun.source_id == source.id, HarvestRun.complete))
    return not model.Session.scalar(complete)


def _others(source: HarvestSource) -> list[dict[str, Any]]:
    mine, theirs = SourceRecord, sa.orm.aliased(SourceRecord)
    same = (
        sa.select(sa.func.count())
        .select_from(mine)
        .join(theirs, theirs.identity == mine.identity)
        .where(mine.source_id == source.id, theirs.source_id == HarvestSource.id)
        .scalar_subquery()
    )
    rows = model.Session.execute(
        sa.select(HarvestSource.name, HarvestSource.title, same)
        .where(
            HarvestSource.id != source.id,
            HarvestSource.organization_id == source.organization_id,
        )
        .order_by(HarvestSource.title, HarvestSource.name)
    )
    return [{"name": name, "title": title or name, "same": same} for name, title, same in rows]


def remove(
    source: HarvestSource, *, confirm: str, fate: str = "", to: str = "", user: str = ""
) -> dict[str, Any]:
    """Remove a source and its history.

    ``confirm`` must be its name; ``fate`` a :class:`Fate`, "" for the default of
    :func:`prospect`; ``to`` the source that takes the datasets over; ``user`` who removes
    it.  Returns ``name``, ``fate``, ``datasets`` (how many), ``left`` (still to be withdrawn by
    ticks).  Raises InvalidSource during a run, and for a source of the operator's file.
    """
    name = source.name
    if source.from_file:
        raise InvalidSource({"id": ConfigError("source-file-delete", name=name)})
    if confirm != name:
        raise InvalidSource({"confirm": ConfigError("source-unconfirmed", name=name)})
    expected = prospect(source)
    chosen = _chosen(fate, expected)
    target = _target(source, to) if chosen is Fate.HAND else None
    for row in [source, *([target] if target else [])]:
        if lease.take(row.id, seconds=_LEASE_SECONDS) is None:
            model.Session.rollback()
            raise InvalidSource({"id": ConfigError("source-running", name=row.name)})
    if target:
        _hand(source, target)
    archive.release(source)
    uploaded.release(source)
    if chosen is Fate.WITHDRAW:
        _let_leave(source.id)
    model.Session.execute(sa.delete(HarvestSource).where(HarvestSource.id == source.id))
    if target:
        target.lease_holder, target.lease_until = "", None
    number = source.id
    model.Session.commit()
    push_files.forget(number)
    left = withdraw_leaving(seconds=_AT_ONCE, user=user) if chosen is Fate.WITHDRAW else 0
    return {"name": name, "fate": chosen.value, "datasets": expected.datasets, "left": left}


def _chosen(fate: str, expected: Prospect) -> Fate:
    known = [item.value for item in Fate]
    if fate and fate not in known:
        raise InvalidSource({"datasets": ConfigError("source-fate", value=fate, known=known)})
    return Fate(fate) if fate else expected.fate


def _target(source: HarvestSource, name: str) -> HarvestSource:
    row = model.Session.scalar(
        sa.select(HarvestSource).where(
            HarvestSource.name == name,
            HarvestSource.id != source.id,
            HarvestSource.organization_id == source.organization_id,
        )
    )
    if row is None:
        known = [item["name"] for item in _others(source)]
        raise InvalidSource({"to": ConfigError("source-heir", name=name, known=known)})
    return row


def _hand(source: HarvestSource, target: HarvestSource) -> None:
    """Move its records to the other source, to be compared by its next run.

    Datasets that further sources have are handed over to those first.  What the other one does
    not have counts as missing there, with all safeguards against a premature withdrawal.
    """
    archive.hand_over(source.id)
    taken = sa.select(SourceRecord.identity).where(SourceRecord.source_id == target.id)
    model.Session.execute(
        sa.update(SourceRecord)
        .where(
            SourceRecord.source_id == source.id,
            SourceRecord.dataset_id.is_not(None),
            SourceRecord.identity.not_in(taken),
        )
        .values(
            source_id=target.id,
            fingerprint="",
            normalised="",
            attached="",
            first_run_id=None,
            last_run_id=None,
            missing_since=None,
            missing_runs=0,
            approved=None,
            state=sa.case(
                (SourceRecord.state == RecordState.MISSING.value, RecordState.ACTIVE.value),
                else_=SourceRecord.state,
            ),
        )
        .execution_options(synchronize_session=False)
    )
    target.etag = target.last_modified = target.basis = ""
    model.Session.flush()


def _let_leave(source_id: int) -> None:
    mine = sa.select(DatasetState.dataset_id).join(
        SourceRecord, SourceRecord.id == DatasetState.record_id
    )
    model.Session.execute(
        sa.update(Former)
        .where(
            Former.dataset_id.in_(
                mine.where(SourceRecord.source_id == source_id, DatasetState.harvested)
            ),
            Former.state != RecordState.WITHDRAWN.value,
        )
        .values(state=_LEAVING)
        .execution_options(synchronize_session=False)
    )


def withdraw_leaving(*, seconds: float, user: str = "") -> int:
    """Withdraw datasets of removed sources for at most ``seconds``; return how many are left.

    Each is deleted by CKAN's own action and can be restored.  Commits.
    """
    name = user or tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    waiting = list(
        model.Session.scalars(
            archive.joined(Former.dataset_id)
            .where(
                Former.state == _LEAVING,
                DatasetState.record_id.is_(None),
                model.Package.state != model.State.DELETED,
            )
            .order_by(Former.dataset_id)
        )
    )
    end = time.monotonic() + seconds
    for number, dataset_id in enumerate(waiting):
        if time.monotonic() > end:
            return len(waiting) - number
        _withdraw(dataset_id, name)
    return 0


def _withdraw(dataset_id: str, user: str) -> None:
    model.Session.execute(
        sa.update(Former)
        .where(Former.dataset_id == dataset_id, Former.state == _LEAVING)
        .values(state=RecordState.WITHDRAWN.value, withdrawn=sa.func.now())
    )
    # Marked first, so that the index is updated even if this fails later.
    index.mark([dataset_id])
    tk.get_action("package_delete")({"user": user, "ignore_auth": True}, {"id": dataset_id})
    index.settle([dataset_id])
