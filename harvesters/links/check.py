"""One check of one link, right now: for an officer's "check again"."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime

from hanse_harvesters.errors import HanseError
from hanse_harvesters.http.robots import PRODUCT, Robots
from hanse_harvesters.http.start import Starter
from hanse_harvesters.links.answer import Answer
from hanse_harvesters.links.target import Target, host_of
from hanse_harvesters.links.walk import RobotsWalk, Step, Walk, origin_of

#: Seconds between two requests to a host; the longest that a robots.txt may make of them here.
PAUSE, _LONGEST = 2.0, 60.0


def _utc() -> datetime:
    return datetime.now(UTC)


def check(
    target: Target,
    client: Starter,
    *,
    now: Callable[[], datetime] = _utc,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Answer:
    """Return the answer; never raises for what a server does.

    Up to some ten requests with their pauses of 2 s per host (robots.txt, redirects, a service's
    description and its address), each within its limits: at most a few minutes in total.  A
    host that asks to come later is not asked again.
    """
    walk = Walk(target, now)
    pace = _Pace(client, clock, sleep)
    rules: dict[str, Robots] = {}
    while walk.answer is None:
        origin = origin_of(walk.url)
        if origin not in rules:
            robots = RobotsWalk(origin, now)
            while not robots.ended:
                pace.step(robots)
            if robots.answer is not None:
                walk.conclude(robots.answer)
                break
            rules[origin] = robots.rules or Robots()
            pace.delays[host_of(walk.url)] = min(rules[origin].delay, _LONGEST)
        elif not rules[origin].allows(walk.url):
            host = host_of(walk.url)
            walk.refuse(HanseError("robots-disallowed", host=host, agent=PRODUCT))
        else:
            pace.step(walk)
    assert walk.answer is not None
    return walk.answer


class _Pace:
    """Sends requests one after another, with each host's pause."""

    def __init__(
        self, client: Starter, clock: Callable[[], float], sleep: Callable[[float], None]
    ) -> None:
        self.delays: dict[str, float] = {}
        self._client, self._clock, self._sleep = client, clock, sleep
        self._ended: dict[str, float] = {}

    def step(self, walk: Walk | RobotsWalk) -> Step:
        host = host_of(walk.url)
        if host in self._ended:
            pause = max(PAUSE, self.delays.get(host, 0.0))
            wait = self._ended[host] + pause - self._clock()
            if wait > 0:
                self._sleep(wait)
        try:
            return walk.step(self._client)
        finally:
            self._ended[host] = self._clock()
