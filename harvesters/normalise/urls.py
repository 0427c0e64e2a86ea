"""Addresses: made valid where that is certain, refused where a click would run something."""

from __future__ import annotations

import difflib
import html
import re
from urllib.parse import unquote, urlsplit

from hanse_harvesters import ip
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
_BROKEN_HEAD = re.compile(
    r"^(https?|ftp)(?::\\\\|:///+|//:/*|\s*:\s*//\s+|\s+:\s*//|\s*:\s+//|\s*[;.,]?\s*//"
    r"|\s*[:;.,]\s*/(?=[^/])|\s*:\s*(?=[^/\s\\]))",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"^https?:(?://)?(?=https?(?::/{0,2}|//)[^/:])", re.IGNORECASE)
# A slip of typing in "http" or "https": letters left out, doubled or in the other order.
_MISSPELT = re.compile(r"([a-z]{2,8})(?=:/|;//|//)", re.IGNORECASE)
#: A word in front that only says what follows, and no scheme at all.
_LABELLED = re.compile(r"(?:url|link|adresse|address|href|www)\s*[:=]\s*(?=https?://|www\.)", re.I)
_NO_SCHEME = re.compile(r"^//(?=[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$))")
#: The address of a page without scheme, once a parser has resolved it against a file.
_PLACEHOLDER = re.compile(r"urn:placeholder\b|https?://(?:todo|tbd|fixme)\b/?$", re.IGNORECASE)
_OF_A_FILE = re.compile(r"^file://(?=www\.)", re.IGNORECASE)
_ENCODED_HEAD = re.compile(r"https?(?:%3A|:)(?:%2F|/){2}", re.IGNORECASE)
_ENCODED_PORT = re.compile(r"(?<=://)([^/?#]*)%3A(\d{1,5})(?=[/?#]|$)", re.IGNORECASE)
_BARE_HOST = re.compile(r"www\.[\w-]+(?:\.[\w-]+)+(?:[/?#:].*)?", re.IGNORECASE)
_WINDOWS = re.compile(r"[a-zA-Z]:[\\/]|\\\\")
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
    """True if the host is one that only its own network knows.

    ``10.61.0.5``, ``2130706433``, ``localhost``, ``geoserver``, ``daten.intern`` …; a public
    address in numbers (``185.199.108.153``) is reached like any other.
    """
    host = host_of(address)
    if host is None:
        return False
    if number := ip.literal(host):
        return not ip.is_public(number)
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
    address = _LABELLED.sub("", address, count=1)
    if head := _ENCODED_HEAD.match(address):
        rest = address[head.end() :]
        address = unquote(head.group()) + (rest if "/" in rest else unquote(rest))
    address = _MISSPELT.sub(_spelt, address, count=1) if _MISSPELT.match(address) else address
    address = _DOUBLED.sub("", address)
    address = _NO_SCHEME.sub("https://", address) if address.startswith("//") else address
    address = _ENCODED_PORT.sub(r"\1:\2", address)
    address = _BROKEN_HEAD.sub(lambda m: f"{m[1].lower()}://", address, count=1)
    if _BARE_HOST.fullmatch(address):
        address = f"http://{address}"
    return address


#: What is no slip: schemes of their own within a letter of the web's.
_OTHERS = frozenset(
    {"ftp", "ftps", "sftp", "tftp", "smtp", "rtsp", "rtp", "ntp", "nntp", "tp", "shttp"}
)
#: Schemes with a host that catalogues have use for; another one is a slip of typing.
_KNOWN = frozenset(
    {
        "http", "https", "ftp", "ftps", "sftp", "ws", "wss", "git", "ssh", "svn", "s3", "gs",
        "ldaps", "rtsp", "rtmp", "mqtt", "mqtts", "geo", "info", "webcal", "dav", "davs", "smb",
        "irods", "gsiftp", "hdl", "doi", "feed", "news", "nntp", "tftp", "ntp", "jdbc",
        "app", "amqp", "amqps", "odbc", "rsync", "ftpes", "ipfs", "dat", "abfs", "abfss", "hdfs",
        "ldap", "nfs", "postgresql", "az",
    }
)  # fmt: skip


def _spelt(match: re.Match[str]) -> str:
    """``ttps``, ``hhttps``, ``htp``, ``httsp`` … as http or https, others as they are."""
    word = match[1].lower()
    if word in _OTHERS | _WEB or not set(word) <= set("htps") or not {"t", "p"} <= set(word):
        return match[1]
    secure = word.endswith("s") or "s" in word[2:]
    right = "https" if secure else "http"
    return right if difflib.SequenceMatcher(None, word, right).ratio() >= 0.6 else match[1]


def _until_stable(came: str) -> str:
    for _ in range(8):
        address = _mended(came)
        if address == came:
            break
        came = address
    return came


def url(text: str) -> Outcome[str]:
    """One address or IRI: blanks encoded, unsafe schemes dropped, unreachable hosts said."""
    came = _OF_A_FILE.sub("//", clean(text))
    if is_nothing(came) or _PLACEHOLDER.match(came):
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
    named = scheme(address)
    if _WINDOWS.match(address) or not named:
        return Outcome(address, (finding("url-invalid", text),))
    address = escape(address)
    if named not in _KNOWN and address[len(named) :].startswith("://"):
        return Outcome(address, (finding("url-invalid", text),))
    return Outcome(address, _reported(clean(text), address))


def _reported(came: str, address: str) -> tuple[Finding, ...]:
    if scheme(address) in _WEB and host_of(address) is None:
        return (finding("url-invalid", came),)
    reported: list[Finding] = []
    if address != came:
        reported.append(finding("url-mended", came, read=address))
    if without_public_name(address):
        reported.append(finding("url-private-host", address))
    return tuple(reported)


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
