"""Recognise IRIs, and escape those that are slightly invalid so that parsers accept them.

RFC 3987; the code points are those that an IRI may contain besides its punctuation.
"""

from __future__ import annotations

import re
from urllib.parse import quote

# Schemes without "//" that occur in open-data records.
_FLAT = "mailto|tel|urn|doi|geo|info|tag|did|ark|hdl|isbn|issn"
_HIERARCHIC = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://\S")
_OPAQUE = re.compile(rf"(?:{_FLAT}):\S+\Z", re.IGNORECASE)
_NOT_FOR_LINKS = re.compile(r"\s*(?:javascript|vbscript|data|file):", re.IGNORECASE)

_PARTS = re.compile(r"(?P<head>[^:/?#]+:(?://[^/?#]*)?)(?P<rest>[^#]*)(?P<fragment>#.*)?\Z", re.S)
# Blanks, controls, delimiters and private or unassigned code points.  RFC 3987 allows blanks beyond
# ASCII; readers of N-Triples that look for any blank (rdflib) refuse the line.
_FORBIDDEN = re.compile(
    r"[\s\x00-\x20\x7f-\x9f<>\"{}|\\^`\ud800-\uf8ff\ufdd0-\ufdef\ufff0-\uffff\U000e0000-\U0010ffff]"
)
_LONE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")


def looks_like_iri(text: str) -> bool:
    """Return whether ``text`` is meant as an IRI rather than as words."""
    if _NOT_FOR_LINKS.match(text):
        return False
    return bool(_HIERARCHIC.match(text) or _OPAQUE.match(text))


def _encode(found: re.Match[str]) -> str:
    return quote(found[0], safe="", errors="replace")


def escape(iri: str) -> str:
    """Percent-encode every character that an IRI may not contain; a valid IRI is unchanged.

    >>> escape("https://example.org/neustadt i. h.-süd")
    'https://example.org/neustadt%20i.%20h.-süd'
    """
    iri = _LONE_PERCENT.sub("%25", _FORBIDDEN.sub(_encode, iri.strip()))
    parts = _PARTS.match(iri)
    if not parts:
        return iri
    rest = parts["rest"].replace("[", "%5B").replace("]", "%5D")
    fragment = parts["fragment"] or ""
    inside = fragment[1:].replace("#", "%23").replace("[", "%5B").replace("]", "%5D")
    return parts["head"] + rest + fragment[:1] + inside
