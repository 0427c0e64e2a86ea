"""Read objects that a portal gave only as text into the fields of their class."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from hanse_harvesters.issue import issue
from hanse_harvesters.mapping.source import LABELS, RecordReading, is_blank
from hanse_harvesters.mapping.terms import Literal, Node
from hanse_harvesters.normalise import periods
from hanse_harvesters.normalise.geometry import shape
from hanse_schemas.table import Class, Property


def from_words(
    source: RecordReading, cls: Class, prop: Property, text: str
) -> dict[str, Any] | None:
    """Read an object given as a literal: an address, a shape, a period, else its label."""
    if not text:
        source.issues.append(issue("value-empty"))
        return None
    if not prop.flatten:
        source.issues.append(issue("literal-for-node", "", text))
    kinds: dict[str, list[Property]] = {}
    for item in cls.properties:
        kinds.setdefault(item.kind, []).append(item)
    if "mailto" in kinds and "@" in text and " " not in text:
        return {kinds["mailto"][0].field: text}
    if "geometry" in kinds and _looks_like_geometry(text):
        return {kinds["geometry"][-1].field: text}
    if cls.words:
        return {cls.words: text}
    if _is_period(cls):
        return _from_period(kinds["date"], text)
    return None


def _is_period(cls: Class) -> bool:
    """Return whether a class has nothing but two dates: a distribution has more."""
    return len(cls.properties) == 2 and all(item.kind == "date" for item in cls.properties)


def _from_period(ends: list[Property], text: str) -> dict[str, Any] | None:
    """Parse start and end from a text; store an invalid period as its start, to keep it visible."""
    found = periods.read(text) or (text, "")
    pairs = zip(ends, found, strict=True)
    return {item.field: date for item, date in pairs if date}


def _looks_like_geometry(text: str) -> bool:
    if shape(text):
        return True
    head = text.partition("(")[0].strip().upper()
    shapes = ("POINT", "POLYGON", "MULTIPOLYGON", "LINESTRING", "MULTIPOINT", "ENVELOPE")
    return (text.startswith("{") and '"coordinates"' in text) or head.split(" ")[0] in shapes


def from_label(
    source: RecordReading, cls: Class, prop: Property, term: Node
) -> dict[str, Any] | None:
    """Read a period from its node's label, if it has no dates (``rdfs:label "2010 bis 2015"``)."""
    ends = [item for item in cls.properties if item.kind == "date"]
    if cls.words or not _is_period(cls) or prop.flatten:
        return None
    inner = source.inside(term, replace(prop, through=tuple(sorted(LABELS))))
    if not isinstance(inner, Literal) or periods.read(inner.value) is None:
        return None
    found = _from_period(ends, inner.value) or {}
    return found if is_blank(term) else {"uri": str(term), **found}
