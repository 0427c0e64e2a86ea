"""Small ISO 19139 records for tests, as a city's colleague writes them in the state's catalogue."""

from __future__ import annotations

from collections.abc import Sequence
from xml.sax.saxutils import escape, quoteattr

SPACES = (
    'xmlns:gmd="http://www.isotc211.org/2005/gmd" xmlns:gco="http://www.isotc211.org/2005/gco" '
    'xmlns:srv="http://www.isotc211.org/2005/srv" xmlns:xlink="http://www.w3.org/1999/xlink" '
    'xmlns:gmx="http://www.isotc211.org/2005/gmx"'
)
#: West, south, east, north of Stralsund, roughly.
STRALSUND = (12.97, 54.26, 13.16, 54.36)
CITY = "Hansestadt Stralsund"
FILES = "https://geodaten.stadt.example/"
BASE = "https://registry.gdi-de.org/id/de.mv/"


def text(value: str) -> str:
    """A gco:CharacterString."""
    return f"<gco:CharacterString>{escape(value)}</gco:CharacterString>"


def party(organisation: str, role: str = "pointOfContact") -> str:
    """A CI_ResponsibleParty."""
    return (
        f"<gmd:CI_ResponsibleParty><gmd:organisationName>{text(organisation)}</gmd:organisationName>"
        "<gmd:contactInfo><gmd:CI_Contact><gmd:address><gmd:CI_Address><gmd:electronicMailAddress>"
        f"{text('geodaten@stadt.example')}</gmd:electronicMailAddress></gmd:CI_Address>"
        "</gmd:address></gmd:CI_Contact></gmd:contactInfo>"
        f'<gmd:role><gmd:CI_RoleCode codeList="x#CI_RoleCode" codeListValue="{role}"/></gmd:role>'
        "</gmd:CI_ResponsibleParty>"
    )


def _online(url: str, name: str = "", function: str = "download") -> str:
    return (
        f"<gmd:CI_OnlineResource><gmd:linkage><gmd:URL>{escape(url)}</gmd:URL></gmd:linkage>"
        + (f"<gmd:name>{text(name)}</gmd:name>" if name else "")
        + '<gmd:function><gmd:CI_OnLineFunctionCode codeList="x#CI_OnLineFunctionCode" '
        f'codeListValue="{function}"/></gmd:function></gmd:CI_OnlineResource>'
    )


def _extent(box: Sequence[float] | None, place: str = "", namespace: str = "gmd") -> str:
    inner = ""
    if box:
        sides = zip(
            (
                "westBoundLongitude",
                "southBoundLatitude",
                "eastBoundLongitude",
                "northBoundLatitude",
            ),
            box,
            strict=True,
        )
        numbers = {
            name: f"<gmd:{name}><gco:Decimal>{n}</gco:Decimal></gmd:{name}>" for name, n in sides
        }
        order = ("west", "east", "south", "north")
        parts = "".join(
            value for side in order for name, value in numbers.items() if name.startswith(side)
        )
        inner += (
            f"<gmd:geographicElement><gmd:EX_GeographicBoundingBox>{parts}"
            "</gmd:EX_GeographicBoundingBox></gmd:geographicElement>"
        )
    if place:
        inner += (
            "<gmd:geographicElement><gmd:EX_GeographicDescription><gmd:geographicIdentifier>"
            f"<gmd:MD_Identifier><gmd:code>{text(place)}</gmd:code></gmd:MD_Identifier>"
            "</gmd:geographicIdentifier></gmd:EX_GeographicDescription></gmd:geographicElement>"
        )
    return f"<{namespace}:extent><gmd:EX_Extent>{inner}</gmd:EX_Extent></{namespace}:extent>"


def _keywords(words: Sequence[str]) -> str:
    inner = "".join(f"<gmd:keyword>{text(word)}</gmd:keyword>" for word in words)
    block = f"<gmd:MD_Keywords>{inner}</gmd:MD_Keywords>"
    return f"<gmd:descriptiveKeywords>{block}</gmd:descriptiveKeywords>"


_LICENCE = (
    "<gmd:resourceConstraints><gmd:MD_LegalConstraints><gmd:useConstraints><gmd:MD_RestrictionCode "
    'codeList="x" codeListValue="otherRestrictions"/></gmd:useConstraints>'
    "<gmd:otherConstraints><gco:CharacterString>"
    '{"id":"dl-by-de/2.0","name":"Datenlizenz Deutschland – Namensnennung – Version 2.0",'
    '"url":"https://www.govdata.de/dl-de/by-2-0","quelle":"Geodatenstelle"}'
    "</gco:CharacterString></gmd:otherConstraints></gmd:MD_LegalConstraints></gmd:resourceConstraints>"
)


def _record(
    name: str, level: str, organisation: str, modified: str, identification: str, more: str = ""
) -> str:
    return (
        f"<gmd:MD_Metadata {SPACES}><gmd:fileIdentifier>{text(name)}</gmd:fileIdentifier>"
        '<gmd:language><gmd:LanguageCode codeList="http://www.loc.gov/standards/iso639-2/" '
        'codeListValue="ger"/></gmd:language>'
        '<gmd:hierarchyLevel><gmd:MD_ScopeCode codeList="x#MD_ScopeCode" '
        f'codeListValue="{level}"/></gmd:hierarchyLevel>'
        f"<gmd:contact>{party(organisation)}</gmd:contact>"
        f"<gmd:dateStamp><gco:Date>{modified}</gco:Date></gmd:dateStamp>"
        f"<gmd:identificationInfo>{identification}</gmd:identificationInfo>{more}</gmd:MD_Metadata>"
    )


def _citation(title: str, identifier: str) -> str:
    code = (
        f"<gmd:identifier><gmd:MD_Identifier><gmd:code>{text(identifier)}</gmd:code>"
        "</gmd:MD_Identifier></gmd:identifier>"
        if identifier
        else ""
    )
    return (
        f"<gmd:citation><gmd:CI_Citation><gmd:title>{text(title)}</gmd:title>"
        "<gmd:date><gmd:CI_Date><gmd:date><gco:Date>2024-05-02</gco:Date></gmd:date><gmd:dateType>"
        '<gmd:CI_DateTypeCode codeList="x" codeListValue="revision"/></gmd:dateType>'
        f"</gmd:CI_Date></gmd:date>{code}</gmd:CI_Citation></gmd:citation>"
    )


def dataset(
    name: str,
    *,
    title: str = "",
    identifier: str | None = None,
    organisation: str = CITY,
    keywords: Sequence[str] = ("opendata",),
    box: Sequence[float] | None = STRALSUND,
    place: str = "",
    level: str = "dataset",
    modified: str = "2024-06-01",
    files: int = 1,
) -> str:
    """A data set with ``files`` downloads; its identifier is ``BASE`` and its name by default."""
    code = f"{BASE}{name}" if identifier is None else identifier
    links = "".join(
        f"<gmd:onLine>{_online(f'{FILES}{name}/{number}.csv', 'CSV')}</gmd:onLine>"
        for number in range(files)
    )
    identification = (
        f'<gmd:MD_DataIdentification uuid="{name}">{_citation(title or name, code)}'
        f"<gmd:abstract>{text(f'Beschreibung von {title or name}')}</gmd:abstract>"
        f"<gmd:pointOfContact>{party(organisation)}</gmd:pointOfContact>{_keywords(keywords)}"
        f"{_LICENCE}{_extent(box, place)}</gmd:MD_DataIdentification>"
    )
    more = (
        "<gmd:distributionInfo><gmd:MD_Distribution><gmd:transferOptions>"
        f"<gmd:MD_DigitalTransferOptions>{links}</gmd:MD_DigitalTransferOptions>"
        "</gmd:transferOptions></gmd:MD_Distribution></gmd:distributionInfo>"
        if links
        else ""
    )
    return _record(name, level, organisation, modified, identification, more)


def service(
    name: str,
    operates_on: Sequence[str] = (),
    *,
    by: str = "uuidref",
    kind: str = "view",
    title: str = "",
    organisation: str = CITY,
    keywords: Sequence[str] = ("opendata",),
    box: Sequence[float] | None = STRALSUND,
    modified: str = "2024-06-01",
) -> str:
    """A service; ``operates_on`` are references as ``by`` says: uuidref, href or code."""
    operation = (
        "<srv:containsOperations><srv:SV_OperationMetadata><srv:operationName>"
        f"{text('GetCapabilities')}</srv:operationName><srv:DCP><srv:DCPList codeList='x#DCPList' "
        "codeListValue='WebServices'/></srv:DCP><srv:connectPoint>"
        + _online(f"https://geodienste.stadt.example/{name}?SERVICE=WMS&REQUEST=GetCapabilities")
        + "</srv:connectPoint></srv:SV_OperationMetadata></srv:containsOperations>"
    )
    identification = (
        f"<srv:SV_ServiceIdentification>{_citation(title or name, BASE + name)}"
        f"<gmd:abstract>{text(f'Dienst {title or name}')}</gmd:abstract>"
        f"<gmd:pointOfContact>{party(organisation)}</gmd:pointOfContact>{_keywords(keywords)}"
        f"<srv:serviceType><gco:LocalName>{kind}</gco:LocalName></srv:serviceType>"
        f"{_extent(box, namespace='srv')}"
        "<srv:couplingType><srv:SV_CouplingType codeList='x' codeListValue='tight'/>"
        f"</srv:couplingType>{operation}"
        + "".join(_reference(value, by) for value in operates_on)
        + "</srv:SV_ServiceIdentification>"
    )
    return _record(name, "service", organisation, modified, identification)


def _reference(value: str, by: str) -> str:
    if by == "code":
        inner = f"<gmd:MD_DataIdentification>{_citation('?', value)}</gmd:MD_DataIdentification>"
        return f"<srv:operatesOn>{inner}</srv:operatesOn>"
    name = "uuidref" if by == "uuidref" else "xlink:href"
    return f"<srv:operatesOn {name}={quoteattr(value)}/>"
