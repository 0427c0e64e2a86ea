"""A night's work of one worker: many links, many hosts, one request per host at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime

from hanse_harvesters.errors import HanseError
from hanse_harvesters.http.robots import PRODUCT, Robots
from hanse_harvesters.http.start import Starter
from hanse_harvesters.links.answer import Answer
from hanse_harvesters.links.crew import Crew, Threads
from hanse_harvesters.links.host import Errand, Host
from hanse_harvesters.links.hosts import Hosts
from hanse_harvesters.links.plan import Limits, Night, Supply
from hanse_harvesters.links.target import Target, host_of, key_of
from hanse_harvesters.links.walk import RobotsWalk, Step, Walk, origin_of

Checked = tuple[Target, Answer]
#: Longest wait without asking whether to stop.
_TURN = 1.0
#: Links of a host that may wait at other hosts, before it sends no more there.
_ABROAD = 20
#: Wait of a host that answers 429 and does not say how long; how often in a row it may.
_RUSH, _RUSHES = 60.0, 4


def _utc() -> datetime:
    return datetime.now(UTC)


class Round:
    """Checks links until there are none, the night ends or ``stopped`` says so.

    What was not checked stays due: a round that is cut is gone on with by the next.

    ``client``   makes a client; called once per thread, and closed at the end.
    ``stopped``  asked about once a second.
    ``crew``     sends the requests; by default threads.
    """

    def __init__(
        self,
        supply: Supply,
        client: Callable[[], Starter],
        *,
        limits: Limits | None = None,
        night: Night | None = None,
        stopped: Callable[[], bool] = bool,
        now: Callable[[], datetime] = _utc,
        crew: Crew[tuple[Host, Errand, str, Step]] | None = None,
    ) -> None:
        self._supply = supply
        self._limits = limits or Limits()
        self._night = night
        self._stopped = stopped
        self._now = now
        self._crew = crew or Threads(client, self._limits.threads)
        self._hosts = Hosts(supply, self._limits)
        self._looked = -_TURN
        self._open = True
        self._more = False

    def __iter__(self) -> Iterator[Checked]:
        """Yield answers as they come; on close, requests under way end within their limits."""
        try:
            while self._is_open() and not self._hosts.over:
                self._hosts.admit(self._crew.clock())
                now = self._crew.clock()
                for host in self._hosts:
                    if not host.busy and (now >= host.next_at or host.done or host.left):
                        yield from self._turn(host)
                yield from self._come_back(self._crew.wait(self._idle()))
            while self._crew.at_work:
                yield from self._come_back(self._crew.wait(_TURN))
        finally:
            self._crew.close()
            self._hosts.forget()

    def _is_open(self) -> bool:
        now = self._crew.clock()
        if now - self._looked >= _TURN:
            self._looked = now
            night = self._night is None or self._night.is_open(self._now())
            self._open = night and not self._stopped()
        return self._open

    def _idle(self) -> float:
        """Return the seconds until a host may be asked again."""
        if self._more:
            self._more = False
            return 0.0
        now = self._crew.clock()
        times = [
            host.next_at if host.queue or not host.done else host.rest_at
            for host in self._hosts
            if not host.busy
        ]
        times = [time for time in times if time > now]
        return min([_TURN, *(time - now for time in times)])

    def _turn(self, host: Host) -> Iterator[Checked]:
        """Send a host's next request, if it is time for one; yield what needs none."""
        now = self._crew.clock()
        if host.claimed and host.done:
            self._hosts.part(host, now)
            return
        if host.left or self._hosts.is_hopeless(host, now):
            self._drop(host)
            return
        if not self._hosts.claim(host, now):
            return
        if now < host.next_at or not self._crew.free:
            return
        for _ in range(2 * self._limits.batch):  # a batch of what needs no request, then others
            errand = self._next(host)
            if errand is None:
                return
            if isinstance(errand.walk, Walk) and errand.walk.answer is not None:
                host.queue.popleft()
                yield self._ended(errand, errand.walk.answer, host)
                continue
            self._send(host, errand)
            return
        self._more = True

    def _drop(self, host: Host) -> None:
        """Leave a host's errands for another night."""
        for errand in host.queue:
            if isinstance(errand.walk, RobotsWalk):
                self._told(errand.walk, errand.home)
            elif errand.home is not host:
                errand.home.abroad -= 1
        host.queue.clear()
        host.left = True
        self._hosts.part(host, self._crew.clock())

    # --- Errands ----------------------------------------------------------------------------

    def _next(self, host: Host) -> Errand | None:
        """Return the errand to be done next: a link's, or the robots.txt it needs first."""
        if not host.queue:
            self._refill(host)
        if not host.queue:
            return None
        errand = host.queue[0]
        walk = errand.walk
        if isinstance(walk, RobotsWalk) or walk.answer is not None:
            return errand
        origin = origin_of(walk.url)
        if origin in host.silent:
            walk.conclude(host.silent[origin], asked=errand.home is not host)
            return errand
        rules = host.rules.get(origin)
        if rules is None:
            return self._robots(host, origin)
        if not rules.allows(walk.url):
            walk.refuse(HanseError("robots-disallowed", host=host.name, agent=PRODUCT))
        return errand

    def _robots(self, host: Host, origin: str) -> Errand | None:
        if origin in host.awaited:  # a redirect has led it to another host
            return None
        host.awaited.add(origin)
        errand = Errand(RobotsWalk(origin, self._now), host)
        host.queue.appendleft(errand)
        return errand

    def _refill(self, host: Host) -> None:
        if host.drained or not host.own or host.abroad >= _ABROAD:
            return
        targets = self._supply.links(host.name, host.after, self._limits.batch)
        host.drained = not targets
        for target in targets:
            host.after = key_of(target.url)
            host.queue.append(Errand(Walk(target, self._now), host))

    def _send(self, host: Host, errand: Errand) -> None:
        host.queue.popleft()
        host.busy = True
        origin = origin_of(errand.walk.url)
        self._crew.start(lambda client: (host, errand, origin, errand.walk.step(client)))

    def _come_back(self, ended: list[tuple[Host, Errand, str, Step]]) -> Iterator[Checked]:
        for host, errand, origin, step in ended:
            now = self._crew.clock()
            host.busy, host.idle = False, 0.0
            host.rest_at = now + self._limits.pause
            host.next_at = max(host.rest_at, now + host.delay)
            if self._is_later(host, errand, step, now):
                continue
            if isinstance(errand.walk, RobotsWalk):
                yield from self._robots_came(host, errand, errand.walk)
                continue
            if step.silent is not None:
                host.failed(origin, step.silent, self._limits.failures)
            elif step.status:
                host.failures.pop(origin, None)
            if errand.walk.answer is not None:
                yield self._ended(errand, errand.walk.answer, host)
            else:
                self._go_on(errand, host)

    def _is_later(self, host: Host, errand: Errand, step: Step, now: float) -> bool:
        """Keep what a host asked for; return whether the same request is sent again then."""
        if not (step.status == 429 or (step.status == 503 and step.after)):
            host.rushes = 0 if step.status else host.rushes
            return False
        host.rushes += 1
        wait = step.after or _RUSH
        host.next_at = max(host.next_at, now + min(wait, self._limits.patience))
        host.left = wait > self._limits.patience or host.rushes > _RUSHES
        if host.left or errand.walk.repeats or errand.walk.answer is None:
            return False
        errand.walk.again()
        host.queue.appendleft(errand)
        return True

    def _robots_came(self, host: Host, errand: Errand, walk: RobotsWalk) -> Iterator[Checked]:
        if not walk.ended:
            self._go_on(errand, host, first=True)
            return
        home = errand.home
        if walk.answer is not None:
            home.failed(walk.origin, walk.answer, self._limits.failures)
            waiting = home.waiting(walk.origin)
            if waiting is not None and isinstance(waiting.walk, Walk):
                waiting.walk.conclude(walk.answer)
                home.awaited.discard(walk.origin)
                assert waiting.walk.answer is not None
                yield self._ended(waiting, waiting.walk.answer, home)
                return
        self._told(walk, home)

    def _told(self, walk: RobotsWalk, home: Host) -> None:
        """Take a robots.txt over; one that was not to be had restricts nothing."""
        home.awaited.discard(walk.origin)
        if walk.answer is None:
            home.rules[walk.origin] = rules = walk.rules or Robots()
            home.next_at = max(home.next_at, home.rest_at - self._limits.pause + rules.delay)

    def _go_on(self, errand: Errand, here: Host, *, first: bool = False) -> None:
        """Put an errand to the host that its redirect leads to."""
        name = host_of(errand.walk.url)
        there = (
            here if name == here.name else self._hosts.named(name, self._crew.clock(), own=False)
        )
        if isinstance(errand.walk, Walk):
            errand.home.abroad += (there is not errand.home) - (here is not errand.home)
        if first or there is here:
            there.queue.appendleft(errand)
        else:
            there.queue.append(errand)

    def _ended(self, errand: Errand, answer: Answer, here: Host) -> Checked:
        walk = errand.walk
        assert isinstance(walk, Walk)
        if errand.home is not here:
            errand.home.abroad -= 1
        return walk.target, answer
