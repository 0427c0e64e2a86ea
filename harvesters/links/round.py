"""A night's work of one worker: many links, many hosts, one request per host at a time."""

from __future__ import annotations

import time as clocks
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import datetime, time
from typing import Protocol

from hanse_harvesters.http.start import Starter
from hanse_harvesters.links.answer import Answer
from hanse_harvesters.links.target import Target


class Supply(Protocol):
    """Where a round gets its work; called from the thread that iterates over it."""

    def hosts(self) -> Iterable[str]:
        """Yield each host (:func:`host_of`) with due links once; read lazily."""

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

    ``hosts``     asked at the same time: one thread and one open request each.
    ``pause``     least time between two requests to a host, from the end of the first.
    ``failures``  connections to a host that fail one after another before it is given up for
                  the round; its other links then get its answer (``Answer.asked`` False).
    ``batch``     links of a host in memory.
    ``patience``  longest ``Retry-After`` that is waited for; beyond, the host is left.
    """

    hosts: int = 48
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
        raise NotImplementedError


class Round:
    """Checks links until there are none, the night ends or ``stopped`` says so.

    What was not checked stays due: a round that is cut is gone on with by the next.
    """

    def __init__(
        self,
        supply: Supply,
        client: Callable[[], Starter],
        *,
        limits: Limits | None = None,
        night: Night | None = None,
        stopped: Callable[[], bool] = bool,
        executor: Executor | None = None,
        clock: Callable[[], float] = clocks.monotonic,
        sleep: Callable[[float], None] = clocks.sleep,
        now: Callable[[], datetime] | None = None,
    ) -> None:
        """``client`` makes one client per thread; ``stopped`` is asked about once a second."""
        raise NotImplementedError

    def __iter__(self) -> Iterator[tuple[Target, Answer]]:
        """Yield answers as they come; requests in progress end within their limits on close."""
        raise NotImplementedError
