"""Repair frequent errors in RDF/XML as text."""

from __future__ import annotations

import html
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

#: Maximum characters collected while waiting for the end of a tag.
_MOST = 1 << 24
_DECLARATION = re.compile(r"\s*<\?xml.*?\?>", re.DOTALL)
_CONTROL = r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]"
# An unterminated one takes the rest, or each further one would search for its end again.
_SECTION = r"<!\[CDATA\[.*?(?:\]\]>|\Z)|<!--.*?(?:-->|\Z)"
_OPENINGS = (("<![CDATA[", "]]>"), ("<!--", "-->"))
_COMMON = f"{_SECTION}|{_CONTROL}"
_CONTROLS = re.compile(_CONTROL)
#: References other than XML's own five, and ampersands that do not start a reference.
_REFERENCE = (
    r"&(?!(?:amp|lt|gt|quot|apos);)(?:#x[0-9a-fA-F]{1,6};|#[0-9]{1,7};|[A-Za-z][A-Za-z0-9]{0,31};)?"
)
#: A "<" that does not start a tag: if all elements have a prefix, any "<" without one.
_NO_TAG = r"<(?![A-Za-z_/!?])"
_NO_PREFIXED_TAG = r"<(?!/?[A-Za-z_][\w.\-]*:|!|\?)"
#: An element with XML content; elements in it need no prefix.
_LITERAL = re.compile(
    r"""<(?P<name>[\w.\-]+(?::[\w.\-]+)?)\s[^<>]*?parseType\s*=\s*["']Literal["'][^<>]*?(?P<empty>/?)>"""
)
_NAME = re.compile(r"[A-Za-z_][\w.\-]*")
_NODE_ID = re.compile(r"""(rdf:nodeID\s*=\s*)(["'])(.*?)\2""", re.DOTALL)
_PADDED = re.compile(
    r"""(rdf:(?:about|resource|datatype)\s*=\s*)"""
    r"""(?:"(?![^"\s]*+")(\s[^"]*|[^"]*\s)"|'(?![^'\s]*+')(\s[^']*|[^']*\s)')"""
)


class Mender:
    """Repairs the text piece by piece and counts the changes in ``repairs``."""

    def __init__(self, prefixed: bool) -> None:
        self.repairs: Counter[str] = Counter()
        stray = _NO_PREFIXED_TAG if prefixed else _NO_TAG
        self._tokens = re.compile(f"{_COMMON}|{_REFERENCE}|{stray}", re.DOTALL)
        # Searching these one by one takes a fifth of the time of the combined pattern.
        self._signs = [re.compile(sign) for sign in (_REFERENCE, stray, _CONTROL)]
        self._in_literal = re.compile(f"{_COMMON}|{_REFERENCE}|{_NO_TAG}", re.DOTALL)
        self._literal = ""

    def pieces(self, chunks: Iterable[str]) -> Iterator[str]:
        """Yield the repaired document; every piece ends at the end of a tag."""
        rest = ""
        first = True
        for chunk in chunks:
            rest += chunk
            if first:
                rest, first = _without_declaration(rest), False
            end = _safe_end(rest)
            if end == 0 and len(rest) > _MOST:
                end = len(rest)
            if end:
                yield self.mend(rest[:end])
                rest = rest[end:]
        if rest:
            yield self.mend(rest)

    def mend(self, text: str) -> str:
        """Return ``text`` with well-formed references, characters and node ids."""
        if self._literal or "parseType" in text:
            text = "".join(self._parts(text))
        else:
            odd = self._is_odd(text)
            if "<!" in text:
                text = self._sections(text, odd)
            elif odd:
                text = self._tokens.sub(self._token, text)
        if "nodeID" in text:
            text = _NODE_ID.sub(self._node_id, text)
        return _PADDED.sub(self._padded, text)

    def _is_odd(self, text: str) -> bool:
        return any(sign.search(text) for sign in self._signs)

    def _sections(self, text: str, odd: bool) -> str:
        """Repair the comments and CDATA sections, and if it is ``odd``, what is outside of them."""
        parts: list[str] = []
        place = 0
        for start, end in (*_sections(text), (len(text), len(text))):
            outside = text[place:start]
            if odd and self._is_odd(outside):
                outside = self._tokens.sub(self._token, outside)
            parts += (outside, self._section(text[start:end]))
            place = end
        return "".join(parts)

    def _parts(self, text: str) -> Iterator[str]:
        """Yield ``text`` repaired, with separate rules inside and outside of XML literals."""
        place = 0
        while place < len(text):
            if self._literal:
                end = text.find(f"</{self._literal}", place)
                end = len(text) if end < 0 else end
                yield self._in_literal.sub(self._token, text[place:end])
                self._literal = "" if end < len(text) else self._literal
            else:
                found = _LITERAL.search(text, place)
                end = found.end() if found else len(text)
                yield self._tokens.sub(self._token, text[place:end])
                self._literal = found["name"] if found and not found["empty"] else ""
            place = end

    def _token(self, found: re.Match[str]) -> str:
        token = found[0]
        if token.startswith("<!"):
            return self._section(token)
        if token == "<":
            self.repairs["<"] += 1
            return "&lt;"
        if token.startswith("&"):
            return self._reference(token)
        self.repairs["control character"] += 1
        return ""

    def _section(self, text: str) -> str:
        if text.startswith("<![CDATA["):
            return _CONTROLS.sub("", text)
        return "\n" * text.count("\n")  # two hyphens inside a comment are not well-formed

    def _reference(self, token: str) -> str:
        if token.startswith("&#"):
            number = int(token[3:-1], 16) if token[2] == "x" else int(token[2:-1])
            if _allowed(number):
                return token
            self.repairs["character reference"] += 1
            return ""
        self.repairs["&"] += 1
        meant = html.unescape(token)
        return meant if token.endswith(";") and meant != token else f"&amp;{token[1:]}"

    def _node_id(self, found: re.Match[str]) -> str:
        if _NAME.fullmatch(found[3]):
            return found[0]
        self.repairs["rdf:nodeID"] += 1
        return f"{found[1]}{found[2]}n{found[3].encode().hex()}{found[2]}"

    def _padded(self, found: re.Match[str]) -> str:
        value = found[2] if found[2] is not None else found[3]
        quote = '"' if found[2] is not None else "'"
        self.repairs["blanks around an IRI"] += 1
        return f"{found[1]}{quote}{value.strip()}{quote}"


def _without_declaration(text: str) -> str:
    """Remove the XML declaration, as the text is UTF-8 from here on; keep the line numbers."""
    found = _DECLARATION.match(text)
    return "\n" * found[0].count("\n") + text[found.end() :] if found else text.lstrip()


def _sections(text: str) -> Iterator[tuple[int, int]]:
    """Yield start and end of each comment and CDATA section, as ``_SECTION`` finds them."""
    place = 0
    while (start := text.find("<!", place)) >= 0:
        place = start + 2
        for opening, closing in _OPENINGS:
            if text.startswith(opening, start):
                end = text.find(closing, start + len(opening))
                place = len(text) if end < 0 else end + len(closing)
                yield start, place


def _safe_end(text: str) -> int:
    """Return the position after the last ">" outside open CDATA sections and comments, or 0."""
    end = len(text)
    for opening, closing in _OPENINGS:
        opened = text.rfind(opening, 0, end)
        if opened >= 0 and text.find(closing, opened, end) < 0:
            end = opened
    return text.rfind(">", 0, end) + 1


def _allowed(number: int) -> bool:
    """Return whether XML 1.0 allows the character (production Char)."""
    return (
        number in (9, 10, 13)
        or 0x20 <= number <= 0xD7FF
        or 0xE000 <= number <= 0xFFFD
        or 0x10000 <= number <= 0x10FFFF
    )


def local_name(element: Any) -> str:
    """Return an element's name; lxml's own function fails if its prefix is not declared."""
    return str(element.tag).rpartition("}")[2]
