"""RDF in its syntaxes, as blocks of N-Triples."""

from __future__ import annotations

import html
import io
import itertools
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple

import pyoxigraph as ox

from hanse_harvesters.parse_child import ntriples
from hanse_harvesters.parse_child.lines import Writer

FORMATS = {
    "rdfxml": ox.RdfFormat.RDF_XML,
    "turtle": ox.RdfFormat.TRIG,  # Turtle, and graphs around it,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "jsonld-stream": ox.RdfFormat.STREAMING_JSON_LD,
}
#: Triples a block.
_BATCH = 2000
#: After so many broken statements the rest is not worth reading.
_MOST_ERRORS = 1000
_PLAIN = (ntriples.XSD_STRING, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
#: Declarations that a parser copies into XML content from the elements around it.
_XML_LITERAL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral"
_DECLARED = re.compile(r"""\sxmlns(?::[\w.\-]+)?=(?:"[^"]*"|'[^']*')""")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_BYTES = bytes({*range(32)} - {9, 10, 13})
#: XML in literals, triples as terms; escaped control characters.
_ODD = (b"#XMLLiteral> .", b" <<( ")
_ODD_ESCAPES = (b"\\u00", b"\\b", b"\\f")
#: "text"@de_DE is said by portals and is no Turtle.
_WITH_UNDERSCORE = re.compile(rb"@[A-Za-z]{2,3}_[A-Za-z0-9]")
_UNDERSCORE = re.compile(rb"""(["']@[A-Za-z]{2,3})_([A-Za-z0-9]{2,8})\b""")
_UNEXPECTED_END = re.compile(r"unexpected end|not closed|before end of input|eof", re.I)

#: What pyoxigraph says of a context that would have to be fetched.
_REMOTE = "LoadDocumentCallback"


class Result(NamedTuple):
    """Triples written, whether the end was reached, whether a remote context was met."""

    triples: int
    whole: bool
    remote: bool = False


class Feed(io.RawIOBase):
    """A file to read from, made of pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._piece = b""
        self._place = 0

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, b"" at the end."""
        while self._place >= len(self._piece):
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._piece, self._place = piece, 0
        end = len(self._piece) if size < 0 else self._place + size
        taken = self._piece[self._place : end]
        self._place += len(taken)
        return taken


def turtle_pieces(chunks: Iterable[str | bytes]) -> Iterator[bytes]:
    """Turtle and N-Triples as UTF-8, in pieces of whole lines, language tags mended."""
    rest = b""
    for chunk in chunks:
        data = chunk if isinstance(chunk, bytes) else chunk.encode("utf-8", "replace")
        rest = rest + data if rest else data
        end = rest.rfind(b"\n") + 1
        if end:
            yield _mended_tags(rest[:end])
            rest = rest[end:]
    if rest:
        yield _mended_tags(rest)


def _mended_tags(text: bytes) -> bytes:
    return _UNDERSCORE.sub(rb"\1-\2", text) if _WITH_UNDERSCORE.search(text) else text


def triples(format: str, pieces: Iterable[bytes], base: str, emit: Writer) -> Result:
    """Write every triple, as lines of N-Triples in blocks.

    A statement that cannot be read is reported (``broken``), those after it still
    arrive: the parsers of pyoxigraph go on behind an error, save that for JSON-LD.
    """
    parser = iter(
        ox.parse(Feed(pieces), format=FORMATS[format], base_iri=base or None, lenient=True)  # type: ignore[arg-type]
    )
    count = errors = 0
    ended = False
    last = ""
    while True:
        quads: list[ox.Quad] = []
        fault = ""
        try:  # the hot path of every harvest: no statement is looked at one by one
            quads.extend(itertools.islice(parser, _BATCH))
        except SyntaxError as error:
            fault = str(error)
        if quads:
            last = _subject(quads[-1])
            count += len(quads)
            emit.block(_lines(quads, emit))
        if _REMOTE in fault:
            return Result(count, False, True)
        if fault:
            errors += 1
            emit("broken", fault[:300], last)
            ended = bool(_UNEXPECTED_END.search(fault))
            if errors >= _MOST_ERRORS or format.startswith("jsonld"):
                return Result(count, False)
        elif len(quads) < _BATCH:
            return Result(count, not (errors and ended))


def _lines(quads: list[ox.Quad], emit: Writer) -> bytes:
    """The quads as lines, without their graphs and without control characters."""
    try:
        text = ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""
    except ValueError:  # graphs around them
        return _one_by_one(quads, emit)
    if text.count(b"\n") != len(quads) or _is_odd(text):
        return _one_by_one(quads, emit)
    return text.translate(None, _CONTROL_BYTES)


def _is_odd(text: bytes) -> bool:
    return any(sign in text for sign in _ODD) or (
        b"\\" in text and any(sign in text for sign in _ODD_ESCAPES)
    )


def _one_by_one(quads: list[ox.Quad], emit: Writer) -> bytes:
    """The same for what needs a closer look: odd characters, XML in literals, graphs, RDF-star."""
    found = []
    for quad in quads:
        value = quad.object
        if isinstance(quad.subject, ox.Triple) or isinstance(value, ox.Triple):
            continue
        subject = _subject(quad)
        text = _literal(value, subject, emit) if isinstance(value, ox.Literal) else _node(value)
        found.append(ntriples.line(_bracketed(subject), ntriples.iri(quad.predicate.value), text))
    return b"".join(found).translate(None, _CONTROL_BYTES)


def _subject(quad: ox.Quad) -> str:
    term = quad.subject
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else getattr(term, "value", "")


def _bracketed(text: str) -> str:
    return text if text.startswith("_:") else ntriples.iri(text)


def _node(term: ox.NamedNode | ox.BlankNode) -> str:
    return f"_:{term.value}" if isinstance(term, ox.BlankNode) else ntriples.iri(term.value)


def _literal(term: ox.Literal, subject: str, emit: Writer) -> str:
    """A literal without what PostgreSQL (NUL) and XML cannot hold, which is said."""
    value, datatype = term.value, term.datatype.value
    if datatype == _XML_LITERAL:
        value = _DECLARED.sub("", value)
        value = value if "<" in value else html.unescape(value)
    if _CONTROLS.search(value):
        emit("issue", "control-characters", subject, {})
        value = _CONTROLS.sub("", value)
    if term.language is not None:
        return ntriples.literal(value, term.language.lower())
    return ntriples.literal(value, None, None if datatype in _PLAIN else datatype)
