"""ISO 19139 records as the geodata catalogue of a state holds them, with their real quirks.

What is written one way here and another way there is chosen by the record's own id, so
that it is the same at every start.
"""

from __future__ import annotations

from dataclasses import dataclass
from xml.sax.saxutils import escape

from .model import chance

NAMESPACES = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx" xmlns:srv="http://www.isotc211.org/2005/srv" '
    'xmlns:gml="http://www.opengis.net/gml/3.2" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
)
CODES = "http://standards.iso.org/iso/19139/resources/gmxCodelists.xml"
REGISTRY = "https://registry.gdi-de.org/id/de.mv"
#: Licence → the JSON that GDI-DE asks for, and the prose that stands beside it.
LICENCES = {
    "dl-by-de/2.0": (
        '{{"id":"dl-by-de/2.0","name":"Datenlizenz Deutschland Namensnennung 2.0",'
        '"url":"https://www.govdata.de/dl-de/by-2-0","quelle":"© {owner}"}}',
        "Nutzungsbedingungen: Datenlizenz Deutschland – Namensnennung – Version 2.0",
    ),
    "dl-zero-de/2.0": (
        '{{"id":"dl-zero-de/2.0","name":"Datenlizenz Deutschland – Zero – Version 2.0",'
        '"url":"https://www.govdata.de/dl-de/zero-2-0","quelle":"{owner}"}}',
        "Datenlizenz Deutschland – Zero – Version 2.0",
    ),
    "": ("Es gelten keine Bedingungen", "Es gelten keine Zugriffsbeschränkungen"),
}


@dataclass(frozen=True)
class Link:
    """An address under which the data are had: protocol, function code, name, URL."""

    url: str
    name: str
    protocol: str
    function: str = "download"


@dataclass(frozen=True)
class GeoRecord:
    """A data set or a service as the catalogue describes it.

    ``kind``      dataset, series or service; ``service`` then WMS, WFS or ATOM.
    ``bbox``      as in :class:`~portals.cities.cities.City`.
    ``couples``   ids of the data sets that a service operates on.
    """

    id: str
    title: str
    abstract: str
    owner: str
    email: str
    bbox: tuple[float, float, float, float]
    place: str
    stamp: str
    created: str
    kind: str = "dataset"
    service: str = ""
    department: str = ""
    topic: str = ""
    inspire: str = ""
    keywords: tuple[str, ...] = ()
    licence: str = ""
    period: tuple[str, str] = ("", "")
    frequency: str = ""
    scale: int = 0
    lineage: str = ""
    english: str = ""
    links: tuple[Link, ...] = ()
    couples: tuple[str, ...] = ()

    def __str__(self) -> str:
        """The record as XML."""
        return xml(self)


def text(name: str, value: str) -> str:
    """An element with a text; "" without one."""
    return f"<gmd:{name}><gco:CharacterString>{escape(value)}</gco:CharacterString></gmd:{name}>"


def code(name: str, of: str, value: str) -> str:
    """An element with a value of a code list."""
    return (
        f'<gmd:{name}><gmd:{of} codeList="{CODES}#{of}" codeListValue="{value}">'
        f"{value}</gmd:{of}></gmd:{name}>"
    )


def xml(record: GeoRecord) -> str:
    """The record as ``gmd:MD_Metadata``."""
    language = code("language", "LanguageCode", "ger")
    locale = (
        '<gmd:locale><gmd:PT_Locale id="locale-eng">'
        + code("languageCode", "LanguageCode", "eng")
        + "</gmd:PT_Locale></gmd:locale>"
        if record.english
        else ""
    )
    return (
        f"<gmd:MD_Metadata {NAMESPACES}>{text('fileIdentifier', record.id)}{language}"
        f"{code('characterSet', 'MD_CharacterSetCode', 'utf8')}"
        f"{code('hierarchyLevel', 'MD_ScopeCode', record.kind)}"
        f"{_party('contact', record, 'pointOfContact')}"
        f"<gmd:dateStamp>{_date(record)}</gmd:dateStamp>"
        f"{text('metadataStandardName', 'ISO 19115/19119')}"
        f"{text('metadataStandardVersion', '2005/PDAM 1')}{locale}"
        f"{_system(record)}{_identification(record)}{_distribution(record)}{_quality(record)}"
        "</gmd:MD_Metadata>"
    )


def _date(record: GeoRecord) -> str:
    if chance(record.id, "date").random() < 0.3:
        return f"<gco:DateTime>{record.stamp}T09:30:00</gco:DateTime>"
    return f"<gco:Date>{record.stamp}</gco:Date>"


def _party(name: str, record: GeoRecord, role: str) -> str:
    office = text("positionName", record.department) if record.department else ""
    return (
        f"<gmd:{name}><gmd:CI_ResponsibleParty>{text('organisationName', record.owner)}{office}"
        "<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>"
        f"{text('city', record.place)}{text('country', 'DEU')}"
        f"{text('electronicMailAddress', record.email)}"
        "</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>"
        f"{code('role', 'CI_RoleCode', role)}</gmd:CI_ResponsibleParty></gmd:{name}>"
    )


def _system(record: GeoRecord) -> str:
    system = "http://www.opengis.net/def/crs/EPSG/0/25833"
    return (
        "<gmd:referenceSystemInfo><gmd:MD_ReferenceSystem><gmd:referenceSystemIdentifier>"
        f"<gmd:RS_Identifier><gmd:code><gmx:Anchor xlink:href='{system}'>EPSG:25833: ETRS89 / UTM "
        "zone 33N</gmx:Anchor></gmd:code></gmd:RS_Identifier></gmd:referenceSystemIdentifier>"
        "</gmd:MD_ReferenceSystem></gmd:referenceSystemInfo>"
        if record.kind != "service"
        else ""
    )


def _identification(record: GeoRecord) -> str:
    service = record.kind == "service"
    element = "srv:SV_ServiceIdentification" if service else "gmd:MD_DataIdentification"
    return (
        f"<gmd:identificationInfo><{element}>{_citation(record)}"
        f"{text('abstract', record.abstract)}{_party('pointOfContact', record, 'owner')}"
        f"{_maintenance(record)}{_words(record)}{_constraints(record)}"
        + (_service(record) if service else _data(record))
        + f"</{element}></gmd:identificationInfo>"
    )


def _citation(record: GeoRecord) -> str:
    title = f"<gco:CharacterString>{escape(record.title)}</gco:CharacterString>"
    if record.english:
        title = (
            f"{title}<gmd:PT_FreeText><gmd:textGroup><gmd:LocalisedCharacterString "
            f'locale="#locale-eng">{escape(record.english)}</gmd:LocalisedCharacterString>'
            "</gmd:textGroup></gmd:PT_FreeText>"
        )
    identifier = f"{REGISTRY}/{record.id}"
    as_rs = chance(record.id, "identifier").random() < 0.3
    of = "RS_Identifier" if as_rs else "MD_Identifier"
    inner = (
        text("code", record.id) + text("codeSpace", REGISTRY) if as_rs else text("code", identifier)
    )
    return (
        f"<gmd:citation><gmd:CI_Citation><gmd:title>{title}</gmd:title>"
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{record.created}</gco:Date></gmd:date>"
        f"{code('dateType', 'CI_DateTypeCode', 'publication')}</gmd:CI_Date></gmd:date>"
        f"<gmd:identifier><gmd:{of}>{inner}</gmd:{of}></gmd:identifier>"
        "</gmd:CI_Citation></gmd:citation>"
    )


def _maintenance(record: GeoRecord) -> str:
    if not record.frequency:
        return ""
    frequency = code(
        "maintenanceAndUpdateFrequency", "MD_MaintenanceFrequencyCode", record.frequency
    )
    return (
        "<gmd:resourceMaintenance><gmd:MD_MaintenanceInformation>"
        f"{frequency}</gmd:MD_MaintenanceInformation></gmd:resourceMaintenance>"
    )


def _words(record: GeoRecord) -> str:
    words = "".join(text("keyword", word) for word in record.keywords)
    found = f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{words}</gmd:MD_Keywords></gmd:descriptiveKeywords>"
    if record.inspire:
        found += (
            "<gmd:descriptiveKeywords><gmd:MD_Keywords>"
            f"{text('keyword', record.inspire)}<gmd:thesaurusName><gmd:CI_Citation>"
            f"{text('title', 'GEMET - INSPIRE themes, version 1.0')}"
            "<gmd:date><gmd:CI_Date><gmd:date><gco:Date>2008-06-01</gco:Date></gmd:date>"
            f"{code('dateType', 'CI_DateTypeCode', 'publication')}</gmd:CI_Date></gmd:date>"
            "</gmd:CI_Citation></gmd:thesaurusName></gmd:MD_Keywords></gmd:descriptiveKeywords>"
        )
    return found


def _constraints(record: GeoRecord) -> str:
    machine, prose = LICENCES[record.licence]
    return (
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints>"
        f"{code('useConstraints', 'MD_RestrictionCode', 'otherRestrictions')}"
        f"{text('otherConstraints', prose)}"
        f"{text('otherConstraints', machine.format(owner=record.owner))}"
        "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints>"
        f"{code('accessConstraints', 'MD_RestrictionCode', 'otherRestrictions')}"
        "<gmd:otherConstraints><gmx:Anchor xlink:href='http://inspire.ec.europa.eu/metadata-"
        "codelist/LimitationsOnPublicAccess/noLimitations'>Es bestehen keine "
        "Zugriffsbeschränkungen</gmx:Anchor></gmd:otherConstraints>"
        "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
    )


def _box(record: GeoRecord) -> str:
    west, south, east, north = record.bbox
    sides = (
        ("westBoundLongitude", west),
        ("eastBoundLongitude", east),
        ("southBoundLatitude", south),
        ("northBoundLatitude", north),
    )
    inner = "".join(
        f"<gmd:{name}><gco:Decimal>{value}</gco:Decimal></gmd:{name}>" for name, value in sides
    )
    return (
        "<gmd:geographicElement><gmd:EX_GeographicBoundingBox>"
        f"{inner}</gmd:EX_GeographicBoundingBox></gmd:geographicElement>"
    )


def _time(record: GeoRecord) -> str:
    begin, end = record.period
    if not begin:
        return ""
    until = (
        f"<gml:endPosition>{end}</gml:endPosition>"
        if end
        else "<gml:endPosition indeterminatePosition='now'/>"
    )
    return (
        "<gmd:temporalElement><gmd:EX_TemporalExtent><gmd:extent>"
        f"<gml:TimePeriod gml:id='t-{record.id}'><gml:beginPosition>{begin}</gml:beginPosition>"
        f"{until}</gml:TimePeriod></gmd:extent></gmd:EX_TemporalExtent></gmd:temporalElement>"
    )


def _data(record: GeoRecord) -> str:
    scale = (
        "<gmd:spatialResolution><gmd:MD_Resolution><gmd:equivalentScale>"
        "<gmd:MD_RepresentativeFraction><gmd:denominator>"
        f"<gco:Integer>{record.scale}</gco:Integer></gmd:denominator>"
        "</gmd:MD_RepresentativeFraction></gmd:equivalentScale></gmd:MD_Resolution>"
        "</gmd:spatialResolution>"
        if record.scale
        else ""
    )
    topic = (
        "<gmd:topicCategory><gmd:MD_TopicCategoryCode>"
        f"{record.topic}</gmd:MD_TopicCategoryCode></gmd:topicCategory>"
        if record.topic
        else ""
    )
    return (
        f"{scale}{code('language', 'LanguageCode', 'ger')}{topic}<gmd:extent><gmd:EX_Extent>"
        f"{text('description', record.place)}{_box(record)}{_time(record)}"
        "</gmd:EX_Extent></gmd:extent>"
    )


def _service(record: GeoRecord) -> str:
    kinds = {"WMS": "view", "WFS": "download", "ATOM": "download"}
    url = record.links[0].url if record.links else ""
    return (
        f"<srv:serviceType><gco:LocalName>{kinds[record.service]}</gco:LocalName></srv:serviceType>"
        "<srv:serviceTypeVersion><gco:CharacterString>"
        f"OGC:{record.service}</gco:CharacterString></srv:serviceTypeVersion>"
        f"<srv:extent><gmd:EX_Extent>{_box(record)}</gmd:EX_Extent></srv:extent>"
        "<srv:couplingType><srv:SV_CouplingType codeList='#SV_CouplingType' "
        "codeListValue='tight'/></srv:couplingType><srv:containsOperations>"
        "<srv:SV_OperationMetadata><srv:operationName><gco:CharacterString>GetCapabilities"
        "</gco:CharacterString></srv:operationName><srv:connectPoint><gmd:CI_OnlineResource>"
        f"<gmd:linkage><gmd:URL>{escape(url)}</gmd:URL></gmd:linkage></gmd:CI_OnlineResource>"
        "</srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>"
        + "".join(_coupled(record, number) for number in range(len(record.couples)))
    )


def _coupled(record: GeoRecord, number: int) -> str:
    """By uuidref, by the identifier, or by a request for the data set's record: all are seen."""
    id = record.couples[number]
    way = chance(record.id, number).choice(("uuidref", "identifier", "request"))
    if way == "uuidref":
        return f"<srv:operatesOn uuidref='{id}'/>"
    if way == "identifier":
        return f"<srv:operatesOn xlink:href='{REGISTRY}/{id}'/>"
    return (
        "<srv:operatesOn xlink:href='https://geodaten.example/csw?SERVICE=CSW&amp;VERSION=2.0.2"
        "&amp;REQUEST=GetRecordById&amp;OUTPUTSCHEMA=http://www.isotc211.org/2005/gmd&amp;"
        f"ELEMENTSETNAME=full&amp;ID={id}'/>"
    )


def _distribution(record: GeoRecord) -> str:
    links = "".join(
        "<gmd:onLine><gmd:CI_OnlineResource><gmd:linkage><gmd:URL>"
        f"{escape(link.url)}</gmd:URL></gmd:linkage>{text('protocol', link.protocol)}"
        f"{text('name', link.name)}{code('function', 'CI_OnLineFunctionCode', link.function)}"
        "</gmd:CI_OnlineResource></gmd:onLine>"
        for link in record.links
    )
    return (
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>"
        f"<gmd:MD_DigitalTransferOptions>{links}</gmd:MD_DigitalTransferOptions>"
        "</gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
        if links
        else ""
    )


def _quality(record: GeoRecord) -> str:
    if not record.lineage:
        return ""
    return (
        "<gmd:dataQualityInfo><gmd:DQ_DataQuality><gmd:scope><gmd:DQ_Scope>"
        f"{code('level', 'MD_ScopeCode', record.kind)}</gmd:DQ_Scope></gmd:scope>"
        f"<gmd:lineage><gmd:LI_Lineage>{text('statement', record.lineage)}</gmd:LI_Lineage>"
        "</gmd:lineage></gmd:DQ_DataQuality></gmd:dataQualityInfo>"
    )
