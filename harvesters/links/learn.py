"""What the beginning of a document tells: its format, size, charset, last change."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC
from email.message import Message
from email.utils import parsedate_to_datetime
from urllib.parse import urlsplit

from hanse_harvesters.http.start import Start
from hanse_harvesters.issue import shown
from hanse_harvesters.links import signatures, textual
from hanse_harvesters.links.answer import Learned

#: Headers by which a protection against programs says that it asks a question first.
_CHALLENGES: Mapping[str, str] = {
    "cf-mitigated": "challenge",
    "x-amzn-waf-action": "challenge captcha",
}
#: Paths of login pages, after a redirect.
_LOGIN = re.compile(
    r"/(?:log-?in|sign-?in|anmeld(?:en|ung)|idp|saml2?|cas|adfs|oauth2?|openid-connect)(?=[/._?-]|$)",
    re.IGNORECASE,
)


def learn(start: Start, *, asked: str, is_page: bool) -> Learned:
    """Return what a 2xx tells.

    ``asked``    the URL before redirects.
    ``is_page``  True if a page was expected: one with a field for a password may still be it.
    """
    found = signatures.recognise(start.content, whole=start.whole)
    detail = found.detail
    if is_challenge(start):
        detail = "challenge"
    elif found.format == "HTML" and not detail:
        led = start.url != asked and _LOGIN.search(urlsplit(start.url).path)
        asks = not is_page and textual.is_login(start.content.decode("utf-8", "replace"))
        detail = "login" if led or asks else ""
    head = Message()
    head["content-type"] = start.headers.get("content-type", "")[:300]
    declared = head.get_content_type() if start.headers.get("content-type") else ""
    return Learned(
        found.format,
        found.packing,
        found.sure,
        shown(detail, 80),
        shown(declared, 100),
        found.charset,
        shown(head.get_content_charset("") or "", 40),
        found.delimiter,
        start.size,
        _date(start.headers.get("last-modified", "")),
        shown(start.headers.get("etag", ""), 200),
    )


def is_challenge(start: Start) -> bool:
    """Return whether a protection asks for proof of a person instead of answering."""
    return any(
        start.headers.get(name, "").strip().lower() in values.split()
        for name, values in _CHALLENGES.items()
    )


def _date(text: str) -> str:
    """Return the ISO form of an HTTP date, "" for what is none."""
    try:
        return parsedate_to_datetime(text[:100]).astimezone(UTC).isoformat()
    except (ValueError, TypeError, OverflowError, IndexError):
        return ""
