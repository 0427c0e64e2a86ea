"""Licences in all the spellings of portals → the IRIs of DCAT-AP.de's list.

An unrecognised licence is kept as it was: a permission must not be read into
a text that does not grant it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any

from hanse_harvesters.normalise import spellings
from hanse_harvesters.normalise.outcome import Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, one_line
from hanse_schemas.vocabulary import Concept, vocabulary

#: Maximum length in characters of a URL that is analysed.
LONGEST_ADDRESS = 500
#: Values of CKAN and others for "no licence chosen".
_UNSPECIFIED = frozenset(
    {
        "notspecified", "not specified", "license not specified", "licence not specified",
        "lizenz nicht angegeben", "keine lizenz", "no license", "no licence", "unknown",
        "unbekannt", "none provided", "nicht spezifiziert", "keine", "keine lizenz angegeben",
        "ohne", "ohne lizenz",
    }
)  # fmt: skip
_URL = re.compile(r"(?:https?://|www\.)[^\s<>\"'{}|\\^`\]]+", re.IGNORECASE)
_TAIL = re.compile(
    r"(?:[?#].*|/+(?:legalcode|deed|index|summary|1-0/?index)(?:[./-][a-z]{2,4})?(?:\.html?|\.txt)?"
    r"|\.(?:html?|txt|rdf|ttl|json|php|pdf))$",
    re.IGNORECASE,
)
_LANGUAGE_TAIL = re.compile(r"(?<=4\.0)/(?:deed\.)?(?:de|en|fr)(?:_[a-z]{2})?/*$", re.IGNORECASE)
#: Licence registers whose URLs end in the licence's common short name.
_LAST_NAME = re.compile(
    r"https?://(?:www\.)?(?:dcat-ap\.de/def/licen[cs]es|spdx\.org/licenses|opendefinition\.org/licenses|"
    r"publications\.europa\.eu/resource/authority/licence)/(?P<name>[^/]+)",
    re.IGNORECASE,
)
_JSON = re.compile(r"\{[^{}]*\}")
#: Words that turn a licence named beside them into a different one.
_CONDITIONS = re.compile(
    r"nc|nd|sa|non\w*|\w*commercial\w*|\w*kommerziell\w*|deriv\w*|share\w*|alike|nicht\w*|kein\w*|"
    r"bearbeitung\w*|weitergabe|gleichen|bedingungen|not|no|except|außer|ausgenommen|"
    # another licence that is like the one named
    r"[ck]ompatib\w*|based|bas[ée]e?|basiert|basierend|angelehnt|inspired|similar|ähnlich\w*"
)
#: Keys that hold the licence in GDI-DE's JSON, the most specific first.
_JSON_LICENCE = ("id", "url", "name", "license_id", "licence_id", "license_url", "title", "uri")
_JSON_ATTRIBUTION = ("quelle", "attribution_text", "attribution", "source")


def _shortened(address: str) -> Iterator[str]:
    """Yield a URL, then without the suffixes that only select a page about the licence."""
    address = address.rstrip(".,;:)/ ")
    while len(address) <= LONGEST_ADDRESS:
        yield address
        shorter = _TAIL.sub("", address).rstrip("/")
        if shorter == address:
            break
        address = shorter
    if match := _LAST_NAME.fullmatch(address):
        yield match["name"]
    without_language = _LANGUAGE_TAIL.sub("", address)
    if without_language != address:
        yield without_language


def _by_name(text: str) -> Concept | None:
    """Return the licence that has ``text`` as its URL, code or name."""
    words = vocabulary("licences")
    for form in _shortened(text) if _URL.match(text) else (text,):
        if concept := words.find(form):
            return concept
    for form in _shortened(text) if _URL.match(text) else (text,):
        if concept := spellings.find(words, form):
            return concept
    return None


def objects(text: str) -> Iterator[dict[str, Any]]:
    """Yield the JSON objects in ``text``, the form that GDI-DE recommends for licences."""
    for match in _JSON.finditer(text):
        try:
            value = json.loads(match.group())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield value


def _in_json(text: str) -> Concept | None:
    for value in objects(text):
        for key in _JSON_LICENCE:
            named = value.get(key)
            if isinstance(named, str) and (concept := _by_name(one_line(named))):
                return concept
    return None


def _in_prose(text: str) -> Concept | None:
    """Return the single licence that a text links to or names, else None."""
    linked = {
        concept.iri: concept
        for match in _URL.finditer(text)
        if (concept := _by_name(match.group())) is not None
    }
    if linked:
        return next(iter(linked.values())) if len(linked) == 1 else None
    words = _URL.sub(" ", text)
    concept = spellings.inside(vocabulary("licences"), words)
    return None if concept and _restricts(words, concept) else concept


def _restricts(text: str, concept: Concept) -> bool:
    """Return whether ``text`` adds a condition or version to the licence found in it."""
    known = {
        token
        for name in (concept.code, *concept.labels.values(), *concept.same)
        for token in spellings.loose(name).split()
    }
    reported = [token for token in spellings.loose(text).split() if token not in known]
    return any(_CONDITIONS.fullmatch(token) for token in reported)


def attribution(text: str) -> str:
    """Return the attribution text (``quelle``) from JSON in ``text``, "" if there is none."""
    for value in objects(text):
        for key in _JSON_ATTRIBUTION:
            words = value.get(key)
            if isinstance(words, str) and words.strip():
                return one_line(words)
    return ""


@lru_cache(maxsize=4096)
def named(text: str) -> str:
    """Return the IRI of the licence with the name or URL ``text``, "" for any other text."""
    came = one_line(text)
    concept = _by_name(came) if len(came) <= LONGEST_ADDRESS else None
    return concept.iri if concept else ""


def licence(text: str) -> Outcome[str]:
    """Return the IRI of the licence that ``text`` names; keep and report an unknown one."""
    came = one_line(text)
    if is_nothing(came) or came.lower().startswith("urn:placeholder"):
        return Outcome(None, (finding("value-placeholder", text),) if came else ())
    if concept := _by_name(came):
        return Outcome(concept.iri)
    if came.casefold() in _UNSPECIFIED:
        return Outcome(None, (finding("license-unspecified", text),))
    if concept := _in_json(came) or _in_prose(came):
        return Outcome(concept.iri, (finding("license-from-text", text, read=concept.iri),))
    return Outcome(came, (finding("license-unknown", text),))
