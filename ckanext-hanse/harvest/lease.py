"""Permission to write for a source: a lease in its row, with a fencing token.

Taking a source increments its token; each transaction of a run that writes locks the row
(``FOR SHARE``) and checks that its token is still valid.  So a worker that was suspended past its
lease writes nothing when it resumes, and the source cannot be taken between a worker's check and
its commit.  A worker suspended *within* a transaction would lock the row for ever; PostgreSQL ends
such a session after the duration of a lease.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from threading import Event

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import HarvestRun, HarvestSource, RunStatus
from hanse_harvesters.errors import StopRun

_NOW = sa.func.clock_timestamp()
#: No lease lasts this long: one that seems to was set by a wrong clock.
_NEVER = timedelta(days=1)


@dataclass(slots=True)
class Lease:
    """The right to write for one source, until ``seconds`` after the last heartbeat.

    ``lost`` is set once another run is found to have taken the source; ``recovered`` is True if
    the previous holder did not release it.
    """

    source_id: int
    token: int
    holder: str
    seconds: int
    recovered: bool = False
    lost: Event = field(default_factory=Event)

    def hold(self, *, alone: bool = False) -> None:
        """Lock the source within the session's transaction, so that it stays ours until its end.

        ``alone`` for a transaction that changes the source's own row: it must not start with a
        shared lock and upgrade it while the run's heartbeat waits for the same row.
        Raises StopRun (``lease-lost``) if the source is no longer ours.
        """
        if not self.lost.is_set():
            limit = f"{self.seconds * 1000}ms"
            model.Session.execute(
                sa.select(sa.func.set_config("idle_in_transaction_session_timeout", limit, True))
            )
            query = sa.select(HarvestSource.id).where(self.owns())
            query = query.with_for_update(read=not alone, key_share=alone)
            if model.Session.scalar(query) is not None:
                return
            self.lost.set()
        raise StopRun("lease-lost", holder=self.holder)

    def share(self, connection: sa.Connection) -> bool:
        """Lock as :meth:`hold` on another ``connection``; return False if no longer ours."""
        query = sa.select(HarvestSource.id).where(self.owns()).with_for_update(read=True)
        if connection.scalar(query) is None:
            self.lost.set()
        return not self.lost.is_set()

    def renew(self, connection: sa.Connection) -> bool:
        """Extend the lease in a transaction on ``connection``; return False if no longer ours."""
        until = _NOW + timedelta(seconds=self.seconds)
        done = connection.execute(
            sa.update(HarvestSource).where(self.owns()).values(lease_until=until)
        )
        if not done.rowcount:
            self.lost.set()
        return not self.lost.is_set()

    def release(self) -> None:
        """Release the source if it is still ours; commits."""
        model.Session.execute(
            sa.update(HarvestSource).where(self.owns()).values(lease_holder="", lease_until=None)
        )
        model.Session.commit()

    def owns(self) -> sa.ColumnElement[bool]:
        """Return the condition that a row of ``hanse_source`` is this source and still ours."""
        return sa.and_(HarvestSource.id == self.source_id, HarvestSource.lease_token == self.token)


def take(source_id: int, *, seconds: int) -> Lease | None:
    """Take a source that has no run, or whose run has no heartbeat; None if it is running.

    Runs that a previous holder left open are closed as failed.  Commits.
    """
    row = model.Session.execute(
        sa.select(HarvestSource.lease_holder, HarvestSource.lease_token).where(
            HarvestSource.id == source_id
        )
    ).one()
    free = sa.or_(HarvestSource.lease_until.is_(None), _ran_out())
    if row.lease_holder and _is_dead(row.lease_holder):
        free = sa.or_(free, HarvestSource.lease_token == row.lease_token)
    holder = name()
    token = model.Session.scalar(
        sa.update(HarvestSource)
        .where(HarvestSource.id == source_id, free)
        .values(
            lease_token=HarvestSource.lease_token + 1,
            lease_holder=holder,
            lease_until=_NOW + timedelta(seconds=seconds),
        )
        .returning(HarvestSource.lease_token)
    )
    if token is None:
        model.Session.rollback()
        return None
    if row.lease_holder:
        _close_left_open(source_id)
    model.Session.commit()
    return Lease(source_id, token, holder, seconds, recovered=bool(row.lease_holder))


def _ran_out() -> sa.ColumnElement[bool]:
    """Return the condition for a lease that has expired or was set by a wrong clock."""
    return sa.or_(HarvestSource.lease_until < _NOW, HarvestSource.lease_until > _NOW + _NEVER)


def _close_left_open(source_id: int) -> None:
    """Close the runs whose worker is gone as failed."""
    open_runs = sa.and_(
        HarvestRun.source_id == source_id, HarvestRun.status == RunStatus.RUNNING.value
    )
    abandoned = StopRun("run-abandoned")
    model.Session.execute(
        sa.update(HarvestRun)
        .where(open_runs)
        .values(
            status=RunStatus.FAILED.value,
            finished=sa.func.now(),
            message=abandoned.text(),
            report={"stopped": abandoned.as_json()},
        )
    )


def close_abandoned() -> list[str]:
    """Free the sources whose worker is gone and close their runs; return the sources' names.

    For ``tick``: a page must not show a run that has no worker.  Commits.
    """
    rows = model.Session.execute(
        sa.select(HarvestSource.id, HarvestSource.name, HarvestSource.lease_holder, _ran_out())
        .where(HarvestSource.lease_until.is_not(None))
        .order_by(HarvestSource.name)
    ).all()
    freed = []
    for source_id, source_name, holder, ran_out in rows:
        if not ran_out and not _is_dead(holder):
            continue
        lease = take(source_id, seconds=1)
        if lease:
            lease.release()
            freed.append(source_name)
    return freed


def running_organizations() -> set[str]:
    """Return ids of the organizations with a source that is running at the moment."""
    query = sa.select(HarvestSource.organization_id).where(
        HarvestSource.lease_until >= _NOW, HarvestSource.organization_id.is_not(None)
    )
    return set(model.Session.scalars(query))


@dataclass(frozen=True, slots=True)
class Holding:
    """The holder of a source's lease, and when it expires without a heartbeat."""

    holder: str
    until: datetime | None


def holding(source_id: int) -> Holding:
    """Return who holds the source's lease; an empty holder if nobody does."""
    row = model.Session.execute(
        sa.select(HarvestSource.lease_holder, HarvestSource.lease_until).where(
            HarvestSource.id == source_id
        )
    ).one()
    return Holding(row.lease_holder.partition(" ")[0], row.lease_until)


def name() -> str:
    """Identify this process: ``host:pid``, and a mark against reuse of the process id."""
    return f"{socket.gethostname()}:{os.getpid()} {_space()}:{_began(os.getpid())}"


def _is_dead(holder: str) -> bool:
    """Return whether a holder on this machine has ended; False for other machines."""
    host, _, rest = holder.partition(":")
    pid, _, mark = rest.partition(" ")
    space, _, began = mark.rpartition(":")
    if host != socket.gethostname() or space != _space() or not pid.isdecimal():
        return False
    return _began(int(pid)) != began


def _space() -> str:
    """Return the namespace of process ids: containers share a host name, but not that."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:  # not Linux: the lease alone decides
        return str(os.getpid())


def _began(pid: int) -> str:
    """Return the start time of a process, "" if there is none or it is a zombie."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    state, *fields = text.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]
