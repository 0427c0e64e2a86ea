"""Recognise by their form identifiers that are globally unique: IRIs, UUIDs, DOIs, URNs.  Pure.

A counter ("17") or an abbreviation is unique only within its portal.  The default values of
unconfigured software do not count either: an address at ``localhost`` or ``example.org``, a
UUID of zeros, the portal's home page.
"""

from __future__ import annotations

import hashlib
import ipaddress
import re
from urllib.parse import SplitResult, unquote, urlsplit

_UUID = re.compile(r"\{?([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})\}?", re.IGNORECASE)
_DOI = re.compile(
    r"(?:doi:\s*|https?://(?:dx\.|www\.)?doi\.org/)?(10\.\d{4,9}(?:\.\d+)*/\S+)", re.IGNORECASE
)
_URN = re.compile(r"urn:([a-z0-9][a-z0-9-]{1,31}):(\S+)", re.IGNORECASE)
_WEB = re.compile(r"https?://\S+", re.IGNORECASE)
#: A random UUID has at least this many different digits (one in a million has only seven).
_FEWEST_DIGITS = 6
_ASCENDING = "0123456789abcdef0123456789abcdef"

#: Domains that no portal has: reserved and internal ones, and examples from manuals.
_NO_DOMAIN = frozenset(
    {"localhost", "localdomain", "local", "lan", "home", "intern", "internal", "intranet"}
    | {"corp", "private", "docker", "test", "invalid", "arpa"}
)
_PLACEHOLDERS = frozenset(
    {"example", "example.org", "example.com", "example.net", "example.de", "mysite.com"}
    | {"yourdomain.com", "your-domain.com", "domain.com", "domain.tld", "demo.ckan.org"}
    | {"default.ckan.com", "piveau.io", "demo.dkan.org"}
)
#: Last parts of an address that are no dataset's name, or that name the list of all.
_NO_NAME = frozenset(
    {"", "dataset", "datasets", "datensatz", "datensaetze", "data", "daten", "catalog"}
    | {"catalogue", "katalog", "home", "start", "index", "default", "opendata", "open-data"}
    | {"none", "null", "nil", "undefined", "nan", "unknown", "unbekannt", "todo", "tbd", "id"}
    | {"identifier", "uuid", "placeholder", "example", "n/a", "-", "_", "{}"}
)
_SUFFIX = re.compile(r"\.(html?|php|aspx?|jsp|rdf|ttl|xml|jsonld?)$")
_BRACES = re.compile(r"[{<\[$%].*[}>\]]|%[sd]|\$\w+")
#: An index entry of PostgreSQL holds at most 2,700 bytes.
_LONGEST = 500


def global_form(identifier: str) -> str:
    """Return the canonical form of a globally unique identifier; "" for any other.

    >>> global_form("https://doi.org/10.1594/PANGAEA.726855")
    'doi:10.1594/pangaea.726855'
    >>> global_form("{8D3F7A52-1C44-4B0E-9F6D-2E5A7B9C1D03}")
    'uuid:8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03'
    >>> global_form("17"), global_form("http://localhost:5000/dataset/17")
    ('', '')
    """
    text = identifier.strip()
    for form in (_uuid, _doi, _urn, _web):
        found = form(text)
        if found is not None:
            return _short(found)
    return ""


def global_forms(identifier: str) -> list[str]:
    """Return the canonical form, and of an IRI that ends in a UUID that UUID's as well.

    >>> global_forms("https://registry.gdi-de.org/id/de.mv/8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03")[1]
    'uuid:8d3f7a52-1c44-4b0e-9f6d-2e5a7b9c1d03'
    """
    found = global_form(identifier)
    if not found:
        return []
    last = re.split(r"[/=#]", found)[-1] if found.startswith("https:") else ""
    return [found, *filter(None, [_uuid(last)])]


def is_global_iri(identity: str) -> bool:
    """Return whether a harvest identity is a globally unique IRI."""
    return bool(_scheme(identity)) and bool(global_form(identity))


def names_something(address: str) -> bool:
    """Return whether an address is more specific than a portal's home page or dataset list."""
    return bool(_web(address.strip()))


def _scheme(text: str) -> bool:
    return text.lower().startswith(("http://", "https://", "urn:"))


def _short(found: str) -> str:
    if len(found) <= _LONGEST:
        return found
    return f"{found[:200]}…sha256:{hashlib.sha256(found.encode('utf-8', 'replace')).hexdigest()}"


def _uuid(text: str) -> str | None:
    match = _UUID.fullmatch(text)
    if match is None:
        return None
    found = match[1].lower()
    return "" if _is_filler(found) else f"uuid:{found}"


def _is_filler(uuid: str) -> bool:
    """Return whether it is not random: nil, one digit, an ascending run, zeros with a counter."""
    groups = uuid.split("-")
    plain = "".join(groups)
    counted = all(not group.strip("0") for group in groups[:-1])
    typed = all(group in _ASCENDING for group in groups)
    return len(set(plain)) < _FEWEST_DIGITS or counted or typed


def _doi(text: str) -> str | None:
    match = _DOI.fullmatch(text)
    return f"doi:{unquote(match[1]).lower().rstrip('.')}" if match else None


def _urn(text: str) -> str | None:
    match = _URN.fullmatch(text)
    if match is None:
        return None
    kind, name = match[1].lower(), match[2]
    if kind == "uuid":
        return _uuid(name) or ""
    return "" if kind == "example" or _is_no_name(name) else f"urn:{kind}:{name}"


def _web(text: str) -> str | None:
    if not _WEB.fullmatch(text):
        return None
    try:
        parts = urlsplit(text)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        return ""
    if _is_no_host(host) or not _leads_on(parts):
        return ""
    place = host if port in (None, 80, 443) else f"{host}:{port}"
    rest = text.partition("://")[2].partition("/")[2]
    return f"https://{place}/{rest}" if "/" in text.partition("://")[2] else f"https://{place}"


def _is_no_host(host: str) -> bool:
    try:
        return not ipaddress.ip_address(host).is_global
    except ValueError:
        labels = host.split(".")
        known = host.removeprefix("www.")
        return len(labels) < 2 or labels[-1] in _NO_DOMAIN or known in _PLACEHOLDERS


def _leads_on(parts: SplitResult) -> bool:
    """Return whether path, query or fragment name something."""
    if parts.query or (parts.fragment and not _is_no_name(parts.fragment)):
        return True
    return not _is_no_name(parts.path.rstrip("/").rpartition("/")[2])


def _is_no_name(text: str) -> bool:
    plain = _SUFFIX.sub("", unquote(text).strip().lower())
    return plain in _NO_NAME or bool(_BRACES.fullmatch(plain)) or not _uuid_ok(plain)


def _uuid_ok(text: str) -> bool:
    return _uuid(text) != ""
