"""The child's output: one JSON list per line, its kind first."""

from __future__ import annotations

import json
from typing import IO, Any, NamedTuple

from hanse_harvesters.sandbox.child import content

#: Kinds of lines that are followed by bytes: triples, a package.
BLOCK, PACKAGE = "block", "package"


class Packed(NamedTuple):
    """An item that is passed on as text: its source decides by ``facts`` whether to read it."""

    facts: dict[str, Any]
    value: Any


class Writer:
    """Writes lines, and counts the packages."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.packages = 0

    def __call__(self, *line: Any) -> None:
        """Write one line."""
        self.write(encode(line))

    def block(self, lines: bytes) -> None:
        """Write lines of N-Triples as they are, after a line with their length."""
        self(BLOCK, len(lines))
        self._out.write(lines)

    def package(self, facts: dict[str, Any], text: bytes) -> None:
        """Write a package as JSON, after a line with its length and facts."""
        self.packages += 1
        self._out.write(b'["package",%d,%s]\n%s\n' % (len(text), content.text(facts), text))

    def write(self, text: str) -> None:
        """Write a line given as text; lone surrogates become question marks."""
        self._out.write(text.encode("utf-8", "replace") + b"\n")


def encode(line: Any) -> str:
    """Return a line as text."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))
