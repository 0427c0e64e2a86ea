"""Read an answer of a catalogue service (OGC CSW 2.0.2) into a head and its records.

:func:`items` is a connector's parser: it runs in the process without file access.  The first
item is the head, ``{"kind": …}``:

============  ===================================================================================
records       a GetRecordsResponse, GetRecordByIdResponse or a single record: ``matched``,
              ``returned``, ``next`` (numbers, None if not declared), ``odd`` (a ``matched`` that
              is no number), ``set`` (full, summary, brief as it says), ``root``
capabilities  :mod:`.csw_capabilities`
exception     ``code`` and ``text`` of an exception report
refused       no answer of a catalogue: ``format`` (see :mod:`.sniff`) and ``detail``
============  ===================================================================================

Each further item is a record (:func:`.iso19139.record`), with ``standard`` "" and ``error`` for
one that cannot be read.  If the XML breaks, the last item is ``{"kind": "broken", "reason": …}``.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator
from typing import IO, Any

from lxml import etree

from hanse_harvesters.mapping import iso19139 as iso19139_facts
from hanse_harvesters.sandbox.child import charset as charsets
from hanse_harvesters.sandbox.child import content, csw_capabilities, iso19139, sniff, xmltext
from hanse_harvesters.sandbox.child.lines import Packed

Item = dict[str, Any]

#: Local names of root elements that hold records, and of those that are one.
_LISTS = ("GetRecordsResponse", "GetRecordByIdResponse")
_RECORDS = ("MD_Metadata", "MI_Metadata")
_EXCEPTIONS = ("ExceptionReport", "ServiceExceptionReport")
#: Elements whose children are records.
_AROUND = ("SearchResults", "GetRecordByIdResponse")
#: Characters of an exception's text that are kept.
_MOST_TEXT = 600
_NUMBER = 12
#: Elements of a record; a service of a whole state that operates on 10,000 data sets has 60,000.
_MOST_ELEMENTS = 200_000
_COUNT = etree.XPath("count(.//*)")
_DECLARATION = re.compile(r"^\s*\ufeff?\s*<\?xml\s[^>]*\?>")


def items(document: IO[bytes], charset: str) -> Iterator[Item]:
    """Yield the head, then the records of a document."""
    pieces, kind, detail = _opened(document, charset)
    if kind != "xml":
        yield {"kind": "refused", "format": kind, "detail": detail}
        return
    mender = xmltext.Mender(prefixed=False)  # records often declare a default namespace
    text = (piece.encode("utf-8", "replace") for piece in mender.pieces(pieces))
    name = detail.rpartition(":")[2]
    try:
        if name in _LISTS or name in _RECORDS:
            yield from _records(text, name)
        else:
            yield _whole(text, name, detail)
    except etree.XMLSyntaxError as error:
        yield {"kind": "broken", "reason": str(error)[:300]}


def packed(document: IO[bytes], charset: str, *, left_out: str = "") -> Iterator[Item | Packed]:
    """Yield the same, each record with the facts for which a walk need not read it.

    ``known``   :class:`~hanse_harvesters.mapping.iso19139.RecordFacts`, and what it is ``called``;
    ``values``  whether it has any; ``id``, ``type`` and ``standard`` as in the record;
    ``digest``  of its content in its order, ``raw`` of that without the key ``left_out``.
    """
    for item in items(document, charset):
        yield item if "kind" in item else Packed(_facts(item, left_out), item)


def _facts(item: Item, left_out: str) -> Item:
    digest = content.digest_in_order(item)
    return {
        "known": iso19139_facts.facts(item),
        "called": iso19139_facts.called(item),
        "values": "values" in item,
        **{name: item.get(name, "") for name in ("id", "type", "standard")},
        "digest": digest,
        "raw": fingerprint(item, left_out) if left_out else digest,
    }


def fingerprint(item: Item, left_out: str) -> str:
    """Return the digest of a record, without a key if one is given.

    Elements of a record have an order; a catalogue does not change it by itself.
    """
    return (
        content.digest(item, frozenset({left_out})) if left_out else content.digest_in_order(item)
    )


def _opened(document: IO[bytes], charset: str) -> tuple[Iterable[str], str, str]:
    """Return the text, and its format and root element's name by its start."""
    pieces = charsets.text(document, charsets.detect(document, charset))
    start = ""
    for piece in pieces:
        start += piece
        if len(start.lstrip()) >= sniff.START:
            break
    kind, detail = sniff.sniff(start[: sniff.START * 2])
    # What it declares of its bytes (UTF-16) no longer holds of the text.
    start = _DECLARATION.sub("", start, count=1)
    return itertools.chain([start], pieces), kind, detail


def _parser(**more: Any) -> etree.XMLPullParser:
    return etree.XMLPullParser(
        resolve_entities=False,
        load_dtd=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        encoding="utf-8",
        **more,
    )


def _records(text: Iterable[bytes], root: str) -> Iterator[Item]:
    """Yield head and records; each record is dropped once it has been read."""
    single = root in _RECORDS
    tags = [f"{{*}}{name}" for name in (*_AROUND, *_RECORDS)]
    parser = _parser(events=("start", "end"), tag=tags)
    head: Item | None = _head(root, {}) if single else None
    if head:
        yield head
    for event, element in _events(parser, text):
        around = element.getparent()
        name = xmltext.local_name(element)
        if event == "start":
            if head is None and name in _AROUND:
                head = _head(root, element.attrib)
                yield head
        elif around is None if single else (around is not None and _is_around(around)):
            yield _record(element)
            _drop(element)
        elif name in _AROUND:
            yield from _others(element)
    if head is None:  # an acknowledgement without results
        yield _head(root, {})


def _events(
    parser: etree.XMLPullParser, text: Iterable[bytes]
) -> Iterator[tuple[str, etree._Element]]:
    checked = False
    for piece in text:
        parser.feed(piece)
        for event, element in parser.read_events():
            if not checked:
                _refuse_doctype(element)
                checked = True
            yield event, element
    parser.close()
    yield from parser.read_events()


def _refuse_doctype(element: etree._Element) -> None:
    """Refuse a DOCTYPE that stood behind more text than is looked at first."""
    if element.getroottree().docinfo.internalDTD is not None:
        raise etree.XMLSyntaxError("a DOCTYPE inside the document", 0, 0, 0)


def _head(root: str, given: Any) -> Item:
    matched = given.get("numberOfRecordsMatched", "")
    return {
        "kind": "records",
        "root": root,
        "matched": _number(matched),
        "set": given.get("elementSet", "").lower()[:40],
        "odd": matched[:40] if matched and _number(matched) is None else "",
        "returned": _number(given.get("numberOfRecordsReturned", "")),
        "next": _number(given.get("nextRecord", "")),
    }


def _number(text: str) -> int | None:
    text = text.strip()
    return int(text) if text.isascii() and text.isdigit() and len(text) < _NUMBER else None


def _is_around(element: etree._Element) -> bool:
    return xmltext.local_name(element) in _AROUND


def _record(element: etree._Element) -> Item:
    if _COUNT(element) > _MOST_ELEMENTS:
        found = next(element.iter("{*}fileIdentifier"), None)
        id = " ".join("".join(found.itertext()).split()) if found is not None else ""
        return {"standard": "", "id": id[:500], "error": f"more than {_MOST_ELEMENTS:,} elements"}
    try:
        return iso19139.record(element)
    except Exception as error:  # one record must not cost the others
        return {"standard": "", "id": "", "error": repr(error)[:300]}


def _others(around: etree._Element) -> Iterator[Item]:
    """Yield the children that are records of another schema (Dublin Core, FGDC …)."""
    for element in around:
        if xmltext.local_name(element) not in _RECORDS:
            yield _record(element)


def _drop(element: etree._Element) -> None:
    element.clear()
    around = element.getparent()
    if around is not None:
        while (before := element.getprevious()) is not None:
            around.remove(before)
        # The element itself stays until the next one: the parser still needs it.


def _whole(text: Iterable[bytes], name: str, detail: str) -> Item:
    """Return the head of a document that is small and has no records."""
    parser = _parser(events=())
    for piece in text:
        parser.feed(piece)
    root = parser.close()
    _refuse_doctype(root)
    if name in _EXCEPTIONS:
        return _exception(root)
    found = csw_capabilities.read(root)
    return found or {"kind": "refused", "format": "xml", "detail": detail[:100]}


def _exception(root: etree._Element) -> Item:
    codes, texts = [], []
    for element in root.iter("{*}Exception", "{*}ServiceException"):
        codes += [element.get("exceptionCode") or element.get("code") or "", element.get("locator")]
        texts += [" ".join(str(part).split()) for part in element.itertext()]
    return {
        "kind": "exception",
        "code": " ".join(filter(None, codes))[:200],
        "text": " ".join(filter(None, texts))[:_MOST_TEXT],
    }
