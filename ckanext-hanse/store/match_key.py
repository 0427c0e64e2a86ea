"""What makes two descriptions of one dataset alike: identifiers, titles, publishers, addresses."""

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


def key(dataset: Mapping[str, Any]) -> str:
    """What ``hanse_record.twin`` keeps of an identifier; "" where it says nothing.

    The identifier's one form where it is unique everywhere (identifiers.py), which holds a
    colon; else a digest of identifier and publisher, by which records are only suggested.
    """
    identifier = _line(dataset.get("identifier"))
    if form := identifiers.global_form(identifier):
        return form
    publisher = publisher_of(dataset.get("publisher"))
    if not identifier or not publisher:
        return ""
    return hashlib.sha256(f"{identifier}\n{publisher}".encode("utf-8", "replace")).hexdigest()


def publisher_of(agents: object) -> str:
    """The first publisher's name as it is compared, else its IRI; "" if there is none.

    The name before the IRI: portals give their own IRIs to the offices of a city.
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
    """Whether a harvest identity has the form of an IRI: no number of a portal's own."""
    return bool(_IRI.match(identity))


def is_global(twin: str) -> bool:
    """Whether :func:`key` made this of an identifier that is unique everywhere."""
    return ":" in twin


def words(text: str) -> str:
    """A title or name as it is compared: no case, no punctuation, single blanks.

    >>> words(" Straßen–Bäume  (2024)")
    'strassen bäume 2024'
    """
    return _NO_WORD.sub(" ", unicodedata.normalize("NFKC", text).casefold()).strip()


def similarity(one: str, other: str) -> float:
    """How much of their trigrams two :func:`words` share, 0 to 1; 0 where their numbers differ.

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
    """A normalised address as portals write it: http or https, with or without a slash behind."""
    _, scheme, rest = address.rstrip("/").partition("https://")
    if not scheme:
        return [address]
    return [f"{start}://{rest}{end}" for start in ("http", "https") for end in ("", "/")]


def below(url: object, addresses: Iterable[str]) -> bool:
    """Whether ``url`` is one of ``addresses`` or lies below it; http is https here."""
    place = _place(url)
    return place is not None and any(
        place[:2] == home[:2] and (place[2] == home[2] or place[2].startswith(f"{home[2]}/"))
        for home in map(_place, addresses)
        if home is not None
    )


def _place(url: object) -> tuple[str, int, str] | None:
    """Host, port (80 counts as 443) and path without a slash at its end."""
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
