"""What follows from one response, if it is no redirect."""

from __future__ import annotations

from urllib.parse import urlsplit

from hanse_harvesters.errors import HanseError
from hanse_harvesters.http.client import REDIRECTS
from hanse_harvesters.http.start import Start
from hanse_harvesters.links import learn, services
from hanse_harvesters.links.answer import Learned, Outcome
from hanse_harvesters.links.target import Kind

_LASTING = {
    401: "status-login",
    403: "status-forbidden",
    404: "status-absent",
    410: "status-gone",
}
_ABSENT = frozenset({404, 410})
#: Something in place of what was asked for, although the status is 2xx.
_INSTEAD = {
    "challenge": "link-challenge",
    "login": "link-login",
    "error": "link-error-page",
    "exception": "link-exception",
}
#: Paths of a start page.
_STARTS = frozenset({"", "index.html", "index.htm", "index.php"})

Judgement = tuple[Outcome, HanseError | None, Learned | None]


def judge(start: Start, *, asked: str, kind: Kind, service: str) -> Judgement:
    """Return outcome, reason and what was learned.

    ``asked``  the URL before redirects.
    """
    status = start.status
    if status == 416 and start.size == 0:  # "bytes */0": there is a file, and it is empty
        return Outcome.OK, None, Learned(size=0)
    if not 200 <= status < 300:
        if learn.is_challenge(start):
            return Outcome.UNSURE, HanseError("link-challenge"), None
        outcome = Outcome.ABSENT if status in _ABSENT else Outcome.UNSURE
        words = "link-nowhere" if status in REDIRECTS else _words(status)
        return outcome, HanseError(words, status=status), None
    learned = learn.learn(start, asked=asked, is_page=kind is Kind.PAGE)
    if instead := _INSTEAD.get(learned.detail):
        return Outcome.UNSURE, HanseError(instead), learned
    if _is_home(asked, start.url):
        return Outcome.UNSURE, HanseError("link-home"), learned
    return Outcome.OK, None, learned


def asks_whole(start: Start) -> bool:
    """Return whether a server may be unable to answer a range and no more than that."""
    return start.status in (400, 416, 501) and not (start.status == 416 and start.size == 0)


def tells_nothing(outcome: Outcome, start: Start, learned: Learned | None, service: str) -> bool:
    """Return whether a service did not describe itself, so that its address is asked as it is."""
    if outcome is Outcome.OK and learned is not None:
        return learned.format not in services.FORMATS.get(service, frozenset())
    return (start.status not in (401, 403, 429) and start.status < 500) or start.status == 501


def _words(status: int) -> str:
    if status in _LASTING:
        return _LASTING[status]
    return "status-passing" if status in (408, 425, 429) or status >= 500 else "status-other"


def _is_home(asked: str, url: str) -> bool:
    """Return whether a link was led to its host's start page: what it was for is not there."""
    here, there = urlsplit(asked), urlsplit(url)
    same = (here.hostname or "").removeprefix("www.") == (there.hostname or "").removeprefix("www.")
    inner = here.path.strip("/")
    was_inner = inner.lower() not in _STARTS and ("/" in inner or "." in inner)
    return same and was_inner and there.path.strip("/").lower() in _STARTS and not there.query
