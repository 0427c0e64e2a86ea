"""Attacks on Turtle, and on text as such: nesting, charsets, endless values, circles."""

from __future__ import annotations

from portals.documents import BASE
from portals.hostile.attack import (
    DEEP,
    GOOD,
    PREFIXES,
    Attack,
    among,
    at,
    body,
    text_among,
)

_ALL = (*GOOD, "x")


def _x(more: str) -> str:
    """A dataset of that name."""
    return f"<{BASE}x> a dcat:Dataset ; {more} .\n"


ATTACKS = [
    Attack(
        "collections-nested-deep",
        at(body(PREFIXES + "<http://a> dct:title " + "(" * 400_000)),
        DEEP,
        stops=None,
        parent=200,
    ),
    Attack(
        "blank-nodes-nested-deep",
        at(body(PREFIXES + "<http://a> dct:relation " + "[ dct:relation " * 200_000)),
        DEEP,
        stops=None,
    ),
    Attack(
        "prefixes-that-unfold",
        at(body("@prefix a: <http://a/" + "x" * 50_000 + "> .\n" + "a:b a:c a:d .\n" * 30_000)),
        ("parse-growing|parse-memory|document-memory",),
        stops=True,
    ),
    Attack(
        "a-quotation-mark-too-many",
        at(body(text_among('<http://x> dct:title "offen .\n'))),
        ("statement-broken",),
        GOOD,
    ),
    Attack(
        "quotation-marks-without-end",
        at(body(text_among('" ' * 200_000))),
        ("statement-broken|parse-costly|parse-slow",),
        stops=None,
    ),
    Attack(
        "a-thousand-bases",
        at(body(text_among("".join(f"@base <http://{n}.example/> .\n" for n in range(1000))))),
        (),
        GOOD,
    ),
    Attack(
        "faults-without-end",
        at(body(PREFIXES + "dct:a dct:b broken .\n" * 20_000)),
        ("statement-broken",),
    ),
    Attack(
        "literal-of-megabytes",
        at(among(_x(f'dct:title "x" ; dct:description "{"x" * 2_500_000}"'))),
        ("text-too-long",),
        _ALL,
    ),
    Attack(
        "address-of-a-megabyte",
        at(among(_x(f'dct:title "x" ; dcat:landingPage <http://x.example/{"x" * 1_000_000}>'))),
        ("url-too-long",),
        _ALL,
    ),
    Attack(
        "nothing-in-a-literal",
        at(among(f'<{BASE}x> a dcat:Dataset ; dct:title "a\\u0000b\\u0001\\u001b[31m" .\n')),
        ("control-characters",),
        _ALL,
    ),
    Attack(
        "nothing-in-the-bytes",
        at(body(text_among(f'<{BASE}x> a dcat:Dataset ; dct:title "a\0b" .\n'))),
        ("control-characters|text-control-characters",),
        _ALL,
    ),
    Attack(
        "half-a-surrogate-pair",
        at(among(f'<{BASE}x> a dcat:Dataset ; dct:title "a\\ud800b" .\n')),
        ("statement-broken",),
        GOOD,
    ),
    Attack(
        "bytes-of-another-charset",
        at(
            body(
                text_among(f'<{BASE}x> a dcat:Dataset ; dct:title "Gr@~e" .\n')
                .encode()
                .replace(b"@~", b"\xf6\xdf")
            )
        ),
        ("charset-wrong",),
        _ALL,
    ),
    Attack(
        "utf-8-called-utf-16",
        at(body(text_among(""), content_type="text/turtle; charset=utf-16")),
        (),
        GOOD,
    ),
    Attack(
        "half-a-character-everywhere",
        at(body(text_among("").encode().replace(b'vorher"', b'vorher\xc3"'))),
        ("charset-wrong",),
        GOOD,
    ),
    Attack(
        "a-list-that-is-its-own-rest",
        at(
            among(
                f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dct:subject _:l .\n'
                "_:l <http://www.w3.org/1999/02/22-rdf-syntax-ns#first> _:l ;"
                " <http://www.w3.org/1999/02/22-rdf-syntax-ns#rest> _:l .\n"
            )
        ),
        (),
        _ALL,
    ),
    Attack(
        "blank-nodes-in-a-circle",
        at(
            among(
                f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dct:relation _:n0 .\n'
                + "".join(f"_:n{n} dct:relation _:n{(n + 1) % 3000} .\n" for n in range(3000))
            )
        ),
        ("record-large|nesting-cut",),
        GOOD,
        seconds=8.0,
    ),
    Attack(
        "a-chain-of-blank-nodes",
        at(
            among(
                f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dct:relation _:n0 .\n'
                + "".join(f"_:n{n} dct:relation _:n{n + 1} .\n" for n in range(5000))
            )
        ),
        ("nesting-cut",),
        _ALL,
        seconds=8.0,
    ),
    Attack(
        "everything-in-named-graphs",
        at(
            body(
                "".join(
                    f'<http://a/{n}> <http://purl.org/dc/terms/title> "x" <http://g/{n}> .\n'
                    for n in range(20_000)
                )
            )
        ),
        ("walk-empty",),
    ),
]
