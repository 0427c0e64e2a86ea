"""The static portals: one ``catalog.ttl`` each, as a static site generator writes it.

Lübeck writes what the generator staticat writes (no identifier, no contributor,
media types as literals, Markdown, ``dct:modified`` = time of the file); Stralsund
and Wismar carry the rest of the quirks seen at real portals, numbered as in
``rostock.py``: (8) a dataset that another portal has too, (9) invalid IRIs,
(10) e-mail spellings, (12) HTML in descriptions, (13) datasets without
distribution, two titles, Dataset and Distribution in one subject, an ontology
mixed in, literals where IRIs belong.
"""

from __future__ import annotations

import json

from .cities import CITIES
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
# (2) one licence, as many spellings as there are portals
LICENCES = {
    "luebeck": {
        "cc-by/4.0": "<http://dcat-ap.de/def/licenses/cc-by/4.0>",
        "dl-by-de/2.0": "<http://dcat-ap.de/def/licenses/dl-by-de/2.0>",
    },
    "stralsund": {
        "dl-by-de/2.0": "<https://www.govdata.de/dl-de/by-2-0>",
        "dl-zero-de/2.0": "<https://www.govdata.de/dl-de/zero-2-0>",
    },
    "wismar": {
        "dl-zero-de/2.0": "<https://www.dcat-ap.de/def/licenses/dl-zero-de/2_0>",
        "cc-by/4.0": '"https://creativecommons.org/licenses/by/4.0/deed.de"',
    },
}
LABELS = {"TRAN": "Verkehr", "ENVI": "Umwelt", "GOVE": "Regierung und öffentlicher Sektor"}


def catalog_ttl(city_name: str, base: str) -> str:
    """The whole catalogue of a static portal as Turtle."""
    city = CITIES[city_name]
    found = datasets(city_name)
    listed = ",\n    ".join(_iri(item, base) for item in found)
    parts = [
        PREFIXES,
        f"<{base}> a dcat:Catalog ;\n"
        f'  dcterms:title "Offene Daten der {city.full} (Nachbau)"@de ;\n'
        f'  dcterms:description "Ein erfundener Katalog für Vorführung und Tests."@de ;\n'
        f"  dcterms:publisher <{base}/stadt> ;\n  dcat:dataset {listed} .\n",
        f'<{base}/stadt> a foaf:Organization ; foaf:name "{city.full}" .\n',
    ]
    write = {"luebeck": _luebeck, "stralsund": _stralsund, "wismar": _wismar}[city_name]
    parts += [write(item, base) for item in found]
    if city_name == "wismar":  # (13) an ontology mixed into the file
        parts.append(
            'dcat:Dataset a owl:Class ; rdfs:label "Dataset"@en ; rdfs:comment "A collection."@en .\n'
            "dcat:distribution a owl:ObjectProperty ; rdfs:domain dcat:Dataset .\n"
        )
    return "\n".join(parts)


def _iri(dataset: Dataset, base: str) -> str:
    name = dataset.key
    if dataset.city.name == "stralsund" and dataset.key in {"denkmale", "baumkataster"}:
        name = f"{dataset.key} übersicht [2024]"  # (9)
        return f"<{base}/datensatz/{name.replace(' ', '%20')}>"
    return f"<{base}/datensatz/{name}>"


def _text(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _words(dataset: Dataset) -> str:
    return ", ".join(_text(word) for word in dataset.topic.keywords)


def _themes(dataset: Dataset) -> str:
    return ", ".join(f"<{AUTHORITY}/data-theme/{code}>" for code in dataset.topic.themes)


def _files(dataset: Dataset, base: str) -> str:
    return ", ".join(f"<{base}{_address(file)}>" for file in dataset.files)


def _address(file: File) -> str:
    return file.path


def _luebeck(dataset: Dataset, base: str) -> str:
    licence = LICENCES["luebeck"][dataset.licence]
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
        f"""<{base}{_address(file)}> a dcat:Distribution ;
  dcterms:title {_text(file.title)} ;
  dcterms:license {licence} ;
  dcat:accessURL <{base}{_address(file)}> ;{_media(file)}
  dcat:byteSize {file.size} .
"""
        for file in dataset.files
    )


def _media(file: File) -> str:
    if file.media_type:
        return f'\n  dcat:mediaType "{file.media_type}" ;'
    return f"\n  dcterms:format <{AUTHORITY}/file-type/{file.format}_SRVC> ;"


def _stralsund(dataset: Dataset, base: str) -> str:
    licence = LICENCES["stralsund"][dataset.licence]
    west, south, east, north = dataset.city.bbox
    ring = f"(({west} {south}, {east} {south}, {east} {north}, {west} {north}, {west} {south}))"
    geometry = {
        "type": "polygon",
        "coordinates": [
            [[west, south], [east, south], [east, north], [west, north], [west, south]]
        ],
    }
    notes = dataset.notes
    if dataset.key.startswith("b"):  # (12)
        notes = f"<p>{notes}</p><ul><li>Stand: <b>{dataset.modified:%d.%m.%Y}</b></li></ul>"
    # (5) dates as they come
    modified = {
        "spielplaetze": '"2021-01-28 GMT 01:51:03.34919300"^^xsd:dateTime',
        "kitas": '"15/08/2023"',
        "schulen": '"2021-12-08Z"^^xsd:date',
    }.get(dataset.key, f'"{dataset.modified:%Y-%m-%d}"^^xsd:date')
    # (10) three ways to write an address
    email = {0: f"<mailto:{dataset.email}>", 1: f'"{dataset.email}"', 2: f"<{dataset.email}>"}[
        len(dataset.key) % 3
    ]
    title = _text(dataset.title) + "@de"
    if dataset.key == "partnerstaedte":
        title += ', "Twin towns and Hanseatic cities of the Baltic"@en, "Miasta partnerskie nad Bałtykiem"@pl'
    themes = _themes(dataset)
    if dataset.topic.themes[0] in LABELS and dataset.key < "m":  # (3) labels instead of IRIs
        themes = _text(LABELS[dataset.topic.themes[0]])
    files = dataset.files
    distribution = f"  dcat:distribution {_files(dataset, base)} ;\n"
    if dataset.key == "altlasten":  # (13) none at all
        files, distribution = (), ""
    head = f"""{_iri(dataset, base)} a dcat:Dataset ;
  dcterms:title {title} ;
  dcterms:description {_text(notes)}@de ;
  dcterms:identifier "StaHST_GIS:{dataset.id[:8]}" ;
  dcterms:issued "{dataset.issued}"^^xsd:date ;
  dcterms:modified {modified} ;
  dcterms:spatial <http://dcat-ap.de/def/politicalGeocoding/municipalityKey/13073088> ,
    [ a dcterms:Location ; locn:geometry "POLYGON{ring}"^^geosparql:wktLiteral ,
      {_text(json.dumps(geometry))}^^<https://www.iana.org/assignments/media-types/application/vnd.geo+json> ] ;
  dcterms:accrualPeriodicity <{AUTHORITY}/frequency/{dataset.topic.frequency}> ;
  dcterms:language "de" ;
  dcatde1:contributorID "http://dcat-ap.de/def/contributors/mecklenburgVorpommern" ;
  dcterms:publisher [ a foaf:Organization ; foaf:name {_text(dataset.department)} ] ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn {_text(dataset.department)} ; vcard:hasEmail {email} ] ;
  dcat:theme {themes} ;
{distribution}  dcat:keyword {_words(dataset)} .
"""
    return head + "".join(
        f"""<{base}{_address(file)}> a dcat:Distribution ;
  dcterms:title {_text(file.title)}@de ;
  dcterms:license {licence} ;
  dcatde1:licenseAttributionByText {_text(dataset.attribution)} ;
  dcat:accessURL <{base}{_address(file)}> ;
  dcat:downloadURL <{base}{_address(file)}> ;
  dcterms:format {_text(file.format.lower())} .
"""
        for file in files
    )


def _wismar(dataset: Dataset, base: str) -> str:
    licence = LICENCES["wismar"][dataset.licence]
    title = _text(dataset.title)
    if dataset.key == "welterbe":  # (13) two titles
        title += ', "Welterbe: Zonen"'
    end = "9999-01-01" if dataset.key.startswith("s") else str(dataset.period[1])  # (5)
    # (3) some have no theme
    themes = (
        ""
        if dataset.key in {"wlan", "fotos", "vereine"}
        else f"  dcat:theme {_themes(dataset)} ;\n"
    )
    # (2) free text, and the licence on the dataset instead of the distribution
    on_dataset = f"  dcterms:license {licence} ;\n" if dataset.key > "m" else ""
    if dataset.key == "fotos":
        on_dataset = '  dcterms:license "Nutzungsbedingungen des Stadtarchivs" ;\n'
    frequency = (
        '"R/P1D"'
        if dataset.topic.frequency == "DAILY"
        else f"<{AUTHORITY}/frequency/{dataset.topic.frequency}>"
    )
    # (13) Dataset and Distribution in one subject
    also = ", dcat:Distribution" if dataset.key == "trinkbrunnen" else ""
    head = f"""{_iri(dataset, base)} a dcat:Dataset{also} ;
  dcterms:title {title} ;
  dcterms:description {_text(dataset.notes)} ;
  dcterms:identifier {_text(dataset.id)} ;
  dcterms:modified "{dataset.modified.isoformat()}"^^xsd:dateTime ;
  dcterms:temporal [ a dcterms:PeriodOfTime ; dcat:startDate "{dataset.period[0]}"^^xsd:date ; dcat:endDate "{end}"^^xsd:date ] ;
  dcterms:spatial [ a dcterms:Location ; rdfs:label "Wismar" ] , <http://dcat-ap.de/def/politicalGeocoding/regionalKey/{dataset.city.ars}> ;
  dcterms:accrualPeriodicity {frequency} ;
  dcterms:language <{AUTHORITY}/language/DEU> ;
{on_dataset}  dcatde:contributorID <http://dcat-ap.de/def/contributors/mecklenburgVorpommern> ;
  dcterms:publisher {_text(dataset.department)} ;
  dcat:contactPoint [ a vcard:Organization ; vcard:fn {_text(dataset.department)} ; vcard:hasEmail "mailto:{dataset.email} " ] ;
{themes}  dcat:distribution {_files(dataset, base)} ;
  dcat:keyword {_words(dataset)} .
"""
    own = "" if on_dataset else f"  dcterms:license {licence} ;\n"
    return head + "".join(
        f"""<{base}{_address(file)}> a dcat:Distribution ;
  dcterms:title {_text(file.title)} ;
{own}  dcat:accessURL <{base}{_address(file)}> ;
  dcterms:format "{file.media_type or file.format}" ;
  dcat:mediaType <https://www.iana.org/assignments/media-types/{file.media_type or "application/wms"}> .
"""
        for file in dataset.files
    )
