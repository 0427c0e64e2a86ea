"""The format of a text by its beginning: markup, JSON, RDF, CSV and others."""

from __future__ import annotations

import codecs
import re
from functools import cache

from hanse_harvesters.links.found import Found, signature_file
from hanse_harvesters.sandbox.child.sniff import sniff

_BOMS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
#: Bytes that no text in UTF-8 or an 8-bit encoding has: control characters but \t \n \f \r and ESC.
_BINARY = re.compile(rb"[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_C1 = re.compile(rb"[\x80-\x9f]")
_CHARSET = re.compile(
    r"""(?:<\?xml[^>]{0,100}encoding=|<meta[^>]{0,100}charset=)\s*["']?([A-Za-z0-9_-]{2,30})""",
    re.I,
)
_ROOT = re.compile(r"<(?:[\w.-]{1,60}:)?([A-Za-z_][\w.-]{0,80})(?=[\s/>])([^>]{0,3000})")
_PROLOG = re.compile(r"\s+|<\?[^>]{0,400}>|<!--[^>]{0,1000}-->|<!DOCTYPE[^>\[]{0,400}>", re.I)
_LINES_OF_JSON = re.compile(r'\{\s*"[^\n]*\}\s*\n\s*\{\s*"')
_GRID = re.compile(r"\s*ncols\s+\d+\s+nrows\s+\d+", re.I)
_DXF = re.compile(r"\s*(?:999\s*\n[^\n]*\n\s*)?0\s*\r?\n\s*SECTION\b", re.I)
_XYZ = re.compile(r"-?\d+(?:\.\d+)?[ \t]+-?\d+(?:\.\d+)?[ \t]+-?\d+(?:\.\d+)?")
_PASSWORD = re.compile(r"""<input[^>]{0,300}type\s*=\s*["']?password""", re.I)
_DELIMITERS = ";,\t|"
_QUOTED = re.compile(r'"[^"\n]*"')


def is_text(start: bytes) -> bool:
    """Return whether the bytes may be a text."""
    return start.startswith(tuple(bom for bom, _ in _BOMS)) or not _BINARY.search(start)


def recognise(start: bytes, *, whole: bool) -> Found | None:
    """Return what the beginning of a text tells; None if it is no text."""
    if not is_text(start):
        return None
    text, charset = _decoded(start)
    text = text.lstrip("\ufeff \t\r\n")
    found = (
        _markup(text) or _json(text) or _marked(text) or _rdf(text, whole) or _table(text, whole)
    )
    declared = _CHARSET.search(text[:1500])
    charset = charset or (declared[1].lower() if declared else "")
    return Found(
        found.format, "", found.sure, found.detail, charset or _guessed(start), found.delimiter
    )


def is_login(text: str) -> bool:
    """Return whether a page asks for a password."""
    return bool(_PASSWORD.search(text))


def _decoded(start: bytes) -> tuple[str, str]:
    """Return the text and the encoding that its byte order mark tells, "" without one."""
    for bom, name in _BOMS:
        if start.startswith(bom):
            return start[len(bom) :].decode(name, "replace"), name
    return start.decode("utf-8" if _is_utf8(start) else "cp1252", "replace"), ""


def _is_utf8(start: bytes) -> bool:
    """Return whether the bytes are UTF-8; a last character may be cut."""
    try:
        codecs.getincrementaldecoder("utf-8")().decode(start)
    except UnicodeDecodeError:
        return False
    return True


def _guessed(start: bytes) -> str:
    if start.isascii():
        return ""
    if _is_utf8(start):
        return "utf-8"
    return "windows-1252" if _C1.search(start) else "iso-8859-1"


def _markup(text: str) -> Found | None:
    if not text.startswith("<"):
        return None
    kind, _ = sniff(text)
    if kind == "html":
        return Found("HTML", detail=_page(text))
    place = 0
    while step := _PROLOG.match(text, place):
        place = step.end()
    root = _ROOT.match(text, place)
    if kind == "doctype" and root is None:  # with entities of its own
        return Found("RDF_XML" if "<!DOCTYPE rdf:RDF" in text else "XML", sure=False)
    if root is None or kind in ("turtle", "nquads"):
        return Found("XML", sure=False) if kind == "xml" or text.startswith("<?xml") else None
    if kind == "rdfxml":
        return Found("RDF_XML")
    if root[1].lower() == "html":
        return Found("HTML", detail=_page(text))
    return _xml(root[1], root[0])


def _xml(name: str, tag: str) -> Found:
    for pattern, within, kind, detail in _roots():
        if pattern.fullmatch(name) and within in tag:
            return Found(kind, detail=detail or name)
    return Found("GML" if "opengis.net/gml" in tag else "XML", sure=False, detail=name)


@cache
def _roots() -> tuple[tuple[re.Pattern[str], str, str, str], ...]:
    return tuple(
        (re.compile(line["root"]), line.get("in", ""), line["format"], line.get("detail", ""))
        for line in signature_file()["xml"]
    )


def _page(text: str) -> str:
    """Return ``challenge``, ``login`` or ``error`` for a page in place of another, else ""."""
    for detail, patterns in _pages().items():
        if any(pattern.search(text) for pattern in patterns):
            return detail
    return ""


@cache
def _pages() -> dict[str, tuple[re.Pattern[str], ...]]:
    return {
        detail: tuple(re.compile(pattern, re.IGNORECASE) for pattern in patterns)
        for detail, patterns in signature_file()["html"].items()
    }


def _json(text: str) -> Found | None:
    kind, _ = sniff(text[:200]) if text[:1] in "{[" else ("", "")
    if kind != "json":
        return None
    for pattern, code, detail in _members():
        if pattern.search(text):
            return Found(code, detail=detail)
    return Found("JSON", detail="lines" if _LINES_OF_JSON.match(text) else "")


@cache
def _members() -> tuple[tuple[re.Pattern[str], str, str], ...]:
    return tuple(
        (re.compile(line["pattern"]), line["format"], line.get("detail", ""))
        for line in signature_file()["json"]
    )


def _marked(text: str) -> Found | None:
    if _GRID.match(text):
        return Found("GRID_ASCII")
    return Found("DXF") if _DXF.match(text) else None


def _rdf(text: str, whole: bool) -> Found | None:
    lines = text if whole else text.rpartition("\n")[0]  # the last one is cut
    kind, detail = sniff(lines or text)
    if kind == "nquads":
        return Found("RDF_N_TRIPLES")
    if kind == "turtle":
        return Found("RDF_TURTLE")
    return Found("TXT", detail="error") if kind == "php" and detail else None


def _table(text: str, whole: bool) -> Found:
    """Recognise a table by a delimiter that each line has as often as the first one."""
    lines = [_QUOTED.sub("", line) for line in text.splitlines()]
    lines = [line for line in (lines if whole else lines[:-1]) if line.strip()][:20]
    for delimiter in sorted(_DELIMITERS, key=lambda sign: -lines[0].count(sign) if lines else 0):
        first = lines[0].count(delimiter) if lines else 0
        alike = sum(line.count(delimiter) == first for line in lines)
        if first and len(lines) > 1 and alike >= 0.8 * len(lines):
            kind = "TSV" if delimiter == "\t" else "CSV"
            return Found(kind, sure=False, delimiter=delimiter)
    if len(lines) > 2 and all(_XYZ.match(line.strip()) for line in lines[:10]):
        return Found("XYZ", sure=False)
    return Found("TXT", sure=False)
