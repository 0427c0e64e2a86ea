"""The options ``hanse.links.…``: one typed getter each."""

from __future__ import annotations

from datetime import time

import ckan.plugins.toolkit as tk

from ckanext.hanse import settings
from ckanext.hanse.scheduler import zone
from hanse_harvesters.errors import ConfigError
from hanse_harvesters.http.client import Limits as HttpLimits
from hanse_harvesters.http.start import Starter
from hanse_harvesters.links import Limits, Night

#: Seconds for one request; less than a host's lease (leases.py), as it is not renewed meanwhile.
_CONNECT, _READ, _DEADLINE = 10.0, 20.0, 60.0


def enabled() -> bool:
    """Return whether links are checked at all."""
    return bool(tk.config["hanse.links.enabled"])


def queue() -> str:
    """Return the queue of jobs that check links, as CKAN names it."""
    return f"{settings.queue()}-links"


def workers() -> int:
    """Return how many processes check links, on all machines together."""
    return max(0, int(tk.config["hanse.links.workers"]))


def night() -> Night:
    """Return the hours in which links are checked; ConfigError if they cannot be read."""
    given = str(tk.config["hanse.links.hours"])
    try:
        start, end = (time.fromisoformat(part.strip()) for part in given.split("-"))
    except ValueError as error:
        raise ConfigError("links-hours", where="hanse.links.hours", value=given) from error
    return Night(start, end, zone.timezone())


def limits() -> Limits:
    """Return the limits of a round; never less than 2 s between two requests to a host."""
    return Limits(
        hosts=max(1, int(tk.config["hanse.links.hosts_at_once"])),
        threads=max(1, int(tk.config["hanse.links.requests_at_once"])),
        pause=max(Limits().pause, float(tk.config["hanse.links.pause_seconds"])),
    )


def only_hosts() -> list[str]:
    """Return the hosts whose links are checked; none for all hosts."""
    return [name.lower() for name in tk.config["hanse.links.only_hosts"]]


def except_hosts() -> list[str]:
    """Return the hosts whose links are not checked."""
    return [name.lower() for name in tk.config["hanse.links.except_hosts"]]


def may_ask(host: str) -> bool:
    """Return whether the operator lets a host be asked."""
    only = only_hosts()
    return (not only or host in only) and host not in except_hosts()


def client() -> Starter:
    """Return a client with limits of its own: only the beginning of an answer is read."""
    return Starter(
        allowed_private=settings.allowed_private_hosts(),
        contact=settings.contact(),
        proxy=settings.http_proxy(),
        limits=HttpLimits(connect=_CONNECT, read=_READ, deadline=_DEADLINE, tries=1),
    )


def again_seconds() -> int:
    """Return the seconds after a check for which nobody may ask for another."""
    return max(0, int(tk.config["hanse.links.again_minutes"])) * 60
