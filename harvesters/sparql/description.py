"""What the endpoint can do, for programs (SPARQL 1.1 Service Description, W3C 2013)."""

from __future__ import annotations

from datetime import datetime

_DESCRIPTION = """@prefix sd: <http://www.w3.org/ns/sparql-service-description#> .
@prefix formats: <http://www.w3.org/ns/formats/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .

<{address}> a sd:Service ;
  sd:endpoint <{address}> ;
  sd:supportedLanguage sd:SPARQL11Query ;
  sd:resultFormat formats:SPARQL_Results_JSON, formats:SPARQL_Results_XML,
    formats:SPARQL_Results_CSV, formats:SPARQL_Results_TSV, formats:Turtle, formats:N-Triples,
    formats:RDF_XML, formats:JSON-LD ;
  sd:defaultDataset [ a sd:Dataset ; sd:defaultGraph [ a sd:Graph{made} ] ] .
"""
_MADE = ' ; dcterms:modified "{moment}"^^xsd:dateTime'


def turtle(address: str, made: datetime | None) -> str:
    """Return the description of the endpoint at ``address``; ``made``: as of when it answers."""
    moment = _MADE.format(moment=made.isoformat()) if made else ""
    return _DESCRIPTION.format(address=address, made=moment)
