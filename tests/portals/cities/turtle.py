"""Lübeck's static portal: one ``catalog.ttl``, as the static site generator staticat writes it.

No identifier, no contributor, media types as literals, Markdown, ``dct:modified`` = time of
the file.
"""

from __future__ import annotations

import json

from .cities import LUEBECK
from .model import Dataset, File, datasets

PREFIXES = """@prefix adms: <http://www.w3.org/ns/adms#> .
@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dcatap: <http://data.europa.eu/r5r/> .
@prefix dcatde: <http://dcat-ap.de/def/dcatde/> .
@prefix dcatde1: <http://dcat-ap.de/def/dcatde/1_0/> .
@prefix dcterms: <http://purl.org/dc/terms/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix geosparql: <http://www.opengis.net/ont/geosparql#> .
@prefix owl: <http://www.w3.org/2002/07/owl#> .
@prefix rdfs: <http://www.w3.org/2000/01/rdf-schema#> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
AUTHORITY = "http://publications.europa.eu/resource/authority"
LICENCES = {
    "cc-by/4.0": "<http://dcat-ap.de/def/licenses/cc-by/4.0>",
    "dl-by-de/2.0": "<http://dcat-ap.de/def/licenses/dl-by-de/2.0>",
}


def catalog_ttl(base: str) -> str:
    """The whole catalogue as Turtle."""
    city = LUEBECK
    found = datasets(city.name)
    listed = ",\n    ".join(_iri(item, base) for item in found)
    parts = [
        PREFIXES,
        f"<{base}> a dcat:Catalog ;\n"
        f'  dcterms:title "Offene Daten der {city.full} (Nachbau)"@de ;\n'
        f'  dcterms:description "Ein erfundener Katalog für Vorführung und Tests."@de ;\n'
        f"  dcterms:publisher <{base}/stadt> ;\n  dcat:dataset {listed} .\n",
        f'<{base}/stadt> a foaf:Organization ; foaf:name "{city.full}" .\n',
    ]
    parts += [_dataset(item, base) for item in found]
    return "\n".join(parts)


def _iri(dataset: Dataset, base: str) -> str:
    return f"<{base}/datensatz/{dataset.key}>"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _words(dataset: Dataset) -> str:
    return ", ".join(_text(word) for word in dataset.topic.keywords)


def _themes(dataset: Dataset) -> str:
    return ", ".join(f"<{AUTHORITY}/data-theme/{code}>" for code in dataset.topic.themes)


def _files(dataset: Dataset, base: str) -> str:
    return ", ".join(f"<{base}{file.path}>" for file in dataset.files)


def _dataset(dataset: Dataset, base: str) -> str:
    licence = LICENCES[dataset.licence]
    notes = (
        f"{dataset.notes}\n\n**Hinweise zur Nutzung**\n\n- Zeichensatz *UTF-8*\n"
        f"- Aktualisierung durch: {dataset.department}\n"
    )
    head = f"""{_iri(dataset, base)} a dcat:Dataset ;
  dcterms:title {_text(dataset.title)} ;
  dcterms:description {_text(notes)} ;
  dcterms:issued "{dataset.issued}T00:00:00"^^xsd:dateTime ;
  dcterms:modified "{dataset.modified.isoformat()}.482059"^^xsd:dateTime ;
  dcterms:license {licence} ;
  dcatap:availability <{AUTHORITY}/planned-availability/AVAILABLE> ;
  dcatde:licenseAttributionByText {_text(dataset.attribution)} ;
  dcatde:maintainer [ a foaf:Organization ; foaf:name {_text(dataset.department)} ; foaf:mbox "{dataset.email}" ] ;
  dcatde:politicalGeocodingLevelURI <http://dcat-ap.de/def/politicalGeocoding/Level/municipality> ;
  dcatde:politicalGeocodingURI <http://dcat-ap.de/def/politicalGeocoding/districtKey/01003> ;
  dcterms:spatial <{AUTHORITY}/place/DEU_LBC> ;
  dcterms:temporal [ a dcterms:PeriodOfTime ;
    dcat:startDate "{dataset.period[0]}T00:00:00"^^xsd:dateTime ;
    dcat:endDate "{dataset.period[1]}T00:00:00"^^xsd:dateTime ] ;
  dcterms:accrualPeriodicity <{AUTHORITY}/frequency/{dataset.topic.frequency}> ;
  dcterms:publisher <{base}/stadt> ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn {_text(dataset.department)} ; vcard:hasEmail <mailto:{dataset.email}> ] ;
  dcat:theme {_themes(dataset)} ;
  dcat:keyword {_words(dataset)} ;
  dcat:distribution {_files(dataset, base)} .
"""
    # (4) the media type stands as a literal, the format is left to it
    return head + "".join(
        f"""<{base}{file.path}> a dcat:Distribution ;
  dcterms:title {_text(file.title)} ;
  dcterms:license {licence} ;
  dcat:accessURL <{base}{file.path}> ;{_media(file)}
  dcat:byteSize {file.size} .
"""
        for file in dataset.files
    )


def _media(file: File) -> str:
    if file.media_type:
        return f'\n  dcat:mediaType "{file.media_type}" ;'
    return f"\n  dcterms:format <{AUTHORITY}/file-type/{file.format}_SRVC> ;"
