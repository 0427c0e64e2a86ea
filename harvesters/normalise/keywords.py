"""Keywords: trimmed, without duplicates, split if a portal wrote a list into one."""

from __future__ import annotations

import re
from collections.abc import Iterable

from hanse_harvesters.normalise.outcome import Finding, Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, one_line, without_markup

#: Length of CKAN's column for a tag's name.
LONGEST = 100


def _plain(keyword: str) -> str:
    """Remove markup line by line, so that the ``;`` of an entity does not split a keyword."""
    if keyword.isprintable() and not re.search("[<&]", keyword):
        return keyword
    return "\n".join(without_markup(line) for line in re.split(r"[\r\n]+", keyword))


def _parts(keyword: str) -> list[str]:
    """Split ``Lärm; Verkehr`` or ``Bauen, Wohnen, Umwelt`` into keywords.

    One comma may be part of a keyword (``Schulen, öffentliche``), two or more make a list.
    """
    parts = [part for part in re.split(r"[;\n\r]+", keyword) if part.strip()]
    return [piece for part in parts for piece in _at_commas(part)]


def _at_commas(part: str) -> list[str]:
    pieces = [piece for piece in part.split(",") if piece.strip()]
    is_list = len(pieces) >= 3 and all(len(piece) <= LONGEST for piece in pieces)
    return pieces if is_list else [part]


def keywords(came: Iterable[str]) -> Outcome[list[str]]:
    """Return the keywords in order, stripped, without empty ones and duplicates.

    Case is significant, and all punctuation used by portals is kept (``:``, ``/``, ``()``).
    """
    kept: dict[str, None] = {}
    reported: list[Finding] = []
    for keyword in came:
        parts = [without_markup(part) for part in _parts(_plain(keyword))]
        if len(parts) > 1:
            reported.append(finding("keyword-list", keyword, parts=len(parts)))
        for part in parts:
            if is_nothing(part):
                continue
            if len(part) > LONGEST:
                reported.append(finding("keyword-too-long", part, longest=LONGEST))
                part = one_line(part[:LONGEST])
            kept.setdefault(part)
    return Outcome(list(kept) or None, tuple(reported))
