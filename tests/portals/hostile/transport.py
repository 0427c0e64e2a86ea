"""Attacks with HTTP itself: bombs, drips, bodies and heads that never end, lies about length."""

from __future__ import annotations

import gzip
import itertools
import zlib
from collections.abc import Iterator

from portals.hostile.attack import (
    GOOD,
    Attack,
    Reply,
    Stage,
    among,
    at,
    body,
    dataset,
    raw,
    turtle,
)

_GOOD = among("").body
_BOMB = gzip.compress(b"\0" * 50_000_000)
_HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: text/turtle\r\n"
_CHUNKED = _HEAD + b"Transfer-Encoding: chunked\r\n\r\n"
_PACKED = _HEAD + b"Content-Encoding: %s\r\n\r\n"
_SLOW = {"deadline": 0.6, "tries": 1}


def _endless(head: bytes, piece: bytes) -> Reply:
    return raw(lambda: itertools.chain([head], itertools.repeat(piece)))


def _numbered(head: bytes, line: str) -> Reply:
    return raw(
        lambda: itertools.chain([head], ((line % number).encode() for number in itertools.count()))
    )


def _empty_blocks() -> Iterator[bytes]:
    """Deflate that goes on for ever and gives nothing: stored blocks of no length."""
    yield _PACKED % b"deflate" + b"\x78\x9c"
    yield from itertools.repeat(b"\x00\x00\x00\xff\xff" * 10_000)


def _length(value: str) -> Reply:
    return raw(lambda: [_HEAD + f"Content-Length: {value}\r\n\r\n".encode(), _GOOD])


def _again(after: str) -> Reply:
    """Not now, come back after …"""
    return Reply(b"", 429, headers={"Retry-After": after})


def _seen_cookie(stage: Stage) -> dict[str, object]:
    def answer(asked: object) -> Reply:
        sent_back = "cookie" in asked.headers  # type: ignore[attr-defined]
        return body("cookie came back", 500) if sent_back else first

    first = turtle(dataset("vorher"), "<> hydra:nextPage <?page=2> ; a hydra:PagedCollection .")
    first = Reply(first.body, headers={"Set-Cookie": "track=1; Domain=127.0.0.1; Path=/"})

    def second(asked: object) -> Reply:
        sent_back = "cookie" in asked.headers  # type: ignore[attr-defined]
        return body("cookie came back", 500) if sent_back else turtle(dataset("nachher"))

    return {"/catalog.ttl": answer, "/catalog.ttl?page=2": second}


ATTACKS = [
    Attack("gzip-bomb", at(body(_BOMB, content_encoding="gzip")), ("answer-large",), stops=True),
    Attack("gzip-bomb-as-a-file", at(body(_BOMB)), ("answer-large",), stops=True),
    Attack(
        "gzip-bomb-in-an-error-page",
        at(body(gzip.compress(_BOMB), 404, content_encoding="gzip, gzip")),
        ("status-absent",),
        stops=True,
    ),
    Attack(
        "gzip-in-gzip",
        at(body(gzip.compress(gzip.compress(_GOOD)), content_encoding="gzip")),
        ("document-unknown",),
        stops=True,
    ),
    Attack(
        "gzip-of-nothing-without-end",
        at(_endless(_PACKED % b"gzip", gzip.compress(b"") * 3000)),
        ("answer-large",),
        stops=True,
    ),
    Attack("deflate-of-nothing-without-end", at(raw(_empty_blocks)), ("answer-large",), stops=True),
    Attack(
        "gzip-without-its-end",
        at(body(gzip.compress(_GOOD)[:-12], content_encoding="gzip")),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "gzip-with-rubbish-behind",
        at(body(gzip.compress(_GOOD) + b"rubbish", content_encoding="gzip")),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "gzip-that-is-none",
        at(body(_GOOD, content_encoding="gzip")),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "encoding-not-asked-for",
        at(body(zlib.compress(_GOOD), content_encoding="gzip, br, gzip")),
        ("answer-encoded",),
        stops=True,
    ),
    Attack(
        "body-without-end",
        at(Reply(b"# x\n" * 16384, declared=-1, endless=True)),
        ("answer-large",),
        stops=True,
    ),
    Attack(
        "chunks-without-end",
        at(_endless(_CHUNKED, b"1000\r\n" + b"#" * 4096 + b"\r\n")),
        ("answer-large",),
        stops=True,
    ),
    Attack(
        "body-drop-by-drop",
        at(Reply(b"# x\n" * 500, drip=0.05)),
        ("answer-slow",),
        stops=True,
        limits=_SLOW,
    ),
    Attack(
        "head-drop-by-drop",
        at(Reply(_GOOD, slow_head=0.05)),
        ("answer-slow",),
        stops=True,
        limits=_SLOW,
    ),
    Attack(
        "silence-after-the-head",
        at(Reply(b"x" * 100, drip=30.0)),
        ("tries-spent",),
        stops=True,
        limits={"read": 0.3, "tries": 1},
    ),
    Attack(
        "headers-without-end",
        at(_numbered(b"HTTP/1.1 200 OK\r\n", "X-%d: y\r\n")),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "one-header-without-end",
        at(_endless(b"HTTP/1.1 200 OK\r\nX: ", b"x" * 65536)),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "continue-without-end",
        at(_endless(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 20)),
        ("answer-slow",),
        stops=True,
        limits=_SLOW,
        sent=1 << 40,  # it goes on until the deadline, and keeps nothing
    ),
    Attack(
        "chunk-of-no-size",
        at(raw(lambda: [_CHUNKED, b"zz\r\nabc\r\n"])),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "chunk-of-negative-size",
        at(raw(lambda: [_CHUNKED, b"-5\r\nabc\r\n0\r\n\r\n"])),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "chunk-extension-without-end",
        at(_endless(_CHUNKED + b"5;", b"x" * 65536)),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "trailers-without-end",
        at(_numbered(_CHUNKED + b"0\r\n", "X-%d: y\r\n")),
        ("answer-slow",),
        stops=True,
        limits=_SLOW,
        sent=1 << 40,
    ),
    Attack("length-negative", at(_length("-1")), ("length-undeclared",), GOOD),
    Attack("length-in-superscript", at(_length("\u00b2")), ("length-undeclared",), GOOD),
    Attack("length-absurd", at(_length("9" * 30)), ("tries-spent",), stops=True),
    Attack("length-of-a-thousand-digits", at(_length("9" * 9000)), ("length-undeclared",), GOOD),
    Attack("two-lengths", at(_length("5\r\nContent-Length: 7")), ("tries-spent",), stops=True),
    Attack(
        "no-http-at-all",
        at(raw(lambda: [b"\x16\x03\x01\x02\x00" * 1000])),
        ("tries-spent",),
        stops=True,
    ),
    Attack(
        "status-out-of-range",
        at(raw(lambda: [b"HTTP/1.1 -200 OK\r\n\r\n", _GOOD])),
        ("tries-spent",),
        stops=True,
    ),
    Attack("part-of-the-content", at(body(_GOOD, 206)), ("status-other",), stops=True),
    Attack("not-modified-unasked", at(body(b"", 304)), ("status-other",), stops=True),
    *(
        Attack(f"retry-after-{name}", at(_again(after)), ("tries-spent",), stops=True)
        for name, after in {
            "superscript": "\u00b2",
            "endless": "9" * 400,
            "infinite": "inf",
            "negative": "-3600",
            "far-out": "Fri, 31 Dec 9999 23:59:59 -9999",
            "no-date": "Fri, 99 Foo 0000 99:99:99 GMT",
            "nothing": "\u00a0",
        }.items()
    ),
    Attack("cookies", _seen_cookie, ("length-undeclared",)[:0], GOOD),
    Attack("turtle-called-a-picture", at(body(_GOOD, content_type="image/png")), (), GOOD),
    Attack(
        "charset-that-is-none",
        at(body(_GOOD, content_type="text/turtle; charset*=x''%ff; charset=\u00b2\"';")),
        (),
        GOOD,
    ),
    Attack(
        "page-of-html",
        at(body("<!doctype html><script>alert(1)</script>Wartung", content_type="text/turtle")),
        ("document-html",),
        stops=True,
    ),
    Attack("empty-answer", at(body(b"")), ("document-empty",), stops=True),
    Attack("zip-archive", at(body(b"PK\x03\x04" + bytes(5000))), ("document-unknown",), stops=True),
    Attack("program", at(body(b"\x7fELF" + bytes(5000))), ("document-unknown",), stops=True),
]
