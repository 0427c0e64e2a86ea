"""The filter of the stand-in catalogue service, evaluated over stored ISO records."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from lxml import etree

_DC = (
    '<csw:Record xmlns:csw="http://www.opengis.net/cat/csw/2.0.2" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:identifier>{0}</dc:identifier></csw:Record>'
)
_MDB = (
    '<mdb:MD_Metadata xmlns:mdb="http://standards.iso.org/iso/19115/-3/mdb/2.0" '
    'xmlns:mcc="http://standards.iso.org/iso/19115/-3/mcc/1.0" '
    'xmlns:gco="http://standards.iso.org/iso/19115/-3/gco/1.0"><mdb:metadataIdentifier>'
    "<mcc:MD_Identifier><mcc:code><gco:CharacterString>{0}</gco:CharacterString></mcc:code>"
    "</mcc:MD_Identifier></mdb:metadataIdentifier></mdb:MD_Metadata>"
)
#: The queryables of the ISO application profile that the stand-in evaluates.
QUERYABLES = (
    "AnyText", "BoundingBox", "Identifier", "Modified", "OperatesOn", "OrganisationName",
    "Subject", "Title", "Type",
)  # fmt: skip


class Refused(Exception):
    """The request is answered with an exception report."""


@dataclass
class Stored:
    """A record, and its values by queryable (in lower case)."""

    text: str
    id: str
    values: dict[str, list[str]] = field(default_factory=dict)
    #: West, south, east, north.
    boxes: list[tuple[float, float, float, float]] = field(default_factory=list)

    @classmethod
    def of(cls, record: str | bytes) -> Stored:
        """Read a record."""
        root = etree.fromstring(record.encode() if isinstance(record, str) else record)

        def texts(*paths: str) -> list[str]:
            return [
                " ".join("".join(found.itertext()).split())
                for path in paths
                for found in root.iterfind(path)
            ]

        level = root.find("{*}hierarchyLevel/{*}MD_ScopeCode")
        inner = "{*}identificationInfo/*"
        values = {
            "identifier": texts("{*}fileIdentifier"),
            "title": texts(f"{inner}/{{*}}citation/{{*}}CI_Citation/{{*}}title"),
            "type": [level.get("codeListValue", "")] if level is not None else [],
            "modified": texts("{*}dateStamp"),
            "subject": texts(f"{inner}/{{*}}descriptiveKeywords/*/{{*}}keyword"),
            # As in pycsw: the contacts of the data, not those of the record.
            "organisationname": texts(f"{inner}/{{*}}pointOfContact/*/{{*}}organisationName"),
            "operateson": [
                str(found.get(name, ""))
                for found in root.iter("{*}operatesOn")
                for name in ("uuidref", "{http://www.w3.org/1999/xlink}href")
            ],
            "anytext": [" ".join(" ".join(root.itertext()).split())],
        }
        plain = etree.tostring(root, encoding="unicode")
        name = values["identifier"][0] if values["identifier"] else ""
        return cls(plain, name, values, list(_boxes(root)))

    def in_schema(self, name: str) -> str:
        """The record; in a schema that nobody asked for if that is what the service sends."""
        return {"dc": _DC, "mdb": _MDB}[name].format(self.id) if name else self.text


def _boxes(root: etree._Element) -> Any:
    for box in root.iter("{*}EX_GeographicBoundingBox"):
        numbers = [
            "".join(box.find(f"{{*}}{side}").itertext())
            for side in (
                "westBoundLongitude",
                "southBoundLatitude",
                "eastBoundLongitude",
                "northBoundLatitude",
            )
        ]
        yield tuple(float(number) for number in numbers)


def matches(node: etree._Element, item: Stored, quirks: Any) -> bool:
    """Whether a record matches a Filter element or one of its operators."""
    name = etree.QName(node).localname
    inner = [child for child in node if isinstance(child.tag, str)]
    if name in ("Filter", "And"):
        return all(matches(child, item, quirks) for child in inner)
    if name == "Or":
        # Not lazily: a property that is not known is refused wherever it stands.
        found = [matches(child, item, quirks) for child in inner]
        return any(found)
    if name == "Not":
        return not matches(inner[0], item, quirks)
    known, queryable = _queryable(node.findtext("{*}PropertyName") or "", quirks)
    if not known:
        return False
    if name == "BBOX":
        return _overlaps(node, item)
    values = item.values.get(queryable, [])
    literal = node.findtext("{*}Literal") or ""
    if name == "PropertyIsLike":
        return any(_like(node, literal).search(value) for value in values)
    if name == "PropertyIsEqualTo":
        return literal in values
    if name == "PropertyIsGreaterThanOrEqualTo":
        return any(value >= literal for value in values)
    raise Refused(f"{name} is not supported")


def _queryable(name: str, quirks: Any) -> tuple[bool, str]:
    prefix, colon, local = name.rpartition(":")
    known = [item for item in QUERYABLES if item not in quirks.unknown]
    found = local.lower()
    matching = {item.lower() for item in known}
    own = "" if prefix == "ows" else f"{prefix}{colon}"
    if own not in quirks.prefixes or found not in matching:
        if quirks.silent:
            return False, ""
        raise Refused(f"Invalid PropertyName: {name}")
    return True, found


def _like(node: etree._Element, literal: str) -> re.Pattern[str]:
    """A pattern in which the operator's own wildcards mean what it says they mean."""
    many, one, escaped = (node.get(name) or "" for name in ("wildCard", "singleChar", "escapeChar"))
    if not (many and one and escaped):
        raise Refused("PropertyIsLike needs wildCard, singleChar and escapeChar")
    return _pattern(literal, many, one, escaped)


@cache
def _pattern(literal: str, many: str, one: str, escaped: str) -> re.Pattern[str]:
    found, place = "", 0
    while place < len(literal):
        sign = literal[place]
        if sign == escaped and place + 1 < len(literal):
            place += 1
            found += re.escape(literal[place])
        else:
            found += ".*" if sign == many else "." if sign == one else re.escape(sign)
        place += 1
    return re.compile(rf"\A{found}\Z", re.S | re.I)


def _overlaps(node: etree._Element, item: Stored) -> bool:
    corners = [
        [float(part) for part in (node.findtext(f".//{{*}}{name}") or "").split()]
        for name in ("lowerCorner", "upperCorner")
    ]
    (west, south), (east, north) = corners
    return any(
        box[0] <= east and west <= box[2] and box[1] <= north and south <= box[3]
        for box in item.boxes
    )
