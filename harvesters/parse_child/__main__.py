"""A document on standard input, lines on standard output; started by the nursery.

Its settings are ``{"memory", "cpu", "stream", "base", "charset", "left_out"}``.  Each line
written is a JSON list that begins with its kind:

=========  ==========================================================================
format     what the document is; ``detail`` for what is refused
block      how many bytes of N-Triples follow
head       what a CKAN answer is
package    how many bytes of JSON follow, and what is known of the package;
           ``odd`` for an entry that is none
issue      rule, value, parameters
broken     what could not be read, and the subject it stands behind
error      a code: nothing more will come
end        triples or packages written, and whether the end of the document was reached
=========  ==========================================================================
"""

from __future__ import annotations

import itertools
import os
import re
import sys
from collections.abc import Iterable
from typing import IO, Any

from hanse_harvesters.parse_child import (
    charset,
    jsondoc,
    limits,
    nursery,
    rdf,
    sniff,
    statements,
    xmltext,
)
from hanse_harvesters.parse_child.lines import Writer

_DEFAULT_NAMESPACE = re.compile(r"\sxmlns\s*=")
_CONTEXT_FIRST = re.compile(r'\s*\{\s*"@context"')
#: JSON-LD as a program writes it, without a context.
_EXPANDED = re.compile(r'\s*\[\s*\{\s*"@(?:id|type)"')
_TYPE_FIRST = re.compile(r'(?:\{|"@id"\s*:\s*"(?:[^"\\]|\\.)*+"\s*,)\s*"@type"')
_CONTEXT = re.compile(r'"@(?:context|import)"\s*:\s*\[?\s*"([^"]{1,300})"')


def parse(settings: dict[str, Any], document_in: int, lines_out: int) -> None:
    """Parse the document; every fault becomes a line."""
    limits.limit(settings["memory"], settings["cpu"])
    document = open(document_in, "rb", closefd=False)  # noqa: SIM115 - ends with the process
    out = open(lines_out, "wb", buffering=1 << 20, closefd=False)  # noqa: SIM115
    emit = Writer(out)
    try:
        found = charset.detect(document, settings["charset"])
        limits.close_the_doors()
        _parse(document, found, settings, emit)
        if wrong := charset.disagreement(found):
            emit("issue", "charset-wrong", wrong, {})
    except MemoryError:
        emit("error", "memory")
    except (RecursionError, xmltext.TooDeep):
        emit("error", "depth")
    except Exception as error:  # the parent words it; nothing may be lost with the process
        emit("error", "crash", repr(error)[:300])
    out.flush()


def _parse(
    document: IO[bytes], found: charset.Charset, settings: dict[str, Any], emit: Writer
) -> None:
    base = settings["base"]
    pieces = charset.text(document, found)
    start = ""
    for piece in pieces:
        start += piece
        if len(start.lstrip()) >= sniff.START:
            break
    kind, detail = sniff.sniff(start[: sniff.START * 2])
    text = itertools.chain([start], pieces)
    if kind == "rdfxml":
        _rdfxml(text, detail, base, emit)
    elif kind in ("turtle", "nquads"):
        emit("format", kind, "")
        _turtle(kind, text, base, emit)
    elif kind == "json":
        large = os.fstat(document.fileno()).st_size > settings["stream"]
        _json(text, settings, emit, large=large)
    else:
        emit("format", kind, detail)


def _turtle(kind: str, text: Iterable[str], base: str, emit: Writer) -> None:
    pieces = rdf.turtle_pieces(statements.whole_statements(text, emit))
    result = rdf.triples(kind, pieces, base, emit)
    emit("end", result.triples, result.whole)


def _rdfxml(text: Iterable[str], root: str, base: str, emit: Writer) -> None:
    emit("format", "rdfxml", "")
    mender = xmltext.Mender(prefixed=not _DEFAULT_NAMESPACE.search(root))
    broken: list[str] = []
    pieces = xmltext.checked(mender.pieces(text), broken)
    result = rdf.triples("rdfxml", pieces, base, emit)
    for reason in broken:
        emit("broken", reason, "")
    if mender.repairs:
        what = ", ".join(f"{number} × {name}" for name, number in sorted(mender.repairs.items()))
        emit("issue", "xml-repaired", what, {})
    emit("end", result.triples, result.whole and not broken)


def _json(text: Iterable[str], settings: dict[str, Any], emit: Writer, *, large: bool) -> None:
    base = settings["base"]
    pieces = iter(text)
    start = next(pieces)
    text = itertools.chain([start], pieces)
    first = _CONTEXT_FIRST.match(start) and "project-open-data" not in start[:1000]
    if large and (first or _EXPANDED.match(start)):
        # Its context known from the start, it need not be in memory as a whole.
        _jsonld("jsonld-stream", text, start, base, emit)
        return
    whole = "".join(text)
    if first:
        # As a stream half of a broken one arrives too, but a type must stand before the rest.
        kind = "jsonld-stream" if _types_first(whole) else "jsonld"
        _jsonld(kind, [whole], whole, base, emit)
        return
    try:
        document, odd = jsondoc.load(whole)
    except ValueError as error:
        emit("format", "brokenjson", str(error)[:200])
        return
    if jsondoc.is_data_json(document):
        emit("format", "datajson", "")
        return
    if jsondoc.is_linked_data(document):
        del document
        _jsonld("jsonld", [whole], whole, base, emit)
        return
    emit("format", "ckan", "")
    jsondoc.describe(document, emit, frozenset(settings["left_out"]))
    if odd:
        emit("issue", "json-odd", odd, {})
    emit("end", emit.packages, True)


def _types_first(text: str) -> bool:
    """Whether every type stands where a parser of streams takes it."""
    return text.count('"@type"') == len(_TYPE_FIRST.findall(text))


def _jsonld(kind: str, text: Iterable[str], start: str, base: str, emit: Writer) -> None:
    emit("format", "jsonld", "")
    pieces = (piece.encode("utf-8", "replace") for piece in text)
    result = rdf.triples(kind, pieces, base, emit)
    if result.remote:
        named = _CONTEXT.search(start)
        emit("error", "remote-context", named[1] if named else "")
        return
    emit("end", result.triples, result.whole)


if __name__ == "__main__":
    nursery.serve(int(sys.argv[1]), parse)
