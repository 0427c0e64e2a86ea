"""URLs: repaired if the correction is certain, refused if a click would run code."""

from __future__ import annotations

import difflib
import html
import re
from urllib.parse import unquote, urlsplit

from hanse_harvesters import ip
from hanse_harvesters.mapping.iri import escape
from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.text import clean, is_nothing, storable

#: Schemes that run code or access the reader's own machine.
UNSAFE = frozenset(
    {
        "javascript", "vbscript", "livescript", "mocha", "data", "file", "blob", "filesystem",
        "about", "view-source", "jar", "chrome", "resource", "ms-its", "mhtml", "mk",
    }
)  # fmt: skip

#: Maximum length in characters; browsers, proxies and other catalogues accept no more.
LONGEST = 4_000
#: Schemes that only wrap another URL.
_AROUND = frozenset({"feed", "pcast", "wyciwyg", "web+ap", "intent"})
_SCRIPTS = frozenset({"javascript", "vbscript", "livescript", "mocha"})

_SCHEME = re.compile(r"([a-zA-Z][a-zA-Z0-9+.-]*):")
#: The characters of a scheme, and those that a browser ignores in it.
_UP_TO_SCHEME = re.compile(r"[\s\x00-\x20A-Za-z0-9+.-]*")
_BROKEN_HEAD = re.compile(
    r"^(https?|ftp)(?::\\\\|:///+|//:/*|\s*:\s*//\s+|\s+:\s*//|\s*:\s+//|\s*[;.,]?\s*//"
    r"|\s*[:;.,]\s*/(?=[^/])|\s*:\s*(?=[^/\s\\]))",
    re.IGNORECASE,
)
_DOUBLED = re.compile(r"^https?:(?://)?(?=https?(?::/{0,2}|//)[^/:])", re.IGNORECASE)
# A typing error in "http" or "https": letters missing, doubled or swapped.
_MISSPELT = re.compile(r"([a-z]{2,8})(?=:/|;//|//)", re.IGNORECASE)
#: A label before a URL that is not a scheme.
_LABELLED = re.compile(r"(?:url|link|adresse|address|href|www)\s*[:=]\s*(?=https?://|www\.)", re.I)
_NO_SCHEME = re.compile(r"^//(?=[\w-]+(?:\.[\w-]+)+(?:[/?#:]|$))")
#: Placeholders of templates and exporters instead of a URL.
_PLACEHOLDER = re.compile(r"urn:placeholder\b|https?://(?:todo|tbd|fixme)\b/?$", re.IGNORECASE)
#: A URL without a scheme that a parser has resolved against a file.
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
    """Return the scheme as a browser sees it, ignoring blanks and line ends."""
    begun = _UP_TO_SCHEME.match(text)
    end = begun.end() if begun else 0
    if text[end : end + 1] == ":":
        text = text[: end + 1]
    elif text[end : end + 1] != "&":  # which may begin an entity
        return ""
    match = _SCHEME.match(re.sub(r"[\s\x00-\x20]+", "", html.unescape(text)))
    return match[1].lower() if match else ""


def is_unsafe(text: str) -> bool:
    """Return whether a click would run code or access the reader's machine, also if wrapped."""
    name = scheme(text)
    while name in _AROUND:
        text = html.unescape(text).partition(":")[2].lstrip("/")
        name = scheme(text)
    return name in UNSAFE


def without_public_name(address: str) -> bool:
    """Return whether the host is only reachable in its own network.

    ``10.61.0.5``, ``2130706433``, ``localhost``, ``geoserver``, ``daten.intern`` …; a public
    IP address (``185.199.108.153``) is reachable like any other host.
    """
    host = host_of(address)
    if host is None:
        return False
    if number := ip.literal(host):
        return not ip.is_public(number)
    return "." not in host or host.endswith(_PRIVATE_SUFFIXES)


def host_of(address: str) -> str | None:
    """Return the host of a web URL in lower case, None if it has no valid one."""
    try:
        parts = urlsplit(address)
        host = (parts.hostname or "").rstrip(".")
    except ValueError:
        return None
    if parts.scheme.lower() not in _WEB or not host:
        return None
    return host if host.isprintable() else None


def _mended(came: str) -> str:
    """Correct typing errors in ``came`` that have only one interpretation."""
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


#: Not typing errors: schemes that are similar to those of the web.
_OTHERS = frozenset(
    {"ftp", "ftps", "sftp", "tftp", "smtp", "rtsp", "rtp", "ntp", "nntp", "tp", "shttp"}
)
#: Schemes with a host that occur in catalogues; any other is a typing error.
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
    """Correct ``ttps``, ``hhttps``, ``htp``, ``httsp`` … to http or https; keep others."""
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


#: A URL in which there is nothing to correct or to report, apart from a host of its own network.
_IN_ORDER = re.compile(
    r"https?://(?:[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?\.)+[a-z]{2,}(?::\d{1,5})?"
    r"(?:/[A-Za-z0-9/._~:@!$()*+,=-]*)?(?:\?[A-Za-z0-9/._~:@!$()*+,=?&-]*)?(?:#[A-Za-z0-9/._~-]*)?"
)


def url(text: str) -> Outcome[str]:
    """Normalise one URL or IRI: encode blanks, drop unsafe schemes, report unreachable hosts."""
    if len(text) <= LONGEST and _IN_ORDER.fullmatch(text):
        host = text.partition("://")[2].partition("/")[0].partition(":")[0]
        if not host.lower().endswith(_PRIVATE_SUFFIXES):
            return Outcome(text)
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
    """Return an object's IRI unchanged, as other records refer to it; drop an unsafe one.

    Only characters that no database stores are removed.
    """
    came = text.strip()
    if is_nothing(came):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if len(came) > LONGEST:
        return Outcome(None, (finding("url-too-long", text, longest=LONGEST),))
    if is_unsafe(came):
        return Outcome(None, (finding("url-unsafe", text),))
    kept = storable(came)
    return Outcome(kept, (finding("text-control-characters", text),) if kept != came else ())


def statement(text: str) -> Outcome[str]:
    """Normalise a URL or words (rights, standards), each by its own rules."""
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
    """Return whether a text that may be words is a URL that runs code on a click."""
    came = clean(text)
    return is_unsafe(came) and not _is_prose(came, scheme(came))


def _is_prose(text: str, named: str) -> bool:
    """Return whether it is a sentence (``Data: see the manual``), not a ``data:`` URL or script."""
    words = re.match(rf"{re.escape(named)}:\s", text, re.IGNORECASE)
    return bool(words) and named not in _SCRIPTS
