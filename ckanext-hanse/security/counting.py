"""Rate limits, counted in Redis for all processes.

While Redis is down each process counts for itself: nobody is locked out, and no request fails.
"""

from __future__ import annotations

import logging
import math
import threading
import time
from collections.abc import Callable, Sequence
from functools import cache
from typing import TypeVar

import ckan.plugins.toolkit as tk
from limits import RateLimitItem
from limits.storage import MemoryStorage, RedisStorage
from limits.strategies import FixedWindowRateLimiter
from redis import RedisError

log = logging.getLogger(__name__)

RateLimits = Sequence[RateLimitItem]
T = TypeVar("T")

_PATIENCE = 0.5
"""Timeout of Redis in seconds; a rate limit must not delay requests itself."""
_REST = 10.0
"""Seconds for which a Redis that did not respond is not called again."""


class _Counters:
    """The counters in Redis, and the replacement in this process."""

    def __init__(self, url: str, prefix: str) -> None:
        storage = RedisStorage(
            url, key_prefix=prefix, socket_timeout=_PATIENCE, socket_connect_timeout=_PATIENCE
        )
        self._shared = FixedWindowRateLimiter(storage)
        self._lock = threading.Lock()
        self._own: FixedWindowRateLimiter | None = None
        self._away_until = 0.0

    def ask(self, question: Callable[[FixedWindowRateLimiter], T]) -> T:
        """Return the result of Redis, or else of this process."""
        if time.monotonic() >= self._away_until:
            try:
                return question(self._shared)
            except RedisError as fault:
                self._away_until = time.monotonic() + _REST
                log.warning("Limits are counted by this process alone: %s", fault)
        with self._lock:
            self._own = self._own or FixedWindowRateLimiter(MemoryStorage())
        return question(self._own)


@cache
def _counters(url: str, prefix: str) -> _Counters:
    return _Counters(url, prefix)


def _ask(question: Callable[[FixedWindowRateLimiter], T]) -> T:
    prefix = f"hanse:{tk.config['ckan.site_id']}:limits"
    return _counters(str(tk.config["ckan.redis.url"]), prefix).ask(question)


def hit(limits: RateLimits, *who: str) -> int:
    """Count one more; return the seconds to wait if that exceeds a limit, else 0."""
    return _ask(
        lambda limiter: max(
            (0 if limiter.hit(item, *who) else _left(limiter, item, who) for item in limits),
            default=0,
        )
    )


def full(limits: RateLimits, *who: str) -> int:
    """Return the seconds to wait if one more would exceed a limit, else 0, without counting."""
    return _ask(
        lambda limiter: max(
            (0 if limiter.test(item, *who) else _left(limiter, item, who) for item in limits),
            default=0,
        )
    )


def clear(limits: RateLimits, *who: str) -> None:
    """Reset the counters."""

    def forget(limiter: FixedWindowRateLimiter) -> None:
        for item in limits:
            limiter.clear(item, *who)

    _ask(forget)


def _left(limiter: FixedWindowRateLimiter, item: RateLimitItem, who: tuple[str, ...]) -> int:
    return max(1, math.ceil(limiter.get_window_stats(item, *who).reset_time - time.time()))
