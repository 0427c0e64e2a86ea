"""Which pushes of a source are kept, and how many may wait."""

from __future__ import annotations

from datetime import timedelta

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import Push
from ckanext.hanse.scheduler import due
from ckanext.hanse.store import push_files
from hanse_harvesters.errors import ConfigError

#: An unfinished push without a request for so long is given up.
_ABANDONED = timedelta(days=1)
#: Pushes of a source that are not at their end, and as many that no run has read.
MOST_WAITING = 10


def check_room(source_id: int) -> None:
    """Raise ConfigError if no run has read so many pushes that another one has no room."""
    query = sa.select(sa.func.count()).where(
        Push.source_id == source_id, Push.completed.is_not(None), Push.run_id.is_(None)
    )
    if model.Session.scalars(query).one() >= MOST_WAITING:
        raise ConfigError("push-unread", most=MOST_WAITING)


def prune(source_id: int) -> None:
    """Delete what is kept no longer, rows first; commits."""
    rows = list(
        model.Session.scalars(
            sa.select(Push).where(Push.source_id == source_id).order_by(Push.created.desc())
        )
    )
    kept = int(tk.config["hanse.push.kept"])
    done = [row for row in rows if row.completed is not None and row.run_id is not None]
    done.sort(key=lambda row: row.completed, reverse=True)  # as a run chooses its document
    if any(row.completed is not None and row.stored is None for row in rows):
        done = []  # that one may need their records
    opened = sorted((row for row in rows if row.completed is None), key=lambda row: row.touched)
    moment = due.now()
    dead = [row for row in opened if moment - row.touched > _ABANDONED]
    gone = [*done[max(kept, 1) :], *(dead or opened[: max(0, len(opened) - MOST_WAITING + 1)])]
    for row in gone:
        model.Session.delete(row)
    model.Session.commit()
    if gone:
        push_files.remove(source_id, [row.name for row in gone])
