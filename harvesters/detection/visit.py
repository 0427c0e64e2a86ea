"""A short visit to a portal: few requests, one at a time, as the host's ``robots.txt`` asks."""

from __future__ import annotations

import os
from dataclasses import replace
from types import TracebackType
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from hanse_harvesters.errors import AddressRefused, StopRun, TooMuch
from hanse_harvesters.http import Answer, BadStatus, address
from hanse_harvesters.http.robots import MOST, PRODUCT, Robots

if TYPE_CHECKING:
    from hanse_harvesters.http import Client

#: Requests of one visit, with redirects, repeated tries and ``robots.txt``.
MOST_REQUESTS = 25
#: Bytes of a document, decoded, and seconds for it.
_SIZE, _DEADLINE = 1 << 27, 60.0
_ROBOTS = "/robots.txt"
#: Answers that are kept, so that a document is fetched once.
_KEPT = 8


class NotPermitted(StopRun):
    """The host's ``robots.txt`` asks programs not to fetch this address."""


class Spent(TooMuch):
    """The visit has sent as many requests as it may."""


class Visit:
    """What the detection fetches from; use it as a context manager.

    ``used``   requests sent so far; ``names`` the hosts they went to.
    """

    remote = True

    def __init__(self, client: Client, start: str, most: int = MOST_REQUESTS) -> None:
        self.used = 0
        self.hosts: dict[str, None] = {}
        self.sitemaps: dict[str, tuple[str, ...]] = {}
        self._client = client
        self._most = most
        self._start = address.endpoint(address.split(start))
        self._robots: dict[str, Robots] = {}
        self._kept: dict[str, Answer] = {}
        self._before = client.limits

    @property
    def left(self) -> int:
        """Requests that may still be sent."""
        return self._most - self.used

    def get(self, url: str, *, etag: str = "", last_modified: str = "") -> Answer:
        """Return the document; the last ones are not fetched again."""
        if url in self._kept:
            return _copy(self._kept[url])
        answer = self._client.get(url)
        if len(self._kept) >= _KEPT:
            self._kept.pop(next(iter(self._kept))).close()
        self._kept[url] = answer
        return _copy(answer)

    def submit(self, url: str, content: bytes, content_type: str) -> Answer:
        """Return the answer to a query."""
        return self._client.submit(url, content, content_type)

    def __enter__(self) -> Visit:
        limits = self._before
        self._client.limits = replace(
            limits,
            size=min(limits.size, _SIZE),
            deadline=min(limits.deadline, _DEADLINE),
            tries=min(limits.tries, 2),
        )
        self._client.permit = self._permit
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._client.permit = None
        self._client.limits = self._before
        for answer in self._kept.values():
            answer.close()

    def _permit(self, url: str) -> None:
        """Count a request; raise if it must not be sent."""
        parts = address.split(url)
        here = address.endpoint(parts)
        if here in self._client.allowed_private and here != self._start:
            # The operator lists a private host for its own source: no page leads there.
            raise AddressRefused("address-inside", where=url, target=here)
        if parts.path != _ROBOTS and not self._robots_of(url).allows(url):
            raise NotPermitted("robots-disallowed", where=url, host=parts.hostname, agent=PRODUCT)
        if self.used >= self._most:
            raise Spent("detect-spent", where=url, most=self._most)
        self.used += 1
        self.hosts[parts.hostname or ""] = None

    def _robots_of(self, url: str) -> Robots:
        parts = urlsplit(url)
        root = f"{parts.scheme}://{parts.netloc}"
        if root not in self._robots:
            self._robots[root] = Robots()  # while it is being fetched, and redirected
            found = self._robots[root] = self._fetched(root + _ROBOTS)
            self.sitemaps[root] = found.sitemaps
        return self._robots[root]

    def _fetched(self, url: str) -> Robots:
        """Return the rules: all may be asked if there are none, nothing if they cannot be read."""
        try:
            with self._client.get(url) as answer:
                assert answer.file is not None
                return Robots.of(answer.file.read(MOST), PRODUCT)
        except BadStatus as error:
            if 400 <= error.status < 500 and error.status != 429:
                return Robots()
            if not error.status:
                raise
            return Robots.closed()
        except (NotPermitted, TooMuch):
            return Robots.closed()


def _copy(answer: Answer) -> Answer:
    """Return an answer whose file may be closed without closing the other's."""
    assert answer.file is not None, "no condition was sent"
    answer.file.seek(0)
    return replace(answer, file=os.fdopen(os.dup(answer.file.fileno()), "rb"))
