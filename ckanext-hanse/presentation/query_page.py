"""The page for queries: what it shows of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.presentation import text
from hanse_harvesters.sparql.answering import Answer
from hanse_harvesters.sparql.forms import GRAPHS, TABLES

#: Rows and bytes that a page shows; the files have them all.
SHOWN_ROWS, _SHOWN_BYTES = 500, 200_000
#: Characters of a value that are shown at first.
_SHORT = 300
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(
    _XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")
)
#: Form → its name for people.
NAMES = {
    "json": "JSON",
    "xml": "XML",
    "csv": "CSV",
    "tsv": "TSV",
    "ttl": "Turtle",
    "nt": "N-Triples",
    "rdf": "RDF/XML",
    "jsonld": "JSON-LD",
}


@dataclass(frozen=True, slots=True)
class Value:
    """A cell: ``text``, of a long one the ``rest``; ``link`` where it leads; ``language`` of it."""

    text: str = ""
    rest: str = ""
    link: str = ""
    language: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on the page: a table (``heads``), a truth value (``truth``), RDF (``document``).

    ``total``  rows or triples of the answer.  ``cut``  whether there are more than the answer has.
    ``forms``  in which it can be had as a file: name of the form, and for people.
    """

    total: int
    cut: bool
    forms: Sequence[tuple[str, str]]
    heads: Sequence[str] | None = None
    rows: Sequence[Sequence[Value]] = ()
    truth: bool | None = None
    document: str = ""

    @property
    def is_short(self) -> bool:
        """Whether the page does not show everything that the answer has."""
        if self.heads is not None:
            return len(self.rows) < self.total
        return len(self.document.encode()) >= _SHOWN_BYTES - 4


def shown(answer: Answer) -> Shown:
    """Return what the page shows of an answer in the forms ``json`` and ``ttl``."""
    is_graph = answer.form in GRAPHS
    forms = [(form, NAMES[form]) for form in (GRAPHS if is_graph else TABLES)]
    cut = bool(answer.cut)
    if is_graph:
        document = answer.body.read(_SHOWN_BYTES).decode("utf-8", "ignore")
        return Shown(answer.rows, cut, forms, document=document)
    found = json.load(answer.body)
    if "boolean" in found:
        return Shown(answer.rows, cut, forms, truth=bool(found["boolean"]))
    heads = found["head"]["vars"]
    rows = [
        [_value(row.get(name)) for name in heads]
        for row in found["results"]["bindings"][:SHOWN_ROWS]
    ]
    return Shown(answer.rows, cut, forms, heads, rows)


def _value(term: Mapping[str, Any] | None) -> Value:
    if term is None:
        return Value()
    found = term["value"] if isinstance(term["value"], str) else json.dumps(term["value"])
    if term["type"] == "bnode":
        return Value(f"_:{found}")
    short, rest = (found, "") if len(found) <= _SHORT else (found[:_SHORT], found[_SHORT:])
    return Value(
        short,
        rest,
        link=text.safe_link(found) if term["type"] == "uri" else "",
        language=term.get("xml:lang", ""),
        is_number=term.get("datatype", "") in _NUMBERS,
    )
