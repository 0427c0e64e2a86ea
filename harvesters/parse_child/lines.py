"""What the child says: one JSON list a line, its kind first."""

from __future__ import annotations

import json
from typing import IO, Any

#: The kind of the lines that announce triples.
BLOCK = "block"


class Writer:
    """Writes lines and counts the packages among them."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out = out
        self.packages = 0

    def __call__(self, *line: Any) -> None:
        """Write one line."""
        if line[0] == "package":
            self.packages += 1
        self.write(encode(line))

    def block(self, lines: bytes) -> None:
        """Write lines of N-Triples as they are, behind a line with their length."""
        self(BLOCK, len(lines))
        self._out.write(lines)

    def write(self, text: str) -> None:
        """Write a line that is text already; lone surrogates become question marks."""
        self._out.write(text.encode("utf-8", "replace") + b"\n")


def encode(line: Any) -> str:
    """A line as text."""
    return json.dumps(line, ensure_ascii=False, separators=(",", ":"))
