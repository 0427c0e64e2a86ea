"""The way of one check: request by request, so that whoever drives it keeps each host's pause.

A :class:`Walk` asks for a link, follows its redirects, and ends with an :class:`Answer`; a
:class:`RobotsWalk` does so for a ``robots.txt``.  :meth:`step` sends one request to ``url``.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from urllib.parse import urlsplit

from hanse_harvesters.errors import AddressRefused, HanseError
from hanse_harvesters.http import address, robots
from hanse_harvesters.http.answer import retry_after
from hanse_harvesters.http.robots import PRODUCT
from hanse_harvesters.http.start import NoSuchHost, Start, Starter
from hanse_harvesters.links import judged, services
from hanse_harvesters.links.answer import Answer, Learned, Outcome
from hanse_harvesters.links.target import Target

#: Redirects of one check.
REDIRECTS = 5
PERMANENT = frozenset({301, 308})
_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Step:
    """What one request told of the host that was asked.

    ``silent``  the answer of a link if there was no response (no connection, TLS, too slow).
    ``status``  of the response, 0 without one; ``after`` what its ``Retry-After`` asks for.
    """

    silent: Answer | None = None
    status: int = 0
    after: float | None = None


class Walk:
    """One check of a link; ``answer`` is None until it has ended.

    ``url``  the next to be asked; ``repeats`` how often it was asked later, for a 429.
    """

    def __init__(self, target: Target, now: Callable[[], datetime]) -> None:
        self.target = target
        self.answer: Answer | None = None
        self.repeats = 0
        self._now = now
        self._added = services.addition(target.service, target.url)
        self._seconds = 0.0
        self._first = self._begin(target.url.partition("#")[0] + self._added)

    def _begin(self, url: str) -> str:
        """Set out to ``url``: the service's own description, or the link as it is."""
        self.url = url
        self._ranged = True
        self._seen = [url]
        self._moved_to = ""
        self._permanently = True
        try:
            address.split(url)
        except AddressRefused as error:
            self.refuse(error)
        return url

    def step(self, client: Starter) -> Step:
        """Send one request; then ``answer`` is there, or ``url`` is the next one."""
        try:
            start = client.start(self.url, ranged=self._ranged)
        except AddressRefused as error:
            self.refuse(error)
            return Step()
        except HanseError as error:
            outcome = Outcome.ABSENT if isinstance(error, NoSuchHost) else Outcome.UNSURE
            self._end(outcome, error)
            # An answer that broke off is one link's affair: the host is there.
            return Step(silent=None if error.id == "answer-broke-off" else self.answer)
        except Exception:  # one link must not end the night for all others
            _log.exception("A link could not be checked: %s", self.url[:300])
            self._end(Outcome.UNSURE, HanseError("link-unforeseen"))
            return Step()
        self._seconds += start.seconds
        after = retry_after(start.headers)
        if start.location:
            self._redirected(client, start)
        else:
            self._judge(start, after)
        return Step(status=start.status, after=after)

    def again(self) -> None:
        """Take the answer back: the host asked to come later."""
        self.answer = None
        self.repeats += 1

    def refuse(self, error: HanseError) -> None:
        """End it before its next request: robots.txt, or an address that must not be asked."""
        inside = len(self._seen) > 1 and isinstance(error, AddressRefused)
        self._end(Outcome.UNSURE if inside else Outcome.REFUSED, error)

    def conclude(self, answer: Answer, *, asked: bool = True) -> None:
        """End it with what another request to the same host brought."""
        inside = len(self._seen) > 1 and answer.outcome is Outcome.REFUSED
        self._end(Outcome.UNSURE if inside else answer.outcome, None, answer.status)
        assert self.answer is not None
        self.answer = replace(
            self.answer, reason=answer.reason, params=answer.params, after=answer.after, asked=asked
        )

    def _redirected(self, client: Starter, start: Start) -> None:
        try:
            url = client.led_to(start)
        except AddressRefused as error:
            self._end(Outcome.UNSURE, error, start.status)
            return
        if url in self._seen:
            self._end(Outcome.UNSURE, HanseError("link-ring"), start.status)
            return
        if len(self._seen) > REDIRECTS:
            many = HanseError("redirects-many", most=REDIRECTS)
            self._end(Outcome.UNSURE, many, start.status)
            return
        self._seen.append(url)
        self._permanently = self._permanently and start.status in PERMANENT
        if self._permanently:
            self._moved_to = url
        self.url = url
        self._ranged = True

    def _judge(self, start: Start, after: float | None) -> None:
        if judged.asks_whole(start) and self._ranged:
            self._ranged = False  # a range is what it cannot answer; the beginning is read anyway
            return
        outcome, error, learned = judged.judge(
            start, asked=self._first, kind=self.target.kind, service=self.target.service
        )
        if self._added and judged.tells_nothing(outcome, start, learned, self.target.service):
            self._added = ""
            self._first = self._begin(self.target.url.partition("#")[0])
            return
        if outcome is Outcome.OK and self._moved_to:
            outcome = Outcome.MOVED
        self._end(outcome, error, start.status, learned, after)

    def _end(
        self,
        outcome: Outcome,
        error: HanseError | None = None,
        status: int = 0,
        learned: Learned | None = None,
        after: float | None = None,
    ) -> None:
        moved = self._without_addition(self._moved_to) if outcome is Outcome.MOVED else ""
        final = self._without_addition(self.url)
        self.answer = Answer(
            self.target.url,
            self._now(),
            outcome,
            status,
            "" if len(self._seen) == 1 else final,
            moved,
            error.id if error else "",
            error.params if error else {},
            learned,
            round(self._seconds, 3),
            after,
        )

    def _without_addition(self, url: str) -> str:
        """Return an address without the parameters that only we put there."""
        return url.removesuffix(self._added) if self._added else url


class RobotsWalk:
    """A host's ``robots.txt``; ``rules`` or ``silent`` is None until it has ended.

    ``rules``   what may be asked: all if there is no such file (4xx; RFC 9309, 2.3.1.3).
    ``answer``  for the links of the origin if it cannot be told (5xx, 429, no connection).
    """

    def __init__(self, origin: str, now: Callable[[], datetime]) -> None:
        self.origin = origin
        self.url = f"{origin}/robots.txt"
        self.rules: robots.Robots | None = None
        self.answer: Answer | None = None
        self.repeats = 0
        self._now = now
        self._left = REDIRECTS

    @property
    def ended(self) -> bool:
        """Whether there is nothing more to ask."""
        return self.rules is not None or self.answer is not None

    def step(self, client: Starter) -> Step:
        """Send one request; then ``rules`` or ``answer`` is there, or ``url`` is the next one."""
        try:
            start = client.start(self.url, most=robots.MOST, ranged=False)
            after = retry_after(start.headers)
            if start.location and self._left:
                self._left -= 1
                self.url = client.led_to(start)
            else:
                self._read(start, after)
            return Step(status=start.status, after=after)
        except AddressRefused as error:
            own = self.url == f"{self.origin}/robots.txt"
            if not own:  # it leads nowhere that may be asked: as if there were none
                self.rules = robots.Robots()
                return Step()
            self.answer = self._silent(Outcome.REFUSED, error)
            return Step()
        except HanseError as error:
            outcome = Outcome.ABSENT if isinstance(error, NoSuchHost) else Outcome.UNSURE
            self.answer = self._silent(outcome, error)
            return Step(silent=self.answer)
        except Exception:
            _log.exception("A robots.txt could not be read: %s", self.url[:300])
            self.answer = self._silent(Outcome.UNSURE, HanseError("link-unforeseen"))
            return Step()

    def again(self) -> None:
        """Take the answer back: the host asked to come later."""
        self.answer = None
        self.repeats += 1

    def _read(self, start: Start, after: float | None) -> None:
        if 200 <= start.status < 300:
            self.rules = robots.Robots.of(start.content, PRODUCT)
        elif (400 <= start.status < 500 and start.status != 429) or start.location:
            self.rules = robots.Robots()
        else:
            host = urlsplit(self.url).hostname or ""
            error = HanseError("link-robots-unread", host=host, status=start.status)
            self.answer = self._silent(Outcome.UNSURE, error, start.status, after)

    def _silent(
        self, outcome: Outcome, error: HanseError, status: int = 0, after: float | None = None
    ) -> Answer:
        return Answer(
            "", self._now(), outcome, status, reason=error.id, params=error.params, after=after
        )


def origin_of(url: str) -> str:
    """Return scheme, host and port of a URL, as its ``robots.txt`` is found."""
    parts = address.split(url)
    usual = ":443" if parts.scheme == "https" else ":80"
    return f"{parts.scheme}://{address.endpoint(parts).removesuffix(usual)}"
