"""Decide which addresses may be requested: public ones, and those the operator lists.

The rule is applied to *resolved* addresses, when connecting
(:mod:`hanse_harvesters.http.connect`): a name, an octal or decimal spelling and
an IPv6 form of a private address all resolve to the same number.
"""

from __future__ import annotations

import ipaddress
import os
import re
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from hanse_harvesters import ip
from hanse_harvesters.errors import AddressRefused, ConfigError

#: Environment variable with the operator's list.
ENV_ALLOW = "HANSE_ALLOW_PRIVATE"

_PORTS = {"http": 80, "https": 443}
#: Maximum length of a URL; servers refuse longer ones, and every message would contain it.
LONGEST = 8_000
#: A label of a host name as DNS accepts it, after IDNA.
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
#: Names of the local host (RFC 6761, and the hosts files of Linux distributions).
_OWN = frozenset({"localhost", "localhost.localdomain", "ip6-localhost", "ip6-loopback"})


def endpoint(url: SplitResult) -> str:
    """Return ``host:port`` of a URL in lower case, always with a port, IPv6 in brackets."""
    host = (url.hostname or "").rstrip(".")
    return f"[{host}]:{port(url)}" if ":" in host else f"{host}:{port(url)}"


def port(url: SplitResult) -> int:
    """Return the port of a URL, by default that of its scheme."""
    return url.port or _PORTS[url.scheme]


def split(url: str, *, where: str = "") -> SplitResult:
    """Split an http(s) URL; raise AddressRefused for any other and for one with a login.

    ``where`` is the place that names the URL (a file and line); by default the URL itself.
    """
    where = where or url[:300]
    if len(url) > LONGEST:
        raise AddressRefused("address-long", where=where, length=len(url), most=LONGEST)
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - raises for an invalid port
    except ValueError as error:
        raise AddressRefused(
            "address-malformed", where=where, url=url[:300], reason=error
        ) from error
    if parts.scheme not in _PORTS or not parts.hostname:
        raise AddressRefused("address-scheme", where=where, url=url[:300])
    if parts.username is not None or parts.password is not None:
        without = where.replace(f"{parts.netloc.rpartition('@')[0]}@", "…@")
        raise AddressRefused("address-login", where=without)
    if not is_host(parts.hostname):
        raise AddressRefused("address-host", where=where, host=parts.hostname[:100])
    return parts


def is_host(host: str) -> bool:
    """Return whether ``host`` is unambiguous: an IP address or a possible name.

    False for percent signs, blanks, backslashes, an IPv6 zone, numbers that are no IPv4 address.
    """
    if ":" in host:
        return ip.is_v6(host)
    name = ip.ascii_name(host)
    if name is None:
        return False
    labels = name.split(".")
    if not all(_NAME.fullmatch(label) for label in labels):
        return False
    return not ip.NUMBER.fullmatch(labels[-1]) or ip.v4(name) is not None


def loopback(url: str) -> frozenset[str]:
    """Return an allow list with ``host:port`` of a URL that names this machine, else an empty one.

    For a URL that a person types; 127.0.0.0/8, ::1 and ``localhost`` are accepted.
    """
    parts = split(url)
    host = (parts.hostname or "").rstrip(".")
    literal = ip.literal(host)
    local = ipaddress.ip_address(literal).is_loopback if literal else host == "localhost"
    return frozenset({endpoint(parts)}) if local else frozenset()


def refuse_literal(url: str, allowed: frozenset[str], *, where: str = "") -> None:
    """Raise AddressRefused if a URL's host *is* a private address or a name of this machine.

    For settings, before anything is fetched; host names are checked when connecting.
    """
    parts = split(url, where=where)
    if endpoint(parts) in allowed:
        return
    host = (parts.hostname or "").rstrip(".")
    literal = ip.literal(host)
    name = ip.ascii_name(host) or host
    private = not ip.is_public(literal) if literal else name in _OWN or name.endswith(".localhost")
    if private:
        raise refused(endpoint(parts), where=where or url)


def refused(target: str, *, where: str) -> AddressRefused:
    """Return the error for ``target`` (``host:port``), which explains how to allow it."""
    return AddressRefused("address-private", where=where, target=target, variable=ENV_ALLOW)


def allow_list(entries: Iterable[str], *, where: str = "") -> frozenset[str]:
    """Return an operator's ``host:port`` entries; raise ConfigError for an invalid one."""
    found = set()
    for entry in entries:
        host, colon, number = entry.strip().lower().rpartition(":")
        if not colon or not host or not number.isdigit() or "/" in host:
            raise ConfigError("allowed-invalid", where=where, value=entry)
        found.add(f"{host}:{int(number)}")
    return frozenset(found)


def allowed_from_environment() -> frozenset[str]:
    """Return the entries of HANSE_ALLOW_PRIVATE, separated by blanks or commas."""
    text = os.environ.get(ENV_ALLOW, "")
    return allow_list(text.replace(",", " ").split(), where=ENV_ALLOW)
