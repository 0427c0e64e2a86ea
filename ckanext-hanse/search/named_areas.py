"""Areas that have a name and a box: the cities, their districts, states, countries.

Cities and districts come from ``places.yaml``, larger regions from ``regions.yaml``; both boxes
are rough, drawn by us.  Does not depend on CKAN.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any

import yaml

from ckanext.hanse.search.boxes import Box
from hanse_harvesters.german.letters import fold
from hanse_harvesters.normalise.places import canonical_key
from hanse_schemas.table import LOADER

CITY, DISTRICT, REGION = "city", "district", "region"
_KINDS = (CITY, DISTRICT)
_POLITICAL = "/politicalGeocoding/"
#: Digits of a state's key: too few to be known as a key without its IRI.
_STATE = 2
_LONGEST_NAME = 200
_FILLERS = {"stadtteil", "ortsteil", "district"}


@dataclass(frozen=True, slots=True)
class NamedArea:
    """A known area.  ``key`` is its name in addresses; ``city`` the organization's, "" for none.

    ``names`` are by language, and so is ``inside``, the words for a part of a region; ``also`` are
    further names, ``iris`` those of its entries in the registers of places.
    """

    key: str
    kind: str
    names: Mapping[str, str]
    box: Box
    city: str = ""
    iris: tuple[str, ...] = ()
    inside: Mapping[str, str] = field(default_factory=dict)
    also: tuple[str, ...] = ()

    def name(self, language: str) -> str:
        """Return the name in ``language``, else the German one."""
        return self.names.get(language) or self.names["de"]


@cache
def every_place() -> tuple[NamedArea, ...]:
    """Return cities, districts and well-known places, which have no name in addresses."""
    return tuple(map(_place, _read("places.yaml")["places"]))


@cache
def places() -> tuple[NamedArea, ...]:
    """Return the cities, each followed by its districts in alphabetical order.

    Raises ValueError for two places of one city with the same name.
    """
    found = [area for area in every_place() if area.kind in _KINDS]
    cities = [area for area in found if area.kind == CITY]
    by_key = {area.key: area for area in found}
    if len(by_key) < len(found):
        raise ValueError("places.yaml: two places of a city have the same name")
    ordered: list[NamedArea] = []
    for city in cities:
        own = [area for area in found if area.city == city.city and area.kind == DISTRICT]
        ordered += [city, *sorted(own, key=lambda area: fold(area.name("de")))]
    return tuple(ordered)


@cache
def regions() -> tuple[NamedArea, ...]:
    """Return states, seas, countries and the world, the smallest box first."""
    found = [
        NamedArea(
            item["key"],
            REGION,
            item["names"],
            Box(*item["bbox"]),
            iris=tuple(item.get("iris", ())),
            inside=item["inside"],
        )
        for item in _read("regions.yaml")["regions"]
    ]
    return tuple(sorted(found, key=lambda area: area.box.size))


@cache
def by_key() -> Mapping[str, NamedArea]:
    """Return every area by its name in addresses: ``rostock-warnemuende``."""
    return {area.key: area for area in (*places(), *regions())}


@lru_cache(maxsize=4096)
def known(text: str) -> NamedArea | None:
    """Return the area that ``text`` means: an IRI or key of a register, or the area's whole name.

    >>> [known(text).key for text in ("130030000000", "Hansestadt Wismar", "Rostock-Warnemünde")]
    ['rostock', 'wismar', 'rostock-warnemuende']
    """
    if not text or len(text) > _LONGEST_NAME:
        return None
    return _by_iri().get(canonical_key(text) or text) or _by_name().get(_spelled(text))


@cache
def _by_iri() -> Mapping[str, NamedArea]:
    keys = _read("regions.yaml")["cities"]
    cities = {area.city: area for area in places() if area.kind == CITY}
    found = {iri: cities[name] for name, iris in keys.items() for iri in iris if name in cities}
    found |= {iri: area for area in regions() for iri in area.iris}
    by_iri = {canonical_key(iri) or iri: area for iri, area in found.items()}
    bare = {iri.rpartition("/")[2]: area for iri, area in by_iri.items() if _POLITICAL in iri}
    return {key: area for key, area in bare.items() if len(key) > _STATE} | by_iri


@cache
def _by_name() -> Mapping[str, NamedArea]:
    """Return name → area; a district is also known by its city's name before its own."""
    cities = {area.city: area for area in places() if area.kind == CITY}
    found = {_spelled(name): area for area in regions() for name in area.names.values()}
    for area in places():
        before = "" if area.kind == CITY else f"{cities[area.city].name('de')} "
        for name in (*area.names.values(), *area.also):
            found.setdefault(_spelled(before + name), area)
    return found


def _spelled(name: str) -> str:
    """Return a name without what spellings differ in: capitals, hyphens, commas, "Stadtteil"."""
    words = "".join(c if c.isalnum() else " " for c in fold(name)).split()
    return " ".join(word for word in words if word not in _FILLERS)


def _place(item: Mapping[str, Any]) -> NamedArea:
    city, name = str(item["city"]), str(item["name"])
    key = city if item["kind"] == CITY else f"{city}-{_slug(name)}"
    return NamedArea(
        key,
        item["kind"],
        {"de": name},
        Box(*item["bbox"]),
        city=city,
        also=tuple(map(str, item.get("also", ()))),
    )


def _slug(name: str) -> str:
    letters = name.lower().translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
    return "-".join("".join(c if c.isalnum() else " " for c in letters).split())


@cache
def _read(name: str) -> dict[str, Any]:
    text = files("ckanext.hanse.search").joinpath(name).read_text("utf-8")
    read: dict[str, Any] = yaml.load(text, Loader=LOADER)
    return read
