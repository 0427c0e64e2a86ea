"""Answers of a catalogue service: what a document is, and why a request was refused."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from typing import Any

from hanse_harvesters.errors import NotACatalogue, StopRun
from hanse_harvesters.http import BadStatus
from hanse_harvesters.sandbox.document import REFUSED

Head = dict[str, Any]

_EXCEPTION = re.compile(r"<(?:\w+:)?ExceptionText[^>]*>(.{1,600}?)</", re.DOTALL)
#: Status codes after which another method or address may help.
_NO_SUCH = {404, 405, 410, 411, 415, 501}
#: Further status codes with which a request is refused.
_REFUSES = {400, 403, 406, 422, 500}
#: Kinds of services that are not catalogues → id of the message.
_OF_MAPS = ("WMS", "WMTS", "WFS", "WCS", "WPS", "SOS")


class Refusal(NotACatalogue):
    """The service answers with an exception report."""


class PageEmpty(StopRun):
    """A page without records before the declared end."""


def head_of(items: Iterator[Any], where: str) -> Head:
    """Return the head of a document; raise what its kind means if it has no records.

    ``items`` are those of the parser :mod:`hanse_harvesters.sandbox.child.csw`.
    """
    head: Head = next(items)
    kind = head["kind"]
    if kind == "exception":
        reason = " – ".join(filter(None, (head["text"], head["code"]))) or "…"
        raise Refusal("csw-exception", where=where, reason=reason)
    if kind == "broken":
        raise StopRun("csw-broken", where=where, reason=head["reason"])
    if kind == "refused":
        raise _refused(head["format"], head["detail"], where)
    if kind == "capabilities" and head["service"] != "CSW":
        raise _other_service(head, where)
    return head


def oddities(head: Head) -> Iterator[tuple[str, str]]:
    """Yield rule and value of what is odd about a page of records."""
    if head["odd"]:
        yield "total-odd", head["odd"]
    if head["set"] in ("brief", "summary"):
        yield "csw-not-full", head["set"]


def _refused(format: str, detail: str, where: str) -> NotACatalogue:
    if format in ("xml", "unknown") or format not in REFUSED:
        return NotACatalogue("csw-expected", where=where, detail=detail or format)
    return NotACatalogue(REFUSED[format], where=where, detail=detail or "…")


def _other_service(head: Head, where: str) -> NotACatalogue:
    name = head["service"]
    message = "csw-other-service" if name in _OF_MAPS else "csw-unknown-service"
    return NotACatalogue(message, where=where, service=name, title=head["title"] or "…")


def explained(error: BadStatus) -> BadStatus:
    """Return the error with the text of an exception report in its body."""
    found = _EXCEPTION.search(error.excerpt)
    if not found:
        return error
    text = " ".join(html.unescape(found[1]).split())
    told = BadStatus("status-explained", where=error.where, reason=text, **error.own_words)
    told.status = error.status
    return told


def is_refusal(error: StopRun) -> bool:
    """Return whether the same request in other words may be answered."""
    if isinstance(error, BadStatus):
        return error.status in _REFUSES
    return isinstance(error, Refusal | PageEmpty)


def is_elsewhere(error: StopRun) -> bool:
    """Return whether another method or address may be answered."""
    return isinstance(error, BadStatus) and error.status in _NO_SUCH


def may_be_size(error: StopRun) -> bool:
    """Return whether a smaller page may succeed."""
    if isinstance(error, BadStatus):
        return error.status in (0, 413) or error.status >= 500
    return isinstance(error, Refusal | PageEmpty) or not isinstance(error, NotACatalogue)
