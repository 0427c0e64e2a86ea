"""Whether checks are paused, for all workers; kept in the database, so that nothing ends it."""

from __future__ import annotations

import sqlalchemy as sa
from ckan import model
from ckan.model import system_info

_KEY = "hanse.links.paused"


def is_paused() -> bool:
    """Return whether no link is to be checked."""
    row = system_info.SystemInfo
    query = sa.select(row.value).where(row.key == _KEY)
    return model.Session.scalar(query) == "true"


def pause(paused: bool) -> None:
    """Pause all checks, or let them go on; workers see it within seconds.  Commits."""
    system_info.set_system_info(_KEY, "true" if paused else "false")
    model.Session.commit()
