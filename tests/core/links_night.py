"""A night of links without a network: servers that are told what to say, and a clock of its own."""

from __future__ import annotations

import bisect
import heapq
import itertools
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

from hanse_harvesters.errors import TryAgain
from hanse_harvesters.http import redirect
from hanse_harvesters.http.start import NoSuchHost, Start
from hanse_harvesters.links import Target, host_of, key_of

BEGIN = datetime(2026, 11, 2, 21, 0, tzinfo=UTC)


class Servers:
    """Stands in for the client of every thread.

    ``says``     URL, host or ``*`` → status, (status, headers), an error, or a function of the URL.
    ``seconds``  a host's time for an answer.
    """

    def __init__(
        self, says: Mapping[str, Any] | None = None, seconds: Mapping[str, float] | None = None
    ) -> None:
        self.says = {"*": 200, **(says or {})}
        self.seconds = seconds or {}
        self.now = 0.0
        #: Begin, end, host and URL of each request.
        self.asked: list[tuple[float, float, str, str]] = []

    def start(self, url: str, *, most: int = 0, ranged: bool = True) -> Start:
        host = host_of(url)
        took = self.seconds.get(host, 0.4)
        self.asked.append((self.now, self.now + took, host, url))
        path = urlsplit(url).path
        usual = 404 if path == "/robots.txt" else self.says["*"]
        said = self.says.get(url, self.says.get(host, usual))
        if callable(said) and not isinstance(said, type):
            said = said(url)
        if said == "unknown":
            raise NoSuchHost("host-unknown", where=url, host=host)
        if said == "refused":
            raise TryAgain("connection-failed", where=url, reason="Connection refused")
        if said == "broken":
            raise TryAgain("answer-broke-off", where=url, reason="IncompleteRead")
        status, headers = said if isinstance(said, tuple) else (said, {})
        content = headers.get("body", b"a;b\n1;2\n3;4\n")
        return Start(url, status, headers, headers.get("location", ""), content, True, 12, took)

    def led_to(self, start: Start) -> str:
        return redirect.target(start.url, start.location)

    def of_host(self, host: str) -> list[tuple[float, float]]:
        return sorted((begin, end) for begin, end, asked, _ in self.asked if asked == host)

    def closest(self) -> float:
        """Return the shortest time between the end of a request to a host and the next one."""
        hosts = {host for _, _, host, _ in self.asked}
        pairs = (itertools.pairwise(self.of_host(host)) for host in hosts)
        return min(round(after[0] - before[1], 6) for before, after in itertools.chain(*pairs))

    def most_at_once(self) -> int:
        times = sorted([(b, 1) for b, *_ in self.asked] + [(e, -1) for _, e, *_ in self.asked])
        return max(itertools.accumulate(change for _, change in times))


class SimulatedCrew:
    """A crew whose requests take simulated time, beside each other."""

    def __init__(self, servers: Servers, threads: int = 24) -> None:
        self.servers = servers
        self.at_work = 0
        self._threads = threads
        self._now = 0.0
        self._ending: list[tuple[float, int, Any]] = []
        self._numbers = itertools.count()

    @property
    def free(self) -> int:
        return self._threads - self.at_work

    def start(self, work: Callable[[Any], Any]) -> None:
        self.at_work += 1
        before = len(self.servers.asked)
        self.servers.now = self._now
        result = work(self.servers)
        end = max((asked[1] for asked in self.servers.asked[before:]), default=self._now)
        heapq.heappush(self._ending, (end, next(self._numbers), result))

    def wait(self, seconds: float) -> list[Any]:
        until = self._now + seconds
        if not self._ending or self._ending[0][0] > until:
            self._now = until
            return []
        self._now = max(self._now, self._ending[0][0])
        ended = []
        while self._ending and self._ending[0][0] <= self._now:
            ended.append(heapq.heappop(self._ending)[2])
        self.at_work -= len(ended)
        return ended

    def clock(self) -> float:
        return self._now

    def today(self) -> datetime:
        return BEGIN + timedelta(seconds=self._now)

    def close(self) -> None:
        while self._ending:
            self.wait(3600)


class Links:
    """A supply from a list of URLs; ``held`` are hosts that another machine asks."""

    def __init__(self, urls: Iterable[str], held: Iterable[str] = ()) -> None:
        self.by_host: dict[str, list[tuple[str, str]]] = {}
        for url in urls:
            self.by_host.setdefault(host_of(url), []).append((key_of(url), url))
        for links in self.by_host.values():
            links.sort()
        self.held = set(held)
        self.claimed: set[str] = set()
        self.asked_for: list[tuple[str, int]] = []

    def hosts(self) -> Iterable[str]:
        yield from sorted(self.by_host, key=lambda host: -len(self.by_host[host]))

    def links(self, host: str, after: str, most: int) -> Sequence[Target]:
        self.asked_for.append((host, most))
        links = self.by_host[host]
        place = bisect.bisect_right(links, (after, "\uffff"))
        return [Target(url) for _, url in links[place : place + most]]

    def claim(self, host: str) -> bool:
        assert host not in self.claimed
        if host in self.held:
            return False
        self.claimed.add(host)
        return True

    def release(self, host: str) -> None:
        self.claimed.remove(host)
