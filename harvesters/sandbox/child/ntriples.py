"""Triples as lines of N-Triples, the only form in which they are passed on.

As pyoxigraph writes them: literals are escaped, IRIs are unchanged and may contain blanks.
A line contains no line end but its own, whatever IRIs a document contains.
"""

from __future__ import annotations

import re

XSD_STRING = "http://www.w3.org/2001/XMLSchema#string"
_ESCAPED = re.compile('[\x00-\x1f"\\\\\x7f\ufffe\uffff]')
_SHORT = {"\b": "\\b", "\t": "\\t", "\n": "\\n", "\f": "\\f", "\r": "\\r", '"': '\\"', "\\": "\\\\"}


def _escape(found: re.Match[str]) -> str:
    return _SHORT.get(found[0]) or f"\\u{ord(found[0]):04X}"


def iri(text: str) -> str:
    """Return an IRI in angle brackets."""
    return f"<{text.strip().replace(chr(10), '%0A')}>" if "\n" in text else f"<{text}>"


def literal(value: str, language: str | None = None, datatype: str | None = None) -> str:
    """Return a literal; no datatype for plain strings and language-tagged ones."""
    text = f'"{_ESCAPED.sub(_escape, value)}"'
    if language:
        return f"{text}@{language}"
    return f"{text}^^{iri(datatype)}" if datatype else text


def line(subject: str, predicate: str, value: str) -> bytes:
    """Return one line of three terms in their N-Triples form."""
    return f"{subject} {predicate} {value} .\n".encode("utf-8", "replace")
