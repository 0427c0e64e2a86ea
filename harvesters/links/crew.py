"""Who sends a round's requests: threads, each with a client of its own."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

from hanse_harvesters.http.start import Starter

T = TypeVar("T")
T_co = TypeVar("T_co")


class Crew(Protocol[T]):
    """Sends requests beside each other; all methods are called from one thread."""

    @property
    def free(self) -> int:
        """Requests that may be started now."""

    @property
    def at_work(self) -> int:
        """Requests that have been started and not been returned by :meth:`wait`."""

    def start(self, work: Callable[[Starter], T]) -> None:
        """Begin ``work``, which never raises."""

    def wait(self, seconds: float) -> list[T]:
        """Return what has ended, as soon as something has; [] after ``seconds``."""

    def clock(self) -> float:
        """Return the time in seconds, from any beginning."""

    def close(self) -> None:
        """Wait for requests that are under way, and close the clients."""


class Threads(Generic[T]):
    """A crew of real threads; ``client`` is called once in each."""

    def __init__(self, client: Callable[[], Starter], most: int) -> None:
        self._make = client
        self._most = most
        self._pool = ThreadPoolExecutor(most, thread_name_prefix="hanse-links")
        self._ended: queue.SimpleQueue[T | BaseException] = queue.SimpleQueue()
        self._own = threading.local()
        self._clients: list[Starter] = []
        self.at_work = 0

    @property
    def free(self) -> int:
        """Threads without work."""
        return self._most - self.at_work

    def start(self, work: Callable[[Starter], T]) -> None:
        """Begin ``work`` in a thread."""
        self.at_work += 1
        self._pool.submit(self._do, work)

    def _do(self, work: Callable[[Starter], T]) -> None:
        try:
            self._ended.put(work(self._client()))
        except BaseException as error:  # raised in wait, where somebody hears of it
            self._ended.put(error)

    def _client(self) -> Starter:
        if not hasattr(self._own, "client"):
            self._own.client = self._make()
            self._clients.append(self._own.client)
        client: Starter = self._own.client
        return client

    def wait(self, seconds: float) -> list[T]:
        """Return what has ended; raise what the making of a client raised."""
        if not self.at_work:
            time.sleep(seconds)
            return []
        ended: list[T] = []
        try:
            ended.append(self._taken(self._ended.get(timeout=max(seconds, 0.001))))
            while True:
                ended.append(self._taken(self._ended.get_nowait()))
        except queue.Empty:
            return ended

    def _taken(self, ended: T | BaseException) -> T:
        self.at_work -= 1
        if isinstance(ended, BaseException):
            raise ended
        return ended

    def clock(self) -> float:
        """Return the monotonic clock."""
        return time.monotonic()

    def close(self) -> None:
        """Wait for the threads, and close their clients."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        for client in self._clients:
            client.close()
