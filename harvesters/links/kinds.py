"""Whether a declared format and what was found agree."""

from __future__ import annotations

import codecs
from collections.abc import Mapping
from functools import cache

from hanse_harvesters.links.answer import Learned
from hanse_harvesters.links.found import signature_file
from hanse_harvesters.links.target import Declared
from hanse_harvesters.normalise import formats

_HTML = frozenset({"HTML", "HTML5", "HTML_SIMPL", "XHTML", "XHTML5", "XHTML_SIMPL", "RDFA"})
_XML = frozenset({
    "XML", "GML", "KML", "GPX", "RSS", "ATOM", "RDF_XML", "OWL", "SKOS_XML", "RDF_TRIX", "SVG",
    "SPARQLQRES", "SCHEMA_XML", "XSLT", "QGS", "SDMX", "OSM", "CSW", "WMS_SRVC", "WFS_SRVC",
    "WCS_SRVC", "MAP_SRVC", "SOS", "WPS", "EFORMS_XML", "AKN4EU", "METS", "TMX", "XLIFF",
})  # fmt: skip
_JSON = frozenset({"JSON", "GEOJSON", "TOPOJSON", "JSON_LD", "SPARQLQRES", "REST"})
_RDF = frozenset({
    "RDF", "RDF_XML", "RDF_TURTLE", "RDF_N_TRIPLES", "RDF_N_QUADS", "RDF_TRIG", "N3", "JSON_LD",
    "OWL", "SKOS_XML", "RDF_TRIX",
})  # fmt: skip
_PACKINGS = frozenset(
    {"ZIP", "GZIP", "TAR", "TAR_GZ", "TAR_XZ", "BZIP2", "XZ", "7Z", "RAR", "Z", "LZIP", "ZSTD"}
)
#: Code → what a file of that code may be found to be, beside itself.
_ALSO: Mapping[str, frozenset[str]] = {
    **dict.fromkeys(_HTML, _HTML),
    "XML": _XML,
    "JSON": _JSON,
    "RDF": _RDF,
    "OWL": _RDF,
    "SKOS_XML": _RDF,
    "N3": frozenset({"RDF_TURTLE", "RDF_N_TRIPLES"}),
    "RDF_TURTLE": frozenset({"RDF_N_TRIPLES"}),
    "RDF_N_QUADS": frozenset({"RDF_N_TRIPLES"}),
    "RDF_TRIG": frozenset({"RDF_TURTLE"}),
    "TIFF": frozenset({"GEOTIFF"}),
    "GEOTIFF": frozenset({"TIFF"}),
    "HDF": frozenset({"NETCDF"}),
    "NETCDF": frozenset({"HDF"}),
    "KML": frozenset({"KMZ"}),
    "KMZ": frozenset({"KML"}),
    "XLS": frozenset({"OLE"}),
    "DOC": frozenset({"OLE"}),
    "PPT": frozenset({"OLE"}),
    "MSI": frozenset({"OLE"}),
    "XLSM": frozenset({"XLSX"}),
    "XLSB": frozenset({"XLSX"}),
    "SHP": frozenset({"DBF"}),
    "DBF": frozenset({"SHP"}),
    "EPS": frozenset({"PS"}),
    "GRID": frozenset({"GRID_ASCII", "TIFF", "GEOTIFF"}),
    "JAR": frozenset({"WAR", "EAR"}),
    "MPEG4_AVC": frozenset({"MPEG4"}),
    "GDB": frozenset({"SQLITE"}),
    "SQL": frozenset({"SQLITE"}),
}
#: Formats of a document that the found one is a general form of: too little of it was seen.
_GENERAL: Mapping[str, frozenset[str]] = {"XML": _XML, "JSON": _JSON, "GML": frozenset({"XML"})}
#: Declared for what may bring anything: services' own codes, programs' interfaces.
_ANYTHING = frozenset(
    {"REST", "SPARQLQ", "MAP_SRVC", "MAP_PRVW", "OCTET", "BIN", "MSG_HTTP", "SQL"}
)
_SERVICES = frozenset({"WMS_SRVC", "WFS_SRVC", "WCS_SRVC", "CSW", "SOS", "WPS"})
#: Texts without a mark of their own: what looks like a table or a plain text may be one.
_UNMARKED = frozenset({"RDF_TURTLE", "RDF_N_TRIPLES", "DXF", "GRID_ASCII", "TAB", "E00", "TXT"})


def declared_code(declared: Declared) -> str:
    """Return the EU code of the declared format or media type, "" if there is none known."""
    for text in (declared.format, declared.media_type):
        outcome = formats.file_format(text) if text else None
        if outcome and outcome.value and not outcome.findings:
            return outcome.value
    return ""


def is_page_instead(said: str, learned: Learned) -> bool:
    """Return whether a web page was found where a file or a service's data are declared."""
    fits = said in _HTML or said in _ANYTHING or said in _SERVICES or said == "ATOM"
    return learned.format == "HTML" and not learned.packing and not fits


def agree(said: str, learned: Learned) -> bool:
    """Return whether what was found may be what is declared; True if nothing was found."""
    found = learned.format
    if said in _ANYTHING or not (found or learned.packing):
        return True
    if said in _PACKINGS:
        return bool(learned.packing) or found in _zips()
    if not found:  # packed, and nobody knows what
        return True
    if found == said or said.startswith(found) or found in _ALSO.get(said, frozenset()):
        return True
    if said in _SERVICES:
        return found not in _SERVICES
    if not learned.sure:
        return said not in _marked() or said in _GENERAL.get(found, frozenset())
    return said in _GENERAL.get(found, frozenset())


def hides_packing(said: str, declared: Declared) -> bool:
    """Return whether nothing declared tells that the file is packed; SHP is always packed."""
    told = declared.compress_format or declared.package_format
    packed = said in _PACKINGS or said in ("SHP", "GDB", "GTFS", "KMZ", "MIF_MID", "TAB")
    named = any(word in declared.media_type for word in ("zip", "compressed", "tar", "octet"))
    return not told and not packed and not named


def charsets_differ(learned: Learned) -> bool:
    """Return whether text is in another charset than the server says, so that umlauts break."""
    found, said = _codec(learned.charset), _codec(learned.served_charset)
    if not found or not said or found == said:
        return False
    return "utf-8" in (found, said)


def _codec(name: str) -> str:
    """Return Python's name of a charset, "" if unknown; ASCII is a part of any."""
    try:
        known = codecs.lookup(name).name if name else ""
    except LookupError:
        return ""
    return "" if known == "ascii" else known


@cache
def _marked() -> frozenset[str]:
    """Return the formats that are recognised for certain, if their beginning was seen."""
    table = signature_file()
    lines = [*table["magic"], *table["xml"], *table["json"], *table["zip_names"]]
    named = {line["format"] for line in lines}
    others = {"HTML", "GPKG", "TIFF", "GEOTIFF", "LAS", "LAZ", "RDF_XML"}
    return frozenset(named | others | set(table["zip_content"]) | set(table["office"])) - _UNMARKED


@cache
def _zips() -> frozenset[str]:
    """Return the formats that are ZIP archives themselves."""
    table = signature_file()
    whole = {line["format"] for line in table["zip_names"] if line.get("whole")}
    return frozenset(whole | set(table["zip_content"]))
