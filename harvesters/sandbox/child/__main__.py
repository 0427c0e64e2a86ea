"""Parse a document into lines; started with the arguments ``DESCRIPTOR PARENT [PARSER]``.

PARSER is a connector's own (:mod:`.connector`); without it the document is RDF or CKAN's JSON.
The settings of a document are ``{"memory", "cpu", "stream", "base", "charset", "left_out"}``.
Each line written is a JSON list whose first item is its kind:

=========  ==========================================================================
format     format of the document; ``detail`` for one that is refused
block      number of bytes of N-Triples that follow
head       kind of a CKAN response
package    number of bytes of JSON that follow, and facts about the package;
           ``odd`` for an entry that is not a package
item       an item from a connector's parser
issue      rule, value, parameters
broken     reason why a place could not be read, and the subject before it
again      the lines before it are invalid: the document is parsed again
error      an error code; no line follows
end        number of triples or packages, and whether the document's end was reached
=========  ==========================================================================
"""

from __future__ import annotations

import itertools
import json
import os
import re
import sys
from collections import Counter
from collections.abc import Callable, Iterable
from functools import partial
from typing import IO, Any

from hanse_harvesters.processes import limits
from hanse_harvesters.sandbox.child import (
    charset,
    connector,
    content,
    contexts,
    islands,
    jsondoc,
    rdf,
    serve,
    sniff,
    statements,
    xmlresume,
    xmltext,
)
from hanse_harvesters.sandbox.child.lines import Writer

_DEFAULT_NAMESPACE = re.compile(r"\sxmlns\s*=")
_CONTEXT_FIRST = re.compile(r'\s*\{\s*"@context"')
#: JSON-LD in the expanded form that programs write, without a context.
_EXPANDED = re.compile(r'\s*\[\s*\{\s*"@(?:id|type)"')
_TYPE_FIRST = re.compile(r'(?:\{|"@id"\s*:\s*"(?:[^"\\]|\\.)*+"\s*,)\s*"@type"')
_KEYWORD = re.compile(r'"@(?:context|graph|id|type)"\s*:')
_CONTEXT = re.compile(r'"@(?:context|import)"\s*:\s*\[?\s*"([^"]{1,300})"')


def parse(settings: dict[str, Any], document_in: int, lines_out: int) -> None:
    """Parse the document; report every error as a line."""
    limits.limit(settings["memory"], settings["cpu"])
    document = open(document_in, "rb", closefd=False)  # noqa: SIM115 - ends with the process
    out = open(lines_out, "wb", buffering=1 << 20, closefd=False)  # noqa: SIM115
    emit = Writer(out)
    try:
        found = charset.detect(document, settings["charset"])
        limits.close_the_doors(serve.LINES_OUT + 1)
        _parse(document, found, settings, emit)
        if wrong := charset.disagreement(found):
            emit("issue", "charset-wrong", wrong, {})
    except MemoryError:
        emit("error", "memory")
    except (RecursionError, xmlresume.TooDeep):
        emit("error", "depth")
    except Exception as error:  # sent to the parent, which has the message for it
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
        again = partial(_text, document, found) if large else None
        _json(text, settings, emit, again)
    else:
        emit("format", kind, detail)


def _text(document: IO[bytes], found: charset.Charset) -> str:
    """Return the whole document, read again."""
    return "".join(charset.text(document, found))


def _turtle(kind: str, text: Iterable[str], base: str, emit: Writer) -> None:
    quotes: list[str] = []
    pieces = rdf.turtle_pieces(statements.whole_statements(text, quotes))
    reading = rdf.Reading(kind, base, emit)
    whole = reading.lines(pieces, quotes)
    emit("end", reading.count, whole)


def _rdfxml(text: Iterable[str], root: str, base: str, emit: Writer) -> None:
    emit("format", "rdfxml", "")
    mender = xmltext.Mender(prefixed=not _DEFAULT_NAMESPACE.search(root))
    checked = xmlresume.Checked(mender.pieces(text))
    reading = rdf.Reading("rdfxml", base, emit)
    whole, _ = reading.other(checked)
    for reason, about in checked.broken:
        emit("broken", reason, about)
    if mender.repairs:
        what = ", ".join(f"{number} × {name}" for name, number in sorted(mender.repairs.items()))
        emit("issue", "xml-repaired", what, {})
    emit("end", reading.count, whole and checked.whole)


def _json(
    text: Iterable[str], settings: dict[str, Any], emit: Writer, again: Callable[[], str] | None
) -> None:
    """Parse JSON of any kind; ``again`` returns the text of a document too large for memory."""
    base = settings["base"]
    pieces = iter(text)
    start = next(pieces)
    text = itertools.chain([start], pieces)
    of_us = jsondoc.starts_as_data_json(start)
    first = _CONTEXT_FIRST.match(start) and not of_us
    if again and of_us:
        emit("format", "datajson", "")
        return
    if again and (first or _EXPANDED.match(start)):
        # With the context at the start, it can be parsed as a stream.
        _jsonld("jsonld-stream", text, again, base, emit)
        return
    whole = "".join(text)
    if first:
        # A streaming parser yields triples one by one, but needs a type before the other keys.
        kind = "jsonld-stream" if _types_first(whole) else "jsonld"
        _jsonld(kind, [whole], lambda: whole, base, emit)
        return
    try:
        document, odd = jsondoc.load(whole)
    except ValueError as error:
        if _KEYWORD.search(whole):
            emit("format", "jsonld", "")
            _islands(whole, base, emit)
        else:
            emit("format", "brokenjson", str(error)[:200])
        return
    if jsondoc.is_data_json(document):
        emit("format", "datajson", "")
        return
    if jsondoc.is_linked_data(document):
        del document
        _jsonld("jsonld", [whole], lambda: whole, base, emit)
        return
    emit("format", "ckan", "")
    jsondoc.describe(document, emit, frozenset(settings["left_out"]))
    _mended(odd, emit)
    emit("end", emit.packages, True)


def _mended(odd: Counter[str], emit: Writer) -> None:
    """Report what was repaired in JSON."""
    if odd.pop(jsondoc.NUMBER, 0):
        emit("issue", "json-odd", jsondoc.NUMBER, {})
    if odd:
        what = ", ".join(f"{number} × {kind}" for kind, number in sorted(odd.items()))
        emit("issue", "json-repaired", what, {})


def _types_first(text: str) -> bool:
    """Return whether every type is at the position that a streaming parser requires."""
    return text.count('"@type"') == len(_TYPE_FIRST.findall(text))


def _jsonld(
    kind: str, text: Iterable[str], again: Callable[[], str], base: str, emit: Writer
) -> None:
    emit("format", "jsonld", "")
    pieces = (piece.encode("utf-8", "replace") for piece in text)
    reading = rdf.Reading(kind, base, emit)
    whole, fault = reading.other(pieces)
    if rdf.REMOTE in fault:
        _without_remote(again(), base, emit)
    elif fault:
        emit("again")
        _islands(again(), base, emit)
    else:
        emit("end", reading.count, whole)


def _without_remote(text: str, base: str, emit: Writer) -> None:
    """Parse JSON-LD of which a context lies elsewhere by those that stand in the document."""
    try:
        document, odd = jsondoc.load(text.lstrip("\ufeff"))
    except ValueError:
        named = _CONTEXT.search(text)
        emit("error", "remote-context", named[1] if named else "")
        return
    document, addresses, explains = contexts.without_remote(document)
    if not explains:
        emit("error", "remote-context", ", ".join(addresses)[:300])
        return
    emit("again")
    for address in addresses:
        emit("issue", "context-in-part", address[:300], {})
    _mended(odd, emit)
    less = json.dumps(document, ensure_ascii=False)
    del document
    reading = rdf.Reading("jsonld", base, emit)
    whole, fault = reading.other([less.encode("utf-8", "replace")])
    if fault:
        emit("again")
        _islands(less, base, emit)
    else:
        emit("end", reading.count, whole)


def _islands(text: str, base: str, emit: Writer) -> None:
    """Parse JSON-LD that the parser refused, node by node."""
    reading = rdf.Reading("jsonld", base, emit)
    found = islands.Islands(text, lambda node: reading.node(content.text(node)))
    try:
        for _ in found:
            reading.take()
    except rdf.RemoteContext:
        _without_remote(text, base, emit)
        return
    for where, value in found.faults:
        emit("issue", "value-unreadable", value, {"path": where})
    for reason in found.broken:
        emit("broken", reason, "")
    _mended(found.odd, emit)
    emit("end", reading.count, not found.cut)


if __name__ == "__main__":
    own = sys.argv[3:]
    serve.serve(int(sys.argv[1]), partial(connector.parse, connector.load(*own)) if own else parse)
