"""The page for queries: what it shows of an answer."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse.presentation import text, words
from hanse_harvesters.sparql.answering import Answer, Excerpt
from hanse_harvesters.sparql.forms import GRAPHS, TABLES
from hanse_schemas.vocabulary import Concept, vocabulary

#: Rows and bytes of a table, and bytes of RDF, that a page shows; the files have them all.
EXCERPT, _SHOWN_BYTES = Excerpt(rows=500, size=500_000), 200_000
#: Characters of a value that are shown at first.
_SHORT = 300
_XSD = "http://www.w3.org/2001/XMLSchema#"
_NUMBERS = frozenset(
    _XSD + name for name in ("integer", "decimal", "double", "float", "nonNegativeInteger")
)
_DATES = frozenset(_XSD + name for name in ("date", "dateTime", "gYear", "gYearMonth"))
#: People read the names of their entries, programs the IRIs.
_LISTS = (
    "access-rights", "availability", "data-themes", "dataset-types", "distribution-status",
    "file-types", "frequencies", "hvd-categories", "inspire-themes", "languages", "licences",
    "media-types", "publisher-types",
)  # fmt: skip
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
    """A cell: ``text``, of a long one the ``rest``; ``link`` where it leads; ``language`` of it.

    ``iri``  what ``text`` is the name of, if it has one in a list; "" for any other.
    """

    text: str = ""
    rest: str = ""
    link: str = ""
    language: str = ""
    iri: str = ""
    is_number: bool = False


@dataclass(frozen=True, slots=True)
class Head:
    """The head of a column: a variable's name, of those of the ten questions in words."""

    text: str
    is_number: bool


@dataclass(frozen=True, slots=True)
class Shown:
    """An answer on the page: a table (``heads``), a truth value (``truth``), RDF (``document``).

    ``total``  rows or triples of the answer.  ``cut``  whether there are more than the answer has.
    ``forms``  in which it can be had as a file: name of the form, and for people.
    """

    total: int
    cut: bool
    forms: Sequence[tuple[str, str]]
    heads: Sequence[Head] | None = None
    rows: Sequence[Sequence[Value]] = ()
    truth: bool | None = None
    document: str = ""

    @property
    def is_short(self) -> bool:
        """Whether the page does not show everything that the answer has."""
        if self.heads is not None:
            return len(self.rows) < self.total
        return len(self.document.encode()) >= _SHOWN_BYTES - 4


@cache
def _known() -> Mapping[str, Concept]:
    """Return the entries of the lists whose values stand in datasets, by IRI."""
    return {item.iri: item for name in _LISTS for item in vocabulary(name)}


def shown(answer: Answer, lang: str) -> Shown:
    """Return what the page shows of an answer in the forms ``json`` (an excerpt) and ``ttl``."""
    is_graph = answer.form in GRAPHS
    forms = [(form, NAMES[form]) for form in (GRAPHS if is_graph else TABLES)]
    cut = bool(answer.cut)
    if is_graph:
        document = answer.body.read(_SHOWN_BYTES).decode("utf-8", "ignore")
        return Shown(answer.rows, cut, forms, document=document)
    found = json.load(answer.body)
    if "boolean" in found:
        return Shown(answer.rows, cut, forms, truth=bool(found["boolean"]))
    names = found["head"]["vars"]
    rows = [[_value(row.get(name), lang) for name in names] for row in found["results"]["bindings"]]
    known = _words()
    heads = [
        Head(known.get(name, name), bool(rows) and all(row[at].is_number for row in rows))
        for at, name in enumerate(names)
    ]
    return Shown(answer.rows, cut, forms, heads, rows)


def _words() -> Mapping[str, str]:
    """Return variables of the ten questions, as a reader knows them."""
    return {
        "address": tk._("Address"),
        "category": tk._("Category"),
        "changed": tk._("Changed"),
        "city": tk._("City"),
        "dataset": tk._("Dataset"),
        "datasets": tk._("Datasets"),
        "files": tk._("Files"),
        "format": tk._("Format"),
        "licence": tk.ungettext("Licence", "Licences", 1),
        "name": tk._("Name"),
        "office": tk._("Office"),
        "page": tk._("Page"),
        "title": tk._("Title"),
    }


def _value(term: Mapping[str, Any] | None, lang: str) -> Value:
    if term is None:
        return Value()
    if term["type"] == "uri" and (named := _known().get(term["value"])):
        return Value(named.label(lang), link=text.safe_link(named.iri), iri=named.iri)
    found = term["value"] if isinstance(term["value"], str) else json.dumps(term["value"])
    if term["type"] == "bnode":
        return Value(f"_:{found}")
    datatype = term.get("datatype", "")
    if datatype in _DATES:
        return Value(words.day(found, lang, "medium"))
    short, rest = (found, "") if len(found) <= _SHORT else (found[:_SHORT], found[_SHORT:])
    return Value(
        short,
        rest,
        link=text.safe_link(found) if term["type"] == "uri" else "",
        language=term.get("xml:lang", ""),
        is_number=datatype in _NUMBERS,
    )
