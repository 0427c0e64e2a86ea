"""Detect a document's format by its content, not by file name or content type."""

from __future__ import annotations

import re

#: Number of characters that are inspected.
START = 1 << 16

_PROLOG = re.compile(r"\s+|<\?.*?\?>|<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"<([A-Za-z_][\w.\-]*(?::[A-Za-z_][\w.\-]*)?)(?=[\s/>])[^>]*", re.DOTALL)
_RDF = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
_HTML = re.compile(
    r"<!doctype\s+html|<(?:html|head|body|script|div|p|h1|title|meta|center)[\s>]", re.I
)
#: PHP messages printed before a response, with HTML markup and without.
_PHP = re.compile(
    r"(?:<br\s*/?>\s*)?(?:<b>)?(?:PHP )?(?:Warning|Notice|Deprecated|Strict Standards"
    r"|(?:Catchable |Recoverable )?(?:Fatal|Parse) error)(?:</b>)?:\s+(.{1,300}?)\s(?:on|in)\s",
    re.S,
)
_JSON = re.compile(r"\{\s*[\"}]|\[\s*[\[{\"\d]|\[\s*\]\s*\Z")
_TURTLE = re.compile(r"^[^\S\n]*+(?:@prefix\s|@base\s|prefix\s+[\w.\-]*:|base\s+<)", re.I | re.M)
_STATEMENT = re.compile(r"(?:<[^<>\n]*>|_:\S+|\[[^\"{]*\])\s*(?:<[^<>\n]*>|a\s|[\w\-]+:[\w\-]+)")
_NODE = r"(?:<[A-Za-z][\w+.\-]*:[^<>]*>|_:\S+)"
_LINE = re.compile(
    rf"{_NODE}\s+{_NODE}\s+(?:{_NODE}|\"(?:[^\"\\]|\\.)*\"\S*)\s*(?:{_NODE}\s*)?\.\s*(?:#.*)?"
)

#: Turtle that starts with a relative IRI looks like a tag, but for the text after it.
_RELATIVE = re.compile(r"<[^<>\s]*>\s+(?:<[^<>\s]*[/#][^<>\s]*[^/<>\s]>|a\s+(?:<|[\w\-]+:))\s*")


def sniff(start: str) -> tuple[str, str]:
    """Return (format, detail) of a document by its first :data:`START` characters.

    Formats: ``rdfxml``, ``turtle``, ``nquads`` (including N-Triples), ``json``; and
    those that are refused: ``empty``, ``html``, ``php``, ``doctype``, ``xml`` (detail: its
    root), ``unknown``.
    """
    if not start.strip():
        return "empty", ""
    text = start.lstrip("\ufeff \t\r\n")
    if _JSON.match(text):
        return "json", ""
    if reported := _PHP.match(text):
        return "php", " ".join(re.sub(r"<[^<>]*>", "", reported[1]).split())[:200]
    if text.startswith("<") and not _RELATIVE.match(text):
        found = _markup(text)
        if found:
            return found
    return _lines(text)


def _markup(text: str) -> tuple[str, str] | None:
    place = 0
    while step := _PROLOG.match(text, place):
        place = step.end()
    if _HTML.match(text, place):
        return "html", ""
    if text[place : place + 9].upper() == "<!DOCTYPE":
        return "doctype", ""
    tag = _TAG.match(text, place)
    if tag and (tag[1].rpartition(":")[2] == "RDF" or _RDF in tag[0]):
        return "rdfxml", tag[0]
    if tag:
        return "xml", tag[1]
    if text.startswith(("<?", "<!")):  # an unterminated prolog
        return "doctype" if "<!DOCTYPE" in text.upper() else "xml", ""
    return None


def _lines(text: str) -> tuple[str, str]:
    lines = [line for line in text.split("\n") if line.strip() and not line.startswith("#")]
    whole = lines[:-1] if len(text) >= START - 16 else lines
    if whole and all(_LINE.fullmatch(line.strip()) for line in whole[:50]):
        return "nquads", ""
    if _TURTLE.search(text) or any(_STATEMENT.match(line.strip()) for line in lines[:1]):
        return "turtle", ""
    seen = "".join(c if c.isprintable() or c.isspace() else "·" for c in text[:400])
    # Of binary data nobody recognises more than the first signs.
    odd = seen.count("·") + seen.count("\N{REPLACEMENT CHARACTER}")
    return "unknown", " ".join(seen.split())[: 16 if odd * 20 > len(seen) else 200]
