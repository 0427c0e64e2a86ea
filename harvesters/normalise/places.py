"""Places: political keys as canonical IRIs, rectangles as boxes, no duplicate shapes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from hanse_harvesters.normalise import geometry
from hanse_harvesters.normalise.outcome import Finding, finding
from hanse_schemas.vocabulary import Concept, vocabulary

#: Maximum places of one dataset that are compared in pairs; the time grows quadratically.
MOST_COMPARED = 100

_BASE = "http://dcat-ap.de/def/politicalGeocoding/"
_KEY = re.compile(
    r"(?:https?://(?:www\.)?dcat-ap\.de)?/?def/politicalGeocoding/(?P<list>[A-Za-z]+)[/#](?P<key>\d+)/?",
    re.IGNORECASE,
)
#: Number of digits of a key → the list it belongs to, whichever list the portal named.
_LISTS = {
    2: "stateKey",
    3: "governmentDistrictKey",
    5: "districtKey",
    8: "municipalityKey",
    9: "municipalAssociationKey",
    12: "regionalKey",
}
#: Vocabularies that list places by their key.
KEYS = "municipal-keys"
_KNOWN = ("states", KEYS)


def key_concept(iri: str) -> Concept | None:
    """Return the state or municipality with the key ``iri``, in any spelling."""
    for name in _KNOWN:
        if concept := vocabulary(name).find(iri):
            return concept
    return None


def canonical_key(iri: str) -> str | None:
    """Return the canonical IRI of a political key, None if ``iri`` is not one.

    >>> canonical_key("https://www.dcat-ap.de/def/politicalGeocoding/regionalKey/130030000000")
    'http://dcat-ap.de/def/politicalGeocoding/regionalKey/130030000000'
    """
    match = _KEY.fullmatch(iri.strip())
    if not match:
        return None
    key = match["key"]
    written = f"{_BASE}{_LISTS.get(len(key), match['list'])}/{key}"
    concept = key_concept(written)
    return concept.iri if concept else written


def located(place: dict[str, Any], language: str) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    """Return a location with its key's name, a rectangle as ``bbox``, words as ``text``."""
    place, reported = _named(dict(place), language)
    shape = place.get("geom")
    found = geometry.shape(shape) if isinstance(shape, str) else None
    if isinstance(shape, str) and found is None and not shape.startswith(("{", "[")):
        return _in_words(place, shape), reported
    if found is None or not geometry.is_rectangle(found):
        return place, reported
    box = place.get("bbox")
    if box is None or (isinstance(box, str) and geometry.same_box(box, found)):
        del place["geom"]
        place["bbox"] = geometry.box_wkt(*found.box)
    return place, reported


def _in_words(place: dict[str, Any], shape: str) -> dict[str, Any]:
    """Use words in place of a shape as the place's name, if it has none."""
    if place.get("text") in (None, shape) and len(shape) <= 200:
        del place["geom"]
        place["text"] = shape
    return place


def _named(place: dict[str, Any], language: str) -> tuple[dict[str, Any], tuple[Finding, ...]]:
    iri = place.get("uri")
    canonical = canonical_key(iri) if isinstance(iri, str) else None
    if canonical is None:
        return place, ()
    place["uri"] = canonical
    concept = key_concept(canonical)
    if concept is None:
        return place, _not_a_key(canonical)
    if not place.get("text"):
        place["text"] = concept.label(language)
    return place, ()


def _not_a_key(iri: str) -> tuple[Finding, ...]:
    """Report a key that cannot exist: a wrong length, or an unknown state."""
    key = iri.rpartition("/")[2]
    state = vocabulary("states").find(f"{_BASE}stateKey/{key[:2]}")
    if len(key) in _LISTS and (state is not None or len(vocabulary("states")) == 0):
        return ()
    return (finding("place-key-unknown", iri),)


def distinct(places: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Drop places that add nothing new, such as the same shape as WKT and GeoJSON."""
    if len(places) > MOST_COMPARED:
        return places
    kept: list[dict[str, Any]] = []
    for place in places:
        if not any(_says_all(other, place) for other in kept):
            kept = [*_without(kept, place), place]
    return kept


def _without(kept: list[dict[str, Any]], place: dict[str, Any]) -> Iterator[dict[str, Any]]:
    return (other for other in kept if not _says_all(place, other))


def _says_all(more: dict[str, Any], less: dict[str, Any]) -> bool:
    """Return whether ``more`` contains every statement of ``less``, in any notation."""
    return all(
        key in more
        and (value == more[key] or (key in {"geom", "bbox"} and _same(value, more[key])))
        for key, value in less.items()
    )


def _same(one: Any, other: Any) -> bool:
    return isinstance(one, str) and isinstance(other, str) and geometry.same(one, other)
