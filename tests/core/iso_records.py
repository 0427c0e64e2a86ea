"""Small records of ISO 19139, and what the catalogue makes of them."""

from __future__ import annotations

from typing import Any

from lxml import etree

from hanse_harvesters.mapping import iso19139
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.normalise import normalise
from hanse_harvesters.record import Record
from hanse_harvesters.sandbox.child import iso19139 as parser
from hanse_harvesters.settings.source import SourceSettings

NAMESPACES = {
    "gmd": "http://www.isotc211.org/2005/gmd",
    "gco": "http://www.isotc211.org/2005/gco",
    "gmx": "http://www.isotc211.org/2005/gmx",
    "gmi": "http://www.isotc211.org/2005/gmi",
    "srv": "http://www.isotc211.org/2005/srv",
    "che": "http://www.geocat.ch/2008/che",
    "gml": "http://www.opengis.net/gml/3.2",
    "gml31": "http://www.opengis.net/gml",
    "xlink": "http://www.w3.org/1999/xlink",
    "xsi": "http://www.w3.org/2001/XMLSchema-instance",
}
_DECLARED = " ".join(f'xmlns:{prefix}="{iri}"' for prefix, iri in NAMESPACES.items())


def text(name: str, value: str, prefix: str = "gmd") -> str:
    """Return a property with a text."""
    return f"<{prefix}:{name}><gco:CharacterString>{value}</gco:CharacterString></{prefix}:{name}>"


def anchor(name: str, href: str, value: str) -> str:
    """Return a property with a text that links to ``href``."""
    return f"<gmd:{name}><gmx:Anchor xlink:href='{href}'>{value}</gmx:Anchor></gmd:{name}>"


def code(name: str, value: str) -> str:
    """Return a property with a code."""
    return f"<gmd:{name}><gmd:C_Code codeList='#' codeListValue='{value}'/></gmd:{name}>"


def words(name: str, value: str, **locales: str) -> str:
    """Return a property with a text and its translations, locale → text."""
    groups = "".join(
        f"<gmd:textGroup><gmd:LocalisedCharacterString locale='#{locale}'>{other}"
        "</gmd:LocalisedCharacterString></gmd:textGroup>"
        for locale, other in locales.items()
    )
    main = f"<gco:CharacterString>{value}</gco:CharacterString>" if value else ""
    return f"<gmd:{name}>{main}<gmd:PT_FreeText>{groups}</gmd:PT_FreeText></gmd:{name}>"


def party(role: str, organisation: str, *, name: str = "pointOfContact", more: str = "") -> str:
    """Return a responsible party with an e-mail address."""
    mail = f"{role or 'office'}@stadt.example"
    return (
        f"<gmd:{name}><gmd:CI_ResponsibleParty>{text('organisationName', organisation)}{more}"
        "<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address>"
        f"{text('electronicMailAddress', mail)}"
        "</gmd:CI_Address></gmd:address></gmd:CI_Contact></gmd:contactInfo>"
        f"{code('role', role) if role else ''}</gmd:CI_ResponsibleParty></gmd:{name}>"
    )


def legal(*statements: str, about: str = "useConstraints", limitation: str = "") -> str:
    """Return legal constraints; a statement is text or a whole ``otherConstraints``."""
    others = "".join(
        item if item.startswith("<") else text("otherConstraints", item) for item in statements
    )
    return (
        "<gmd:resourceConstraints><gmd:MD_LegalConstraints>"
        f"{text('useLimitation', limitation) if limitation else ''}"
        f"{code(about, 'otherRestrictions') if about else ''}{others}"
        "</gmd:MD_LegalConstraints></gmd:resourceConstraints>"
    )


def keywords(*items: str, thesaurus: str = "") -> str:
    """Return a group of keywords; an item is text or a whole ``keyword``."""
    inner = "".join(item if item.startswith("<") else text("keyword", item) for item in items)
    title = (
        "<gmd:thesaurusName><gmd:CI_Citation>"
        f"{text('title', thesaurus)}</gmd:CI_Citation></gmd:thesaurusName>"
        if thesaurus
        else ""
    )
    return (
        f"<gmd:descriptiveKeywords><gmd:MD_Keywords>{inner}{title}"
        "</gmd:MD_Keywords></gmd:descriptiveKeywords>"
    )


def identifier(value: str, space: str = "") -> str:
    """Return an identifier of the data."""
    of, more = ("RS_Identifier", text("codeSpace", space)) if space else ("MD_Identifier", "")
    inner = text("code", value)
    return f"<gmd:identifier><gmd:{of}>{inner}{more}</gmd:{of}></gmd:identifier>"


def date(kind: str, value: str) -> str:
    """Return a date of the data."""
    return (
        f"<gmd:date><gmd:CI_Date><gmd:date><gco:Date>{value}</gco:Date></gmd:date>"
        f"{code('dateType', kind)}</gmd:CI_Date></gmd:date>"
    )


def extent(inner: str) -> str:
    """Return an extent."""
    return f"<gmd:extent><gmd:EX_Extent>{inner}</gmd:EX_Extent></gmd:extent>"


def box(west: str, south: str, east: str, north: str) -> str:
    """Return a bounding box as a geographic element."""
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


def place(value: str) -> str:
    """Return a geographic identifier as a geographic element; ``value`` is its ``code``."""
    inner = value if value.startswith("<") else text("code", value)
    return (
        "<gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier>"
        f"<gmd:MD_Identifier>{inner}</gmd:MD_Identifier></gmd:geographicIdentifier>"
        "</gmd:EX_GeographicDescription></gmd:geographicElement>"
    )


def online(
    url: str, *, name: str = "", protocol: str = "", function: str = "", description: str = ""
) -> str:
    """Return a link, as it stands in ``onLine`` and ``connectPoint``."""
    return (
        f"<gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{url.replace('&', '&amp;')}</gmd:URL>"
        f"</gmd:linkage>{text('protocol', protocol) if protocol else ''}"
        f"{text('name', name) if name else ''}"
        f"{text('description', description) if description else ''}"
        f"{code('function', function) if function else ''}</gmd:CI_OnlineResource>"
    )


def distribution(*links: str, formats: tuple[str, ...] = ()) -> str:
    """Return the distribution with links of :func:`online`."""
    named = "".join(
        f"<gmd:distributionFormat><gmd:MD_Format>{text('name', item)}</gmd:MD_Format>"
        "</gmd:distributionFormat>"
        for item in formats
    )
    lines = "".join(f"<gmd:onLine>{link}</gmd:onLine>" for link in links)
    return (
        f"<gmd:distributionInfo><gmd:MD_Distribution>{named}<gmd:transferOptions>"
        f"<gmd:MD_DigitalTransferOptions>{lines}</gmd:MD_DigitalTransferOptions>"
        "</gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
    )


def data(
    inner: str = "",
    *,
    citation: str = "",
    head: str = "",
    tail: str = "",
    id: str = "a-1",
    title: str = text("title", "Baumkataster"),
    level: str = "dataset",
    root: str = "gmd:MD_Metadata",
    of: str = "gmd:MD_DataIdentification",
) -> str:
    """Return a record: ``head`` before the identification, ``inner`` in it, ``tail`` after it."""
    return (
        f"<{root} {_DECLARED}>{text('fileIdentifier', id) if id else ''}"
        f"{code('hierarchyLevel', level) if level else ''}{head}"
        f"<gmd:identificationInfo><{of}><gmd:citation><gmd:CI_Citation>{title}{citation}"
        f"</gmd:CI_Citation></gmd:citation>{inner}</{of}></gmd:identificationInfo>{tail}</{root}>"
    )


def service(
    url: str,
    *couples: str,
    title: str = "WMS Baumkataster",
    version: str = "OGC:WMS 1.3.0",
    id: str = "s-1",
    more: str = "",
) -> str:
    """Return the record of a service; ``couples`` are whole elements."""
    operation = (
        "<srv:containsOperations><srv:SV_OperationMetadata>"
        f"{text('operationName', 'GetCapabilities', 'srv')}<srv:connectPoint>{online(url)}"
        "</srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>"
    )
    inner = (
        "<srv:serviceType><gco:LocalName>view</gco:LocalName></srv:serviceType>"
        f"{text('serviceTypeVersion', version, 'srv')}{more}{operation if url else ''}"
        + "".join(couples)
    )
    return data(
        inner,
        id=id,
        title=text("title", title),
        level="service",
        of="srv:SV_ServiceIdentification",
    )


def parsed(xml: str) -> dict[str, Any]:
    """Return the parser's item of a record."""
    return parser.record(etree.fromstring(xml.encode()))


def read(xml: str, *services: str, language: str = "de") -> ReadResult:
    """Map a record with the services coupled to it."""
    item = {**parsed(xml), "services": [parsed(one) for one in services]}
    return iso19139.read(item, language=language)


def dataset(xml: str, *services: str, language: str = "de") -> dict[str, Any]:
    """Map a record, and normalise it."""
    return record(xml, *services, language=language).dataset


def record(xml: str, *services: str, language: str = "de") -> Record:
    """Map a record and normalise it, with all issues."""
    result = read(xml, *services, language=language)
    found = Record(result.dataset, result.identity, issues=result.issues, unknown=result.unknown)
    normalise(found, SourceSettings("probe", "rdf", "https://katalog.example/", "stadt"))
    assert not [issue for issue in found.issues if "Error(" in issue.value]
    return found
