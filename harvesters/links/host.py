"""One host in a round: what is to be asked of it, when, and what it has said so far."""

from __future__ import annotations

from collections import deque
from dataclasses import dataclass, field

from hanse_harvesters.http.robots import Robots
from hanse_harvesters.links.answer import Answer
from hanse_harvesters.links.walk import RobotsWalk, Walk, origin_of


@dataclass(slots=True, eq=False)
class Errand:
    """A walk on its way; ``home`` is the host whose link or ``robots.txt`` it is."""

    walk: Walk | RobotsWalk
    home: Host


@dataclass(slots=True, eq=False)
class Host:
    """A host's errands and its state; times are those of the crew's clock.

    ``own``      False for a host that only redirects lead to; it has no links of its own to ask.
    ``after``    key of the last link that was taken from the supply; ``drained`` if no more.
    ``claimed``  whether this worker may ask it.  ``idle`` since when it has had nothing to do.
    ``next_at``  earliest time of the next request; ``rest_at`` without what it asked for itself.
    ``rules``    by origin; ``awaited`` origins whose ``robots.txt`` is being asked for.
    ``failures`` connections that failed one after another, by origin.
    ``silent``   origins that are given up, with the answer of the last link.
    ``rushes``   answers "later" one after another; ``left`` if there were too many.
    ``abroad``   errands that a redirect has led to other hosts.
    """

    name: str
    own: bool
    since: float
    after: str = ""
    drained: bool = False
    claimed: bool = False
    busy: bool = False
    idle: float = 0.0
    next_at: float = 0.0
    rest_at: float = 0.0
    rushes: int = 0
    left: bool = False
    abroad: int = 0
    queue: deque[Errand] = field(default_factory=deque)
    rules: dict[str, Robots] = field(default_factory=dict)
    awaited: set[str] = field(default_factory=set)
    failures: dict[str, int] = field(default_factory=dict)
    silent: dict[str, Answer] = field(default_factory=dict)

    @property
    def delay(self) -> float:
        """Seconds that the host's ``robots.txt`` asks for between two requests."""
        return max((rules.delay for rules in self.rules.values()), default=0.0)

    @property
    def done(self) -> bool:
        """Whether nothing is left to ask and nothing under way."""
        drained = self.drained or self.left or not self.own
        return drained and not (self.queue or self.busy or self.abroad or self.awaited)

    def failed(self, origin: str, answer: Answer, most: int) -> None:
        """Count a request without response; at ``most`` one after another, give the origin up."""
        self.failures[origin] = self.failures.get(origin, 0) + 1
        if self.failures[origin] >= most:
            self.silent[origin] = answer

    def waiting(self, origin: str) -> Errand | None:
        """Take the first link out that waits for the ``robots.txt`` of an origin."""
        for errand in self.queue:
            if isinstance(errand.walk, Walk) and origin_of(errand.walk.url) == origin:
                self.queue.remove(errand)
                return errand
        return None
