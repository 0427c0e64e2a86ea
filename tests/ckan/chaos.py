"""A run in a process of its own that is killed, or stopped, at any of its deeds."""

from __future__ import annotations

import os
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import requests
import sqlalchemy as sa
from ckan import model
from ckan.model import meta
from ckan.tests.helpers import call_action

from ckanext.hanse.harvest import engine
from ckanext.hanse.model import DatasetState, HarvestRun, HarvestSource, RunStatus, SourceRecord

#: What a child says by its exit code when the run went through.
THROUGH = 7


class Deeds:
    """Counts what a process does to the outside (SQL, commits, HTTP), and acts at the ``at``-th."""

    def __init__(self, at: int = 0, act: Callable[[], None] = lambda: None) -> None:
        self.count = 0
        self._at = at
        self._act = act

    def note(self, *_: Any) -> None:
        self.count += 1
        if self.count == self._at:
            self._act()

    @contextmanager
    def watched(self) -> Iterator[Deeds]:
        """Count within the block; a deed is noted before it is done, an answer once it is there."""
        send = requests.Session.send

        def noted(session: Any, request: Any, **keywords: Any) -> Any:
            self.note()
            answer = send(session, request, **keywords)
            self.note()
            return answer

        def statement(*arguments: Any) -> None:
            self.note()

        requests.Session.send = noted  # type: ignore[method-assign]
        sa.event.listen(meta.engine, "before_cursor_execute", statement)
        sa.event.listen(meta.engine, "commit", statement)
        try:
            yield self
        finally:
            requests.Session.send = send  # type: ignore[method-assign]
            sa.event.remove(meta.engine, "before_cursor_execute", statement)
            sa.event.remove(meta.engine, "commit", statement)


def run_in_child(name: str, at: int, act: Callable[[], None]) -> int:
    """Harvest in a forked process that does ``act`` at its deed number ``at``; gives its pid."""
    model.Session.commit()
    model.Session.remove()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        meta.engine.dispose(close=False)  # the connections are the parent's
        with Deeds(at, act).watched():
            engine.harvest(name)
        code = THROUGH
    except BaseException:
        traceback.print_exc()
    os._exit(code)


def kill_oneself() -> None:
    """As the kernel does when memory is short."""
    os.kill(os.getpid(), signal.SIGKILL)


def stop_oneself() -> None:
    """As a machine that is put to sleep."""
    os.kill(os.getpid(), signal.SIGSTOP)


def wait_for(pid: int, *, stopped: bool = False, seconds: float = 60.0) -> int:
    """Wait until a child ended, or stopped; gives its status.  AssertionError after a minute."""
    flags = os.WNOHANG | (os.WUNTRACED if stopped else 0)
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        found, status = os.waitpid(pid, flags)
        if found:
            return status
        time.sleep(0.05)
    os.kill(pid, signal.SIGKILL)
    os.waitpid(pid, 0)
    raise AssertionError(f"the child {pid} neither ended nor stopped within {seconds} s")


_VOLATILE = {
    *("id", "package_id", "creator_user_id", "owner_org"),
    *("metadata_created", "metadata_modified", "created"),
}


def catalogue_state() -> dict[str, Any]:
    """All that a visitor or a run can see: datasets, what search finds, records, what is open."""
    model.Session.commit()
    names = call_action("package_list")
    found = call_action("package_search", rows=1000)
    return {
        "datasets": {name: _steady(call_action("package_show", id=name)) for name in names},
        "found": {row["name"]: _steady(row) for row in found["results"]},
        "records": sorted(
            model.Session.execute(
                sa.select(SourceRecord.identity, SourceRecord.state, SourceRecord.normalised)
            ).tuples()
        ),
        "pending": model.Session.scalar(
            sa.select(sa.func.count()).where(DatasetState.index_pending)
        ),
        "running": model.Session.scalar(
            sa.select(sa.func.count()).where(HarvestRun.status == RunStatus.RUNNING.value)
        ),
        "leases": list(
            model.Session.scalars(
                sa.select(HarvestSource.lease_holder).where(HarvestSource.lease_holder != "")
            )
        ),
    }


def rows() -> dict[str, list[str]]:
    """Every row of our tables and of the datasets.

    Without the marks of what waits for the index: one more of them does no harm, and
    one less is seen in ``marks``.
    """
    model.Session.rollback()
    found = {}
    with meta.engine.connect() as connection:
        for table in _TABLES:
            query = f"SELECT (to_jsonb(t) - 'index_pending' - 'lease_until')::text FROM {table} t"
            found[table] = sorted(connection.scalars(sa.text(query)))
        marks = "SELECT dataset_id FROM hanse_dataset_state WHERE index_pending ORDER BY 1"
        found["marks"] = list(connection.scalars(sa.text(marks)))
    return found


_TABLES = (
    *("hanse_source", "hanse_run", "hanse_record", "hanse_dataset_state", "hanse_link"),
    *("hanse_alert", "hanse_correction", "hanse_former", "package", "resource", "activity"),
)


def let_leases_end() -> None:
    """As if nobody had given a sign of life for long."""
    model.Session.rollback()
    with meta.engine.begin() as connection:
        connection.execute(sa.text("SET LOCAL lock_timeout = '10s'"))
        connection.execute(
            sa.update(HarvestSource)
            .where(HarvestSource.lease_until.is_not(None))
            .values(lease_until=sa.func.now() - sa.text("interval '1 day'"))
        )


def _steady(value: Any) -> Any:
    """A package without ids and times, which differ between two undisturbed runs as well."""
    if isinstance(value, dict):
        return {key: _steady(item) for key, item in value.items() if key not in _VOLATILE}
    return [_steady(item) for item in value] if isinstance(value, list) else value
