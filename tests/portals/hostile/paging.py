"""Attacks with pages: links that lead away, walks that never end, totals beyond all reason."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from portals.documents import page_block
from portals.hostile.attack import (
    AFTER,
    BEFORE,
    GOOD,
    Attack,
    Reply,
    Serves,
    Stage,
    dataset,
    turtle,
)

PATH = "/catalog.ttl"


def _page(name: str, following: str, total: int | None = None) -> Reply:
    return turtle(page_block(PATH, next=following, total=total), dataset(name))


def _next(link: str) -> Serves:
    """A first page whose next one lies elsewhere; at the same path here there is nothing."""

    def serves(stage: Stage) -> dict[str, Any]:
        port = stage.inner.rpartition(":")[2]
        named = link.format(inner=stage.inner, secret=stage.secret, port=port)
        return {PATH: _page(BEFORE, named.replace("\\", "\\\\"))}

    return serves


def _numbered(make: Callable[[int], Reply]) -> Serves:
    return lambda stage: {PATH: lambda asked: make(int(asked.query("page", "1")))}


def _total(said: str) -> Serves:
    block = f"<{PATH}> a hydra:PagedCollection ; hydra:totalItems {said} .\n"
    return lambda stage: {PATH: turtle(block, dataset(BEFORE), dataset(AFTER))}


def _following(number: int) -> str:
    return f"{PATH}?page={number + 1}"


_ONE = (BEFORE,)
ATTACKS = [
    *(
        Attack(
            f"next-page-at-{name}",
            _next(link),
            ("page-link-mended", "page-failed|page-repeated"),
            _ONE,
        )
        for name, link in {
            "a-file": "file://{secret}",
            "a-file-by-a-blank": " \tfile://{secret}",
            "another-host": "http://daten.example/catalog.ttl?page=2",
            "another-port": "{inner}/catalog.ttl?page=2",
            "another-port-without-scheme": "//127.0.0.1:{port}/catalog.ttl?page=2",
            "metadata": "http://169.254.169.254/latest/meta-data/",
            "ftp": "ftp://127.0.0.1/seite2",
            "a-login": "http://admin:geheim@127.0.0.1:{port}/seite2",
        }.items()
    ),
    *(
        Attack(f"next-page-at-{name}", _next(link), (rule,), _ONE)
        for name, (link, rule) in {
            "a-script": ("javascript:alert(document.domain)", "page-link-mended"),
            "data": ("data:text/turtle,<x>%20a%20<y>.", "page-link-mended"),
            "half-a-bracket": ("http://[::1", "page-repeated"),
            "a-backslash": ("http:\\\\127.0.0.1:{port}/seite2", "page-failed"),
        }.items()
    ),
    Attack(
        "next-page-at-a-link-of-a-megabyte",
        _next(f"{PATH}?x=" + "a" * 1_000_000),
        ("address-long",),
        _ONE,
        stops=True,
    ),
    Attack(
        "page-that-is-its-own-next",
        _numbered(lambda n: _page(BEFORE, PATH)),
        ("page-repeated",),
        _ONE,
    ),
    Attack(
        "pages-a-b-b",
        _numbered(lambda n: _page(BEFORE if n == 1 else AFTER, _following(min(n, 1)))),
        ("page-repeated",),
        GOOD,
    ),
    Attack(
        "pages-a-b-a",
        _numbered(lambda n: _page((AFTER, BEFORE)[n % 2], _following(n % 2))),
        ("page-repeated",),
        GOOD,
    ),
    Attack(
        "page-number-ignored",
        _numbered(lambda n: _page(BEFORE, _following(n), 200)),
        ("page-repeated",),
        _ONE,
    ),
    Attack(
        "pages-of-nothing-without-end",
        _numbered(lambda n: turtle(page_block(PATH, next=_following(n)))),
        ("page-failed",),
    ),
    Attack(
        "pages-without-end",
        _numbered(lambda n: _page(f"d{n}", _following(n))),
        ("page-cap",),
        ("d1", "d2", "d3", "d4"),
        options={"max_pages": 4},
    ),
    Attack(
        "pages-without-end-and-records",
        _numbered(lambda n: _page(f"d{n}", _following(n))),
        ("run-large",),
        ("d1", "d2", "d3"),
        stops=True,
        records=3,
    ),
    Attack(
        "a-thousand-next-pages",
        lambda stage: {
            PATH: turtle(
                dataset(BEFORE),
                f"<{PATH}> a hydra:PagedCollection ; hydra:next "
                + ", ".join(f"<{PATH}?page={n}>" for n in range(1000))
                + " .\n",
            )
        },
        ("page-repeated",),
        _ONE,
    ),
    Attack(
        "link-header-of-rubbish",
        lambda stage: {
            PATH: Reply(
                turtle(dataset(BEFORE)).body,
                headers={"Link": "<" * 20_000 + '>; rel="next"; ' + ";=," * 10_000},
            )
        },
        (),
        _ONE,
    ),
    *(
        Attack(f"total-{name}", _total(said), rules, GOOD)
        for name, (said, rules) in {
            "of-a-quintillion": ("1000000000000000000", ("total-odd",)),
            "negative": ("-5", ("total-odd",)),
            "of-words": ('"viele"', ("total-odd",)),
            "not-a-number": ('"NaN"^^xsd:double', ("total-odd",)),
            "in-superscript": ('"\u00b2"', ("total-odd",)),
        }.items()
    ),
]
