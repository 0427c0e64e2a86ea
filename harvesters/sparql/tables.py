"""Tables of results as JSON, XML, CSV and TSV, row by row.

pyoxigraph writes a result as a whole and has no limit; here every row is a text of its own, so
that a result can end after a number of rows or bytes and say so.  Formats: SPARQL 1.1 Query
Results JSON, XML, and CSV and TSV Format (W3C, 2013).
"""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Protocol
from xml.sax.saxutils import escape, quoteattr

from pyoxigraph import BlankNode, Literal, NamedNode, QuerySolution, Triple, Variable

_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANGUAGE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
_NAMESPACE = "http://www.w3.org/2005/sparql-results#"
Term = NamedNode | BlankNode | Literal | Triple


class Table(Protocol):
    """Writes one form; rows are written first, as the head says whether they are all."""

    def __init__(self, variables: Sequence[Variable]) -> None: ...

    def row(self, solution: QuerySolution) -> str:
        """Return a row."""

    def document(self, rows: Iterable[str], note: str) -> Iterator[str]:
        """Yield the document; ``note``: address that explains why the rows end, "" if all."""


class JsonTable:
    """SPARQL 1.1 Query Results JSON Format; the note is a link of its head."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._names = [variable.value for variable in variables]

    def row(self, solution: QuerySolution) -> str:
        cells = zip(self._names, solution, strict=True)
        bound = {name: _json(term) for name, term in cells if term is not None}
        return json.dumps(bound, ensure_ascii=False, separators=(",", ":"))

    def document(self, rows: Iterable[str], note: str) -> Iterator[str]:
        head = {"vars": self._names, **({"link": [note]} if note else {})}
        yield f'{{"head":{json.dumps(head, ensure_ascii=False)},"results":{{"bindings":['
        for number, row in enumerate(rows):
            yield f",\n{row}" if number else f"\n{row}"
        yield "\n]}}\n"


class XmlTable:
    """SPARQL Query Results XML Format; the note is a link of its head."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._names = [variable.value for variable in variables]

    def row(self, solution: QuerySolution) -> str:
        cells = zip(self._names, solution, strict=True)
        bound = (
            f"<binding name={quoteattr(name)}>{_xml(term)}</binding>"
            for name, term in cells
            if term is not None
        )
        return f"<result>{''.join(bound)}</result>\n"

    def document(self, rows: Iterable[str], note: str) -> Iterator[str]:
        yield f'<?xml version="1.0" encoding="UTF-8"?>\n<sparql xmlns="{_NAMESPACE}">\n<head>'
        yield from (f"<variable name={quoteattr(name)}/>" for name in self._names)
        yield f"<link href={quoteattr(note)}/>" if note else ""
        yield "</head>\n<results>\n"
        yield from rows
        yield "</results>\n</sparql>\n"


class CsvTable:
    """SPARQL 1.1 Query Results CSV: values without their type; has no place for a note."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._names = [variable.value for variable in variables]

    def row(self, solution: QuerySolution) -> str:
        return _csv("" if term is None else _value(term) for term in solution)

    def document(self, rows: Iterable[str], note: str) -> Iterator[str]:
        yield _csv(self._names)
        yield from rows


class TsvTable:
    """SPARQL 1.1 Query Results TSV: terms as in Turtle; has no place for a note."""

    def __init__(self, variables: Sequence[Variable]) -> None:
        self._names = [f"?{variable.value}" for variable in variables]

    def row(self, solution: QuerySolution) -> str:
        cells = ("" if term is None else _turtle(term) for term in solution)
        return "\t".join(cells) + "\n"

    def document(self, rows: Iterable[str], note: str) -> Iterator[str]:
        yield "\t".join(self._names) + "\n"
        yield from rows


WRITERS: dict[str, type[Table]] = {
    "json": JsonTable,
    "xml": XmlTable,
    "csv": CsvTable,
    "tsv": TsvTable,
}


def _json(term: Term) -> dict[str, Any]:
    match term:
        case NamedNode():
            return {"type": "uri", "value": term.value}
        case BlankNode():
            return {"type": "bnode", "value": term.value}
        case Literal():
            return {"type": "literal", "value": term.value, **_kind(term, "xml:lang")}
        case _:
            parts = {"subject": term.subject, "predicate": term.predicate, "object": term.object}
            return {"type": "triple", "value": {name: _json(part) for name, part in parts.items()}}


def _kind(literal: Literal, language: str) -> dict[str, str]:
    """Return language or datatype, as an attribute; nothing for a plain string."""
    if literal.language:
        return {language: literal.language}
    datatype = literal.datatype.value
    return {} if datatype in (_STRING, _LANGUAGE) else {"datatype": datatype}


def _xml(term: Term) -> str:
    match term:
        case NamedNode():
            return f"<uri>{_escaped(term.value)}</uri>"
        case BlankNode():
            return f"<bnode>{_escaped(term.value)}</bnode>"
        case Literal():
            kind = _kind(term, "xml:lang").items()
            marks = "".join(f" {name}={quoteattr(value)}" for name, value in kind)
            return f"<literal{marks}>{_escaped(term.value)}</literal>"
        case _:
            parts = (("subject", term.subject), ("predicate", term.predicate))
            inner = "".join(f"<{name}>{_xml(part)}</{name}>" for name, part in parts)
            return f"<triple>{inner}<object>{_xml(term.object)}</object></triple>"


def _escaped(text: str) -> str:
    """Return the text for XML, without the characters that XML 1.0 does not allow."""
    kept = text if text.isprintable() else "".join(filter(_is_allowed, text))
    return escape(kept, {"\r": "&#13;"})


def _is_allowed(character: str) -> bool:
    return character in "\t\n\r" or (
        " " <= character <= "\ud7ff"
        or "\ue000" <= character <= "\ufffd"
        or character >= "\U00010000"
    )


def _value(term: Term) -> str:
    match term:
        case NamedNode() | Literal():
            return term.value
        case _:
            return str(term)


def _turtle(term: Term) -> str:
    """Return the term as N-Triples has it; a tab and a line end are escaped there or here."""
    return str(term).replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")


def _csv(cells: Iterable[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\r\n").writerow(cells)
    return out.getvalue()
