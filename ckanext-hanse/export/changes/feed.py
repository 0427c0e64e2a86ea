"""The feed of changes: each dataset once, at the place of its last change.

Who begins with a dump and its cursor, and asks again with ``next`` of the answer before, holds the
same datasets as the catalogue.  A dataset may be named again though nothing of it changed; none
that changed is left out.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.export.changes import settle, since
from ckanext.hanse.export.changes.since import Cursor
from ckanext.hanse.model import Change
from ckanext.hanse.store import rdf
from hanse_harvesters.errors import ConfigError

#: Changes of an answer, and at most.
SOME, MOST = 500, 5000
#: In CKAN's table of settings: the mark of this list of changes.
_KEY = "hanse.changes.log"
_system = model.SystemInfo.__table__


@dataclass(frozen=True, slots=True)
class FeedEntry:
    """The last change of a dataset.

    ``change``  ``created``, ``changed`` or ``deleted``; ``why`` a deleted one is gone.
    ``name``, ``uri``, ``page``  "" for an erased one, of which only the id is left; ``title`` is
                "" for every deleted one.
    ``when``    its place in time; not before that of the change.
    """

    id: str
    change: str
    why: str
    name: str
    title: str
    uri: str
    page: str
    when: datetime
    position: int


@dataclass(frozen=True, slots=True)
class FeedPage:
    """A part of the feed: what changed behind ``since``, up to ``next``.

    ``more``   whether there is something behind ``next`` already.
    ``as_of``  the database's time when it was read.
    """

    entries: Sequence[FeedEntry]
    since: str
    next: str
    more: bool
    as_of: datetime


def page(asked: str, limit: int = SOME) -> FeedPage:
    """Return what changed since a time or cursor, in the order of places.

    Raises ConfigError: ``since-malformed``, ``since-future``, ``since-unknown``.
    """
    settle.settle()
    with _reading() as connection:
        now, log = _clock(connection), _log(connection)
        after = _position(connection, since.read(asked, now), log, asked)
        query = _entries().where(Change.position > after).order_by(Change.position)
        found = connection.execute(query.limit(limit + 1)).all()
        entries = [_entry(row, after, rdf.site()) for row in found[:limit]]
        last = entries[-1].position if entries else after
        return FeedPage(
            entries, str(Cursor(log, after)), str(Cursor(log, last)), len(found) > limit, now
        )


def latest(limit: int = SOME) -> FeedPage:
    """Return the last changes, the newest first; ``next`` is the end of the feed."""
    settle.settle()
    with _reading() as connection:
        now, log = _clock(connection), _log(connection)
        query = _entries().where(Change.position.is_not(None)).order_by(Change.position.desc())
        found = connection.execute(query.limit(limit)).all()
        entries = [_entry(row, row.position - 1, rdf.site()) for row in found]
        end = entries[0].position if entries else 0
        return FeedPage(entries, "", str(Cursor(log, end)), False, now)


def newest() -> str:
    """Return the cursor of the end of the feed."""
    settle.settle()
    with _reading() as connection:
        return str(Cursor(_log(connection), _end(connection)))


def begin_anew() -> None:
    """Make all cursors invalid: after a restore, places are given a second time.  Commits."""
    with model.meta.engine.begin() as connection:
        connection.execute(sa.delete(_system).where(_system.c.key == _KEY))


def _reading() -> Any:
    """Return a connection of its own, so that a request's transaction shows it nothing older."""
    return model.meta.engine.begin()


def _clock(connection: sa.Connection) -> datetime:
    found: datetime = connection.scalar(sa.select(sa.func.clock_timestamp()))
    return found


def _log(connection: sa.Connection) -> str:
    """Return the mark of this list of changes; makes one if there is none."""
    query = sa.select(_system.c.value).where(_system.c.key == _KEY)
    found = connection.scalar(query)
    if found is None:
        connection.execute(
            insert(_system).values(key=_KEY, value=secrets.token_hex(4)).on_conflict_do_nothing()
        )
        found = connection.scalar(query)
    return str(found)


def _end(connection: sa.Connection) -> int:
    return int(connection.scalar(sa.select(sa.func.max(Change.position))) or 0)


def _position(
    connection: sa.Connection, asked: Cursor | datetime | None, log: str, value: str
) -> int:
    if asked is None:
        return 0
    if isinstance(asked, Cursor):
        given = sa.text("SELECT last_value FROM hanse_change_position")
        if asked.log != log or asked.position > int(connection.scalar(given) or 0):
            raise ConfigError("since-unknown", value=value)
        return asked.position
    first = connection.scalar(
        sa.select(sa.func.min(Change.position)).where(Change.settled >= asked)
    )
    return first - 1 if first is not None else _end(connection)


def _entries() -> Any:
    package = model.Package
    shown = sa.and_(
        package.id == Change.dataset_id,
        Change.gone == "",
        package.state == model.State.ACTIVE,
        ~package.private,
    )
    columns = (
        Change.dataset_id, Change.position, Change.first, Change.gone, Change.name, Change.uri,
        Change.settled, package.title,
    )  # fmt: skip
    return sa.select(*columns).select_from(Change).outerjoin(package, shown)


def _entry(row: Any, after: int, site: str) -> FeedEntry:
    change = "deleted" if row.gone else "created" if row.first > after else "changed"
    named = bool(row.name)
    return FeedEntry(
        row.dataset_id,
        change,
        row.gone,
        row.name,
        row.title or "",
        (row.uri or rdf.home(row.dataset_id, site)) if named else "",
        f"{site}/dataset/{row.name}" if named else "",
        row.settled,
        row.position,
    )
