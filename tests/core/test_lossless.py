"""RDF → catalogue → RDF loses nothing but what is listed here, with its reason."""

from __future__ import annotations

from collections import Counter

import pytest
from round_trips import lost
from test_acceptance_mapping import BASE, CATALOGUES, load

from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.reader import datasets
from hanse_harvesters.mapping.terms import Graph
from hanse_schemas.table import PREFIXES, expand

#: A node has the class of the table: foaf:Agent for foaf:Organization, vcard:Kind for
#: vcard:Organization, as the official shapes ask.  A person is not distinguished from an office.
CLASS = "rdf:type"
#: One shape of each place, as WKT: GeoJSON beside it is the same; a rectangle is its dcat:bbox.
SHAPE = "locn:geometry"
#: Words or entries of other lists that the official shapes refuse; the dict keeps them, and the
#: record has an issue about them (:func:`from_table.carried`).
REFUSED = (
    "dcatde:contributorID",
    "dcterms:source",
    "adms:sample",
    "dcterms:format",
    "dcat:mediaType",
)

LOST = {
    "rostock-catalog.rdf": {CLASS: 400, SHAPE: 100},
    "destatis-catalog.rdf": {CLASS: 270},
    "staticat-catalog.ttl": {CLASS: 16},
    "odsh__rdf_catalog.xml": {CLASS: 38, SHAPE: 38, "dcterms:format": 38},
    "sh__hydra.xml": {},
    "sh__with_collection.xml": {CLASS: 8},
    "sh__invalid_iri.xml": {SHAPE: 1},
    "dcatde__catalog-endpoint.rdf": {
        CLASS: 22,
        SHAPE: 2,
        "dcatde:contributorID": 2,
        "dcterms:source": 1,
        "adms:sample": 1,
        "dcat:mediaType": 1,
    },
    "dcatde__metadata_max.rdf": {CLASS: 6, SHAPE: 2, "dcterms:source": 1, "adms:sample": 1},
}


def short(iri: str) -> str:
    name, base = next((n, b) for n, b in PREFIXES.items() if iri.startswith(b))
    return f"{name}:{iri.removeprefix(base)}"


def all_lost(graph: Graph) -> dict[str, int]:
    return dict(
        Counter(short(name) for node in datasets(graph) for name, _ in lost(graph, node, BASE))
    )


@pytest.mark.samples
@pytest.mark.parametrize("name", CATALOGUES)
def test_a_recorded_catalogue_comes_back_whole_but_for_what_is_listed(samples, name):
    assert all_lost(load(samples / name)) == LOST[name]
    assert set(LOST[name]) <= {CLASS, SHAPE, *REFUSED}


QUIRKS = """
<https://portal.example/catalog> a dcat:Catalog ; dcat:dataset <https://portal.example/1> .
<https://portal.example/1> a dcat:Dataset ; dcterms:title "Bäume"@de , "Trees"@en ;
    dcterms:description "Straßenbäume" ; dcat:keyword "Baum" , "Straße" ;
    dcat:theme <http://inspire.ec.europa.eu/theme/au> , <https://themen.example/7> ;
    dcterms:subject <https://themen.example/8> ;
    dcterms:publisher [ a foaf:Organization ; foaf:name "Stadt" ; foaf:mbox "a@stadt.example" ] ;
    dcterms:language "de" , "Platt" ; dcterms:source "HMDK/1" ;
    dcterms:spatial [ a dcterms:Location ; skos:prefLabel "Altstadt" ;
        locn:geometry "POINT (12 54)"^^geosparql:wktLiteral ] ;
    dcterms:temporal [ schema:startDate "2013-07-22T00:00:00"^^xsd:dateTime ] ;
    geodcatap:distributor [ a foaf:Agent ; foaf:name "Amt" ] ;
    dcat:spatialResolutionInMeters "10"^^xsd:decimal , "2.5"^^xsd:decimal ;
    <https://eigene.example/feld> "ein eigenes Feld" ;
    dcat:distribution <https://portal.example/1/a b.csv> .
<https://portal.example/1/a b.csv> a dcat:Distribution ;
    dcat:accessURL <https://portal.example/1/a b.csv> ; dcterms:format "Wandkarte" ;
    dcat:byteSize "685246.0"^^xsd:decimal ; dcterms:license "Nur mit Quelle" ;
    adms:status <http://purl.org/adms/status/Completed> .
"""


def test_a_small_catalogue_with_quirks_comes_back_whole():
    prefixes = "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in PREFIXES.items())
    text = QUIRKS.replace("a b.csv", "a%20b.csv")
    graph = Graph(adapters.parse(f"{prefixes}{text}".encode(), "turtle"))
    (node,) = datasets(graph)
    assert set(lost(graph, node, BASE)) == {
        (expand("rdf:type"), expand("foaf:Organization")),
        (expand("dcterms:language"), "Platt"),
        (expand("dcterms:source"), "HMDK/1"),
        (expand("dcterms:format"), "Wandkarte"),
    }
