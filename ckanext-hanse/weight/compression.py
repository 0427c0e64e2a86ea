"""WSGI middleware that compresses texts with brotli or gzip, for sites without a proxy that does.

**Not compressed: pages for somebody who is signed in, or that begin a session, if their address
has a query or leads nowhere.** They hold a CSRF token beside words that an address can put there
(``?q=…``, or a path that the error page repeats); the length of the compressed page would tell an
attacker who watches the line how much of the token is guessed right (BREACH, CVE-2013-3587). A
page that is there, without a query, repeats nothing that an attacker can vary from one request to
the next: forms, whose choices are most of their length. What is public holds no secret and is
compressed for everybody.
"""

from __future__ import annotations

import gzip
import threading
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from wsgiref.types import WSGIApplication

import brotli
from werkzeug.datastructures import Headers, ResponseCacheControl
from werkzeug.http import parse_accept_header, parse_cache_control_header

from ckanext.hanse.page_cache import anonymous

_TEXTS = {
    "application/atom+xml",
    "application/geo+json",
    "application/javascript",
    "application/json",
    "application/ld+json",
    "application/n-quads",
    "application/n-triples",
    "application/rdf+xml",
    "application/xml",
    "image/svg+xml",
}
#: What is shorter than a packet gains nothing.
_LEAST = 600
#: What is longer is compressed while it is sent, and not remembered.
_MOST = 4 * 1024 * 1024
_LEVEL = 6
#: Of brotli: for a page, in a few milliseconds; for a file kept for long, once in a second.
_QUALITY, _QUALITY_OF_FILES = 5, 10
_BROTLI, _GZIP = "br", "gzip"
#: Bytes of compressed texts that are remembered by a process.
_REMEMBERED = 8 * 1024 * 1024
Key = tuple[str, str, str]


class Compression:
    """Compresses what an application answers, where that is safe and the client takes it."""

    def __init__(self, app: WSGIApplication) -> None:
        self._app = app
        self._memory = _Memory()

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer as the application does, with a shorter body."""
        held: list[tuple[str, Headers, tuple[Any, ...]]] = []

        def start(status: str, headers: list[tuple[str, str]], *rest: Any) -> Callable[..., Any]:
            held[:] = [(status, Headers(headers), rest)]
            return _no_writing

        body = self._app(environ, start)
        if not held:  # an application that begins with its first part
            body = _begun(body)
        status, headers, rest = held[0]
        _vary(headers)
        if not _may_be(environ, status, headers):
            start_response(status, headers.to_wsgi_list(), *rest)
            return body
        length = int(headers.get("Content-Length") or _MOST + 1)
        coding = _coding(environ, (_GZIP,) if length > _MOST else (_BROTLI, _GZIP))
        if length < _LEAST or not coding:
            start_response(status, headers.to_wsgi_list(), *rest)
            return body
        _mark(headers, coding)
        if length > _MOST:
            del headers["Content-Length"]
            start_response(status, headers.to_wsgi_list(), *rest)
            return _Stream(body)
        shared = _is_shared(environ, headers)
        lasts = "immutable" in headers.get("Cache-Control", "")
        quality = _QUALITY_OF_FILES if lasts else _QUALITY
        key = _key(environ, headers, coding) if shared else None
        made = self._memory.of(key, body, lambda text: _compressed(text, coding, quality))
        headers["Content-Length"] = str(len(made))
        start_response(status, headers.to_wsgi_list(), *rest)
        return [made]


class _Memory:
    """What was compressed lately, by address and validator."""

    def __init__(self) -> None:
        self._found: OrderedDict[Key, bytes] = OrderedDict()
        self._size = 0
        self._lock = threading.Lock()

    def of(
        self, key: Key | None, body: Iterable[bytes], compress: Callable[[bytes], bytes]
    ) -> bytes:
        """The compressed body, from memory if ``key`` is known."""
        try:
            with self._lock:
                if key in self._found:
                    self._found.move_to_end(key)
                    return self._found[key]
            made = compress(b"".join(body))
        finally:
            getattr(body, "close", lambda: None)()
        if key:
            self._keep(key, made)
        return made

    def _keep(self, key: Key, made: bytes) -> None:
        with self._lock:
            self._size += len(made) - len(self._found.pop(key, b""))
            self._found[key] = made
            while self._size > _REMEMBERED:
                self._size -= len(self._found.popitem(last=False)[1])


class _Stream:
    """A long body, compressed part by part."""

    def __init__(self, body: Iterable[bytes]) -> None:
        self._body = body

    def __iter__(self) -> Iterator[bytes]:
        packer = zlib.compressobj(_LEVEL, wbits=zlib.MAX_WBITS | 16)
        for part in self._body:
            if made := packer.compress(part):  # an empty part would end a chunked answer
                yield made
        yield packer.flush()

    def close(self) -> None:
        """Close the body, as servers do."""
        getattr(self._body, "close", lambda: None)()


def _compressed(text: bytes, coding: str, quality: int) -> bytes:
    if coding == _BROTLI:
        made: bytes = brotli.compress(text, quality=quality)
        return made
    return gzip.compress(text, _LEVEL, mtime=0)


def _no_writing(data: bytes) -> None:
    raise NotImplementedError("WSGI's write() is not used by Flask")


def _begun(body: Iterable[bytes]) -> Iterable[bytes]:
    parts = list(body)
    getattr(body, "close", lambda: None)()
    return parts


def _is_text(headers: Headers) -> bool:
    kind = (headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    return kind in _TEXTS or kind.startswith("text/")


def _vary(headers: Headers) -> None:
    """Say what the answer depends on, in one header."""
    told = [name for line in headers.getlist("Vary") for name in line.replace(" ", "").split(",")]
    if "immutable" in headers.get("Cache-Control", ""):
        told = []  # Flask names the cookie as soon as there is one
    if _is_text(headers):
        told.append("Accept-Encoding")
    headers.remove("Vary")
    if told:
        headers["Vary"] = ", ".join(dict.fromkeys(told))


def _may_be(environ: dict[str, Any], status: str, headers: Headers) -> bool:
    """Whether this answer to this request is compressed."""
    code = int(status[:3])
    if environ["REQUEST_METHOD"] == "HEAD" or code < 200 or code in (204, 206, 304):
        return False
    if not _is_text(headers) or {"Content-Encoding", "Content-Range"} & set(headers.keys()):
        return False
    if "no-transform" in headers.get("Cache-Control", ""):
        return False
    asked = environ["REQUEST_METHOD"], environ.get("QUERY_STRING", "")
    repeats_nothing = code == 200 and asked == ("GET", "")
    return repeats_nothing or _is_shared(environ, headers)


def _is_shared(environ: dict[str, Any], headers: Headers) -> bool:
    """Return whether everybody gets this answer."""
    kept = parse_cache_control_header(headers.get("Cache-Control"), cls=ResponseCacheControl)
    return kept.public or (anonymous.carries_none(environ) and "Set-Cookie" not in headers)


def _coding(environ: dict[str, Any], codings: Iterable[str]) -> str:
    """Return the first of ``codings`` that the client takes, "" for none."""
    accepted = parse_accept_header(environ.get("HTTP_ACCEPT_ENCODING", ""))
    taken = (name for name in codings if name in accepted and accepted.quality(name))
    return next(taken, "")


def _mark(headers: Headers, coding: str) -> None:
    headers["Content-Encoding"] = coding
    headers.pop("Accept-Ranges", None)
    etag = headers.get("ETag", "")
    if etag.startswith('"'):
        headers["ETag"] = f"W/{etag}"  # the same text, other bytes


def _key(environ: dict[str, Any], headers: Headers, coding: str) -> Key | None:
    """By what a compressed text is known: its address, its kind and its validator; None without."""
    etag = headers.get("ETag")
    names = ("HTTP_HOST", "SCRIPT_NAME", "PATH_INFO", "QUERY_STRING", "HTTP_HX_REQUEST")
    address = "\n".join([coding, *(str(environ.get(name, "")) for name in names)])
    return (address, headers.get("Content-Type", ""), etag) if etag else None
