"""Identifies clients: the address behind the operator's proxies, and a pseudonym for it."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
from typing import Any

import ckan.plugins.toolkit as tk
from flask import request

from ckanext.hanse import settings
from hanse_harvesters.ip import Address

#: An IPv6 subscriber has at least a whole /64.
_SUBSCRIBER = 64
_LENGTH = 22


def address(environ: dict[str, Any] | None = None) -> Address | None:
    """Return the client's address, None if unknown; ``environ`` outside a request.

    Only as many entries of ``X-Forwarded-For`` count, from the right, as the operator has
    proxies: each proxy appends the address of its client, and anyone can forge entries before.
    """
    environ = request.environ if environ is None else environ
    proxies = settings.trusted_proxies()
    chain = [environ.get("REMOTE_ADDR") or ""]
    if proxies:
        forwarded = environ.get("HTTP_X_FORWARDED_FOR", "")
        chain = [part for part in forwarded.rsplit(",", proxies) if part.strip()] + chain
    return _parsed(chain[max(0, len(chain) - 1 - proxies)].rpartition(",")[2])


def network(found: Address | None) -> str:
    """Return a keyed hash of the address, of IPv6 of its /64; "" for None."""
    if found is None:
        return ""
    if isinstance(found, ipaddress.IPv6Address):
        return hashed(str(ipaddress.ip_network((int(found), _SUBSCRIBER), strict=False)))
    return hashed(str(found))


def hashed(text: str) -> str:
    """Return a pseudonym for ``text`` that only this site can compute."""
    key = str(tk.config["SECRET_KEY"]).encode()
    return hmac.new(key, text.encode(), hashlib.sha256).hexdigest()[:_LENGTH]


def is_exempt(found: Address | None) -> bool:
    """Return whether the operator exempts this address."""
    return found is not None and any(found in known for known in settings.exempt_networks())


def _parsed(text: str) -> Address | None:
    text = text.strip().strip('"')
    if text.startswith("["):  # [2001:db8::1]:4711
        text = text[1:].partition("]")[0]
    elif text.count(":") == 1:  # 192.0.2.1:4711
        text = text.partition(":")[0]
    try:
        found = ipaddress.ip_address(text.partition("%")[0])
    except ValueError:
        return None
    mapped = found.ipv4_mapped if isinstance(found, ipaddress.IPv6Address) else None
    return mapped or found
