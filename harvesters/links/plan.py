"""What a round is given: where its links come from, its limits, and when it may ask."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol
from zoneinfo import ZoneInfo

from hanse_harvesters.links.target import Target


class Supply(Protocol):
    """Where a round gets its work; called from the thread that iterates over it."""

    def hosts(self) -> Iterable[str]:
        """Yield each host (:func:`host_of`) with due links once; read lazily.

        Those with most links first, or the last one alone decides how long the night is.
        """

    def links(self, host: str, after: str, most: int) -> Sequence[Target]:
        """Return the next due links of a host, at most ``most``, sorted by ``key_of(url)``.

        ``after`` is the key of the last one that was given, "" at first; [] ends the host.
        """

    def claim(self, host: str) -> bool:
        """Return whether this worker may now ask ``host``; False if another machine does.

        Called for a host of :meth:`hosts` and for one a redirect leads to; a host that is
        refused is tried again later in the round.
        """

    def release(self, host: str) -> None:
        """Give a claimed host back; its pause is over."""


@dataclass(frozen=True, slots=True)
class Limits:
    """Limits of a round; times in seconds.

    ``hosts``     whose links are asked beside each other; ``threads`` requests at the same time.
    ``pause``     least time between two requests to a host, from the end of the first.
    ``failures``  connections to a host that fail one after another before it is given up for
                  the round; its other links then get its answer (``Answer.asked`` False).
    ``batch``     links of a host in memory.
    ``patience``  longest ``Retry-After`` that is waited for; beyond, the host is left.
    """

    hosts: int = 64
    threads: int = 24
    pause: float = 2.0
    failures: int = 3
    batch: int = 20
    patience: float = 900.0


@dataclass(frozen=True, slots=True)
class Night:
    """When links may be asked: from ``start`` to ``end`` in a time zone, over midnight too.

    Equal times: the whole day.
    """

    start: time = time(22)
    end: time = time(6)
    zone: str = "Europe/Berlin"

    def is_open(self, now: datetime) -> bool:
        """Return whether ``now`` (with zone) is within it."""
        here = now.astimezone(ZoneInfo(self.zone)).time()
        if self.start < self.end:
            return self.start <= here < self.end
        return here >= self.start or here < self.end
