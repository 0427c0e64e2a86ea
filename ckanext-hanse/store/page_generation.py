"""The mark under which kept pages hold, one for all web processes and workers.

It stands in Redis, in one short key.  A page is kept with the mark that was read before it was
made, and shown only while that still stands.  Where Redis does not answer, nobody knows whether
it does: no page is kept or shown from memory, and everything is made anew.
"""

from __future__ import annotations

import logging
import secrets
import time

import ckan.plugins.toolkit as tk
from redis import Redis, RedisError

log = logging.getLogger(__name__)

#: Seconds that Redis may be silent; a page made anew costs less than waiting longer.
_PATIENCE = 0.25
#: Seconds for which it is left alone then.
_REST = 2.0


class Generation:
    """Reads and renews the mark of this site."""

    def __init__(self) -> None:
        self._redis: Redis | None = None
        self._url = ""
        self._rests_until = 0.0
        self._owes = False

    def read(self) -> str | None:
        """The mark that stands now; None where nobody knows."""
        if self._owes and not self.renew():
            return None
        if time.monotonic() < self._rests_until:
            return None
        try:
            found = self._connected().get(self._key())
            if found is None:
                self._connected().set(self._key(), secrets.token_hex(8), nx=True)
                found = self._connected().get(self._key())
        except RedisError as error:
            self._silent(error)
            return None
        return bytes(found).decode() if found else None

    def renew(self) -> bool:
        """From now on no page holds that was made before; False where it must be done later."""
        self._owes = True
        if time.monotonic() < self._rests_until:
            return False
        try:
            self._connected().set(self._key(), secrets.token_hex(8))
        except RedisError as error:
            self._silent(error)
            return False
        self._owes = False
        return True

    def _silent(self, error: RedisError) -> None:
        log.warning("pages are not kept: Redis does not answer: %s", error)
        self._rests_until = time.monotonic() + _REST

    def _key(self) -> str:
        return f"hanse:pages:{tk.config.get('ckan.site_id')}"

    def _connected(self) -> Redis:
        """A connection of our own: CKAN's waits without end."""
        url = str(tk.config["ckan.redis.url"])
        if self._redis is None or url != self._url:
            self._redis = Redis.from_url(
                url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
            )
            self._url = url
        return self._redis


#: That of this process.
current = Generation()
