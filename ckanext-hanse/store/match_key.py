"""Keys by which two descriptions of one dataset match: identifier, title, publisher, URL."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlsplit

from ckanext.hanse.store import identifiers

_IRI = re.compile(r"(https?://[^/\s]+/?\S|urn:[A-Za-z0-9][A-Za-z0-9-]*:\S|[a-z][a-z0-9+.-]*://\S)")
_NO_WORD = re.compile(r"[\W_]+")
_DIGITS = re.compile(r"\d+")


#: Identifiers of a record whose forms are stored; more say nothing of one dataset.
_MOST = 20


def keys(dataset: Mapping[str, Any]) -> list[str]:
    """Return what ``hanse_record.twins`` stores of a record's identifiers; [] for nothing.

    The canonical forms (identifiers.py) of those that are globally unique, each with a colon; if
    there is none, a digest of identifier and publisher, which is enough only for a suggestion.
    """
    others = dataset.get("alternate_identifier")
    identifier = _line(dataset.get("identifier"))
    given = [identifier, *map(_line, others if isinstance(others, list) else ())][:_MOST]
    found = dict.fromkeys(form for item in given for form in identifiers.global_forms(item))
    if found:
        return list(found)
    publisher = publisher_of(dataset.get("publisher"))
    if not identifier or not publisher:
        return []
    return [hashlib.sha256(f"{identifier}\n{publisher}".encode("utf-8", "replace")).hexdigest()]


def publisher_of(agents: object) -> str:
    """Return the first publisher's name normalised for comparison, else its IRI; "" if none.

    The name comes before the IRI: portals assign their own IRIs to the offices of a city.
    """
    if isinstance(agents, Mapping):
        agents = [agents]
    for agent in agents if isinstance(agents, list) else []:
        if isinstance(agent, Mapping):
            found = words(_line(agent.get("name"))) or _line(agent.get("uri"))
            if found:
                return found
    return ""


def is_iri(identity: str) -> bool:
    """Return whether a harvest identity has the form of an IRI, unlike a portal's own number."""
    return bool(_IRI.match(identity))


def is_global(twin: str) -> bool:
    """Return whether :func:`keys` built this from a globally unique identifier."""
    return ":" in twin


def words(text: str) -> str:
    """Normalise a title or name for comparison: no case, no punctuation, single spaces.

    >>> words(" Straßen–Bäume  (2024)")
    'strassen bäume 2024'
    """
    return _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def similarity(one: str, other: str) -> float:
    """Return the share of trigrams two :func:`words` have in common, 0 to 1; 0 if numbers differ.

    "Wahlergebnisse 2019" and "Wahlergebnisse 2021" are two datasets.
    """
    if _DIGITS.findall(one) != _DIGITS.findall(other):
        return 0.0
    first, second = _trigrams(one), _trigrams(other)
    together = len(first | second)
    return len(first & second) / together if together else 0.0


def _trigrams(text: str) -> set[str]:
    return {
        padded[place : place + 3]
        for padded in (f"  {word} " for word in text.split())
        for place in range(len(padded) - 2)
    }


def spellings(address: str) -> list[str]:
    """Return the spellings of a normalised URL: http or https, with or without a final slash."""
    _, scheme, rest = address.rstrip("/").partition("https://")
    if not scheme:
        return [address]
    return [f"{start}://{rest}{end}" for start in ("http", "https") for end in ("", "/")]


def below(url: object, addresses: Iterable[str]) -> bool:
    """Return whether ``url`` is one of ``addresses`` or below it; http counts as https."""
    place = _place(url)
    return place is not None and any(
        place[:2] == home[:2] and (place[2] == home[2] or place[2].startswith(f"{home[2]}/"))
        for home in map(_place, addresses)
        if home is not None
    )


def _place(url: object) -> tuple[str, int, str] | None:
    """Return host, port (80 counts as 443) and path without a final slash."""
    if not isinstance(url, str) or not url.startswith(("http://", "https://")):
        return None
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError:
        return None
    return (
        (parts.hostname or "").lower(),
        port if port not in (None, 80) else 443,
        (parts.path.rstrip("/")),
    )


def _line(value: object) -> str:
    return " ".join(value.split()) if isinstance(value, str) else ""
