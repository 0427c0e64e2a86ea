"""Rows of ``hanse_run``: opening, closing and queries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import HarvestRun, RunKind, RunStatus, SourceRecord
from ckanext.hanse.store import pg_text
from ckanext.hanse.store.report import Report
from ckanext.hanse.store.writer import Action


def begin(
    source_id: int,
    *,
    token: int = 0,
    kind: RunKind = RunKind.MANUAL,
    by: str = "",
    planned: datetime | None = None,
) -> int:
    """Open a run and return its id.  Commits, so that rows written in the run can refer to it."""
    run = HarvestRun(
        source_id=source_id,
        status=RunStatus.RUNNING.value,
        token=token,
        kind=kind.value,
        by=by,
        planned=planned,
        heartbeat=datetime.now(timezone.utc),
    )
    model.Session.add(run)
    model.Session.commit()
    return run.id


def end(report: Report, *, token: int = 0) -> None:
    """Close a run with the values of its report, unless another worker has closed it."""
    values: dict[str, Any] = {
        "finished": datetime.now(timezone.utc),
        "status": report.status.value,
        "complete": report.complete and report.stored_all,
        "found": report.found,
        "done": report.found,
        "missing": report.missing_count,
        "withdrawn": report.withdrawn,
        "returned": report.returned,
        "held": report.held,
        "issues": dict(report.issues),
        "report": pg_text.json(report.stored()),
        "message": pg_text.text(report.message),
        **{action.value: report.counts[action] for action in Action},
    }
    model.Session.execute(
        sa.update(HarvestRun)
        .where(HarvestRun.id == report.run_id, HarvestRun.token == token, _open)
        .values(values)
    )
    model.Session.commit()


_open = HarvestRun.status == RunStatus.RUNNING.value


def latest(source_id: int, *, limit: int = 20) -> list[HarvestRun]:
    """Return runs of a source, the newest first."""
    query = (
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == source_id)
        .order_by(HarvestRun.id.desc())
        .limit(limit)
    )
    return list(model.Session.scalars(query))


def settled(run: HarvestRun) -> bool:
    """Return whether a run finished and its results were applied, even after an incomplete walk."""
    stopped = (run.report or {}).get("stopped") or {}
    ended = run.status in (RunStatus.SUCCESS.value, RunStatus.HELD.value)
    return ended or stopped.get("id") == "run-incomplete"


def last_complete(source_id: int) -> datetime | None:
    """Return when the last complete walk ended, the last proof that active records existed."""
    return model.Session.scalar(
        sa.select(sa.func.max(HarvestRun.finished)).where(
            HarvestRun.source_id == source_id, HarvestRun.complete
        )
    )


def names_of(record_ids: Sequence[int]) -> list[tuple[str, str, str]]:
    """Return identity, name and title of the datasets of these records."""
    if not record_ids:
        return []
    query = (
        sa.select(
            SourceRecord.identity,
            sa.func.coalesce(model.Package.name, ""),
            sa.func.coalesce(model.Package.title, ""),
        )
        .select_from(SourceRecord)
        .outerjoin(model.Package, model.Package.id == SourceRecord.dataset_id)
        .where(SourceRecord.id.in_(record_ids))
        .order_by(SourceRecord.identity)
    )
    return [tuple(row) for row in model.Session.execute(query)]


def get(run_id: object) -> HarvestRun | None:
    """Return the run with this number, None if there is none (or it is not a number)."""
    number = pg_text.row(run_id)
    return model.Session.get(HarvestRun, number) if number else None
