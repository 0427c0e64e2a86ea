"""Requests to a catalogue service (OGC 07-006r1, 07-045; OGC Filter 1.1, 04-095)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit
from xml.sax.saxutils import escape, quoteattr

from hanse_harvesters.sources.csw_options import Options, box

GMD = "http://www.isotc211.org/2005/gmd"
#: Names of the records' type; the first is that of the ISO application profile.
TYPE_NAMES = ("gmd:MD_Metadata", "csw:Record")
#: Prefixes of property names in use.
PREFIXES = ("apiso:", "gmd:", "")
_SPACES = {
    "csw": "http://www.opengis.net/cat/csw/2.0.2",
    "ogc": "http://www.opengis.net/ogc",
    "gml": "http://www.opengis.net/gml",
    "ows": "http://www.opengis.net/ows",
    "gmd": GMD,
    "apiso": "http://www.opengis.net/cat/csw/apiso/1.0",
}
#: Parameters of a request that are no part of the service's address.
_OWN = {
    "service", "request", "version", "acceptversions", "typenames", "outputschema",
    "outputformat", "elementsetname", "resulttype", "constraint", "constraintlanguage",
    "constraint_language_version", "startposition", "maxrecords", "sortby", "id", "namespace",
}  # fmt: skip
#: Parts of the names of root elements by which an answer of an OGC service is noticed.
MARKS = ("GetRecords", "GetRecordById", "_Metadata", "apabilities", "ExceptionReport")
_SINGLE = {"getrecords", "getrecordbyid"}


def capabilities(url: str) -> str:
    """Return the address of the capabilities, given any address of a service."""
    return _with(url, {"service": "CSW", "request": "GetCapabilities", "version": "2.0.2"})


def service(url: str) -> str:
    """Return the address of the service, without the parameters of a request."""
    return _with(url, {})


def is_single(url: str) -> bool:
    """Return whether the address is that of one answer rather than of the service."""
    asked = {name.lower(): value.lower() for name, value in _pairs(url)}
    return urlsplit(url).path.lower().endswith(".xml") or asked.get("request") in _SINGLE


def _pairs(url: str) -> list[tuple[str, str]]:
    return parse_qsl(urlsplit(url).query, keep_blank_values=True)


def _with(url: str, given: dict[str, str]) -> str:
    kept = [(name, value) for name, value in _pairs(url) if name.lower() not in _OWN]
    query = urlencode([*kept, *given.items()])
    return urlsplit(url)._replace(query=query, fragment="").geturl()


def address_of(head: Mapping[str, Any]) -> str:
    """Return the service's address in its capabilities, "" if there is none."""
    if head.get("service") != "CSW":
        return ""
    operation = head["operations"].get("GetRecords", {})
    found = (*operation.get("get", ()), *operation.get("post", ()))
    return next((url for url in found if url.startswith(("https://", "http://"))), "")


@dataclass(frozen=True, slots=True)
class Dialect:
    """How a service wants to be asked: where and how, and by which names.

    ``in_order``  sorted by identifier, so that changes do not shift pages.
    """

    url: str
    method: str = "POST"
    prefix: str = PREFIXES[0]
    type_name: str = TYPE_NAMES[0]
    in_order: bool = True

    @property
    def identifier(self) -> str:
        """The property by which records are sorted."""
        return f"{self.prefix}Identifier"

    def address(self, constraint: str, start: int, rows: int) -> str:
        """Return the address of a page asked for by GET; ``start`` counts from 1."""
        names = (f"xmlns({name}={iri})" for name, iri in _SPACES.items() if name != "ogc")
        given = {
            "service": "CSW",
            "version": "2.0.2",
            "request": "GetRecords",
            "resultType": "results",
            "namespace": ",".join(names),
            "typeNames": self.type_name,
            "outputSchema": GMD,
            "elementSetName": "full",
            "constraintLanguage": "FILTER",
            "constraint_language_version": "1.1.0",
            "constraint": constraint,
        }
        if self.in_order:
            given["sortBy"] = f"{self.identifier}:A"
        return _with(self.url, {**given, "startPosition": str(start), "maxRecords": str(rows)})

    def document(self, constraint: str, start: int, rows: int) -> bytes:
        """Return the document of a page asked for by POST."""
        spaces = " ".join(f'xmlns:{name}="{iri}"' for name, iri in _SPACES.items())
        order = (
            f"<ogc:SortBy><ogc:SortProperty>{_name(self.identifier)}"
            "<ogc:SortOrder>ASC</ogc:SortOrder></ogc:SortProperty></ogc:SortBy>"
            if self.in_order
            else ""
        )
        return (
            '<?xml version="1.0" encoding="UTF-8"?>'
            f'<csw:GetRecords {spaces} service="CSW" version="2.0.2" resultType="results" '
            f'outputFormat="application/xml" outputSchema="{GMD}" startPosition="{start}" '
            f'maxRecords="{rows}"><csw:Query typeNames="{self.type_name}">'
            "<csw:ElementSetName>full</csw:ElementSetName>"
            f'<csw:Constraint version="1.1.0">{constraint}</csw:Constraint>{order}'
            "</csw:Query></csw:GetRecords>"
        ).encode()

    def others(self, prefixes: tuple[str, ...]) -> list[Dialect]:
        """Return this dialect and the further ones to try if a service refuses it, in order."""
        return [
            replace(self, type_name=type_name, prefix=prefix, in_order=in_order)
            for type_name in TYPE_NAMES
            for prefix in prefixes
            for in_order in (True, False)
        ]

    # --- The filter ---------------------------------------------------------------------------

    def constraint(
        self, options: Options, types: tuple[str, ...] = (), operating_on: tuple[str, ...] = ()
    ) -> str:
        """Return the Filter for a source's options; it is never empty.

        Some services count all records without a filter, and send none (GeoNetwork 4.4.10).
        ``types`` take the place of the option's, ``operating_on`` that of all other options.
        """
        if operating_on:
            options = Options()
        types = types or ((*options.types, "service") if options.types else ())
        parts = [
            _any([self._like("OrganisationName", value) for value in options.organizations]),
            _any([self._like("AnyText", value) for value in options.anytext]),
            _any([self._like("Subject", value) for value in options.subjects]),
            _any([self._compared("EqualTo", "Type", value) for value in types]),
            _any([self._like("OperatesOn", value) for value in operating_on]),
            self._bbox(options),
        ]
        if options.modified:
            parts.append(self._compared("GreaterThanOrEqualTo", "Modified", options.modified))
        found = [part for part in parts if part] or [self._like("AnyText", "*")]
        spaces = " ".join(f'xmlns:{name}="{iri}"' for name, iri in _SPACES.items())
        inner = found[0] if len(found) == 1 else f"<ogc:And>{''.join(found)}</ogc:And>"
        return f"<ogc:Filter {spaces}>{inner}</ogc:Filter>"

    def _like(self, name: str, value: str) -> str:
        """Return a comparison with text that contains the value; ``*`` in it is a wildcard."""
        literal = value.strip().replace("\\", "\\\\").replace("?", "\\?")
        if "*" not in literal:
            literal = f"*{literal}*"
        return (
            '<ogc:PropertyIsLike wildCard="*" singleChar="?" escapeChar="\\" matchCase="false">'
            f"{_name(self.prefix + name)}<ogc:Literal>{escape(_clean(literal))}</ogc:Literal>"
            "</ogc:PropertyIsLike>"
        )

    def _compared(self, operator: str, name: str, value: str) -> str:
        return (
            f"<ogc:PropertyIs{operator}>{_name(self.prefix + name)}"
            f"<ogc:Literal>{escape(_clean(value.strip()))}</ogc:Literal></ogc:PropertyIs{operator}>"
        )

    def _bbox(self, options: Options) -> str:
        wanted = box(options.bbox)
        if wanted is None:
            return ""
        west, south, east, north = wanted
        prefix = self.prefix or "ows:"
        # CRS84 states the order of axes beyond doubt: longitude first.
        crs = quoteattr("urn:ogc:def:crs:OGC:1.3:CRS84")
        return (
            f"<ogc:BBOX>{_name(f'{prefix}BoundingBox')}<gml:Envelope srsName={crs}>"
            f"<gml:lowerCorner>{west} {south}</gml:lowerCorner>"
            f"<gml:upperCorner>{east} {north}</gml:upperCorner></gml:Envelope></ogc:BBOX>"
        )


def _name(property: str) -> str:
    return f"<ogc:PropertyName>{property}</ogc:PropertyName>"


def _any(parts: list[str]) -> str:
    return parts[0] if len(parts) == 1 else f"<ogc:Or>{''.join(parts)}</ogc:Or>" if parts else ""


def _clean(text: str) -> str:
    """Return the text without characters that XML does not allow."""
    return "".join(sign for sign in text if sign.isprintable() or sign.isspace())
