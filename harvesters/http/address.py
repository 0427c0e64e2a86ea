"""Which addresses may be asked: the public ones, and what the operator lists.

The rule is applied to *resolved* addresses, when connecting
(:mod:`hanse_harvesters.http.connect`): a name, an octal or decimal spelling or
an IPv6 form of a private address ends as the same number.
"""

from __future__ import annotations

import ipaddress
import os
import re
import socket
import unicodedata
from collections.abc import Iterable
from urllib.parse import SplitResult, urlsplit

from hanse_harvesters.errors import AddressRefused, ConfigError

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Names of the environment that the command line reads.
ENV_ALLOW = "HANSE_ALLOW_PRIVATE"

_PORTS = {"http": 80, "https": 443}
#: IPv6 blocks that carry an IPv4 address in their last 32 bits (RFC 4291, 6052, 2765).
_CARRIERS = tuple(
    ipaddress.IPv6Network(block) for block in ("::/96", "64:ff9b::/96", "::ffff:0:0:0/96")
)
#: Blocks that :mod:`ipaddress` calls global although they lead inside:
#: site-local (RFC 3879), NAT64 for local use (RFC 8215), the host services of Azure and Oracle
#: (the latter within the block for protocols, RFC 6890, of which nothing is a portal).
_INSIDE = tuple(
    ipaddress.ip_network(block)
    for block in ("fec0::/10", "64:ff9b:1::/48", "168.63.129.16/32", "192.0.0.0/24")
)
#: Characters of an address; servers refuse what is longer, and every message would carry it.
LONGEST = 8_000
#: A host name as the name service takes it, after IDNA.
_NAME = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?", re.IGNORECASE)
_NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)


def is_public(text: str) -> bool:
    """Whether a resolved address lies in the public internet.

    False for private, loopback, link-local (with the metadata services), shared
    (RFC 6598), multicast, reserved and unspecified addresses, and for every IPv6
    form that carries one of these.
    """
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if any(address.version == block.version and address in block for block in _INSIDE):
        return False
    carried = _carried(address)
    if carried is not None:
        return is_public(str(carried))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    """The IPv4 address inside an IPv6 one, None if there is none."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if any(address in block for block in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def endpoint(url: SplitResult) -> str:
    """``host:port`` of a URL, lower case, the port always there, IPv6 in brackets."""
    host = (url.hostname or "").rstrip(".")
    return f"[{host}]:{port(url)}" if ":" in host else f"{host}:{port(url)}"


def port(url: SplitResult) -> int:
    """The port of a URL, the scheme's own where none is written."""
    return url.port or _PORTS[url.scheme]


def split(url: str, *, where: str = "") -> SplitResult:
    """The parts of an http(s) URL; AddressRefused for any other and for one that carries a login.

    ``where`` says what names the URL (a file and line); the URL itself by default.
    """
    where = where or url[:300]
    if len(url) > LONGEST:
        raise AddressRefused("address-long", where=where, length=len(url), most=LONGEST)
    try:
        parts = urlsplit(url.strip())
        parts.port  # noqa: B018 - raises for a port that is none
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
    """Whether ``host`` is an address or could be a name, so that no two readers differ on it.

    Not: percent signs, blanks, backslashes, an IPv6 zone, numbers that are no IPv4 address.
    """
    if ":" in host:
        return _is_v6(host)
    try:
        name = unicodedata.normalize("NFKC", host).encode("idna").decode().rstrip(".")
    except UnicodeError:
        return False
    labels = name.split(".")
    if not all(_NAME.fullmatch(label) for label in labels):
        return False
    return not _NUMBER.fullmatch(labels[-1]) or _is_v4(name)


def _is_v4(text: str) -> bool:
    """Whether C's ``inet_aton`` reads it: dotted, decimal, octal, hexadecimal, short."""
    try:
        socket.inet_aton(text)
    except OSError:
        return False
    return True


def _is_v6(text: str) -> bool:
    try:
        return ipaddress.IPv6Address(text).scope_id is None
    except ValueError:
        return False


def loopback(url: str) -> frozenset[str]:
    """``host:port`` of a URL that names this machine itself, as an allow list; else empty.

    For an address that a person types; 127.0.0.0/8, ::1 and ``localhost`` count.
    """
    parts = split(url)
    host = (parts.hostname or "").rstrip(".")
    try:
        local = ipaddress.ip_address(host).is_loopback
    except ValueError:
        local = host == "localhost"
    return frozenset({endpoint(parts)}) if local else frozenset()


def refuse_literal(url: str, allowed: frozenset[str], *, where: str = "") -> None:
    """AddressRefused for a URL whose host *is* a private address or a name for this machine.

    For settings, before anything is fetched; a host name is checked when connecting.
    """
    parts = split(url, where=where)
    host = (parts.hostname or "").rstrip(".")
    if endpoint(parts) in allowed:
        return
    try:
        public = is_public(host)
    except ValueError:
        public = host != "localhost" and not host.endswith(".localhost")
    if not public:
        raise refused(endpoint(parts), where=where or url)


def refused(target: str, *, where: str) -> AddressRefused:
    """The error for ``target`` (``host:port``), with the way to allow it."""
    return AddressRefused("address-private", where=where, target=target, variable=ENV_ALLOW)


def allow_list(entries: Iterable[str], *, where: str = "") -> frozenset[str]:
    """``host:port`` entries of an operator, checked; ConfigError for anything else."""
    found = set()
    for entry in entries:
        host, colon, number = entry.strip().lower().rpartition(":")
        if not colon or not host or not number.isdigit() or "/" in host:
            raise ConfigError("allowed-invalid", where=where, value=entry)
        found.add(f"{host}:{int(number)}")
    return frozenset(found)


def allowed_from_environment() -> frozenset[str]:
    """The entries of HANSE_ALLOW_PRIVATE, separated by blanks or commas."""
    text = os.environ.get(ENV_ALLOW, "")
    return allow_list(text.replace(",", " ").split(), where=ENV_ALLOW)
