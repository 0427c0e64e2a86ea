"""The datasets as a Turtle catalogue, in order or as disordered as RDF allows.

``disorder`` 0 keeps dataset and distributions together, in order.  Any other number is
another arrangement of the same triples: datasets in another order, statements of each
too, all distributions behind all datasets (as serialisers do that sort by class),
other labels of the blank nodes.
"""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from typing import TypeAlias

from benchmarks.data import AUTHORITY, BASE, Dataset, File, dataset

_PREFIXES = """@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dcatde: <http://dcat-ap.de/def/dcatde/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix spdx: <http://spdx.org/rdf/terms#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

"""
_DE = "http://dcat-ap.de/def"
#: Subject and its statements, each "predicate object".
Block: TypeAlias = tuple[str, list[str]]


def catalogue(
    count: int, distributions: int, *, version: int = 0, disorder: int = 0
) -> Iterator[str]:
    """The document in pieces."""
    yield _PREFIXES
    yield from _catalog(count)
    if not disorder:
        for number in range(count):
            item = dataset(number, distributions, version=version)
            label = f"b{number}"
            yield _text([*_of_dataset(item, label), *_of_files(item, label)], None)
        return
    dice = random.Random(f"disorder {disorder}")
    order = dice.sample(range(count), count)
    labels = {number: f"n{disorder}x{place}" for place, number in enumerate(order)}
    for blocks in (_of_dataset, _of_files):
        for number in dice.sample(order, count):
            item = dataset(number, distributions, version=version)
            yield _text(blocks(item, labels[number]), dice)


def _catalog(count: int) -> Iterator[str]:
    yield (
        f"<{BASE}/katalog> a dcat:Catalog ;\n"
        '  dcterms:title "Offene Daten der Musterstadt"@de ;\n'
        '  dcterms:description "Ein erfundener Katalog zum Messen."@de ;\n'
        f"  dcterms:publisher <{BASE}/stadt> .\n"
        f'<{BASE}/stadt> a foaf:Organization ; foaf:name "Hansestadt Musterstadt"@de .\n'
    )
    for number in range(count):
        yield f"<{BASE}/katalog> dcat:dataset <{dataset(number, 0).iri}> .\n"


def _text(blocks: list[Block], dice: random.Random | None) -> str:
    if dice:
        dice.shuffle(blocks)
    lines = []
    for subject, statements in blocks:
        if dice:
            dice.shuffle(statements)
        lines.append(f"{subject} " + " ;\n  ".join(statements) + " .\n")
    return "".join(lines)


def _of_dataset(item: Dataset, label: str) -> list[Block]:
    contact, period, place, office = (f"_:{label}{part}" for part in ("c", "t", "s", "p"))
    west, south, east, north = item.box
    ring = f"{west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}"
    statements = [
        "a dcat:Dataset",
        f"dcterms:title {_german(item.title)}",
        f"dcterms:description {_german(item.notes)}",
        f'dcterms:identifier "{item.id}"',
        f"dcterms:issued {_time(item.issued.isoformat())}",
        f"dcterms:modified {_time(item.modified.isoformat())}",
        f"dcterms:accrualPeriodicity <{AUTHORITY}/frequency/{item.frequency}>",
        f"dcterms:language <{AUTHORITY}/language/DEU>",
        f"dcterms:accessRights <{AUTHORITY}/access-right/PUBLIC>",
        f"dcatap:availability <{AUTHORITY}/planned-availability/AVAILABLE>",
        f"dcatde:contributorID <{_DE}/contributors/openDataHRO>",
        f"dcatde:politicalGeocodingLevelURI <{_DE}/politicalGeocoding/Level/municipality>",
        f"dcat:landingPage <{item.iri}.html>",
        f"dcterms:publisher {office}",
        f"dcat:contactPoint {contact}",
        f"dcterms:temporal {period}",
        f"dcterms:spatial {place}",
        *(f"dcat:theme <{AUTHORITY}/data-theme/{code}>" for code in item.themes),
        *(f"dcat:keyword {_german(word)}" for word in item.keywords),
        *(f"dcat:distribution <{_node(item, file)}>" for file in item.files),
    ]
    return [
        (f"<{item.iri}>", statements),
        (office, ["a foaf:Organization", f"foaf:name {_german(item.office)}"]),
        (
            contact,
            [
                "a vcard:Organization",
                f"vcard:fn {_plain(item.office)}",
                f"vcard:hasEmail <mailto:{item.email}>",
            ],
        ),
        (
            period,
            [
                "a dcterms:PeriodOfTime",
                f'dcat:startDate "{item.period[0]}"^^xsd:date',
                f'dcat:endDate "{item.period[1]}"^^xsd:date',
            ],
        ),
        (
            place,
            [
                "a dcterms:Location",
                f'dcat:bbox "POLYGON(({ring}))"^^<http://www.opengis.net/ont/geosparql#wktLiteral>',
            ],
        ),
    ]


def _of_files(item: Dataset, label: str) -> list[Block]:
    blocks = []
    for position, file in enumerate(item.files):
        checksum = f"_:{label}k{position}"
        statements = [
            "a dcat:Distribution",
            f"dcterms:title {_german(file.title)}",
            f"dcterms:description {_german(file.description)}",
            f"dcterms:license <{_DE}/licenses/{item.licence}>",
            f"dcatde:licenseAttributionByText {_german('Hansestadt Musterstadt, ' + item.office)}",
            f"dcterms:format <{AUTHORITY}/file-type/{file.format}>",
            f"dcat:mediaType <http://www.iana.org/assignments/media-types/{file.media_type}>",
            f"dcat:accessURL <{file.url}>",
            f"dcat:downloadURL <{file.url}>",
            f'dcat:byteSize "{file.size}"^^xsd:nonNegativeInteger',
            f"dcterms:issued {_time(file.issued.isoformat())}",
            f"dcterms:modified {_time(file.modified.isoformat())}",
            f"dcatap:availability <{AUTHORITY}/planned-availability/AVAILABLE>",
            f"spdx:checksum {checksum}",
        ]
        digest = [
            "a spdx:Checksum",
            "spdx:algorithm <http://spdx.org/rdf/terms#checksumAlgorithm_sha256>",
            f'spdx:checksumValue "{file.digest}"^^xsd:hexBinary',
        ]
        blocks += [(f"<{_node(item, file)}>", statements), (checksum, digest)]
    return blocks


def _node(item: Dataset, file: File) -> str:
    return f"{item.iri}/datei/{file.id}"


def _plain(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _german(text: str) -> str:
    return f"{_plain(text)}@de"


def _time(text: str) -> str:
    return f'"{text}"^^xsd:dateTime'
