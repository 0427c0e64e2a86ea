"""Parse RDF in all its syntaxes to blocks of N-Triples."""

from __future__ import annotations

import html
import itertools
import re
from collections.abc import Iterable, Iterator

import pyoxigraph as ox

from hanse_harvesters.sandbox.child import missing_part, ntriples, resume, statements
from hanse_harvesters.sandbox.child.lines import Writer

FORMATS = {
    "rdfxml": ox.RdfFormat.RDF_XML,
    "turtle": ox.RdfFormat.TRIG,  # Turtle, also inside named graphs
    "nquads": ox.RdfFormat.N_QUADS,
    "jsonld": ox.RdfFormat.JSON_LD,
    "jsonld-stream": ox.RdfFormat.STREAMING_JSON_LD,
}
#: Number of triples per block.
_BATCH = 2000
#: Number of broken statements after which the rest is not read.
_MOST_ERRORS = 1000
_PLAIN = (ntriples.XSD_STRING, "http://www.w3.org/1999/02/22-rdf-syntax-ns#langString")
#: Namespace declarations that a parser copies into XML content from enclosing elements.
_XML_LITERAL = "http://www.w3.org/1999/02/22-rdf-syntax-ns#XMLLiteral"
_DECLARED = re.compile(r"""\sxmlns(?::[\w.\-]+)?=(?:"[^"]*"|'[^']*')""")
_CONTROLS = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_CONTROL_BYTES = bytes({*range(32)} - {9, 10, 13})
#: Terms that need a closer look: XML literals, quoted triples; escaped control characters.
_ODD = (b"#XMLLiteral> .", b" <<( ")
_ODD_ESCAPES = (b"\\u00", b"\\b", b"\\f")
#: "text"@de_DE is written by portals, but invalid in Turtle.
_WITH_UNDERSCORE = re.compile(rb"@[A-Za-z]{2,3}_[A-Za-z0-9]")
_UNDERSCORE = re.compile(rb"""(["']@[A-Za-z]{2,3})_([A-Za-z0-9]{2,8})\b""")
_UNEXPECTED_END = re.compile(r"unexpected end|not closed|before end of input|eof", re.I)

#: Part of pyoxigraph's message about a context that would have to be fetched.
REMOTE = "LoadDocumentCallback"
_TYPE = "http://www.w3.org/1999/02/22-rdf-syntax-ns#type"
#: The position in the parser's message, which is reported separately.
_POSITION = re.compile(r"^Parser error (?:at|between) .*?: |\s*\(line \d+\)$", re.S)


def turtle_pieces(chunks: Iterable[str | bytes]) -> Iterator[bytes]:
    """Yield Turtle or N-Triples as UTF-8, in pieces of whole lines, with repaired language tags."""
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


class RemoteContext(Exception):
    """A JSON-LD context that would have to be fetched."""


class Reading:
    """The parsing of one document; triples are written as lines, in blocks.

    A statement that cannot be read is reported (``broken``), its subject is marked as
    incomplete, and parsing continues after it; in JSON-LD a fault ends the parsing.

    ``count``, ``errors``  triples and broken statements so far.
    """

    def __init__(self, format: str, base: str, emit: Writer) -> None:
        self.count = self.errors = 0
        self._format, self._base, self._emit = format, base, emit
        self._last: list[ox.Quad] = []

    def lines(self, pieces: Iterable[bytes], quotes: list[str]) -> bool:
        """Read Turtle, N-Triples; return whether all was read (``quotes``: :mod:`.statements`)."""
        window = resume.Window(pieces)
        one_a_line = self._format == "nquads"
        while True:
            parser = self._parser(window)
            fault = self._go_on(parser)
            if fault is None:
                return True
            found = resume.locate(window, fault, parser, lines=one_a_line)
            # If nothing follows, the end of the document may be missing.
            at_end = _UNEXPECTED_END.search(str(fault)) or _is_open(found.lost)
            cut = found.rest is None and bool(at_end)
            self._incomplete(found, str(fault), quotes, cut=cut)
            if found.rest is None:
                return not cut
            if self.errors >= _MOST_ERRORS:
                return False
            known = b"" if one_a_line else resume.declared(parser.prefixes, parser.base_iri)
            window = window.behind(found, known)

    def other(self, pieces: Iterable[bytes]) -> tuple[bool, str]:
        """Parse RDF/XML or JSON-LD; return whether all was read, and the parser's error or ""."""
        parser = self._parser(resume.Window(pieces))
        while (fault := self._go_on(parser)) is not None:
            if self._format.startswith("jsonld"):
                return False, str(fault)
            self.errors += 1
            last = _subject(self._last[-1]) if self._last else ""
            if last.startswith("_:"):
                last = self._dataset() or last
            self._emit("broken", str(fault)[:300], last)
            self._mark(_bracketed(last) if last else "", missing_part.reported(0, str(fault), ""))
            if self.errors >= _MOST_ERRORS:
                return False, ""
        return True, ""

    def node(self, document: bytes) -> bool:
        """Parse a small JSON-LD document and keep it for :meth:`take`; return False if invalid.

        Raises RemoteContext if a context would have to be fetched.
        """
        base = self._base or None
        try:
            self._last = list(
                ox.parse(document, format=FORMATS["jsonld"], base_iri=base, lenient=True)
            )
        except SyntaxError as error:
            if REMOTE in str(error):
                raise RemoteContext from error
            return False
        return True

    def take(self) -> None:
        """Write the triples of the last :meth:`node`."""
        self.count += len(self._last)
        for begin in range(0, len(self._last), _BATCH):
            self._emit.block(_lines(self._last[begin : begin + _BATCH], self._emit))

    def _parser(self, file: resume.Window) -> ox.QuadParser:
        base = self._base or None
        return ox.parse(file, format=FORMATS[self._format], base_iri=base, lenient=True)  # type: ignore[arg-type]

    def _go_on(self, parser: ox.QuadParser) -> SyntaxError | None:
        """Read to the next fault or the end; return the fault."""
        while True:
            quads: list[ox.Quad] = []
            fault = None
            try:  # the hot path of every harvest: no Python code per statement
                quads.extend(itertools.islice(parser, _BATCH))
            except SyntaxError as error:
                # Its traceback would keep this frame alive, and with it all triples read.
                fault = error.with_traceback(None)
            if quads:
                self._last = quads
                self.count += len(quads)
                self._emit.block(_lines(quads, self._emit))
            if fault is not None or len(quads) < _BATCH:
                return fault

    def _incomplete(
        self, found: resume.Broken, reason: str, quotes: list[str], *, cut: bool
    ) -> None:
        """Report a broken statement, and mark its subject."""
        self.errors += 1
        lost = found.lost
        if quotes and statements.LEFT_OUT.search(lost):
            lost = statements.LEFT_OUT.sub(lambda left: quotes[int(left[1])], lost)
            endless = lost.startswith("<")
            reason = "an address has no end" if endless else "a quotation mark is missing"
        subject = self._dataset(ox.BlankNode) if found.subject == "[" else found.subject
        if not subject and self._format == "nquads" and self._last:
            subject = _bracketed(_subject(self._last[-1]))  # a line truncated in its subject
        where = _POSITION.sub("", reason)
        self._emit("broken", f"line {found.line}: {where[:200]}", subject.strip("<>"))
        self._mark(subject, missing_part.reported(found.line, where, lost, found.before, cut=cut))

    def _dataset(self, kind: type = object) -> str:
        """Return the last subject that has the class of a dataset, "" if there is none."""
        names = (
            _subject(quad)
            for quad in reversed(self._last)
            if isinstance(quad.subject, kind)
            and quad.predicate.value == _TYPE
            and str(getattr(quad.object, "value", "")).endswith(("Dataset", "DatasetSeries"))
        )
        return next(names, "")

    def _mark(self, subject: str, value: str) -> None:
        if subject:
            self.count += 1
            self._emit.block(missing_part.mark(subject, value))


def _is_open(lost: str) -> bool:
    """Return whether a broken statement, from the fault on, has no final full stop."""
    return not re.search(r"\.\s*(?:#[^\n]*\s*)*\Z", lost)


def _lines(quads: list[ox.Quad], emit: Writer) -> bytes:
    """Return the quads as lines, without their graph names and control characters."""
    try:
        text = ox.serialize(quads, format=ox.RdfFormat.N_TRIPLES) or b""
    except ValueError:  # quads in named graphs
        return _one_by_one(quads, emit)
    if text.count(b"\n") != len(quads) or _is_odd(text):
        return _one_by_one(quads, emit)
    return text.translate(None, _CONTROL_BYTES)


def _is_odd(text: bytes) -> bool:
    return any(sign in text for sign in _ODD) or (
        b"\\" in text and any(sign in text for sign in _ODD_ESCAPES)
    )


def _one_by_one(quads: list[ox.Quad], emit: Writer) -> bytes:
    """Return the lines of quads with odd characters, XML literals, graphs or RDF-star."""
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
    """Return a literal without characters that PostgreSQL (NUL) or XML refuses; report these."""
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
