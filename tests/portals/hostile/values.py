"""Attacks in what a catalogue says: far too much of everything, names of ours, nonsense."""

from __future__ import annotations

import json
from typing import Any

from portals.documents import BASE
from portals.hostile.attack import GOOD, Attack, Stage, among, at, body, text_among


def _titled(text: str, more: str = "") -> str:
    return f'<{BASE}x> a dcat:Dataset ; dct:title "{text}" {more}.\n'


def _polygon(points: int) -> str:
    ring = ", ".join(f"{11 + n / 1e6:.6f} {54 + n % 7 / 1e4:.6f}" for n in range(points))
    return f"POLYGON(({ring}, 11.0 54.0))"


def _shape(text: str) -> str:
    return _titled("x", f"; dct:spatial [ a dct:Location ; locn:geometry {json.dumps(text)} ] ")


def _is_ours(stage: Stage) -> dict[str, Any]:
    return {
        "/catalog.ttl": among(
            '<http://test.ckan.net/dataset/x> a dcat:Dataset ; dct:title "x" .\n'
            "<http://test.ckan.net/catalog> a dcat:Catalog ; dcat:dataset <http://test.ckan.net/dataset/x>"
            " ; foaf:homepage <http://test.ckan.net/> .\n"
        )
    }


_ALL = (*GOOD, "x")
ATTACKS = [
    Attack(
        "sparql-in-addresses",
        at(
            body(
                text_among(
                    f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dcat:landingPage '
                    "<http://x.example/> } ; DROP ALL ; INSERT DATA { <a> <b> <c> > .\n"
                )
            )
        ),
        ("statement-broken|iri-invalid",),
        GOOD,
    ),
    Attack(
        "sparql-inside-one-address",
        at(
            body(
                text_among(
                    f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dcat:landingPage '
                    "<http://x.example/}}%20;DROP%20ALL;{{`\\u0022'> .\n"
                )
            )
        ),
        ("iri-invalid|url-mended",),
        _ALL,
    ),
    Attack(
        "solr-in-keywords",
        at(
            among(
                _titled(
                    "x",
                    '; dcat:keyword "*:* OR id:*", "{!xmlparser v=\'<!DOCTYPE a SYSTEM \\"http://127.0.0.1:9/x\\"><a/>\'}",'
                    ' "_query_:\\"{!frange l=0}1\\"", "] TO [*", "\\\\\\"" ',
                )
            )
        ),
        (),
        _ALL,
    ),
    Attack(
        "writing-turned-round",
        at(among(_titled("Plan \\u202Efdp.exe \\u2066x"))),
        ("text-control-characters",),
        _ALL,
    ),
    Attack(
        "formula-in-the-title",
        at(
            among(
                _titled(
                    '=HYPERLINK(\\"http://127.0.0.1:9/?\\"&A1)',
                    '; dcat:keyword "+cmd|\'/C calc\'!A0", "@SUM(1)", "-1" ',
                )
            )
        ),
        (),
        _ALL,
    ),
    Attack("title-of-a-megabyte", at(among(_titled("x" * 1_000_000))), ("text-too-long",), _ALL),
    Attack(
        "title-of-nothing-visible",
        at(among(_titled("\\u200B\\u200D\\u2060\\u00AD\\uFEFF"))),
        ("title-missing",),
        GOOD,
    ),
    Attack(
        "title-of-marks-upon-marks",
        at(among(_titled("Z" + "\\u0300" * 5000))),
        ("text-too-long",),
        _ALL,
    ),
    Attack(
        "titles-in-ten-thousand-languages",
        at(
            among(
                _titled(
                    "x",
                    "; dct:title "
                    + ", ".join(
                        f'"t{n}"@x{chr(97 + n // 676)}{chr(97 + n // 26 % 26)}{chr(97 + n % 26)}'
                        for n in range(10_000)
                    )
                    + " ",
                )
            )
        ),
        ("languages-many",),
        _ALL,
    ),
    Attack(
        "polygon-of-a-megabyte", at(among(_shape(_polygon(45_000)))), ("geometry-too-large",), _ALL
    ),
    Attack(
        "geojson-of-a-megabyte",
        at(
            among(
                _shape(
                    json.dumps(
                        {
                            "type": "Polygon",
                            "coordinates": [[[n / 1e5, n / 1e5] for n in range(45_000)]],
                        }
                    )
                )
            )
        ),
        ("geometry-too-large",),
        _ALL,
    ),
    Attack(
        "geojson-nested-deep",
        at(
            among(_shape('{"type": "Polygon", "coordinates": ' + "[" * 20_000 + "]" * 20_000 + "}"))
        ),
        ("geometry-unknown",),
        _ALL,
    ),
    Attack(
        "shape-of-nothing",
        at(
            among(
                _shape('{"type": "Polygon", "coordinates": [[[NaN, Infinity], [1e999, -1e999]]]}')
            )
        ),
        ("geometry-unknown",),
        _ALL,
    ),
    Attack(
        "shape-that-a-pattern-chokes-on",
        at(among(_shape("POLYGON" + " " * 50_000 + "(" + "1" * 50_000))),
        ("geometry-unknown",),
        _ALL,
    ),
    Attack(
        "thirty-five-thousand-keywords",
        at(
            among(
                _titled(
                    "x", "; dcat:keyword " + ", ".join(f'"wort {n}"' for n in range(35_000)) + " "
                )
            )
        ),
        ("values-many",),
        _ALL,
    ),
    Attack(
        "one-keyword-of-thirty-five-thousand",
        at(among(_titled("x", f'; dcat:keyword "{",".join(f"wort{n}" for n in range(35_000))}" '))),
        ("values-many",),
        _ALL,
    ),
    Attack(
        "a-million-distributions",
        at(
            body(
                text_among(
                    f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dcat:distribution '
                    + ",".join(["[]"] * 999_999)
                    + ", [] .\n"
                )
            )
        ),
        ("record-unreadable|parse-*|document-memory|values-many",),
        stops=None,
        limits={"size": 8 << 20},
        seconds=25.0,
        parent=600,
    ),
    Attack(
        "twenty-thousand-distributions",
        at(
            body(
                text_among(
                    f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dcat:distribution '
                    + ",".join(f"<{BASE}x/{n}>" for n in range(20_000))
                    + " .\n"
                    + "".join(
                        f"<{BASE}x/{n}> dcat:accessURL <http://x.example/{n}> .\n"
                        for n in range(20_000)
                    )
                )
            )
        ),
        ("values-many",),
        _ALL,
        seconds=15.0,
        parent=300,
    ),
    Attack(
        "identifier-of-a-megabyte",
        at(among(_titled("x", f'; dct:identifier "{"i" * 1_000_000}" '))),
        ("identifier-too-long",),
        _ALL,
    ),
    Attack(
        "subject-of-a-megabyte",
        at(among(f'<{BASE}{"s" * 1_000_000}> a dcat:Dataset ; dct:title "x" .\n')),
        ("identity-too-long",),
        GOOD,
    ),
    Attack(
        "sizes-beyond-reason",
        at(
            among(
                _titled("x", f"; dcat:distribution <{BASE}x/1> ")
                + f"<{BASE}x/1> a dcat:Distribution ; "
                "dcat:accessURL <http://x.example/> ;"
                f' dcat:byteSize "{"9" * 5000}", "1e999", "-5", "NaN" .\n'
            )
        ),
        ("size-invalid|values-several|not-a-number",),
        _ALL,
    ),
    Attack(
        "dates-far-out",
        at(
            among(
                _titled(
                    "x",
                    '; dct:issued "999999999-01-01"^^xsd:date ;'
                    ' dct:modified "-5000-02-30"^^xsd:date ;'
                    ' dct:temporal [ dcat:startDate "0000-00-00" ;'
                    ' dcat:endDate "10000-01-01T99:99:99+99:99" ] ',
                )
            )
        ),
        ("date-*",),
        _ALL,
    ),
    Attack(
        "properties-of-our-own-invention",
        at(
            among(
                _titled(
                    "x",
                    "; "
                    + " ; ".join(
                        f'<http://erfunden.example/p{n}> "{"w" * 100}"' for n in range(10_000)
                    )
                    + " ",
                )
            )
        ),
        ("property-unknown",),
        _ALL,
    ),
    Attack("a-catalogue-that-says-it-is-us", _is_ours, (), (*GOOD, "x")),
    Attack(
        "a-dataset-that-is-its-own-distribution",
        at(
            among(
                f"<{BASE}x> a dcat:Dataset, dcat:Distribution, foaf:Agent, dcat:Catalog ;"
                ' dct:title "x" ;'
                f" dcat:distribution <{BASE}x> ; dct:publisher <{BASE}x> ; dct:spatial <{BASE}x> ;"
                f" dct:hasPart <{BASE}x> ; dcat:dataset <{BASE}x> .\n"
            )
        ),
        (),
        _ALL,
    ),
    Attack(
        "one-identity-for-all",
        at(
            among(
                "".join(
                    f'[] a dcat:Dataset ; dct:title "t{n}" ; dct:identifier "eins" .\n'
                    for n in range(300)
                )
            )
        ),
        ("identity-duplicate",),
        GOOD,
    ),
]
