"""One function per kind of value: the dict's value → RDF term; the inverse of ``values``.

A value that fits its datatype or vocabulary is written as such.  Another one becomes a
literal where the official shapes allow words (a date, the text of a licence) and None where
they do not: the dict keeps it, and its record has an issue about it.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from typing import Any
from urllib.parse import quote

from hanse_harvesters.mapping.iri import escape, looks_like_iri
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, XSD, Literal, Term
from hanse_harvesters.mapping.values import OPEN, vocabulary_of
from hanse_schemas.table import Property, expand

TermWriter = Callable[[Property, str], "Term | None"]

#: Ranges whose concepts may be described by words alone, in a node of that class; elsewhere an
#: IRI is required.
WORDED = frozenset(
    map(expand, ("dcterms:LicenseDocument", "skos:Concept", "spdx:ChecksumAlgorithm"))
)

_ZONE = r"(?:Z|[+-](?:0\d|1[0-4]):[0-5]\d)?"
_DAY = r"-?\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
#: Datatype → lexical form, the first that matches; DCAT-AP.de 3.0 allows these four for dates.
_DATES = {
    f"{XSD}dateTime": re.compile(
        rf"{_DAY}T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d+)?{_ZONE}|{_DAY}T24:00:00{_ZONE}"
    ),
    f"{XSD}date": re.compile(rf"{_DAY}{_ZONE}"),
    f"{XSD}gYearMonth": re.compile(rf"-?\d{{4}}-(?:0[1-9]|1[0-2]){_ZONE}"),
    f"{XSD}gYear": re.compile(rf"-?\d{{4}}{_ZONE}"),
}
DECIMAL = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)")
_NUMBERS = {f"{XSD}decimal": DECIMAL}
_DURATIONS = {
    f"{XSD}duration": re.compile(
        r"-?P(?=.)(?:\d+Y)?(?:\d+M)?(?:\d+D)?(?:T(?=.)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?"
    )
}
_HEX = {f"{XSD}hexBinary": re.compile(r"(?:[0-9A-Fa-f]{2})+")}
_WKT, _GEOJSON = expand("geosparql:wktLiteral"), expand("geosparql:geoJSONLiteral")
# RFC 6068 and RFC 3966: the characters that may be unescaped in an address.
_IN_MAIL = "@!$&'*+,;=:/~-._"
_IN_NUMBER = "+-.()*#;=,"


def _typed(forms: Mapping[str, re.Pattern[str]], *, words: bool = False) -> TermWriter:
    """Return the writer of literals in these forms; ``words``: of other texts as well."""

    def write(prop: Property, text: str) -> Term | None:
        fits = next((datatype for datatype, form in forms.items() if form.fullmatch(text)), None)
        return Literal(text, datatype=fits) if fits or words else None

    return write


def string(prop: Property, text: str) -> Term:
    """Return a literal without language or datatype."""
    return Literal(text)


def iri(prop: Property, text: str) -> Term | None:
    """Return an IRI, escaped if necessary; None for words."""
    return IRI(escape(text)) if looks_like_iri(text) else None


def statement(prop: Property, text: str) -> Term:
    """Return an IRI, escaped if necessary; words become a literal."""
    return IRI(escape(text)) if looks_like_iri(text) else Literal(text)


def concept(prop: Property, text: str) -> Term | None:
    """Return the IRI of a vocabulary's entry; None if the vocabulary is mandatory and lacks it."""
    vocabulary = vocabulary_of(prop)
    entry = vocabulary.by_iri(text) or vocabulary.find(text)
    if entry:
        return IRI(entry.iri)
    if prop.store == "code" and vocabulary.base and OPEN.match(text):
        return IRI(escape(vocabulary.base + text))
    if prop.term == RDF_TYPE or prop.vocabulary_obligation == "mandatory":
        return None
    return statement(prop, text) if prop.range in WORDED else iri(prop, text)


def mailto(prop: Property, text: str) -> Term:
    """Return the ``mailto:`` IRI of a mail address; another IRI is kept."""
    if "@" not in text and looks_like_iri(text):
        return IRI(escape(text))
    return IRI("mailto:" + quote(text, safe=_IN_MAIL))


def tel(prop: Property, text: str) -> Term:
    """Return the ``tel:`` IRI of a number, with hyphens for blanks and slashes (RFC 3966)."""
    if looks_like_iri(text):
        return IRI(escape(text))
    return IRI("tel:" + quote(re.sub(r"[\s/]+", "-", text), safe=_IN_NUMBER))


def as_number(value: Any) -> tuple[float, str]:
    """Return a key that puts the smallest number first, what is none last."""
    fits = DECIMAL.fullmatch(str(value))
    return (float(value) if fits else math.inf), str(value)


def integer(prop: Property, value: str | int) -> Term | None:
    """Return an xsd:nonNegativeInteger, as dcat:byteSize requires; None for a negative number."""
    try:
        number = int(value)
    except ValueError:
        return None
    return Literal(str(number), datatype=f"{XSD}nonNegativeInteger") if number >= 0 else None


def geometry(prop: Property, text: str) -> Term:
    """Return a WKT or GeoJSON literal."""
    return Literal(text, datatype=_GEOJSON if text.startswith("{") else _WKT)


WRITERS: Mapping[str, TermWriter] = {
    "string": string,
    "iri": iri,
    "concept": concept,
    "statement": statement,
    "mailto": mailto,
    "tel": tel,
    "date": _typed(_DATES, words=True),  # the official shapes do not check dates
    "integer": integer,
    "decimal": _typed(_NUMBERS),
    "duration": _typed(_DURATIONS),
    "hex": _typed(_HEX),
    "geometry": geometry,
}
