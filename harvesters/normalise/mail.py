"""E-mail addresses and telephone numbers, extracted from whatever portals write around them."""

from __future__ import annotations

import html
import re
from urllib.parse import unquote

from hanse_harvesters.normalise import urls
from hanse_harvesters.normalise.outcome import Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, one_line

#: Maximum characters searched: the time grows quadratically, and no address is longer.
LONGEST_ADDRESS, LONGEST_NUMBER = 1_000, 200

# Deliberately permissive: an address that strict validators refuse is better than none.
_ADDRESS = re.compile(
    r"[^\s<>()\[\]\\,;:@\"'/?#=&|{}]+@(?:[^\W_](?:[\w-]*[^\W_])?\.)+[^\W\d_][\w-]*", re.UNICODE
)
_AT = re.compile(r"\s*(?:\(\s*(?:at|ät|a)\s*\)|\[\s*(?:at|ät|a)\s*\]|\{\s*at\s*\})\s*", re.I)
_DOT = re.compile(r"\s*(?:\(\s*(?:dot|punkt)\s*\)|\[\s*(?:dot|punkt)\s*\])\s*", re.I)
_TAGS = re.compile(r"<[^@<>]*>")
_BLANK_AROUND_AT = re.compile(r"(?<=[\w.-])\s*@\s*(?=[\w-])")


def _bare(text: str) -> str:
    """Remove ``mailto:``, percent and HTML encoding and spam protection from ``text``."""
    text = unquote(html.unescape(one_line(text)))
    text = re.sub(r"(?i)\?(?:subject|cc|bcc|body)=.*", "", text)
    text = re.sub(r"(?i)\b(?:mailto|e-?mail|mail)\s*:\s*(?://)?", " ", text)
    text = _TAGS.sub(" ", _DOT.sub(".", _AT.sub("@", text)))
    return _BLANK_AROUND_AT.sub("@", text)


def addresses(text: str) -> list[str]:
    """Return the e-mail addresses in ``text``, in order and without duplicates.

    Handles ``mailto:``, literals, ``Name <a@b.de>``, relative IRIs that a parser has
    resolved (``file:///…/info@statistik.bremen.de``), and several with ``,`` or ``;``.
    """
    found = [match.strip(".") for match in _ADDRESS.findall(_bare(text))]
    return list(dict.fromkeys(found))


def email(text: str) -> Outcome[str]:
    """Return one bare address; keep and report a value that contains none."""
    came = one_line(text)
    if is_nothing(came) or came.casefold() in {"mailto:", "mailto"}:
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if len(came) > LONGEST_ADDRESS:
        return Outcome(one_line(came[:LONGEST_ADDRESS]), (finding("email-invalid", text),))
    found = addresses(came)
    if not found and (urls.runs(came) or urls.runs(_bare(came).strip())):
        return Outcome(None, (finding("url-unsafe", text),))
    if not found:
        return Outcome(came, (finding("email-invalid", text),))
    if len(found) > 1:
        return Outcome(found[0], (finding("email-several", text, kept=found[0]),))
    return Outcome(found[0])


#: Text before a number that is not part of it: a scheme, a word followed by a stop or a blank.
_BEFORE_NUMBER = re.compile(
    r"(?:tel(?:efon|ephone)?|phone|fon|ruf)(?:\.?[-\s]?(?:nr|nummer|number|no)\b)?"
    r"\s*(?:[.:]+\s*(?://)?|(?=[\s\d+(]))|(?:t|callto|sip)\s*:\s*(?://)?",
    re.IGNORECASE,
)


def _without_word(came: str) -> str:
    """Remove the label from ``tel:+49 451``, ``Telefon: 0451``, ``Tel.-Nr. 0451``."""
    while True:
        number = unquote(came)
        found = _BEFORE_NUMBER.match(number)
        number = one_line(number[found.end() :] if found else number)
        if number == came:
            return number
        came = number


def phone(text: str) -> Outcome[str]:
    """Return a number without ``tel:``; keep and report a value without digits."""
    came = one_line(text)
    if urls.runs(came):
        return Outcome(None, (finding("url-unsafe", text),))
    if len(came) > LONGEST_NUMBER:
        return Outcome(one_line(came[:LONGEST_NUMBER]), (finding("phone-invalid", text),))
    number = _without_word(came)
    if urls.runs(number):  # an unsafe scheme may follow "tel:" or be percent-encoded
        return Outcome(None, (finding("url-unsafe", text),))
    if is_nothing(number):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if len(re.findall(r"\d", number)) < 3:
        return Outcome(number, (finding("phone-invalid", text),))
    return Outcome(number)
