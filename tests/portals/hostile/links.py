"""Attacks on readers: scripts in every text, links that run in every field."""

from __future__ import annotations

import json

from portals.documents import BASE
from portals.hostile.attack import GOOD, Attack, among, at

SCRIPT = "<script>alert(document.domain)</script><img src=x onerror=alert(1)>"
#: What would run in a reader's browser, written so that a filter might miss it.
LINKS = {
    "script": "javascript:alert(1)",
    "script-in-mixed-case": "JaVaScRiPt:alert(1)",
    "script-behind-blanks": "%20javascript:alert(1)",
    "script-behind-a-control": "\\u0001javascript:alert(1)",
    "script-with-a-tab": "java\\tscript:alert(1)",
    "script-with-a-line-end": "java\\nscript:alert(1)",
    "script-behind-a-mark": "\\uFEFFjavascript:alert(1)",
    "script-behind-a-zero-width-blank": "\\u200Bjavascript:alert(1)",
    "script-with-a-slash": "javascript://daten.example/%0aalert(1)",
    "script-in-entities": "javascript&colon;alert(1)",
    "script-in-numbers": "&#106;avascript:alert(1)",
    "basic": "vbscript:msgbox(1)",
    "basic-in-mixed-case": "VbScRiPt:msgbox(1)",
    "data": "data:text/html;base64,PHNjcmlwdD5hbGVydCgxKTwvc2NyaXB0Pg==",
    "data-behind-a-control": "\\u0000data:text/html,<script>alert(1)</script>",
    "file": "file:///etc/passwd",
    "blob": "blob:https://daten.example/1",
    "view-source": "view-source:javascript:alert(1)",
    "feed-of-script": "feed:javascript:alert(1)",
    "jar": "jar:javascript:alert(1)!/",
}
#: Fields of a dataset that hold an address, and those of a distribution.
_DATASET_LINKS = (
    "dcat:landingPage",
    "foaf:page",
    "dct:relation",
    "dct:source",
    "dct:conformsTo",
    "dct:isVersionOf",
    "dct:provenance",
    "dcat:theme",
    "dct:accrualPeriodicity",
    "dct:publisher",
    "dct:creator",
    "dcat:contactPoint",
    "dct:language",
    "dct:spatial",
)
_FILE_LINKS = (
    "dcat:accessURL",
    "dcat:downloadURL",
    "foaf:page",
    "dct:conformsTo",
    "dct:license",
    "dct:format",
    "dcat:mediaType",
    "dct:rights",
    "dcat:accessService",
)


def _linked(link: str) -> str:
    """A dataset with ``link`` in every field that holds an address, as a literal too."""
    said = f'"{link}"' if "\\" in link or "<" in link or "&" in link else f'<{link}>, "{link}"'
    on = " ; ".join(f"{term} {said}" for term in _DATASET_LINKS)
    of = " ; ".join(f"{term} {said}" for term in _FILE_LINKS)
    return (
        f'<{BASE}x> a dcat:Dataset ; dct:title "x" ; dcat:distribution <{BASE}x/1> ; {on} .\n'
        f'<{BASE}x/1> a dcat:Distribution ; dct:title "y" ; {of} .\n'
    )


def scripted(script: str = SCRIPT) -> str:
    """A dataset that says ``script`` in every field that holds words."""
    word = json.dumps(script)
    words = (
        "dct:title",
        "dct:description",
        "dcat:keyword",
        "owl:versionInfo",
        "adms:versionNotes",
        "dct:provenance",
        "dct:identifier",
        "dcatde:politicalGeocodingURI",
        "dct:type",
        "dcatde:legalBasis",
        "dct:rights",
        "dct:accessRights",
        "dct:spatial",
        "dct:temporal",
        "dct:issued",
        "dct:modified",
        "dcat:spatialResolutionInMeters",
        "dct:language",
    )
    own = " ; ".join(f"{term} {word}" for term in words)
    return (
        "@prefix owl: <http://www.w3.org/2002/07/owl#> .\n"
        "@prefix adms: <http://www.w3.org/ns/adms#> .\n"
        f"<{BASE}x> a dcat:Dataset ; {own} ; dct:title {word}@en ;\n"
        f"  dct:publisher [ a foaf:Agent ; foaf:name {word} ; foaf:mbox {word} ] ;\n"
        f"  dcat:contactPoint [ vcard:fn {word} ; vcard:hasEmail {word} ;\n"
        f"    vcard:hasTelephone {word} ; vcard:hasURL {word} ] ;\n"
        f"  dct:spatial [ a dct:Location ; locn:geometry {word} ; schema:name {word} ] ;\n"
        f"  dcat:distribution <{BASE}x/1> .\n"
        f"<{BASE}x/1> a dcat:Distribution ; dct:title {word} ; dct:description {word} ;\n"
        f"  dct:format {word} ; dcat:mediaType {word} ; dct:license {word} ;\n"
        f"  dcat:byteSize {word} ; dcatde:licenseAttributionByText {word} ;\n"
        f"  dct:rights {word} ; dcat:accessURL {word} .\n"
    )


_ALL = (*GOOD, "x")
ATTACKS = [
    Attack(
        "script-in-every-text",
        at(among(scripted())),
        ("description-html", "url-*|not-an-iri"),
        _ALL,
    ),
    *(
        Attack(f"link-{name}", at(among(_linked(link))), ("url-unsafe|not-an-iri",), _ALL)
        for name, link in LINKS.items()
    ),
    Attack(
        "subject-that-is-a-script",
        at(among('<javascript:alert(1)> a dcat:Dataset ; dct:title "böse" .\n')),
        ("url-unsafe",),
        GOOD,
    ),
    Attack(
        "subject-that-is-a-file",
        at(among('<file:///etc/passwd> a dcat:Dataset ; dct:title "böse" .\n')),
        ("url-unsafe",),
        GOOD,
    ),
]
