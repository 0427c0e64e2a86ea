"""Attacks on XML: entities in every encoding, nesting, sections without an end."""

from __future__ import annotations

import codecs
from typing import Any

from portals.hostile.attack import (
    DEEP,
    GOOD,
    ROOT,
    Attack,
    Stage,
    at,
    body,
    naming,
    xml,
    xml_among,
    xml_dataset,
)

_LAUGHS = (
    "<!DOCTYPE rdf:RDF [<!ENTITY a0 'haha'>"
    + "".join(f"<!ENTITY a{n} '{f'&a{n - 1};' * 10}'>" for n in range(1, 12))
    + "]>"
)
_QUADRATIC = f"<!DOCTYPE rdf:RDF [<!ENTITY a '{'a' * 50_000}'>]>"
_LAUGHING = xml_dataset("x", "<dct:description>&a11;</dct:description>")
_DOCTYPE = ("document-doctype",)


def _laughs(declared: str, encoding: str, mark: bytes = b"") -> bytes:
    return mark + xml(_LAUGHING, doctype=_LAUGHS, declared=declared, encoding=encoding)


def _xxe(declaration: str, use: str = "&e;") -> Any:
    def serves(stage: Stage) -> dict[str, Any]:
        doctype = f"<!DOCTYPE rdf:RDF [{declaration.format(**vars(stage))}]>"
        inner = xml_dataset("x", f"<dct:description>{use}</dct:description>")
        return {"/catalog.ttl": body(xml(inner, doctype=doctype))}

    return serves


_MANY = " ".join(f'dct:a{n}="x"' for n in range(100_000))


ATTACKS = [
    *(
        Attack(f"laughs-in-{name}", at(body(data)), _DOCTYPE, stops=True)
        for name, data in {
            "utf-8": _laughs("UTF-8", "utf-8"),
            "utf-8-with-mark": _laughs("UTF-8", "utf-8", codecs.BOM_UTF8),
            "utf-16": _laughs("UTF-16", "utf-16"),
            "utf-16-be-without-mark": _laughs("UTF-16", "utf-16-be"),
            "utf-16-le-without-mark": _laughs("UTF-16", "utf-16-le"),
            "utf-16-called-utf-8": _laughs("UTF-8", "utf-16"),
            "utf-8-called-utf-16": _laughs("UTF-16", "utf-8"),
            "utf-8-called-utf-7": _laughs("UTF-7", "utf-8"),
            "utf-8-called-ebcdic": _laughs("cp037", "utf-8"),
            "utf-32": _laughs("UTF-32", "utf-32"),
            "latin-1": _laughs("ISO-8859-1", "latin-1"),
            "utf-8-without-declaration": _laughs("", "utf-8"),
        }.items()
    ),
    *(
        Attack(
            f"laughs-in-{name}",
            at(body(data)),
            ("document-*|xml-repaired|statement-broken",),
            stops=stops,
        )
        for name, (data, stops) in {
            "utf-7": (_laughs("UTF-7", "utf-7"), True),
            "ebcdic": (_laughs("cp037", "cp037"), True),
            "utf-32-be-without-mark": (_laughs("UTF-32", "utf-32-be"), True),
            "two-marks": (_laughs("UTF-8", "utf-8", codecs.BOM_UTF8 * 2), True),
            "mark-of-utf-16-before-utf-8": (_laughs("UTF-8", "utf-8", codecs.BOM_UTF16_LE), True),
        }.items()
    ),
    Attack(
        "laughs-behind-a-long-comment",
        at(body(b"<!-- " + b"x" * 100_000 + b" -->" + _laughs("", "utf-8"))),
        ("document-*",),
        stops=True,
    ),
    Attack(
        "laughs-inside-the-root",
        at(body(xml(_LAUGHS + xml_dataset("x", "&a11;")))),
        ("document-cut", "statement-broken"),
    ),
    Attack(
        "laughs-behind-good-datasets",
        at(body(xml(xml_dataset("vorher") + xml_dataset("letzter") + _LAUGHS + _LAUGHING))),
        ("document-cut", "statement-broken"),
        GOOD[:1],
    ),
    Attack(
        "one-entity-many-times",
        at(body(xml(xml_dataset("x", "&a;" * 50_000), doctype=_QUADRATIC))),
        _DOCTYPE,
        stops=True,
    ),
    Attack(
        "external-entity-of-a-file",
        _xxe('<!ENTITY e SYSTEM "file://{secret}">'),
        _DOCTYPE,
        stops=True,
    ),
    Attack(
        "external-entity-over-http", _xxe('<!ENTITY e SYSTEM "{inner}/x">'), _DOCTYPE, stops=True
    ),
    Attack(
        "parameter-entity",
        _xxe('<!ENTITY % e SYSTEM "{inner}/x.dtd"> %e;', ""),
        _DOCTYPE,
        stops=True,
    ),
    Attack(
        "external-dtd",
        naming(f'<!DOCTYPE rdf:RDF SYSTEM "%inner%/x.dtd">{ROOT}</rdf:RDF>'),
        _DOCTYPE,
        stops=True,
    ),
    Attack(
        "doctype-in-small-letters",
        naming(f"<!doctype rdf:RDF [<!ENTITY a 'b'>]>{ROOT}</rdf:RDF>"),
        _DOCTYPE,
        stops=True,
    ),
    Attack(
        "xinclude",
        naming(
            xml_among(
                xml_dataset(
                    "x",
                    '<dct:description><xi:include href="file://%secret%" parse="text"/>'
                    "</dct:description>",
                )
            ).decode()
        ),
        (),
        GOOD,
    ),
    Attack(
        "stylesheet",
        naming(
            f'<?xml-stylesheet href="%inner%/x.xsl" type="text/xsl"?>{ROOT}'
            f"{xml_dataset('vorher')}</rdf:RDF>"
        ),
        (),
        GOOD[:1],
    ),
    Attack("elements-nested-deep", at(body(ROOT + "<dct:A><dct:b>" * 100_000)), DEEP, stops=True),
    Attack(
        "a-hundred-thousand-attributes",
        at(body(xml(f"<rdf:Description {_MANY}/>"))),
        ("statement-broken",),
    ),
    Attack(
        "twenty-thousand-namespaces",
        at(body(xml_among("".join(f'<a:b xmlns:a="http://n/{n}#"/>' for n in range(20_000))))),
        (),
        GOOD,
    ),
    Attack(
        "sections-that-never-end",
        at(body(ROOT + "<![CDATA[" * 100_000)),
        ("statement-broken|parse-costly|parse-slow",),
        stops=None,
    ),
    Attack(
        "comments-that-never-end",
        at(body(ROOT + "<!--" * 200_000)),
        ("statement-broken|parse-costly|parse-slow",),
        stops=None,
    ),
    Attack(
        "ampersands", at(body(xml_among(xml_dataset("x", "&" * 500_000)))), ("xml-repaired",), GOOD
    ),
    Attack(
        "angles",
        at(
            body(xml_among(xml_dataset("x", f"<dct:description>{'<' * 300_000}</dct:description>")))
        ),
        ("xml-repaired",),
        GOOD,
    ),
]
