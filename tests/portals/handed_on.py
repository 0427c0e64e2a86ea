"""What a city publishes for the tests of handing on: everything that could get lost on the way.

Some datasets of the benchmark, and a few by hand: a high-value dataset with a service, a series
with a member, texts in two languages, a dataset and a file that have no IRI of their own.
"""

from __future__ import annotations

from benchmarks.data import BASE
from benchmarks.turtle import catalogue

_AUTHORITY = "http://publications.europa.eu/resource/authority"
THEMES = f"{_AUTHORITY}/data-theme"
#: IRIs of those by hand.
HVD, SERIES, MEMBER = f"{BASE}/datensatz/pegel", f"{BASE}/datensatz/plaene", f"{BASE}/datensatz/p24"

_SERVICE_CONTACT = f"""<{BASE}/wfs> dcat:contactPoint [ a vcard:Organization ;
  vcard:fn "Hafenamt" ; vcard:hasEmail <mailto:hafen@musterstadt.example> ] .
"""
_BY_HAND = f"""
@prefix dcat: <http://www.w3.org/ns/dcat#> . @prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> . @prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix adms: <http://www.w3.org/ns/adms#> . @prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix prov: <http://www.w3.org/ns/prov#> . @prefix skos: <http://www.w3.org/2004/02/skos/core#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
<{BASE}/katalog> dcat:dataset <{HVD}>, <{SERIES}>, <{MEMBER}> ; dcat:service <{BASE}/wfs> .
<{HVD}> a dcat:Dataset ; dcterms:title "Pegelstände"@de, "Water levels"@en ;
  dcterms:description "Wie hoch das Wasser *steht*.\\n\\n- stündlich\\n- in cm"@de, "How high."@en ;
  dcterms:identifier "pegel-1" ; dcterms:modified "2025-05-06"^^xsd:date ;
  adms:identifier [ a adms:Identifier ; skos:notation "https://archiv.musterstadt.example/p/1" ] ;
  dcat:keyword "Wasser"@de, "water"@en ; dcat:theme <{_AUTHORITY}/data-theme/ENVI> ;
  dcatap:hvdCategory <http://data.europa.eu/bna/c_dd313021> ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;
  dcat:landingPage <{BASE}/pegel.html> ; foaf:page <{BASE}/pegel.pdf> ;
  dcterms:conformsTo <http://www.opengis.net/def/crs/EPSG/0/25833> ;
  dcterms:provenance [ a dcterms:ProvenanceStatement ; rdfs:label "Von den Pegeln."@de ] ;
  dcterms:publisher <{BASE}/hafen> ; dcterms:creator <{BASE}/hafen> ;
  prov:qualifiedAttribution [ a prov:Attribution ; prov:agent <{BASE}/hafen> ;
    dcat:hadRole <http://inspire.ec.europa.eu/metadata-codelist/ResponsiblePartyRole/owner> ] ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn "Hafenamt" ;
    vcard:hasEmail <mailto:hafen@musterstadt.example> ; vcard:hasTelephone <tel:+4938112345> ] ;
  dcat:distribution <{HVD}/csv>, [ a dcat:Distribution ; dcterms:title "Als Dienst"@de ;
    dcat:accessURL <{BASE}/wfs?service=WFS> ; dcat:accessService <{BASE}/wfs> ;
    dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;
    dcterms:license <http://dcat-ap.de/def/licenses/dl-by-de/2.0> ] .
<{HVD}/csv> a dcat:Distribution ; dcterms:title "Stündlich"@de, "Hourly"@en ;
  dcat:accessURL <{BASE}/pegel> ; dcat:downloadURL <{BASE}/pegel.csv> ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> ;
  dcterms:license <http://dcat-ap.de/def/licenses/cc-by/4.0> ;
  dcterms:format <{_AUTHORITY}/file-type/CSV> .
<{BASE}/hafen> a foaf:Organization ; foaf:name "Hafenamt"@de .
<{BASE}/wfs> a dcat:DataService ; dcterms:title "WFS Pegel"@de ;
  dcat:endpointURL <{BASE}/wfs> ; dcat:endpointDescription <{BASE}/wfs?request=GetCapabilities> ;
  dcat:servesDataset <{HVD}> ; foaf:page <{BASE}/wfs.html> ;
  dcatap:hvdCategory <http://data.europa.eu/bna/c_dd313021> ;
  dcatap:applicableLegislation <http://data.europa.eu/eli/reg_impl/2023/138/oj> .
{_SERVICE_CONTACT}<{SERIES}> a dcat:DatasetSeries ; dcterms:title "Bebauungspläne"@de ;
  dcterms:description "Jedes Jahr einer."@de ; dcterms:publisher <{BASE}/hafen> .
<{MEMBER}> a dcat:Dataset ; dcterms:title "Bebauungsplan 2024"@de ; dcat:inSeries <{SERIES}> ;
  dcterms:description "Der von 2024."@de ; dcterms:publisher <{BASE}/hafen> ;
  dcterms:temporal [ a dcterms:PeriodOfTime ; dcat:startDate "2024-01-01"^^xsd:date ] ;
  dcat:distribution <{MEMBER}/gml> .
<{MEMBER}/gml> a dcat:Distribution ; dcat:accessURL <{BASE}/p24.gml> ;
  dcterms:license <http://dcat-ap.de/def/licenses/cc-zero> .
[] a dcat:Dataset ; dcterms:title "Ohne Adresse"@de ; dcterms:identifier "ohne-1" ;
  dcterms:description "Sein Portal gibt ihm keine."@de ; dcterms:publisher <{BASE}/hafen> ;
  dcat:distribution [ a dcat:Distribution ; dcat:accessURL <{BASE}/ohne.csv> ;
    dcterms:license <http://dcat-ap.de/def/licenses/cc-zero> ] .
"""


def document(count: int, files: int = 2, *, service_contact: bool = True) -> str:
    """The city's catalogue as Turtle: ``count`` datasets with ``files`` each, and those by hand.

    ``service_contact``  whether the service has one.
    """
    by_hand = _BY_HAND if service_contact else _BY_HAND.replace(_SERVICE_CONTACT, "")
    return "".join(catalogue(count, files)) + by_hand
