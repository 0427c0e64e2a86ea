"""Who may write for a source: a lease in its row, with a fencing token.

Whoever takes a source raises its token; each transaction of a run that writes
holds the row (``FOR SHARE``) and asks whether its token still stands.  So a
worker that was stopped past its lease and wakes up writes nothing, and nobody
takes a source between a worker's question and its commit.  A worker stopped
*within* a transaction would hold the row for ever; PostgreSQL ends such a
session after the time of a lease.
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
#: No lease lasts so long: one that seems to was given by a clock that was wrong.
_NEVER = timedelta(days=1)


@dataclass(slots=True)
class Lease:
    """The right to write for one source, until ``seconds`` after the last sign of life.

    ``lost`` is set once somebody else was seen to have taken the source;
    ``recovered`` where the holder before did not give it back.
    """

    source_id: int
    token: int
    holder: str
    seconds: int
    recovered: bool = False
    lost: Event = field(default_factory=Event)

    def hold(self, *, alone: bool = False) -> None:
        """Within the session's transaction: the source stays ours until it ends.

        ``alone`` for a transaction that changes the source's own row: it may not share a lock
        that it makes stronger later while the run's sign of life waits for the same.
        StopRun (``lease-lost``) where it is ours no more.
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
        """As :meth:`hold` on another ``connection``; False where the source is ours no more."""
        query = sa.select(HarvestSource.id).where(self.owns()).with_for_update(read=True)
        if connection.scalar(query) is None:
            self.lost.set()
        return not self.lost.is_set()

    def renew(self, connection: sa.Connection) -> bool:
        """A sign of life, in a transaction of its own on ``connection``; False as above."""
        until = _NOW + timedelta(seconds=self.seconds)
        done = connection.execute(
            sa.update(HarvestSource).where(self.owns()).values(lease_until=until)
        )
        if not done.rowcount:
            self.lost.set()
        return not self.lost.is_set()

    def release(self) -> None:
        """Give the source back, if it is ours still; commits."""
        model.Session.execute(
            sa.update(HarvestSource).where(self.owns()).values(lease_holder="", lease_until=None)
        )
        model.Session.commit()

    def owns(self) -> sa.ColumnElement[bool]:
        """Of a row of ``hanse_source``: it is this one, and ours still."""
        return sa.and_(HarvestSource.id == self.source_id, HarvestSource.lease_token == self.token)


def take(source_id: int, *, seconds: int) -> Lease | None:
    """Take a source that nobody runs, or whose run gives no sign of life; None if it is run.

    Runs that a former holder left open are closed as failed.  Commits.
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
    """A lease whose time is over, or that no right clock can have given."""
    return sa.or_(HarvestSource.lease_until < _NOW, HarvestSource.lease_until > _NOW + _NEVER)


def _close_left_open(source_id: int) -> None:
    """Runs whose worker is gone did not end; the new holder ends them."""
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
    """Free the sources whose worker is gone and end their runs; gives the sources' names.

    For ``tick``: a page must not show a run that nobody runs.  Commits.
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
    """Ids of the organisations whose sources somebody runs at this moment."""
    query = sa.select(HarvestSource.organization_id).where(
        HarvestSource.lease_until >= _NOW, HarvestSource.organization_id.is_not(None)
    )
    return set(model.Session.scalars(query))


@dataclass(frozen=True, slots=True)
class Holding:
    """Who runs a source, and until when without a sign of life."""

    holder: str
    until: datetime | None


def holding(source_id: int) -> Holding:
    """Who holds the source's lease; an empty holder if nobody does."""
    row = model.Session.execute(
        sa.select(HarvestSource.lease_holder, HarvestSource.lease_until).where(
            HarvestSource.id == source_id
        )
    ).one()
    return Holding(row.lease_holder.partition(" ")[0], row.lease_until)


def name() -> str:
    """This process: ``host:pid``, and what tells it from another with the same number."""
    return f"{socket.gethostname()}:{os.getpid()} {_space()}:{_began(os.getpid())}"


def _is_dead(holder: str) -> bool:
    """Whether a holder of this machine has ended; of another machine only its lease tells."""
    host, _, rest = holder.partition(":")
    pid, _, mark = rest.partition(" ")
    space, _, began = mark.rpartition(":")
    if host != socket.gethostname() or space != _space() or not pid.isdecimal():
        return False
    return _began(int(pid)) != began


def _space() -> str:
    """The space in which process numbers count: containers share a host name, not that."""
    try:
        return os.readlink("/proc/self/ns/pid")
    except OSError:  # no Linux: the lease alone decides
        return str(os.getpid())


def _began(pid: int) -> str:
    """When a process began, "" where there is none or only what is left of one."""
    try:
        text = Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace")
    except OSError:
        return ""
    state, *fields = text.rpartition(")")[2].split()
    return "" if state in "ZX" else fields[18]
