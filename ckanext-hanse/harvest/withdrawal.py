"""When a dataset that its portal no longer has is withdrawn, and how it is restored.

Only a complete walk makes a record *missing*.  If it is missing for at least three complete runs
and seven days, its dataset is *withdrawn*: CKAN's ``deleted`` with its name kept.  If so many are
gone that an error of the portal is more likely than a clean-up, all of them wait for approval
(docs/decisions/0004-guard-of-withdrawals.md).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model
from ckan.lib.search import SearchIndexError

from ckanext.hanse.dedup import resolve as duplicates
from ckanext.hanse.model import RecordState, SourceRecord
from ckanext.hanse.store import index, records
from ckanext.hanse.store.pg_text import moment
from ckanext.hanse.store.records import KnownRecord
from ckanext.hanse.store.writer import Fence, NoFence

#: Complete runs that must have missed a record, and the minimum time.
RUNS = 3
GRACE = timedelta(days=7)
#: Held if more than FEW and more than SHARE are gone at once, or from HALF in any number.
FEW, SHARE, HALF = 5, 0.10, 0.50


@dataclass(frozen=True, slots=True)
class WithdrawalVerdict:
    """The result of a complete walk for the records it did not see.

    ``gone``   missing or withdrawn since the last approval, of ``total``.
    ``held``   whether there are so many that a person must approve.
    ``ripe``   records whose datasets are to be withdrawn now.
    """

    gone: int
    total: int
    held: bool
    ripe: tuple[KnownRecord, ...]


def judge(known: Iterable[KnownRecord], *, now: datetime | None = None) -> WithdrawalVerdict:
    """Judge the records of a source after a complete walk that marked what it saw.

    ``missing_runs`` counts the walk that is judged.
    """
    moment = now or datetime.now(timezone.utc)
    stock, missing, withdrawn = 0, [], 0
    for item in known:
        if item.state == RecordState.WITHDRAWN.value and not item.seen:
            withdrawn += item.approved is None
        elif item.expected or item.seen:
            stock += 1
            if not item.seen:
                missing.append(item)
    asked = [item for item in missing if item.approved is None]
    gone, total = len(asked) + withdrawn, stock + withdrawn
    held = bool(asked) and too_many(gone, total)
    ripe = [item for item in missing if _is_ripe(item, moment) and (item.approved or not held)]
    return WithdrawalVerdict(gone, total, held, tuple(ripe))


def too_many(gone: int, total: int) -> bool:
    """Return whether ``gone`` of ``total`` is too much to be plausible without approval."""
    return (gone > FEW and gone > SHARE * total) or (gone > 0 and gone >= HALF * total)


def _is_ripe(item: KnownRecord, now: datetime) -> bool:
    since = item.missing_since
    return item.missing_runs >= RUNS and since is not None and now - since >= GRACE


def withdraw(record_ids: Sequence[int], *, fence: Fence | None = None) -> list[int]:
    """Withdraw the datasets of these records from the site; return the records handled.

    A dataset that another source has too is handed over to it and stays.  Each is
    committed separately, under the lease of the run.
    """
    fence = fence or NoFence()
    fence.hold()
    handed = duplicates.hand_over(record_ids)
    _mark_withdrawn(sorted(handed))
    model.Session.commit()
    for record_id in record_ids:
        if record_id not in handed:
            fence.hold()
            _withdraw_one(record_id, fence)
    return list(record_ids)


def _withdraw_one(record_id: int, fence: Fence) -> None:
    dataset_id = model.Session.scalar(
        sa.select(SourceRecord.dataset_id).where(SourceRecord.id == record_id)
    )
    package = model.Session.get(model.Package, dataset_id or "")
    if package is None or package.state == "deleted":
        _mark_withdrawn([record_id])
        model.Session.commit()
        return
    # Marked first: CKAN updates the index before it commits, and may fail in between.
    index.mark([package.id])
    model.Session.commit()
    fence.hold()
    _mark_withdrawn([record_id])
    try:
        tk.get_action("package_delete")(_context(), {"id": package.id})
    except SearchIndexError as error:
        model.Session.rollback()
        raise index.refuses(error) from error
    index.settle([package.id], fence=fence)
    index.commit()


def _mark_withdrawn(record_ids: Sequence[int]) -> None:
    if record_ids:
        model.Session.execute(
            sa.update(SourceRecord)
            .where(SourceRecord.id.in_(record_ids))
            .values(state=RecordState.WITHDRAWN.value, withdrawn=sa.func.now())
        )


def approve(source_id: int, record_ids: Sequence[int] | None = None, *, now: bool = False) -> int:
    """Approve that these missing records (default: all) are withdrawn; return how many.

    They still wait for their runs and days, unless ``now``.  Earlier withdrawals
    count as approved too: the share is counted afresh from here.
    """
    missing = _of(source_id, RecordState.MISSING)
    if record_ids is not None:
        missing = missing.where(SourceRecord.id.in_(record_ids))
    agreed = list(model.Session.scalars(missing))
    withdrawn = list(model.Session.scalars(_of(source_id, RecordState.WITHDRAWN)))
    model.Session.execute(
        sa.update(SourceRecord)
        .where(SourceRecord.id.in_([*agreed, *withdrawn]))
        .values(approved=sa.func.coalesce(SourceRecord.approved, sa.func.now()))
    )
    model.Session.commit()
    if now:
        withdraw(agreed)
    return len(agreed)


def undo(source_id: int, record_ids: Sequence[int]) -> int:
    """Restore withdrawn datasets of a source; return how many.

    Their records count as missing from today: a portal that still lacks them has its runs and
    days again before they are withdrawn.
    """
    chosen = _of(source_id, RecordState.WITHDRAWN).where(SourceRecord.id.in_(record_ids))
    found = list(model.Session.scalars(chosen))
    for record_id in found:
        record = model.Session.get(SourceRecord, record_id)
        record.state = RecordState.MISSING.value
        record.missing_since = datetime.now(timezone.utc)
        record.missing_runs = 0
        record.approved = record.withdrawn = None
        package = model.Session.get(model.Package, record.dataset_id or "")
        if package is not None and package.state == "deleted":
            restore(package.id)
        model.Session.commit()
    return len(found)


def restore(dataset_id: str) -> None:
    """Make a withdrawn dataset public again, unchanged; commits."""
    package = tk.get_action("package_show")(_context(), {"id": dataset_id})
    package["state"] = "active"
    tk.get_action("package_update")(_context(), package)
    model.Session.commit()


def listed(source_id: int) -> dict[str, Any]:
    """Return the missing and withdrawn records, as ``hanse_withdrawal_list`` shows them."""
    known = records.load(source_id)
    for item in known.values():
        item.seen = item.expected and item.state != RecordState.MISSING.value
    verdict = judge(known.values())
    return {
        "held": verdict.held,
        "gone": verdict.gone,
        "total": verdict.total,
        "missing": _rows(source_id, RecordState.MISSING),
        "withdrawn": _rows(source_id, RecordState.WITHDRAWN),
    }


def _of(source_id: int, wanted: RecordState) -> sa.Select[tuple[int]]:
    return sa.select(SourceRecord.id).where(
        SourceRecord.source_id == source_id, SourceRecord.state == wanted.value
    )


def _rows(source_id: int, wanted: RecordState) -> list[dict[str, Any]]:
    query = (
        sa.select(SourceRecord, model.Package.name, model.Package.title)
        .outerjoin(model.Package, model.Package.id == SourceRecord.dataset_id)
        .where(SourceRecord.source_id == source_id, SourceRecord.state == wanted.value)
        .order_by(SourceRecord.missing_since, SourceRecord.identity)
    )
    return [
        {
            "record": record.id,
            "identity": record.identity,
            "dataset_id": record.dataset_id,
            "name": name or "",
            "title": title or record.title,
            "missing_since": moment(record.missing_since),
            "missing_runs": record.missing_runs,
            "approved": moment(record.approved),
            "withdrawn": moment(record.withdrawn),
        }
        for record, name, title in model.Session.execute(query)
    ]


def _context() -> dict[str, Any]:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"user": user, "ignore_auth": True}
