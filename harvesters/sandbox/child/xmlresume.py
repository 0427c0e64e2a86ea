"""Read RDF/XML up to a broken place, and continue at the next record.

The RDF parser is too lenient: it does not report a truncated document, and it expands
entities.  So expat parses the text first: the RDF parser gets only what expat found to be
well-formed, and never a DOCTYPE.  A broken record is closed and marked as incomplete
(:mod:`.missing_part`), and parsing continues after it.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable, Iterator
from typing import NamedTuple, TypeAlias
from xml.parsers import expat

from hanse_harvesters.sandbox.child import missing_part

#: Maximum attributes of one element; the RDF parser compares each with all others.
_ATTRIBUTES = 500
#: Maximum depth, more than any catalogue has; the RDF parser's time grows quadratically with it.
_DEPTH = 500
#: Number of broken places after which the rest is not read.
_MOST_BROKEN = 1_000
#: Maximum bytes in which the next record is searched.
_AHEAD = 1 << 24
#: Characters of the lost text that are examined.
_LOST = 20_000
#: Local names of elements that are records; they are never nested in one of the same name.
_RECORDS = ("Dataset", "DatasetSeries")
_ABOUT = ("rdf:about", "about")
_TAG = re.compile(rb"""<(?:[^<>"']|"[^"]*"|'[^']*')*+>""")
#: An open element: its name, and the names and values of its attributes alternating.
Element: TypeAlias = tuple[str, list[str]]


class NotWellFormed(Exception):
    """Why and where (byte and line) parsing must stop; ``last`` if it must not continue at all."""

    def __init__(self, why: str, at: int, line: int, *, last: bool = False) -> None:
        super().__init__(why)
        self.at = at
        self.line = line
        self.last = last


class TooDeep(Exception):
    """Elements are nested beyond the limit."""


class Broken(NamedTuple):
    """A broken place: the reason, and the record it is in (its ``rdf:about``)."""

    reason: str
    about: str


class Checked:
    """The pieces as UTF-8, made well-formed as a whole; iterate once.

    ``broken``  places that were left out.
    ``whole``   False if the document is truncated.
    """

    def __init__(self, pieces: Iterable[str]) -> None:
        self.broken: list[Broken] = []
        self.whole = True
        self._pieces = (piece.encode("utf-8", "replace") for piece in pieces)
        self._line = 1
        self._open([])

    def __iter__(self) -> Iterator[bytes]:
        held = b""
        for data in self._pieces:
            while True:
                try:
                    self._parser.Parse(data, False)
                except (expat.ExpatError, NotWellFormed) as fault:
                    error = self._known(fault, data)
                    at = max(0, error.at - self._fed)
                    yield _tags(held + data[:at])
                    held = b""
                    behind, closing = self._mended(error, data[at:])
                    yield closing
                    if behind is None:
                        return
                    data = behind
                    continue
                break
            self._fed += len(data)
            end = data.rfind(b">") + 1  # the text after it may be half a tag
            yield held + data[:end]
            held = data[end:]
        try:
            self._parser.Parse(b"", True)
            yield held
        except expat.ExpatError as fault:
            yield _tags(held) + self._ended(self._known(fault, b""), "")

    # --- Well-formedness ----------------------------------------------------------------------

    def _open(self, stack: list[Element]) -> None:
        """Create a parser in which these elements are open."""
        self._stack: list[Element] = []
        self._parser = parser = expat.ParserCreate("utf-8")
        parser.ordered_attributes = True  # a list is cheaper than a dict
        parser.StartDoctypeDeclHandler = self._doctype
        parser.StartElementHandler = self._down
        parser.EndElementHandler = self._up
        before = "".join(f"<{name}>" for name, _ in stack).encode()
        parser.Parse(before, False)
        self._stack = stack
        self._fed = len(before)

    def _doctype(self, *_: object) -> None:
        raise self._fault("a DOCTYPE inside the document", last=True)

    def _fault(self, why: str, *, last: bool = False) -> NotWellFormed:
        parser = self._parser
        return NotWellFormed(why, parser.CurrentByteIndex, parser.CurrentLineNumber, last=last)

    def _down(self, name: str, attributes: list[str]) -> None:
        stack = self._stack
        if len(attributes) > 2 * _ATTRIBUTES:  # names and values
            raise self._fault(f"an element with {len(attributes) // 2} attributes", last=True)
        if stack and stack[-1][0] == name and _is_record(name):
            raise self._fault(f"<{name}> is not closed")
        stack.append((name, attributes))
        if len(stack) > _DEPTH:
            raise TooDeep

    def _up(self, *_: object) -> None:
        self._stack.pop()

    # --- Recovery -----------------------------------------------------------------------------

    def _known(self, fault: expat.ExpatError | NotWellFormed, data: bytes) -> NotWellFormed:
        if isinstance(fault, NotWellFormed):
            return fault
        at = self._parser.ErrorByteIndex
        place = max(0, at - self._fed)
        why = f"column {fault.offset + 1}: {expat.errors.messages[fault.code]}"
        if doctype := b"<!DOCTYPE" in data[max(0, place - 9) : place + 9].upper():
            why = "a DOCTYPE inside the document"
        return NotWellFormed(why, at, fault.lineno, last=doctype)

    def _mended(self, error: NotWellFormed, data: bytes) -> tuple[bytes | None, bytes]:
        """Return the text after the broken element (None to stop), and the tags that close it."""
        lost = data[:_LOST].decode("utf-8", "replace")
        if error.last or len(self.broken) >= _MOST_BROKEN:
            return None, self._ended(error, lost)
        unit = self._unit()
        found, data = self._behind(unit, data)
        if found is None:
            return None, self._ended(error, lost)
        line = self._report(error)
        around = self._stack[unit - 1][0] if unit else ""
        place = found.end() if found["end"] else found.start()
        lost = data[:place][:_LOST].decode("utf-8", "replace")
        closing = self._closing(
            unit, missing_part.reported(line, self.broken[-1].reason, lost, "Dataset")
        )
        stack = self._stack[:unit] if unit else self._stack
        if found["again"]:  # the enclosing property starts anew without having ended
            closing += f"</{around}>"
            stack = stack[:-1]
        elif found["next"] and unit > 1:
            closing += f"</{around}><{around}>"
        self._line = line + data.count(b"\n", 0, place)
        self._open(stack)
        return data[place:], closing.encode("utf-8", "replace")

    def _unit(self) -> int:
        """Return the index of the element to skip: record, catalogue's property or top node."""
        stack = self._stack
        for place in range(len(stack) - 1, 0, -1):
            if _is_record(stack[place][0]):
                return place
        if len(stack) > 2 and _local(stack[1][0]) == "Catalog":
            return 2
        return min(1, len(stack) - 1)

    def _behind(self, unit: int, data: bytes) -> tuple[re.Match[bytes] | None, bytes]:
        """Find where to continue in ``data``, reading more if necessary."""
        if unit < 0:
            return None, data
        end = _end(self._stack[unit][0], self._stack[unit - 1][0] if unit else "")
        start = 0 if unit else 1
        while (found := end.search(data, start)) is None:
            more = next(self._pieces, b"")
            if not more or len(data) > _AHEAD:
                return None, data
            start, data = max(0, len(data) - 1_000), data + more
        return found, data

    def _closing(self, unit: int, reported: str) -> str:
        """Return the closing tags down to an element, with the mark of a lost part."""
        found = []
        for place in range(len(self._stack) - 1, max(unit, 1) - 1, -1):
            name = self._stack[place][0]
            if place == unit and (_is_record(name) or unit == 1):
                mark = (
                    f'<h:torn xmlns:h="{missing_part.NAMESPACE}">{html.escape(reported)}</h:torn>'
                )
                found.append(mark)
            found.append(f"</{name}>")
        return "".join(found)

    def _ended(self, error: NotWellFormed, lost: str) -> bytes:
        """Return the closing tags for a truncated document."""
        line = self._report(error)
        self.whole = False
        unit = self._unit()
        if unit < 0:
            return b""
        reported = missing_part.reported(line, self.broken[-1].reason, lost, "Dataset", cut=True)
        closing = self._closing(unit, reported)
        ends = "".join(f"</{name}>" for name, _ in reversed(self._stack[: max(unit, 1)]))
        return (closing + ends).encode("utf-8", "replace")

    def _report(self, error: NotWellFormed) -> int:
        """Store the broken place; return its line."""
        about = next((_about(e) for e in reversed(self._stack) if _is_record(e[0])), "")
        line = self._line + error.line - 1
        self.broken.append(Broken(f"line {line}, {error}", about))
        return line


def _local(name: str) -> str:
    return name.rpartition(":")[2]


def _is_record(name: str) -> bool:
    return _local(name) in _RECORDS


def _about(element: Element) -> str:
    """Return the ``rdf:about`` of an element as written, "" without one."""
    pairs = zip(element[1][::2], element[1][1::2], strict=True)
    return next((value for name, value in pairs if name in _ABOUT), "")


def _end(name: str, around: str) -> re.Pattern[bytes]:
    """Return a pattern for where to continue: the end of the element or its parent, or the next."""
    one, other = re.escape(name.encode()), re.escape(around.encode())
    if not around:  # the document's root element
        return re.compile(rb"(?P<end>(?!))|(?P<again>(?!))|(?P<next><[A-Za-z_]|</%s\s*>)" % one)
    again = rb"<%s[\s/>]" % other if around != name else rb"(?!)"
    return re.compile(
        rb"(?P<end></%s\s*>)|(?P<around></%s\s*>)|(?P<again>%s)|(?P<next><%s[\s/>])"
        % (one, other, again, one)
    )


def _tags(text: bytes) -> bytes:
    """Return the text without an incomplete tag at its end."""
    opened = text.rfind(b"<")
    return text if opened < 0 or _TAG.match(text, opened) else text[:opened]
