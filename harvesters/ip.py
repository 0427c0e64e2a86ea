"""Recognise hosts that are IP addresses, in any spelling, and whether they are public."""

from __future__ import annotations

import ipaddress
import re
import socket
import unicodedata

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: A part of an IPv4 address as C's ``inet_aton`` reads it.
NUMBER = re.compile(r"(?:0x[0-9a-f]*|[0-9]+)", re.IGNORECASE)
#: IPv6 blocks that carry an IPv4 address in their last 32 bits (RFC 4291, 6052, 2765).
_CARRIERS = tuple(
    ipaddress.IPv6Network(block) for block in ("::/96", "64:ff9b::/96", "::ffff:0:0:0/96")
)
#: Blocks that :mod:`ipaddress` calls global although they lead to internal networks:
#: site-local (RFC 3879), NAT64 for local use (RFC 8215), the host services of Azure and Oracle
#: (the latter within the block for protocols, RFC 6890, in which there are no portals).
_INSIDE = tuple(
    ipaddress.ip_network(block)
    for block in ("fec0::/10", "64:ff9b:1::/48", "168.63.129.16/32", "192.0.0.0/24")
)


def is_public(text: str) -> bool:
    """Return whether a resolved address belongs to the public internet.

    False for private, loopback, link-local (including metadata services), shared
    (RFC 6598), multicast, reserved and unspecified addresses, and for every IPv6
    form that embeds one of these.
    """
    address: Address = ipaddress.ip_address(text.partition("%")[0])
    if any(address.version == block.version and address in block for block in _INSIDE):
        return False
    carried = _carried(address)
    if carried is not None:
        return is_public(str(carried))
    return address.is_global and not address.is_multicast and not address.is_reserved


def _carried(address: Address) -> ipaddress.IPv4Address | None:
    """Return the IPv4 address embedded in an IPv6 one, None if there is none."""
    if isinstance(address, ipaddress.IPv4Address):
        return None
    if address.ipv4_mapped or address.sixtofour:
        return address.ipv4_mapped or address.sixtofour
    if any(address in block for block in _CARRIERS):
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return None


def ascii_name(host: str) -> str | None:
    """Return the name in the form used for DNS queries (IDNA), None if it cannot be one."""
    try:
        return unicodedata.normalize("NFKC", host).encode("idna").decode().rstrip(".").lower()
    except UnicodeError:
        return None


def literal(host: str) -> str | None:
    """Return the IP address that ``host`` denotes in any spelling, None for a name.

    Accepts ``127.1``, ``2130706433``, ``0x7f.1``, ``0177.0.0.1``, ``[::1]``, and fullwidth digits.
    """
    host = host.strip("[]")
    if ":" in host:
        return host if is_v6(host.partition("%")[0]) else None
    name = ascii_name(host)
    return v4(name) if name else None


def v4(text: str) -> str | None:
    """Return the dotted form of any IPv4 spelling that C's ``inet_aton`` accepts, else None.

    Dotted, decimal, octal, hexadecimal or short, but numbers only: ``inet_aton`` would also
    accept an address followed by a blank and other text.
    """
    if not all(NUMBER.fullmatch(part) for part in text.split(".")):
        return None
    try:
        return socket.inet_ntoa(socket.inet_aton(text))
    except OSError:
        return None


def is_v6(text: str) -> bool:
    """Return whether the text is an IPv6 address without a zone."""
    try:
        return ipaddress.IPv6Address(text).scope_id is None
    except ValueError:
        return False
