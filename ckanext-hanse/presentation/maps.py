"""What a map is made of: the shipped base map, and what the operator adds (``hanse.map.*``).

As shipped, a map asks nobody but this site.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import ckan.plugins.toolkit as tk

log = logging.getLogger(__name__)

LEAFLET = "/hanse/vendor/leaflet-1.9.4/leaflet"
PMTILES = "/hanse/vendor/pmtiles-4.5.0/pmtiles.js"
BASE, CITIES = "/hanse/map/baltic.json", "/hanse/map/cities.json"

#: First bytes of a PMTiles file of version 3, and the place of its kind of tile.
_MAGIC, _KIND = b"PMTiles\x03", 99
_VECTOR = 1


@dataclass(frozen=True, slots=True)
class Layer:
    """A layer that the operator adds: a file of this machine, or a template of addresses."""

    place: str
    source: str = ""


def borders() -> Layer | None:
    """Return the operator's GeoJSON file of borders."""
    return _layer("hanse.map.borders")


def pmtiles() -> Layer | None:
    """Return the operator's file of tiles."""
    return _layer("hanse.map.pmtiles")


def tiles() -> Layer | None:
    """Return the operator's template of the addresses of tiles."""
    return _layer("hanse.map.tiles")


def faults() -> Iterator[tuple[str, str]]:
    """Yield the options that cannot be used, each with the reason."""
    for option, fault_of in _FAULTS.items():
        place = _place(option)
        if place and (fault := fault_of(place)):
            yield option, fault


def borders_fault(path: str) -> str:
    """Return why a file of borders cannot be shown, "" if it can."""
    return "" if Path(path).is_file() else f"{path} is no file that can be read"


def tiles_fault(template: str) -> str:
    """Return why a template of tiles cannot be used, "" if it can."""
    if not all(part in template for part in ("{z}", "{x}", "{y}")):
        return f"{template} lacks {{z}}, {{x}} or {{y}}"
    parts = urlsplit(template)
    if "{" in parts.netloc:
        return f"{template} names no single host; write it without {{s}}"
    own = template.startswith("/") and not parts.netloc
    if not own and not (parts.scheme in ("https", "http") and parts.hostname):
        return f"{template} is neither an address (https://…) nor a path of this site (/…)"
    if any(character in template for character in " ;,'\""):
        return f"{template} has a blank, a quote, a comma or a semicolon"
    return ""


def pmtiles_fault(path: str) -> str:
    """Return why a file of tiles cannot be shown, "" if it can."""
    try:
        with Path(path).open("rb") as file:
            head = file.read(127)
    except OSError as fault:
        return f"{path} cannot be read: {fault.strerror}"
    if len(head) < 127 or not head.startswith(_MAGIC):
        return f"{path} is no PMTiles file of version 3"
    if head[_KIND] == _VECTOR:
        return f"{path} has vector tiles; only pictures (PNG, JPEG, WebP, AVIF) are shown"
    return ""


def picture_source() -> str:
    """Return what pages may ask for pictures beside this site, as a policy names it; "" for none.

    The host of the tiles; ``blob:`` for pictures that the page's script takes from our own file.
    """
    if layer := tiles():
        parts = urlsplit(layer.place)
        return f"{parts.scheme}://{parts.netloc}" if parts.netloc else ""
    return "blob:" if _place("hanse.map.pmtiles") else ""


def site_map() -> dict[str, Any]:
    """Return everything that the page's script needs to draw a map, with the sources to name."""
    own_tiles, own_borders, own_file = tiles(), borders(), pmtiles()
    found: dict[str, Any] = {
        "leaflet": _file(f"{LEAFLET}.js"),
        "style": _file(f"{LEAFLET}.css"),
        "cities": _file(CITIES),
        "language": tk.h.lang(),
        "sources": [],
    }
    if own_tiles or own_file:
        found["tiles"] = own_tiles.place if own_tiles else ""
        if own_file and not own_tiles:
            found["pmtiles"] = tk.url_for("hanse_maps.tiles", locale="default")
            found["reader"] = _file(PMTILES)
        found["sources"] += [layer.source for layer in (own_tiles or own_file,) if layer]
    else:
        found["base"] = _file(BASE)
        found["sources"].append(tk._("Coast: Natural Earth (public domain)"))
    if own_borders:
        found["borders"] = tk.url_for("hanse_maps.borders", locale="default")
        found["sources"].append(own_borders.source)
    else:
        found["sources"].append(tk._("Cities: rough outlines drawn by us"))
    found["sources"] = [source for source in found["sources"] if source]
    found["words"] = {"in": tk._("Zoom in"), "out": tk._("Zoom out")}
    return found


@cache
def _log_once(option: str, fault: str) -> None:
    """Log why an option is not used; pages ask for it all the time."""
    log.error("%s: %s", option, fault)


def _file(path: str) -> str:
    return str(tk.h.url_for_static(path))


def _layer(option: str) -> Layer | None:
    """Return a layer that the operator names, None also if it cannot be used."""
    place = _place(option)
    if not place:
        return None
    if fault := _FAULTS[option](place):
        _log_once(option, fault)
        return None
    return Layer(place, _place(f"{option}.source"))


def _place(option: str) -> str:
    return str(tk.config.get(option) or "").strip()


_FAULTS: Mapping[str, Callable[[str], str]] = {
    "hanse.map.borders": borders_fault,
    "hanse.map.tiles": tiles_fault,
    "hanse.map.pmtiles": pmtiles_fault,
}
