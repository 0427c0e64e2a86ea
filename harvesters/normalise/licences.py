"""Licences in all the spellings of portals → the IRIs of DCAT-AP.de's list.

A licence that is not recognised stays as it came: nobody may read a
permission into words that do not give it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any

from hanse_harvesters.normalise import spellings
from hanse_harvesters.normalise.outcome import Outcome, finding
from hanse_harvesters.normalise.text import is_nothing, one_line
from hanse_schemas.vocabulary import Concept, vocabulary

#: Characters of an address that is looked at closely.
LONGEST_ADDRESS = 500
#: What CKAN and others write where no licence was chosen.
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
#: Registers of licences whose addresses end in the licence's usual short name.
_LAST_NAME = re.compile(
    r"https?://(?:www\.)?(?:dcat-ap\.de/def/licen[cs]es|spdx\.org/licenses|opendefinition\.org/licenses|"
    r"publications\.europa\.eu/resource/authority/licence)/(?P<name>[^/]+)",
    re.IGNORECASE,
)
_JSON = re.compile(r"\{[^{}]*\}")
#: Words that make another licence of one whose name stands beside them.
_CONDITIONS = re.compile(
    r"nc|nd|sa|non\w*|\w*commercial\w*|\w*kommerziell\w*|deriv\w*|share\w*|alike|nicht\w*|kein\w*|"
    r"bearbeitung\w*|weitergabe|gleichen|bedingungen|not|no|except|außer|ausgenommen"
)
#: Where GDI-DE's JSON holds the licence, most telling first.
_JSON_LICENCE = ("id", "url", "name", "license_id", "licence_id", "license_url", "title", "uri")
_JSON_ATTRIBUTION = ("quelle", "attribution_text", "attribution", "source")


def _shortened(address: str) -> Iterator[str]:
    """An address and what is left of it without the tails that only say which page to show."""
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
    """The licence whose address, code or name ``text`` is."""
    words = vocabulary("licences")
    for form in _shortened(text) if _URL.match(text) else (text,):
        if concept := words.find(form):
            return concept
    for form in _shortened(text) if _URL.match(text) else (text,):
        if concept := spellings.find(words, form):
            return concept
    return None


def objects(text: str) -> Iterator[dict[str, Any]]:
    """The JSON objects in ``text``, as the recommendation of GDI-DE writes licences."""
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
    """The one licence that a text links to or names."""
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
    """True if ``text`` holds a condition or version that the licence found in it does not."""
    known = {
        token
        for name in (concept.code, *concept.labels.values(), *concept.same)
        for token in spellings.loose(name).split()
    }
    reported = [token for token in spellings.loose(text).split() if token not in known]
    return any(_CONDITIONS.fullmatch(token) for token in reported)


def attribution(text: str) -> str:
    """The words to be named (``quelle``) in the JSON inside ``text``, "" if there are none."""
    for value in objects(text):
        for key in _JSON_ATTRIBUTION:
            words = value.get(key)
            if isinstance(words, str) and words.strip():
                return one_line(words)
    return ""


def named(text: str) -> str:
    """The IRI of the licence that ``text`` is the name or address of, "" for any other text."""
    came = one_line(text)
    concept = _by_name(came) if len(came) <= LONGEST_ADDRESS else None
    return concept.iri if concept else ""


def licence(text: str) -> Outcome[str]:
    """The IRI of the licence ``text`` names; an unknown one stays and is said."""
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
