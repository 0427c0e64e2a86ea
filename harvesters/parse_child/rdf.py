"""RDF in its syntaxes, as batches of triples."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyoxigraph as ox

from hanse_harvesters.parse_child.lines import Writer, encode

FORMATS = {
    "rdfxml": ox.RdfFormat.RDF_XML,
    "turtle": ox.RdfFormat.TRIG,  # Turtle, and graphs around it,
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "jsonld-stream": ox.RdfFormat.STREAMING_JSON_LD,
}
#: Triples a line.
_BATCH = 2000
#: After so many broken statements the rest is not worth reading.
_MOST_ERRORS = 1000
_STRING = "http://www.w3.org/2001/XMLSchema#string"
_LANG_STRING = "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString"
#: Declarations that a parser copies into XML content from the elements around it.
_XML_LITERAL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral"
_DECLARED = re.compile(r"""\sxmlns(?::[\w.\-]+)?=(?:"[^"]*"|'[^']*')""")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
#: "text"@de_DE is said by portals and is no Turtle.
_UNDERSCORE = re.compile(r"""(["']@[A-Za-z]{2,3})_([A-Za-z0-9]{2,8})\b""")
_UNEXPECTED_END = re.compile(r"unexpected end|not closed|before end of input|eof", re.I)

#: What pyoxigraph says of a context that would have to be fetched.
_REMOTE = "LoadDocumentCallback"
_IRI = ox.NamedNode


class Result(NamedTuple):
    """Triples written, whether the end was reached, whether a remote context was met."""

    triples: int
    whole: bool
    remote: bool = False


class Feed(io.RawIOBase):
    """A file to read from, made of pieces."""

    def __init__(self, pieces: Iterable[bytes]) -> None:
        self._pieces = iter(pieces)
        self._rest = b""

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, b"" at the end."""
        while not self._rest:
            piece = next(self._pieces, None)
            if piece is None:
                return b""
            self._rest = piece
        if size < 0:
            size = len(self._rest)
        taken, self._rest = self._rest[:size], self._rest[size:]
        return taken


def turtle_pieces(chunks: Iterable[str]) -> Iterator[bytes]:
    """Turtle and N-Triples as UTF-8, in pieces of whole lines, language tags mended."""
    rest = ""
    for chunk in chunks:
        rest += chunk
        end = rest.rfind("\n") + 1
        if end:
            yield _UNDERSCORE.sub(r"\1-\2", rest[:end]).encode("utf-8", "replace")
            rest = rest[end:]
    if rest:
        yield _UNDERSCORE.sub(r"\1-\2", rest).encode("utf-8", "replace")


def triples(format: str, pieces: Iterable[bytes], base: str, emit: Writer) -> Result:
    """Write every triple.

    A statement that cannot be read is reported (``broken``), those after it still
    arrive: the parsers of pyoxigraph go on behind an error, save that for JSON-LD.
    """
    batch = _Batch(emit)
    parser = iter(
        ox.parse(Feed(pieces), format=FORMATS[format], base_iri=base or None, lenient=True)  # type: ignore[arg-type]
    )
    add = batch.add
    cut = False
    errors = 0
    while not cut:
        try:
            for quad in parser:
                add(quad)
            break
        except SyntaxError as error:
            message = str(error)
            if _REMOTE in message:
                return Result(batch.count, False, True)
            errors += 1
            emit("broken", message[:300], batch.subject)
            cut = errors >= _MOST_ERRORS or format.startswith("jsonld")
            ended = bool(_UNEXPECTED_END.search(message))
    batch.flush()
    return Result(batch.count, not cut and not (errors and ended))


class _Batch:
    """Gathers triples by subject: ``["s", "p", object, "p", object …]`` a subject."""

    def __init__(self, emit: Writer) -> None:
        self._emit = emit
        self._groups: list[list[Any]] = []
        self._group: list[Any] = []
        self._pending = 0
        self.subject = ""
        self.count = 0

    def add(self, quad: Any) -> None:
        """Take one triple; the hot path of every harvest."""
        term = quad.subject
        subject = term.value if type(term) is _IRI else f"_:{term.value}"
        if subject != self.subject or not self._group:
            self.subject = subject
            self._group = [subject]
            self._groups.append(self._group)
        term = quad.object
        item = term.value if type(term) is _IRI else _other(term)
        self._group += (quad.predicate.value, item)
        self._pending += 1
        if self._pending >= _BATCH:
            self.flush()

    def flush(self) -> None:
        """Write what is gathered."""
        if self._groups:
            # The encoder shows what must not pass: it escapes control characters.
            text = encode(["triples", self._groups])
            if "\\u00" in text:
                self._clean()
                text = encode(["triples", self._groups])
            self._emit.write(text)
        self.count += self._pending
        self._groups, self._group, self._pending = [], [], 0

    def _clean(self) -> None:
        """PostgreSQL stores no NUL, XML no control character: they go, and it is said."""
        for group in self._groups:
            for index, item in enumerate(group):
                if isinstance(item, str):
                    group[index] = _CONTROLS.sub("", item)
                elif _CONTROLS.search(item[0]):
                    self._emit("issue", "control-characters", group[0], {})
                    item[0] = _CONTROLS.sub("", item[0])


def _other(term: Any) -> Any:
    """A blank node as a string, a literal as a list: value, language, datatype."""
    if type(term) is not ox.Literal:
        return f"_:{term.value}"
    if term.language is not None:
        return [term.value, term.language.lower()]
    datatype = term.datatype.value
    if datatype in (_STRING, _LANG_STRING):
        return [term.value]
    if datatype == _XML_LITERAL:
        value = _DECLARED.sub("", term.value)
        return [value if "<" in value else html.unescape(value), None, datatype]
    return [term.value, None, datatype]
