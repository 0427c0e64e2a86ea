"""Places for costly requests: so many at a time, some of them of one client, in one line.

Counted in Redis for all processes.  A place expires by itself, should it never be given back.
Without Redis each process counts for itself, and nobody waits in line.
"""

from __future__ import annotations

import logging
import secrets
import threading
import time
from collections import Counter

from ckan.lib.redis import connect_to_redis
from redis import RedisError

from ckanext.hanse import redis_keys

log = logging.getLogger(__name__)


class Places:
    """The places for one kind of request; ``name`` is part of their key in Redis."""

    def __init__(self, name: str) -> None:
        self._name = name
        #: Client → number of its requests in this process, for when Redis is down.
        self._own: Counter[str] = Counter()
        self._lock = threading.Lock()

    def take(self, who: str, *, total: int, each: int, longest: float, alone: int = 0) -> str:
        """Take a place in the line for a request of a client, "" if there is none.

        ``who``      the client, without a colon.  ``total``, ``each``: places of all, of a client.
        ``longest``  seconds after which the place expires.
        ``alone``    places of a process without Redis, ``total`` if 0.
        """
        place = f"{who}:{secrets.token_hex(8)}"
        key, now = self._key(), time.time()
        try:
            with connect_to_redis().pipeline() as pipeline:
                pipeline.zremrangebyscore(key, "-inf", now - longest)
                pipeline.zadd(key, {place: now})
                pipeline.zrange(key, 0, -1)
                pipeline.expire(key, int(longest) + 1)
                taken = [entry.decode() for entry in pipeline.execute()[2]]
        except RedisError as fault:
            log.warning("Places are counted by this process alone: %s", fault)
            return self._take_here(who, alone or total, each)
        mine = [entry for entry in taken if entry.partition(":")[0] == who]
        if len(taken) <= total and len(mine) <= each:
            return place
        self.give_back(place)
        return ""

    def is_first(self, place: str, number: int) -> bool:
        """Return whether a place is among the first ``number`` of the line; True without Redis."""
        if place.endswith(":"):
            return True
        try:
            rank = connect_to_redis().zrank(self._key(), place)
        except RedisError:
            return True
        return rank is None or int(rank) < number

    def give_back(self, place: str) -> None:
        """Release a place."""
        who, _, name = place.partition(":")
        if not name:
            with self._lock:
                self._own[who] -= 1
            return
        try:
            connect_to_redis().zrem(self._key(), place)
        except RedisError:  # it expires by itself
            log.warning("A place could not be given back", exc_info=True)

    def _take_here(self, who: str, total: int, each: int) -> str:
        with self._lock:
            if self._own.total() >= total or self._own[who] >= each:
                return ""
            self._own[who] += 1
        return f"{who}:"

    def _key(self) -> str:
        return redis_keys.key(self._name)
