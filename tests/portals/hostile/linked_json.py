"""Attacks on JSON and JSON-LD: contexts that lie elsewhere, nesting, text that unfolds."""

from __future__ import annotations

import json
from typing import Any

from portals.documents import BASE
from portals.hostile.attack import (
    DEEP,
    GOOD,
    Attack,
    at,
    body,
    naming,
)

_GRAPH = [
    {
        "@id": f"{BASE}{name}",
        "@type": "http://www.w3.org/ns/dcat#Dataset",
        "http://purl.org/dc/terms/title": name,
    }
    for name in GOOD
]


def _context(context: str, *, first: bool = True) -> Any:
    graph = f'"@graph": {json.dumps(_GRAPH)}'
    said = f'"@context": {context}'
    return naming("{" + (f"{said}, {graph}" if first else f"{graph}, {said}") + "}")


_ELSEWHERE = ("context-elsewhere",)


ATTACKS = [
    Attack("lists-nested-deep", at(body("[" * 300_000)), DEEP, stops=True),
    Attack("objects-nested-deep", at(body('{"a":' * 200_000)), DEEP, stops=True),
    Attack(
        "json-ld-nested-deep",
        at(body('{"@context": {}, "http://a":' + '{"http://a":' * 100_000)),
        DEEP,
        stops=None,
    ),
    *(
        Attack(f"context-{name}", _context(context, first=first), _ELSEWHERE, stops=True)
        for name, context, first in (
            ("of-a-file", '"file://%secret%"', True),
            ("over-http", '"%inner%/c.jsonld"', True),
            ("behind-the-graph", '"%inner%/c.jsonld"', False),
            ("in-a-list", '[{}, "%inner%/c.jsonld"]', True),
            ("imported", '{"@import": "%inner%/c.jsonld"}', True),
            ("relative", '"c.jsonld"', True),
            ("of-dcat-itself", '"https://www.w3.org/ns/dcat.jsonld"', True),
        )
    ),
    Attack(
        "context-of-a-term",
        naming(
            json.dumps(
                {
                    "@context": {"t": {"@id": "http://t", "@context": "%inner%/c.jsonld"}},
                    "@graph": [*_GRAPH, {"@id": "http://x", "t": {"a": "b"}}],
                }
            )
        ),
        ("context-in-part",),
        stops=False,
    ),
    Attack(
        "context-inside-a-node",
        naming(
            json.dumps(
                {
                    "@context": {},
                    "@graph": [
                        *_GRAPH,
                        {"@context": "file://%secret%", "@id": "http://x", "t": "u"},
                    ],
                }
            )
        ),
        _ELSEWHERE,
        stops=None,
    ),
    Attack(
        "prefixes-that-unfold-in-json",
        at(
            body(
                json.dumps(
                    {
                        "@context": {"a": "http://a/" + "x" * 50_000 + "/"},
                        "@graph": [{"@id": f"a:{n}", "a:b": {"@id": "a:c"}} for n in range(20_000)],
                    }
                )
            )
        ),
        ("parse-growing|parse-memory|parse-costly|document-memory",),
        stops=True,
    ),
]
