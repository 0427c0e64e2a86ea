"""What a dataset's maintainer is told of a link: issues of ``rules.yaml``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta

from hanse_harvesters.errors import HanseError
from hanse_harvesters.http.robots import PRODUCT
from hanse_harvesters.issue import Issue, issue
from hanse_harvesters.links import kinds
from hanse_harvesters.links.answer import Answer, Learned, LinkState
from hanse_harvesters.links.record import LinkRecord
from hanse_harvesters.links.target import Declared, Kind

#: Reasons by which a host and not a single link of it is silent.
_SILENT = frozenset(
    {"host-unknown", "connection-failed", "answer-slow", "tls-failed", "link-robots-unread"}
)
_RULES = {
    "status-login": "link-closed",
    "status-forbidden": "link-closed",
    "link-login": "link-closed",
    "link-challenge": "link-closed",
    "tls-failed": "link-insecure",
    "link-error-page": "link-instead",
    "link-exception": "link-instead",
    "link-home": "link-instead",
    "link-ring": "link-instead",
    "address-private": "link-instead",
    "address-inside": "link-instead",
}
#: Sizes are compared beyond this share and this many bytes: files grow.
_SHARE, _BYTES = 0.1, 1024
#: How much later than declared a file may have been changed.
_LATER = timedelta(days=31)
#: Servers that make a file when it is asked for give the present as its last change.
_PRESENT = timedelta(days=2)


def is_silent(answer: Answer) -> bool:
    """Return whether it tells of the host rather than of the link: no connection, no name …"""
    return answer.reason in _SILENT


def findings(
    declared: Declared, record: LinkRecord | None, *, host_given_up: bool = False
) -> tuple[Issue, ...]:
    """Return what is wrong with a link, and what its file is unlike what the dataset declares.

    ``host_given_up``  True if the host has a finding of its own (:func:`host_finding`): a link
    that only tells the same has none.  So has one that was not asked for that reason.

    Rules: of the link ``link-dead``, ``link-failing`` (absent, not yet on three days),
    ``link-unsure``, ``link-closed``, ``link-insecure``, ``link-instead``, ``link-moved``,
    ``link-robots``, ``link-not-asked``; of the file ``link-empty``, ``link-html-instead``,
    ``link-page-only``, ``link-format-differs``, ``link-packed``, ``link-size-differs``,
    ``link-charset-differs``, ``link-newer``.
    """
    if record is None or not record.answer.asked:
        return ()
    if host_given_up and is_silent(record.answer):
        return ()
    found = list(_of_link(declared, record))
    if record.state in (LinkState.OK, LinkState.MOVED) and record.learned is not None:
        found += _of_file(declared, record.learned, record.checked)
    return tuple(found)


def host_finding(host: str, answer: Answer, links: int) -> Issue:
    """Return the one finding for a host that does not answer: ``link-host-dead``.

    ``answer``  of one of its links; ``links``  how many lead there.
    """
    return issue("link-host-dead", "", host, links=links, **_why(answer))


def _of_link(declared: Declared, record: LinkRecord) -> Iterator[Issue]:
    answer, at, url = record.answer, declared.field, declared.target.url
    if record.state is LinkState.DEAD:
        yield issue("link-dead", at, url, **_why(answer))
    elif record.state is LinkState.MOVED:
        yield issue("link-moved", at, url, to=answer.moved_to)
    elif record.state is LinkState.NOT_ASKED:
        if answer.reason == "robots-disallowed":
            host = answer.params.get("host", "")
            yield issue("link-robots", at, url, host=host, agent=PRODUCT)
        else:
            yield issue("link-not-asked", at, url, **_why(answer))
    elif record.state is LinkState.UNSURE:
        absent = answer.outcome.value == "absent"
        rule = "link-failing" if absent else _RULES.get(answer.reason, "link-unsure")
        yield issue(rule, at, url, agent=PRODUCT, **_why(answer))


def _why(answer: Answer) -> dict[str, str]:
    """Return the parameter from which the texts make ``{why}``."""
    return HanseError(answer.reason or "link-unforeseen", **answer.params).reasons


def _of_file(declared: Declared, learned: Learned, checked: datetime) -> Iterator[Issue]:
    at, url = declared.field, declared.target.url
    if learned.size == 0:
        yield issue("link-empty", at, url)
        return
    if declared.target.kind is Kind.PAGE:
        return
    said = kinds.declared_code(declared)
    if said and kinds.is_page_instead(said, learned):
        rule = "link-html-instead" if declared.direct else "link-page-only"
        yield issue(rule, at, url, declared_code=said)
        return
    if said and not kinds.agree(said, learned):
        read = learned.format or learned.packing
        yield issue("link-format-differs", at, url, declared_code=said, learned_code=read)
        return
    if declared.target.kind is Kind.SERVICE:
        return
    if learned.packing and kinds.hides_packing(said, declared):
        yield issue("link-packed", at, url, packing=learned.packing)
    yield from _numbers(declared, learned, checked)


def _numbers(declared: Declared, learned: Learned, checked: datetime) -> Iterator[Issue]:
    at, url = declared.field, declared.target.url
    if declared.size and learned.size is not None:
        apart = abs(declared.size - learned.size)
        if apart > _BYTES and apart > _SHARE * max(declared.size, learned.size):
            sizes = {"found": _grouped(learned.size), "said": _grouped(declared.size)}
            yield issue("link-size-differs", at, url, **sizes)
    if kinds.charsets_differ(learned):
        charsets = {"found": learned.charset, "said": learned.served_charset}
        yield issue("link-charset-differs", at, url, **charsets)
    changed, known = _day(learned.last_modified), _day(declared.modified)
    if changed and known and changed - known > _LATER and checked - changed > _PRESENT:
        days = {"found": changed.date().isoformat(), "said": declared.modified[:10]}
        yield issue("link-newer", at, url, **days)


def _grouped(number: int) -> str:
    """Return a number in groups of three, with the blanks that every language reads (ISO 80000)."""
    return f"{number:,}".replace(",", "\N{NARROW NO-BREAK SPACE}")


def _day(text: str) -> datetime | None:
    """Return the day of an ISO date or time, with a zone; None for what is none."""
    try:
        return datetime.fromisoformat(f"{text[:10]}T00:00:00+00:00") if text else None
    except ValueError:
        return None
