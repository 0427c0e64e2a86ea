"""The background worker of our queue, with the processes that it starts beside.

These are separate processes beside the run it executes; of many workers on many machines only
one ticks each minute, and together they have as many processes for previews and for checks of
links as the operator wants.
So an operator starts workers and nothing else.
"""

from __future__ import annotations

import logging
import multiprocessing
import os
import signal
import time
from collections.abc import Callable, Sequence
from functools import partial
from threading import Event
from types import FrameType
from typing import Any

from ckan.lib.redis import connect_to_redis
from ckan.model import meta
from redis import RedisError

from ckanext.hanse.link_checks import jobs as link_jobs
from ckanext.hanse.link_checks import options as link_options
from ckanext.hanse.scheduler import tick
from ckanext.hanse.scheduler.forking import ForkingWorker, beside
from ckanext.hanse.sources.preview import options, queue

log = logging.getLogger(__name__)

_MINUTE = 60
#: Seconds between heartbeats of an idle worker; it counts as lost a minute later.
_WORKER_TTL = 90
#: Seconds between two checks whether the parent worker still exists.
_LOOK = 5


class Scheduler:
    """Ticks each minute until it is stopped or ``parent`` is gone."""

    def __init__(self, parent: int | None = None) -> None:
        self._parent = parent
        self._stop = Event()

    def run(self) -> None:
        """Tick until SIGTERM or SIGINT; a tick in progress is completed."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._end)
        log.info("Clock (PID %s) has started", os.getpid())
        while not self._over():
            if _is_our_turn():
                _say(tick.tick())
            self._rest(_MINUTE - time.time() % _MINUTE)
        log.info("Clock (PID %s) has stopped", os.getpid())

    def _end(self, number: int, frame: FrameType | None) -> None:
        self._stop.set()

    def _over(self) -> bool:
        return self._stop.is_set() or self._parent not in (None, os.getppid())

    def _rest(self, seconds: float) -> None:
        end = time.monotonic() + seconds
        while not self._over() and (left := end - time.monotonic()) > 0:
            self._stop.wait(min(left, _LOOK))


def _is_our_turn() -> bool:
    """Return whether no other scheduler has ticked in this minute; True without Redis."""
    minute = tick.key(f"turn-{int(time.time()) // _MINUTE}")
    try:
        mine = connect_to_redis().set(minute, os.getpid(), nx=True, ex=5 * _MINUTE)
    except RedisError:
        return True
    return bool(mine)


def _say(ticked: tick.Ticked) -> None:
    done = {name: value for name, value in ticked.as_json().items() if value}
    if done:
        log.info("tick: %s", done)


Process = multiprocessing.process.BaseProcess


class Worker(ForkingWorker):
    """CKAN's worker, with additional processes that are restarted if they die."""

    def __init__(self, queues: Sequence[str], *, ticks: bool, previews: bool, links: bool) -> None:
        super().__init__(queues, worker_ttl=_WORKER_TTL)
        self._ticks, self._previews, self._links = ticks, previews, links
        self._schedulers: list[Process] = []
        self._previewers: list[Process] = []
        self._checkers: list[Process] = []

    def heartbeat(self, *args: Any, **kwargs: Any) -> None:
        """Send the heartbeat, and check the additional processes."""
        super().heartbeat(*args, **kwargs)
        if not self.is_horse and not self._stop_requested:
            self._accompany()

    def teardown(self) -> None:
        """Stop the additional processes too."""
        super().teardown()
        if self.is_horse:
            return
        for process in (others := self._schedulers + self._previewers + self._checkers):
            process.terminate()
        for process in others:
            process.join(timeout=_MINUTE)

    def _accompany(self) -> None:
        self._schedulers = _alive(self._schedulers)
        if self._ticks and not self._schedulers:
            self._schedulers.append(_start(Scheduler(parent=os.getpid()).run, "hanse clock"))
        self._previewers = _alive(self._previewers)
        if self._previews:
            there = max(len(self._previewers), queue.workers())
            for _ in range(options.at_once() - there):
                self._previewers.append(_start_beside(options.queue(), "hanse previews"))
        self._checkers = _alive(self._checkers)
        if self._links and link_options.enabled():
            there = max(len(self._checkers), link_jobs.workers())
            for _ in range(link_options.workers() - there):
                self._checkers.append(_start_beside(link_options.queue(), "hanse links"))


def _alive(processes: list[Process]) -> list[Process]:
    return [process for process in processes if process.is_alive()]


def _start_beside(queue: str, name: str) -> Process:
    return _start(partial(beside, queue, os.getpid()), name)


def _start(target: Callable[[], None], name: str) -> Process:
    meta.Session.remove()
    if meta.engine:
        meta.engine.dispose()
    process = multiprocessing.get_context("fork").Process(target=target, name=name, daemon=True)
    process.start()
    return process


def work(
    queues: Sequence[str],
    *,
    burst: bool = False,
    ticks: bool = True,
    previews: bool = True,
    links: bool = True,
) -> None:
    """Process ``queues`` (CKAN's names) until SIGTERM; with ``burst`` until they are empty.

    ``ticks``, ``previews`` and ``links``: the additional processes, not with ``burst``; then
    previews and checks of links are processed by the worker itself.
    """
    if burst:
        more = [options.queue()] if previews else []
        more += [link_options.queue()] if links else []
        Worker([*queues, *more], ticks=False, previews=False, links=False).work(burst=True)
    else:
        Worker(queues, ticks=ticks, previews=previews, links=links).work()
