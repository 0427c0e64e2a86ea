"""Turtle and N-Triples behind a place that cannot be read: where to go on, and what is lost.

The parser goes on by itself, but at the next full stop it meets: behind a bracket that
nobody closed, or an IRI without its end, whole statements are gone with that.  So it is
started again behind the statement that is broken, which is told by the text.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

#: Bytes that are kept to find the beginning of a broken statement in.
_KEPT = 1 << 25
#: Bytes read on to find its end.
_AHEAD = 1 << 24
_STRINGS = rb'''"""(?:[^"\\]|\\.|""?(?!"))*+"""|\'\'\'(?:[^'\\]|\\.|''?(?!'))*+\'\'\''''
#: As many statements as end; what stands in strings, IRIs and comments ends none.
_WHOLE = re.compile(
    rb"(?:(?:"
    + _STRINGS
    + rb"""|"(?:[^"\\]|\\.)*+"|'(?:[^'\\\n]|\\.)*+'|<[^<>"\n]*+>|\#[^\n]*+|[^."'<\#]++"""
    + rb"""|[<"']|\.(?!\s))*+\.(?=\s))*+""",
    re.S,
)
_SUBJECT = re.compile(
    rb"(?:\s+|\#[^\n]*\n)*+((?:GRAPH\s+\S+\s*)?\{\s*)?(<[^<>\s]*>|_:[\w.\-]+|[\w.\-]*:[^\s\[\];,()]*|\[)?",
    re.I,
)
#: A full stop at the end of a line, and what begins a statement behind it.
_NEXT_LINE = re.compile(
    rb"\.[ \t]*(?:\#[^\n]*)?\r?\n"
    rb"(?=\s*(?:<|_:|\[|@|\#|\}|(?:prefix|base|graph)\s|[A-Za-z][\w.\-]*:|:|\Z))",
    re.I,
)


class Window(io.RawIOBase):
    """A file made of pieces of whole lines, of which the last are kept.

    ``before``  stands in front of the first piece: a line of declarations without its end.
    ``line``    of the document that what is kept begins on.
    """

    def __init__(self, pieces: Iterable[bytes], line: int = 1, before: bytes = b"") -> None:
        self._pieces = iter(pieces)
        self._ahead = b""
        self._kept: deque[bytes] = deque()
        self._size = 0
        self._piece = before
        self._place = 0
        self.line = line
        self.dropped = 0
        self.before = len(before)

    def readable(self) -> bool:
        """Always."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Up to ``size`` bytes, b"" at the end."""
        while self._place >= len(self._piece):
            piece = self._next()
            if not piece:
                return b""
            self._piece, self._place = piece, 0
        end = len(self._piece) if size < 0 else self._place + size
        taken = self._piece[self._place : end]
        self._place += len(taken)
        return taken

    def _next(self) -> bytes:
        """The next piece, b"" at the end."""
        piece, self._ahead = self._ahead, b""
        piece = piece or next(filter(None, self._pieces), b"")
        self._kept.append(piece)
        self._size += len(piece)
        while self._size > _KEPT and len(self._kept) > 1:
            gone = self._kept.popleft()
            self._size -= len(gone)
            lines = gone.count(b"\n")
            self.line += lines
            self.dropped += lines
        return piece

    def text(self) -> bytes:
        """What is kept."""
        return b"".join(self._kept)

    def more(self) -> bool:
        """Read on without the parser; False at the end."""
        return self._size < _KEPT and bool(self._next())

    def behind(self, broken: Broken, before: bytes) -> Window:
        """The same file from behind a broken statement; a window holds no earlier one."""
        found = Window(self._pieces, broken.next_line, before)
        found._ahead = (broken.rest or b"") + self._ahead
        return found


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that cannot be read.

    ``subject``  in its N-Triples form, "" where none is told, "[" for one without a name.
    ``line``     of the document where reading failed.
    ``before``, ``lost``  its text up to there, and from there.
    ``rest``     what follows it and was read already; None where nothing follows.
    ``next_line``  that begins on.
    """

    subject: str
    line: int
    before: str
    lost: str
    rest: bytes | None
    next_line: int


def locate(window: Window, fault: SyntaxError, parser: ox.QuadParser, *, lines: bool) -> Broken:
    """The statement that a parser failed in; ``lines`` where each is a line of its own."""
    text = window.text()
    place = _place(text, window, fault)
    begin = text.rfind(b"\n", 0, place) + 1 if lines else _begin(text, place)
    prefixes = dict(parser.prefixes)
    end = _end(text, place, fault, prefixes, begin, lines=lines)
    while end is None and window.more():
        text = window.text()
        end = _end(text, place, fault, prefixes, begin, lines=lines)
        if len(text) - place > _AHEAD:
            break
    stop = len(text) if end is None else end
    found = _SUBJECT.match(text, begin, max(place, begin) + 1_000)
    token = ((found and found[2]) or b"").decode("utf-8", "replace")
    return Broken(
        _resolved(token, prefixes, parser.base_iri) if token != "[" else token,
        window.line + text.count(b"\n", 0, place),
        text[begin:place][-20_000:].decode("utf-8", "replace"),
        text[place : min(stop, place + 20_000)].decode("utf-8", "replace"),
        None if end is None else text[end:],
        window.line + text.count(b"\n", 0, stop),
    )


def declared(prefixes: Mapping[str, str], base: str | None) -> bytes:
    """What a parser that goes on must know, without a line end."""
    found = [f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items()]
    if base:
        found.append(f"@base <{base}> .")
    return (" ".join(found) + " ").encode("utf-8", "replace") if found else b""


def _place(text: bytes, window: Window, fault: SyntaxError) -> int:
    """Where in the text reading failed."""
    number = (fault.lineno or 1) - 1
    place = 0
    for _ in range(number - window.dropped):
        place = text.find(b"\n", place) + 1
        if not place:
            return len(text)
    column = (fault.offset or 1) - 1 - (window.before if number == 0 else 0)
    end = text.find(b"\n", place)
    line = text[place : end if end >= 0 else len(text)].decode("utf-8", "replace")
    return place + len(line[: max(0, column)].encode("utf-8", "replace"))


def _begin(text: bytes, place: int) -> int:
    found = _WHOLE.match(text, 0, place)
    return found.end() if found else 0


def _end(
    text: bytes,
    place: int,
    fault: SyntaxError,
    prefixes: Mapping[str, str],
    begin: int,
    *,
    lines: bool,
) -> int | None:
    """Behind the broken statement; None where nothing follows it."""
    if lines:
        end = text.find(b"\n", place) + 1
        return end or None
    start_of_line = text.rfind(b"\n", 0, place) + 1
    if "dot is expected" in str(fault) and place > begin and not text[start_of_line:place].strip():
        return place  # nothing but the full stop is missing
    names = b"|".join(re.escape(name.encode()) for name in prefixes)
    same_line = re.compile(rb"\.[ \t]+(?=<[a-z]+:|(?:%s):[\w])" % names) if names else None
    found = [
        match.end()
        for match in (_NEXT_LINE.search(text, place), same_line and same_line.search(text, place))
        if match and match.end() < len(text)
    ]
    return min(found, default=None)


def _resolved(token: str, prefixes: Mapping[str, str], base: str | None) -> str:
    """A subject as it is written, in its N-Triples form; "" for what is none."""
    if not token:
        return ""
    text = declared(prefixes, base) + f"{token} <x:p> <x:o> .\n".encode()
    try:
        quads = list(
            ox.parse(text, format=ox.RdfFormat.TURTLE, base_iri=base or None, lenient=True)
        )
    except (SyntaxError, ValueError):
        return ""
    term = quads[0].subject if quads else None
    if isinstance(term, ox.BlankNode):
        return f"_:{term.value}"
    return f"<{term.value}>" if isinstance(term, ox.NamedNode) else ""
