"""Which process may send requests to a host: a lease in its row, for all machines together."""

from __future__ import annotations

import os
import secrets
import socket
from datetime import timedelta

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.model import UrlHost

#: Time without a sign of life after which another process may have the host; longer than
#: two signs (rounds.py) and the pause between two requests.
LEASE = timedelta(seconds=120)
_NOW = sa.func.clock_timestamp()


class HostLeases:
    """The hosts that this process has; every method is a transaction of its own."""

    def __init__(self) -> None:
        self.holder = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(4)}"

    def take(self, host: str) -> bool:
        """Take a host; False if another process has it, or it is to be left alone for a while."""
        mine = {"holder": self.holder, "held_until": _NOW + LEASE}
        row = UrlHost
        free = sa.or_(row.held_until.is_(None), row.held_until < _NOW, row.holder == self.holder)
        rested = sa.or_(row.rests_until.is_(None), row.rests_until < _NOW)
        statement = (
            insert(row)
            .values(host=host, **mine)
            .on_conflict_do_update(index_elements=["host"], set_=mine, where=free & rested)
            .returning(row.host)
        )
        taken = model.Session.execute(statement).first() is not None
        model.Session.commit()
        return taken

    def give_back(self, host: str) -> None:
        """Give a host back, so that another process may have it at once."""
        self._free(UrlHost.host == host)

    def give_all_back(self) -> None:
        """Give every host back that this process has."""
        self._free(sa.true())

    def renew(self) -> None:
        """Give a sign of life."""
        model.Session.execute(
            sa.update(UrlHost)
            .where(UrlHost.holder == self.holder)
            .values(held_until=_NOW + LEASE)
            .execution_options(synchronize_session=False)
        )
        model.Session.commit()

    def _free(self, which: sa.ColumnElement[bool]) -> None:
        model.Session.execute(
            sa.update(UrlHost)
            .where(UrlHost.holder == self.holder, which)
            .values(holder="", held_until=None)
            .execution_options(synchronize_session=False)
        )
        model.Session.commit()
