"""Rows as returned by the actions: plain dicts, times as ISO 8601."""

from __future__ import annotations

from typing import Any

from ckan import model

from ckanext.hanse.model import HarvestRun, HarvestSource, Push, PushToken, UploadedList
from ckanext.hanse.sources import push as pushes
from ckanext.hanse.sources.stats import SourceStats
from ckanext.hanse.store import lists, report, runs
from ckanext.hanse.store.pg_text import moment
from hanse_harvesters import errors

_RUN_FIELDS = (
    "id", "status", "complete", "found", "created", "updated", "unchanged", "missing",
    "rejected", "issues", "kind", "by", "done", "total", "withdrawn", "returned", "held",
    "merged", "skipped",
)  # fmt: skip
_RUN_TIMES = ("started", "finished", "planned", "heartbeat")
_SOURCE_FIELDS = (
    "name", "kind", "url", "title", "portal", "enabled", "inferred", "note", "from_file",
    "paused", "overrides", "author",
)  # fmt: skip


def source(
    row: HarvestSource,
    *,
    figures: SourceStats | None = None,
    last_run: bool = False,
    language: str = "en",
) -> dict[str, Any]:
    """Return a source with its organization (name and title) and, on request, its newest run.

    ``list`` is the uploaded list that it is read from (``name``, ``title``, ``size``,
    ``created``, ``by``, ``checked``), None for a portal.

    With ``figures`` also its figures: ``datasets``, ``records`` (state → number),
    ``issue_count``, ``waiting``, ``held``, and ``last_complete``, the run.
    """
    group = model.Session.get(model.Group, row.organization_id or "")
    shown: dict[str, Any] = {name: getattr(row, name) for name in _SOURCE_FIELDS}
    shown |= row.settings
    shown["next_run"] = moment(row.next_run)
    shown["organization"] = {"name": group.name, "title": group.title} if group else None
    shown["list"] = _list_of(row)
    if figures:
        shown |= _figures(figures, language)
    elif last_run:
        newest = runs.latest(row.id, limit=1)
        shown["last_run"] = run(newest[0], language=language) if newest else None
    return shown


def _list_of(row: HarvestSource) -> dict[str, Any] | None:
    name = lists.name_in(row.url)
    found = model.Session.get(UploadedList, name) if name else None
    return uploaded_list(found) if found else None


def uploaded_list(row: UploadedList) -> dict[str, Any]:
    """Return an uploaded list, with the name of the account that uploaded it."""
    user = model.User.get(row.author) if row.author else None
    return {
        "name": row.name,
        "title": row.title,
        "url": lists.address(row.name),
        "size": row.size,
        "created": moment(row.created),
        "by": user.display_name if user else "",
        "checked": moment(row.checked),
    }


def push_token(row: PushToken) -> dict[str, Any]:
    """Return a token without its secret."""
    user = model.User.get(row.author) if row.author else None
    return {
        "number": row.id,
        "title": row.title,
        "by": user.display_name if user else "",
        "created": moment(row.created),
        "expires": moment(row.expires),
        "revoked": moment(row.revoked),
        "used": moment(row.used),
        "valid": pushes.is_valid(row),
    }


def push(row: Push, *, language: str = "en") -> dict[str, Any]:
    """Return a push, whether it is over, and the run that reads it."""
    reads = pushes.run_of(row)
    return {
        "push": row.name,
        "client": row.client,
        "created": moment(row.created),
        "records": row.records,
        "completed": moment(row.completed),
        "over": row.run_id is not None and (reads is None or reads.finished is not None),
        "run": run(reads, language=language) if reads else None,
    }


def _figures(figures: SourceStats, language: str) -> dict[str, Any]:
    return {
        "datasets": figures.datasets,
        "records": figures.states,
        "issue_count": figures.issues,
        "waiting": figures.waiting,
        "held": figures.held,
        "last_run": run(figures.last, language=language) if figures.last else None,
        "last_complete": run(figures.complete, language=language) if figures.complete else None,
    }


def run(row: HarvestRun, *, lists: bool = False, language: str = "en") -> dict[str, Any]:
    """Return a run, with texts in ``language``; ``lists`` adds changes, rejected and missing.

    ``message`` is why it failed or stopped, "" otherwise.
    """
    shown: dict[str, Any] = {name: getattr(row, name) for name in _RUN_FIELDS}
    shown |= {name: moment(getattr(row, name)) for name in _RUN_TIMES}
    stored = row.report or {}
    shown["message"] = _message(row, stored, language)
    if lists:
        shown["report"] = report.worded(stored, language)
    return shown


def _message(row: HarvestRun, stored: dict[str, Any], language: str) -> str:
    stopped = errors.from_json(stored.get("stopped") or {})
    return stopped.text(language) if stopped else row.message or ""
