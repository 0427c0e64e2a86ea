"""The hosts of a round: which are taken up, claimed from other machines, and given back."""

from __future__ import annotations

from collections.abc import Iterator

from hanse_harvesters.links.host import Host
from hanse_harvesters.links.plan import Limits, Supply

#: How long a host that redirects lead to is kept, its robots.txt with it.
_LINGER = 60.0
#: Until a host that another machine asks is tried again, and how long it is waited for.
_AGAIN, _PATIENCE = 20.0, 600.0


class Hosts:
    """The hosts that are being asked, or waited for; every ``now`` is of the crew's clock."""

    def __init__(self, supply: Supply, limits: Limits) -> None:
        self._supply = supply
        self._limits = limits
        self._coming = iter(supply.hosts())
        self._all_named = False
        self._known: dict[str, Host] = {}

    def __iter__(self) -> Iterator[Host]:
        return iter(list(self._known.values()))

    @property
    def over(self) -> bool:
        """Whether there is nothing left to do."""
        return self._all_named and not self._known

    def admit(self, now: float) -> None:
        """Take up further hosts while there is room."""
        active = sum(host.own and host.claimed and not host.drained for host in self)
        while active < self._limits.hosts and not self._all_named:
            name = next(self._coming, "")
            if name:
                active += self.named(name, now, own=True).claimed
            else:
                self._all_named = True

    def named(self, name: str, now: float, *, own: bool) -> Host:
        """Return a host; ``own`` if its own links are to be asked, too."""
        host = self._known.get(name)
        if host is None:
            host = self._known[name] = Host(name, own, now)
            self.claim(host, now)
        host.own = host.own or own
        return host

    def claim(self, host: Host, now: float) -> bool:
        """Return whether this worker may ask a host; try again now and then."""
        if not host.claimed and now >= host.next_at:
            host.claimed = self._supply.claim(host.name)
            host.next_at = now if host.claimed else now + _AGAIN
        return host.claimed

    def is_hopeless(self, host: Host, now: float) -> bool:
        """Return whether a host that another machine asks was waited for long enough."""
        return not host.claimed and now - host.since > _PATIENCE

    def part(self, host: Host, now: float) -> None:
        """Give a host back once its pause is over.

        While others have work, one that redirects lead to is kept for a while, and one that
        wants to be left alone for good: they may lead there again.
        """
        host.idle = host.idle or now
        if now < host.rest_at:
            return
        lingers = host.left or (not host.own and now < host.idle + _LINGER)
        if not (lingers and any(not other.done for other in self)):
            self._forget(host)

    def forget(self) -> None:
        """Give all hosts back."""
        for host in self:
            self._forget(host)

    def _forget(self, host: Host) -> None:
        del self._known[host.name]
        if host.claimed:
            self._supply.release(host.name)
