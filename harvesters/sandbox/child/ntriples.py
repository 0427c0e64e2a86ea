"""Triples as lines of N-Triples, the one form in which they travel.

As pyoxigraph writes them: literals escaped, IRIs as they came, blanks and all.
No line holds a line end but its own, whatever a document puts into an IRI.
"""

from __future__ import annotations

import re

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f\ufffe\uffff]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"


def iri(text: str) -> str:
    """An IRI in angle brackets."""
    return f"<{text.strip().replace(chr(10), '%0A')}>" if "\n" in text else f"<{text}>"


def literal(value: str, language: str | None = None, datatype: str | None = None) -> str:
    """A literal; no datatype for plain strings and language-tagged ones."""
    text = f'"{_ESCAPED.sub(_escape, value)}"'
    if language:
        return f"{text}@{language}"
    return f"{text}^^{iri(datatype)}" if datatype else text


def line(subject: str, predicate: str, value: str) -> bytes:
    """One line of three terms that are written already."""
    return f"{subject} {predicate} {value} .\n".encode("utf-8", "replace")
