"""Write one RDF document in parts, so that a catalogue need not fit into memory.

Unlike :func:`.adapters.serialize`, which sees all triples before it writes the first: every
prefix of ours is declared at the beginning, and a subject may come again in a later part.
"""

from __future__ import annotations

import json
import re
from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import IO, Any

import pyoxigraph as ox

from hanse_harvesters.mapping import adapters, jsonld
from hanse_harvesters.mapping.terms import Node, Triple
from hanse_schemas.table import PREFIXES

#: The prefixes, in an order that is always the same.
_PREFIXES = dict(sorted(PREFIXES.items()))
_TURTLE_HEAD = re.compile(rb"(?:@prefix [^\n]*\n)+")
#: The end of a property's IRI that can be the name of an element; looked for in so many signs, as
#: the pattern takes the square of their number.
_LOCAL, _NAME = re.compile(r"[^\W\d][\w.\-]*\Z"), 200

#: In expanded JSON-LD: a text that begins like a name with a prefix of ours.
_SCHEMES = re.compile(b'"(?:' + "|".join(map(re.escape, _PREFIXES)).encode() + b"):")


class DocumentStream(ABC):
    """A document that grows: any number of :meth:`write`, then one :meth:`close`.

    ``left_out``  how many statements the serialisation cannot represent.
    """

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.left_out = 0
        self._out.write(self._head())

    def write(self, triples: Iterable[Triple]) -> None:
        """Write a part: what it says of one subject together, in order of first appearance."""
        by_subject: dict[Node, dict[Triple, None]] = {}
        for triple in triples:
            by_subject.setdefault(triple[0], {})[triple] = None
        ordered = (triple for stated in by_subject.values() for triple in stated)
        self._out.write(self._part(list(adapters.to_oxigraph(ordered))))

    def write_parsed(self, triples: list[ox.Triple]) -> None:
        """Write triples as pyoxigraph parsed them, as :meth:`write_lines` writes lines."""
        self._out.write(self._part(triples))

    def write_lines(self, text: str, graph: str = "") -> None:
        """Write lines of N-Triples of our own, in their order: a subject's should be together.

        ``graph``  IRI of the named graph they go into, in a serialisation that has graphs.
        Raises SyntaxError, and writes nothing, for a line that is no N-Triples.
        """
        self._out.write(self._lines(text, graph))

    def close(self) -> None:
        """Write the document's end; the file remains open."""
        self._out.write(self._tail())

    def _lines(self, text: str, graph: str) -> bytes:
        parsed = ox.parse(text.encode(), format=ox.RdfFormat.N_TRIPLES, lenient=True)
        return self._part([quad.triple for quad in parsed])

    @abstractmethod
    def _part(self, triples: list[ox.Triple]) -> bytes: ...

    def _head(self) -> bytes:
        return b""

    def _tail(self) -> bytes:
        return b""


def _serialized(triples: list[ox.Triple], format: ox.RdfFormat) -> bytes:
    prefixes = _PREFIXES if format.supports_datasets is False else None
    return ox.serialize(triples, format=format, prefixes=prefixes) or b""


class _NTriples(DocumentStream):
    def _part(self, triples: list[ox.Triple]) -> bytes:
        return ox.serialize(triples, format=ox.RdfFormat.N_TRIPLES) or b""

    def _lines(self, text: str, graph: str) -> bytes:
        return text.encode()


class _NQuads(_NTriples):
    def _lines(self, text: str, graph: str) -> bytes:
        # In a line, only its end is a line feed: those in texts are escaped.
        return (text.replace(" .\n", f" <{graph}> .\n") if graph else text).encode()


class _Turtle(DocumentStream):
    def _head(self) -> bytes:
        return "".join(f"@prefix {name}: <{iri}> .\n" for name, iri in _PREFIXES.items()).encode()

    def _part(self, triples: list[ox.Triple]) -> bytes:
        return _TURTLE_HEAD.sub(b"", _serialized(triples, ox.RdfFormat.TURTLE), 1)


class _RdfXml(DocumentStream):
    """RDF/XML, which has no names for some properties (``…/ns/123``): these are left out."""

    def _head(self) -> bytes:
        names = "".join(f'\n  xmlns:{name}="{iri}"' for name, iri in _PREFIXES.items())
        return f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF{names}>\n'.encode()

    def _part(self, triples: list[ox.Triple]) -> bytes:
        named = [triple for triple in triples if _LOCAL.search(triple.predicate.value[-_NAME:])]
        self.left_out += len(triples) - len(named)
        if not named:
            return b""
        document = _serialized(named, ox.RdfFormat.RDF_XML)
        # Between the root element's tags: looked for from its ends, the middle is long.
        begin = document.index(b">\n", document.index(b"<rdf:RDF")) + 2
        return document[begin : document.rindex(b"</rdf:RDF>")]

    def _tail(self) -> bytes:
        return b"</rdf:RDF>\n"


class _JsonLd(DocumentStream):
    """One object with our prefixes as its context, and a node a line."""

    _begun = False

    def _head(self) -> bytes:
        return f'{{"@context": {json.dumps(_PREFIXES)},\n"@graph": ['.encode()

    def _part(self, triples: list[ox.Triple]) -> bytes:
        expanded = ox.serialize(triples, format=ox.RdfFormat.JSON_LD) or b"[]"
        doubtful = _SCHEMES.search(expanded) is not None
        found = []
        for node in json.loads(expanded):
            found.append(b",\n" if self._begun else b"\n")
            self._begun = True
            found.append(json.dumps(_compact(node, doubtful), ensure_ascii=False).encode())
        return b"".join(found)

    def _tail(self) -> bytes:
        return b"\n]}\n"


def _compact(node: dict[str, Any], doubtful: bool) -> dict[str, Any]:
    """Shorten a node by our prefixes; leave it as it is, without a context, if that is ambiguous.

    An IRI whose scheme is called like a prefix of ours (``geo:``…) would be taken for a short one.
    """
    if doubtful and jsonld.is_ambiguous(node, _PREFIXES):
        return {"@context": None, **node}
    return jsonld.compact_node(node, _PREFIXES)


_STREAMS: dict[adapters.Format, type[DocumentStream]] = {
    "turtle": _Turtle,
    "xml": _RdfXml,
    "jsonld": _JsonLd,
    "nt": _NTriples,
    "nq": _NQuads,
}


def document_stream(format: adapters.Format, out: IO[bytes]) -> DocumentStream:
    """Begin a document in ``out``."""
    return _STREAMS[format](out)
