"""Continue parsing Turtle and N-Triples after a broken statement, and find what was lost.

The parser recovers by itself, but only at the next full stop that it recognises: after an
unclosed bracket or an unterminated IRI, whole statements are lost that way.  So it is
restarted after the broken statement, whose end is found in the text.
"""

from __future__ import annotations

import io
import re
from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import pyoxigraph as ox

#: Bytes kept to find the beginning of a broken statement in.
_KEPT = 1 << 25
#: Maximum bytes read ahead to find its end.
_AHEAD = 1 << 24
_STRINGS = rb'''"""(?:[^"\\]|\\.|""?(?!"))*+"""|\'\'\'(?:[^'\\]|\\.|''?(?!'))*+\'\'\''''
#: Consecutive complete statements; full stops in strings, IRIs and comments do not count.
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
#: A full stop at the end of a line, and what a statement behind it begins with.
_LINE_END = re.compile(rb"\.[ \t]*+(?:\#[^\n]*+)?(?:\r?\n|\Z)")
_BEGINNING = re.compile(
    rb"\s*(?:<|_:|\[|@|\#|\}|(?:prefix|base|graph)\s|[A-Za-z][\w.\-]*:|:|\Z)", re.I
)


class Window(io.RawIOBase):
    """A file made of pieces of whole lines, of which the last ones are kept.

    ``before``  text in front of the first piece: a line of declarations without a line end.
    ``line``    line number in the document at which the kept text begins.
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
        """Return True."""
        return True

    def read(self, size: int = -1) -> bytes:
        """Return up to ``size`` bytes, b"" at the end."""
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
        """Return the next piece, b"" at the end."""
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
        """Return the kept text."""
        return b"".join(self._kept)

    def more(self) -> bool:
        """Read ahead without the parser; return False at the end."""
        return self._size < _KEPT and bool(self._next())

    def behind(self, broken: Broken, before: bytes) -> Window:
        """Return a window on the rest after a broken statement, without what was before it."""
        found = Window(self._pieces, broken.next_line, before)
        found._ahead = (broken.rest or b"") + self._ahead
        return found


@dataclass(frozen=True, slots=True)
class Broken:
    """A statement that cannot be read.

    ``subject``  in its N-Triples form, "" if unknown, "[" for an unnamed blank node.
    ``line``     line in the document at which parsing failed.
    ``before``, ``lost``  its text before and after that position.
    ``rest``     text after it that was already read; None if nothing follows.
    ``next_line``  line at which the rest begins.
    """

    subject: str
    line: int
    before: str
    lost: str
    rest: bytes | None
    next_line: int


def locate(window: Window, fault: SyntaxError, parser: ox.QuadParser, *, lines: bool) -> Broken:
    """Return the statement in which a parser failed; ``lines`` if each is on its own line."""
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
    """Return the declarations that the restarted parser needs, without a line end."""
    found = [f"@prefix {name}: <{iri}> ." for name, iri in prefixes.items()]
    if base:
        found.append(f"@base <{base}> .")
    return (" ".join(found) + " ").encode("utf-8", "replace") if found else b""


def _place(text: bytes, window: Window, fault: SyntaxError) -> int:
    """Return the position in the text at which parsing failed."""
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
    """Return the position after the broken statement; None if nothing follows it."""
    if lines:
        end = text.find(b"\n", place) + 1
        return end or None
    start_of_line = text.rfind(b"\n", 0, place) + 1
    if "dot is expected" in str(fault) and place > begin and not text[start_of_line:place].strip():
        return place  # only the full stop is missing
    names = b"|".join(re.escape(name.encode()) for name in prefixes)
    same_line = re.compile(rb"\.[ \t]+(?=<[a-z]+:|(?:%s):[\w])" % names) if names else None
    # One pattern for both would read a line again from each of its full stops.
    ends = (match.end() for match in _LINE_END.finditer(text, place))
    next_line = next((end for end in ends if _BEGINNING.match(text, end)), None)
    match = same_line and same_line.search(text, place)
    found = [end for end in (next_line, match and match.end()) if end and end < len(text)]
    return min(found, default=None)


def _resolved(token: str, prefixes: Mapping[str, str], base: str | None) -> str:
    """Return a subject, as written, in its N-Triples form; "" if it is invalid."""
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
