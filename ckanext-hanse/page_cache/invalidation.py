"""Invalidates cached pages after each commit that changed what pages may show.

Changes are detected from the statements sent to CKAN's database, whoever sends them: an
action, one of our writers, another plugin.  An unknown table counts as shown; tables
that no public page shows, and that change all the time, are listed here.
"""

from __future__ import annotations

import re
from threading import local
from typing import Any

import sqlalchemy as sa
from ckan.model import meta
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import Pool

from ckanext.hanse.store.page_generation import current

_WRITE = re.compile(
    r"""\s*(?:WITH\b.*?\b)?
    (?:INSERT\s+INTO|DELETE\s+FROM|TRUNCATE(?:\s+TABLE)?
      |UPDATE(?=\s+\S+\s+(?:(?:AS\s+)?\w+\s+)?SET\b))
    \s+"?(\w+)""",
    re.IGNORECASE | re.DOTALL | re.VERBOSE,
)
#: Tables of users, messages and work in progress.
_NOT_SHOWN = {
    *("user", "api_token", "dashboard", "activity", "activity_detail", "task_status"),
    *("user_following_dataset", "user_following_user", "user_following_group"),
    *("tracking_raw", "tracking_summary", "hanse_alert", "hanse_run", "jobs", "metadata", "logs"),
    # What a check of a link changes for readers, it changes in the datasets' states too.
    *("hanse_url", "hanse_url_host"),
    # No page shows the places of changes, and what was erased changes other tables too.
    *("hanse_change", "hanse_erasure"),
}
#: A source's lease and its next run: a heartbeat, not a change.
_LEASE = re.compile(r"UPDATE hanse_source SET (?:lease_|next_run)")

_thread = local()


def watch() -> None:
    """Start watching this process; a second call changes nothing."""
    for target, name, listener in (
        (Engine, "after_cursor_execute", _note),
        (Session, "after_commit", _committed),
        (Session, "after_rollback", _rolled_back),
        (Pool, "checkin", _returned),
    ):
        if not sa.event.contains(target, name, listener):
            sa.event.listen(target, name, listener)


def _note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
    found = _WRITE.match(statement)
    if found is None or connection.engine.pool is not meta.engine.pool:
        return
    if found[1].lower() not in _NOT_SHOWN and not _LEASE.match(statement):
        _thread.changed = True


def _committed(session: Any) -> None:
    if getattr(_thread, "changed", False):
        _thread.changed = False
        current.renew()


def _rolled_back(session: Any) -> None:
    _thread.changed = False


def _returned(connection: Any, record: Any) -> None:
    """Handle commits on connections without a session as well."""
    _committed(None)
