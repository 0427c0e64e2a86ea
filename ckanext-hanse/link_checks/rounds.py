"""A worker's share of a night: checks due links until there are none, or it is told to stop.

Several processes on several machines do this at the same time; a lease for each host keeps their
requests to it one at a time (leases.py).
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timezone

from ckan import model

from ckanext.hanse.link_checks import due, options, pause
from ckanext.hanse.link_checks.answers import Answers
from ckanext.hanse.link_checks.leases import HostLeases
from hanse_harvesters.links import Answer, LinkState, Round, Target

#: Seconds between two signs of life, and between two looks whether to stop.
_BEAT, _LOOK = 20.0, 3.0

Watch = Callable[[Target, Answer], None]


@dataclass(slots=True)
class Done:
    """What a share brought; ``stopped``: "paused", "hours", "time", or "" if nothing is left."""

    checked: dict[LinkState, int] = field(default_factory=dict)
    stopped: str = ""

    @property
    def number(self) -> int:
        """How many links were checked."""
        return sum(self.checked.values())


class _Supply:
    """The due links for a round of the core; everything is stored before a host is given back."""

    def __init__(self, leases: HostLeases, answers: Answers, *, wanted: bool) -> None:
        self._leases, self._answers, self._wanted = leases, answers, wanted

    def hosts(self) -> Iterable[str]:
        """Return the hosts with due links."""
        found = due.hosts(wanted=self._wanted)
        model.Session.commit()
        return found

    def links(self, host: str, after: str, most: int) -> Sequence[Target]:
        """Return the next due links of a host."""
        found = due.links(host, after, most, wanted=self._wanted)
        model.Session.commit()
        return found

    def claim(self, host: str) -> bool:
        """Take the lease of a host."""
        return options.may_ask(host) and self._leases.take(host)

    def release(self, host: str) -> None:
        """Give the lease of a host back."""
        self._answers.flush()
        self._leases.give_back(host)


class _Watch:
    """Decides about once a second whether the round goes on, and keeps its leases alive."""

    def __init__(self, leases: HostLeases, answers: Answers, *, end: float, wanted: bool) -> None:
        self._leases, self._answers, self._end, self._wanted = leases, answers, end, wanted
        self._beat = self._look = time.monotonic()
        self.reason = ""

    def __call__(self) -> bool:
        """Return whether to stop."""
        now = time.monotonic()
        if now - self._beat >= _BEAT:
            self._beat = now
            self._leases.renew()
        if now - self._look >= _LOOK:
            self._look = now
            self._answers.flush_late()
            self._decide(now)
            model.Session.commit()
        return bool(self.reason)

    def _decide(self, now: float) -> None:
        if pause.is_paused():
            self.reason = "paused"
        elif now >= self._end:
            self.reason = "time"
        elif not self._wanted and due.is_any(wanted=True, free=True):
            self.reason = "wanted"


def check_due(*, seconds: float, anytime: bool = False, watch: Watch | None = None) -> Done:
    """Check due links for at most about ``seconds``; first those that a person asked for.

    ``anytime``: also outside of the nightly hours.  ``watch`` is called with each answer.  Raises
    ConfigError for hours that cannot be read.
    """
    night, done = options.night(), Done()
    end = time.monotonic() + seconds
    while True:
        if pause.is_paused():
            done.stopped = "paused"
        elif time.monotonic() >= end:
            done.stopped = "time"
        elif due.is_any(wanted=True, free=True):
            if _round(done, end, watch, wanted=True, anytime=True):
                continue
            done.stopped = "time"
        elif not anytime and not night.is_open(datetime.now(timezone.utc)):
            done.stopped = "hours"
        elif due.is_any(free=True) and _round(done, end, watch, wanted=False, anytime=anytime):
            continue
        model.Session.commit()
        return done


def _round(done: Done, end: float, watch: Watch | None, *, wanted: bool, anytime: bool) -> bool:
    """Do one round; return whether it brought anything, or was left for what is wanted."""
    model.Session.commit()
    leases, answers = HostLeases(), Answers()
    look = _Watch(leases, answers, end=end, wanted=wanted)
    supply = _Supply(leases, answers, wanted=wanted)
    checks = Round(
        supply,
        options.client,
        limits=options.limits(),
        night=None if anytime else options.night(),
        stopped=look,
    )
    try:
        for target, answer in checks:
            answers.add(target, answer)
            if watch:
                watch(target, answer)
        answers.flush()
    finally:
        model.Session.rollback()
        leases.give_all_back()
    for state, number in answers.stored.items():
        done.checked[state] = done.checked.get(state, 0) + number
    return bool(answers.stored) or look.reason == "wanted"
