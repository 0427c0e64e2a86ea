"""The forms in which answers are given: names, media types and file extensions.

A table (SELECT) and a truth value (ASK) have the forms of :data:`TABLES`, triples (CONSTRUCT,
DESCRIBE) those of :data:`GRAPHS`.  Which of the two a query gives is known when it has been read,
so a client's wish is a pair, :class:`Wanted`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

#: Name → media type, in the order of preference where a client accepts several alike.
TABLES: Mapping[str, str] = {
    "json": "application/sparql-results+json",
    "xml": "application/sparql-results+xml",
    "csv": "text/csv",
    "tsv": "text/tab-separated-values",
}
GRAPHS: Mapping[str, str] = {
    "ttl": "text/turtle",
    "nt": "application/n-triples",
    "rdf": "application/rdf+xml",
    "jsonld": "application/ld+json",
}
#: Further media types by which clients ask for them.
ALSO: Mapping[str, str] = {
    "application/json": "json",
    "application/xml": "xml",
    "text/xml": "xml",
    "text/tsv": "tsv",
    "application/x-turtle": "ttl",
    "text/plain": "nt",
}


@dataclass(frozen=True, slots=True)
class Wanted:
    """The forms for either kind of query; "" where the client accepts none of that kind."""

    table: str = "json"
    graph: str = "ttl"


def media_type(form: str) -> str:
    """Return the media type of a form; KeyError for an unknown one."""
    return TABLES[form] if form in TABLES else GRAPHS[form]
