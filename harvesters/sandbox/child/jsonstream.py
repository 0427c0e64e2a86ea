"""Read a large JSON document one record at a time.

A library of events (ijson) takes four times as long: each name and value passes through Python.
Here the standard library decodes each record as a whole.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Generator, Iterator
from typing import IO, Any, TypeAlias

from hanse_harvesters.mapping.jsontable.path import is_numbered
from hanse_harvesters.sandbox.child import jsondoc

#: Objects and lists inside each other; more is an attack or an error.
DEEPEST = 200
#: Items of a list that are passed on beside the records: links, totals.
FEW = 50
#: Characters that are read at once, at least.
_CHUNK = 1 << 16
#: An error so near to the end of what was read may come of what is not yet read.
_NEAR = 16
_BLANK = " \t\r\n"

#: Names on the way to a value; lists are passed over.
Way: TypeAlias = tuple[str, ...]
#: Yields records, returns what stands beside them.
Beside: TypeAlias = Generator[Any, None, Any]


class Broken(ValueError):
    """The text is no JSON, or not quite."""


class _Values:
    """A text of which the next value is decoded, without holding what was before it."""

    def __init__(self, text: IO[str], odd: Counter[str]) -> None:
        self._text = text
        self._odd = odd
        self._decode = jsondoc.tolerant(odd, strict=True, pairs=jsondoc.counting(odd)).raw_decode
        self._held = text.read(_CHUNK).lstrip("\ufeff")
        self._at = 0
        self._ended = False

    def _more(self) -> None:
        """Read on; twice as much each time that a value is longer than what is held."""
        self._held = self._held[self._at :]
        self._at = 0
        chunk = self._text.read(max(_CHUNK, len(self._held)))
        self._ended = not chunk
        self._held += chunk

    def peek(self) -> str:
        """Return the next character that is not blank, "" at the end."""
        while True:
            while self._at < len(self._held):
                if (char := self._held[self._at]) not in _BLANK:
                    return char
                self._at += 1
            if self._ended:
                return ""
            self._more()

    def took(self, wanted: str) -> bool:
        """Pass over a character if it comes next; return whether it did."""
        if self.peek() != wanted:
            return False
        self._at += 1
        return True

    def take(self, wanted: str) -> None:
        """Pass over a character; raise Broken if another comes next."""
        if not self.took(wanted):
            raise Broken(f"{wanted} was expected")

    def next(self) -> Any:
        """Return the next value; raise RecursionError if it is nested too deeply."""
        self.peek()
        while True:
            before = self._odd.copy()
            try:
                value, end = self._decode(self._held, self._at)
            except json.JSONDecodeError as error:
                cut = error.msg.startswith("Unterminated") or len(self._held) - error.pos < _NEAR
                if self._ended or not cut:
                    raise Broken(error.msg) from None
            else:
                if end < len(self._held) or self._ended:  # a number may go on behind it
                    break
            self._odd.clear()
            self._odd.update(before)
            self._more()
        opened = self._held.count("{", self._at, end) + self._held.count("[", self._at, end)
        self._at = end
        if opened > DEEPEST:
            measure(value)
        return value


class JsonStream:
    """The records of a document, and what stands beside them.

    ``ways``  where the lists of records are; () for a document that is the list.
    ``rest``  afterwards the document with the first items of its lists, without records.
    ``odd``   afterwards what was odd: kind → number.
    """

    def __init__(self, text: IO[str], ways: frozenset[Way]) -> None:
        self.rest: Any = {}
        self.odd: Counter[str] = Counter()
        self._values = _Values(text, self.odd)
        self._ways = ways
        self._met = False

    def records(self) -> Iterator[Any]:
        """Yield the records; raise Broken for what is not JSON, ValueError without a list."""
        alone = self._values.peek() == "["  # the list alone, without what it stands in
        if alone:
            yield from self._members()
        else:
            rest = yield from self._walk((), 0)
            self.rest = rest if isinstance(rest, dict) else {}
        if self._values.peek():
            raise Broken("text behind the end")
        if not self._met:
            raise ValueError(f"there is no list at {'.'.join(min(self._ways)) or 'the top'}")

    def _walk(self, way: Way, depth: int) -> Beside:
        """Yield the records in a value; return what stands beside them."""
        if depth > DEEPEST:
            raise RecursionError
        if way and way in self._ways:
            yield from self._members()
            return []
        if self._values.took("{"):
            return (yield from self._object(way, depth))
        if self._values.took("["):
            return (yield from self._list(way, depth))
        return self._values.next()

    def _object(self, way: Way, depth: int) -> Beside:
        found: dict[str, Any] = {}
        if self._values.took("}"):
            return found
        while True:
            name = self._values.next()
            if not isinstance(name, str):
                raise Broken("a name was expected")
            self._values.take(":")
            found[name] = yield from self._walk((*way, name), depth + 1)
            if not self._values.took(","):
                self._values.take("}")
                return found

    def _list(self, way: Way, depth: int) -> Beside:
        found: list[Any] = []
        if self._values.took("]"):
            return found
        while True:
            item = yield from self._walk(way, depth + 1)
            if len(found) < FEW:
                found.append(item)
            if not self._values.took(","):
                self._values.take("]")
                return found

    def _members(self) -> Iterator[Any]:
        """Yield the items of the list that comes next; an object that is none is the only one."""
        values = self._values
        if not values.took("["):
            value = values.next()
            self._met = self._met or value is not None
            yield from value.values() if is_numbered(value) else [value][value is None :]
            return
        self._met = True
        if values.took("]"):
            return
        if values.peek() == "[":  # DKAN's list of one list
            yield from self._members()
            if values.took("]"):
                return
            values.take(",")
        while True:
            yield values.next()
            if not values.took(","):
                values.take("]")
                return


def measure(value: Any) -> None:
    """Raise RecursionError for a value that is nested too deeply to be passed on."""
    level, depth = [value], 0
    while level:
        depth += 1
        if depth > DEEPEST:
            raise RecursionError
        level = [
            inner
            for item in level
            if isinstance(item, dict | list)
            for inner in (item.values() if isinstance(item, dict) else item)
            if isinstance(inner, dict | list)
        ]
