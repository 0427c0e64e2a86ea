"""Addresses: made valid where that is certain, refused where a click would run something."""

from __future__ import annotations

import html
import re
from urllib.parse import urlsplit

from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.text import clean, is_nothing

#: Schemes that run code or reach into the reader's own machine.
UNSAFE = frozenset(
    {
        "javascript", "vbscript", "livescript", "mocha", "data", "file", "blob", "filesystem",
        "about", "view-source", "jar", "chrome", "resource", "ms-its", "mhtml", "mk",
    }
)  # fmt: skip

#: Characters of an address; browsers, proxies and other catalogues take no longer ones.
LONGEST = 4_000
#: Schemes that only say how to look at the address behind them.
_AROUND = frozenset({"feed", "pcast", "wyciwyg", "web+ap", "intent"})
_SCRIPTS = frozenset({"javascript", "vbscript", "livescript", "mocha"})

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
_BROKEN_HEAD = re.compile(r"(https?|ftp)(?::/(?=[^/])|:(?=[^/])|;//|//|:\\\\)", re.IGNORECASE)
_DOUBLED = re.compile(r"https?://(?=https?:/{1,2}[^/])", re.IGNORECASE)
_BARE_HOST = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?:[/?#:].*)?", re.IGNORECASE)
_WINDOWS = re.compile(r"[a-zA-Z]:[\\/]|\\\\")
_NUMBER = re.compile(r"(?:0x[0-9a-f]+|\d+)(?:\.(?:0x[0-9a-f]+|\d+)){0,3}")
_WEB = frozenset({"http", "https", "ftp", "ftps", "sftp"})
_PRIVATE_SUFFIXES = (
    ".local", ".localhost", ".internal", ".intern", ".intranet", ".lan", ".home.arpa", ".corp",
)  # fmt: skip


def scheme(text: str) -> str:
    """The scheme as a browser sees it: blanks and line ends inside count for nothing."""
    match = _SCHEME.match(re.sub(r"[\s\x00-\x20]+", "", html.unescape(text)))
    return match[1].lower() if match else ""


def is_unsafe(text: str) -> bool:
    """Whether a click would run code or reach into the reader's machine, also one scheme deeper."""
    name = scheme(text)
    while name in _AROUND:
        text = html.unescape(text).partition(":")[2].lstrip("/")
        name = scheme(text)
    return name in UNSAFE


def without_public_name(address: str) -> bool:
    """True if the host is a bare number or one that only its own network knows.

    ``10.61.0.5``, ``141.91.184.90``, ``localhost``, ``geoserver``, ``daten.intern`` …
    """
    host = host_of(address)
    if host is None:
        return False
    if ":" in host or _NUMBER.fullmatch(host):
        return True
    return "." not in host or host.endswith(_PRIVATE_SUFFIXES)


def host_of(address: str) -> str | None:
    """The host of a web address in lower case, None if there is none to judge."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme.lower() not in _WEB or not host:
        return None
    return host if host.isprintable() else None


def _mended(came: str) -> str:
    """``came`` with the slips of typing that have one reading only put right."""
    address = re.sub(r"\s*[\r\n\t]+\s*", "", came)
    address = address.strip("<>\"'„“”‚‘’ ") or came
    address = address.replace("&amp;", "&") if "&amp;" in address else address
    address = _DOUBLED.sub("", address)
    address = _BROKEN_HEAD.sub(lambda m: f"{m[1].lower()}://", address, count=1)
    if _BARE_HOST.fullmatch(address):
        address = f"http://{address}"
    return address


def _until_stable(came: str) -> str:
    for _ in range(8):
        address = _mended(came)
        if address == came:
            break
        came = address
    return came


def url(text: str) -> Outcome[str]:
    """One address or IRI: blanks encoded, unsafe schemes dropped, unreachable hosts said."""
    came = clean(text)
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if len(came) > LONGEST:
        return Outcome(None, (finding("url-too-long", text, longest=LONGEST),))
    if is_unsafe(came):
        return Outcome(None, (finding("url-unsafe", text),))
    address = _until_stable(came)
    if is_nothing(address):
        return Outcome(None, (finding("value-placeholder", text),))
    if is_unsafe(address):
        return Outcome(None, (finding("url-unsafe", text),))
    if _WINDOWS.match(address) or not scheme(address):
        return Outcome(address, (finding("url-invalid", text),))
    address = escape(address)
    return Outcome(address, _said(came, address))


def _said(came: str, address: str) -> tuple[Finding, ...]:
    if scheme(address) in _WEB and host_of(address) is None:
        return (finding("url-invalid", came),)
    said: list[Finding] = []
    if address != came:
        said.append(finding("url-mended", came, read=address))
    if without_public_name(address):
        said.append(finding("url-private-host", address))
    return tuple(said)


def subject(text: str) -> Outcome[str]:
    """The IRI that names a thing: never altered, for other records point at it; unsafe ones go."""
    came = text.strip()
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if len(came) > LONGEST:
        return Outcome(None, (finding("url-too-long", text, longest=LONGEST),))
    if is_unsafe(came):
        return Outcome(None, (finding("url-unsafe", text),))
    return Outcome(came)


def statement(text: str) -> Outcome[str]:
    """An address or words (rights, standards): each treated as what it is."""
    came = clean(text)
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    named = scheme(came)
    if runs(came):
        return Outcome(None, (finding("url-unsafe", text),))
    if named in _WEB and not re.search(r"\s", came):
        return url(text)
    return Outcome(came)


def runs(text: str) -> bool:
    """Whether a text that may be words is an address that a click would run."""
    came = clean(text)
    return is_unsafe(came) and not _is_prose(came, scheme(came))


def _is_prose(text: str, named: str) -> bool:
    """``Data: see the manual`` is a sentence, ``data:text/html,…`` and any script are links."""
    words = re.match(rf"{re.escape(named)}:\s", text, re.IGNORECASE)
    return bool(words) and named not in _SCRIPTS
