"""The generation mark of cached pages, shared by all web processes and workers.

It is one short key in Redis.  A page is cached with the mark that was read before the page was
built, and served only while that mark is current.  If Redis does not answer, the mark is
unknown: no page is cached or served from memory, and every page is built anew.
"""

from __future__ import annotations

import logging
import secrets
import time
from datetime import datetime, timezone

import ckan.plugins.toolkit as tk
from redis import Redis, RedisError

log = logging.getLogger(__name__)

#: Seconds to wait for Redis; building a page costs less than waiting longer.
_PATIENCE = 0.25
#: Seconds without a further attempt after that.
_REST = 2.0


def _mark() -> str:
    return f"{time.time_ns() // 1_000_000:x}-{secrets.token_hex(8)}"


def since(mark: str | None) -> datetime | None:
    """Return when a mark was set, in UTC; None if it is unknown."""
    milliseconds, _, token = (mark or "").partition("-")
    try:
        return datetime.fromtimestamp(int(milliseconds, 16) / 1000, timezone.utc) if token else None
    except (ValueError, OverflowError, OSError):
        return None


class Generation:
    """Reads and renews the generation mark of this site."""

    def __init__(self) -> None:
        self._redis: Redis | None = None
        self._url = ""
        self._rests_until = 0.0
        self._owes = False

    def read(self) -> str | None:
        """Return the current mark, None if it is unknown."""
        if self._owes and not self.renew():
            return None
        if time.monotonic() < self._rests_until:
            return None
        try:
            found = self._connected().get(self._key())
            if found is None:
                self._connected().set(self._key(), _mark(), nx=True)
                found = self._connected().get(self._key())
        except RedisError as error:
            self._silent(error)
            return None
        return bytes(found).decode() if found else None

    def renew(self) -> bool:
        """Invalidate all cached pages; return False if that has to be retried later."""
        self._owes = True
        if time.monotonic() < self._rests_until:
            return False
        try:
            self._connected().set(self._key(), _mark())
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
        """Return a connection of our own: CKAN's has no time-out."""
        url = str(tk.config["ckan.redis.url"])
        if self._redis is None or url != self._url:
            self._redis = Redis.from_url(
                url, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
            )
            self._url = url
        return self._redis


#: The instance of this process.
current = Generation()
