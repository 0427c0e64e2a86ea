"""Kinds of services: what each is called, what it is good for, and how it is known."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import ckan.plugins.toolkit as tk

from hanse_schemas.vocabulary import vocabulary

#: Codes of the EU's list of formats → kind.
_BY_FORMAT = {
    "WMS_SRVC": "wms", "MAP_SRVC": "tiles", "WFS_SRVC": "wfs", "WCS_SRVC": "wcs",
    "REST": "rest", "ATOM": "feed", "RSS": "feed", "SPARQLQ": "sparql",
}  # fmt: skip
#: The EU's list has no code for these: they are known by name and address, whatever is delivered.
_BY_WORDS = (
    ("sensorthings", re.compile(r"sensor[-_ ]?things|/frost(-server)?/", re.IGNORECASE)),
    ("ogc-api", re.compile(r"ogc[-_ ]?api|oapif|/collections/[^/]+/items", re.IGNORECASE)),
)
#: Where a file has no known format.
_BY_WORD_ALONE = tuple(
    (code, re.compile(rf"(?<![a-z])(?:{word})(?![a-z])", re.IGNORECASE))
    for code, word in (
        ("tiles", "wmts|tms"), ("wms", "wms"), ("wfs", "wfs"), ("wcs", "wcs"),
        ("sparql", "sparql"),
    )
)  # fmt: skip
OTHER = "other"
"""Described at a dataset, while no file's format or address says the kind."""
CODES = (
    "wms", "tiles", "wfs", "ogc-api", "sensorthings", "wcs", "rest", "sparql", "feed", OTHER,
)  # fmt: skip
"""In the order of the page."""


@dataclass(frozen=True, slots=True)
class Kind:
    """``code``: in addresses.  ``text``: what the kind is good for, a sentence."""

    code: str
    label: str
    text: str


def kind_of(file_format: str, name: str, url: str) -> str:
    """Return the kind of the service behind a file, "" if it is none.

    >>> kind_of("WMS", "", ""), kind_of("CSV", "Bäume", "https://stadt.example/baeume.csv")
    ('wms', '')
    >>> kind_of("", "WFS", "https://stadt.example/geo"), kind_of("ZIP", "WFS 2024", "")
    ('wfs', '')
    >>> kind_of("JSON", "Pegel", "https://stadt.example/SensorThings/v1.1/Datastreams")
    'sensorthings'
    """
    known = _code(file_format)
    by_format = _BY_FORMAT.get(known, "")
    if by_format not in ("", "rest"):
        return by_format
    said = f"{file_format} {name} {url}"
    signs = _BY_WORDS if known else (*_BY_WORDS, *_BY_WORD_ALONE)
    return next((code for code, words in signs if words.search(said)), by_format)


@cache
def _code(file_format: str) -> str:
    known = vocabulary("file-types").find(file_format) if file_format else None
    return known.code if known else ""


def kind(code: str) -> Kind:
    """Return the kind with this code in the page's language."""
    label, text = {
        "wms": (
            tk._("Map images (WMS)"),
            tk._("Maps that are drawn already: for QGIS, a geoportal or a web map of your own."),
        ),
        "tiles": (
            tk._("Map tiles and map services (WMTS, TMS, ArcGIS)"),
            tk._("Pieces of a map that load quickly, for example as a background."),
        ),
        "wfs": (
            tk._("Geodata to download (WFS)"),
            tk._("The objects themselves with place and properties, a part of them too."),
        ),
        "ogc-api": (
            tk._("OGC API"),
            tk._("Geodata as JSON by simple addresses; the successor of WFS."),
        ),
        "sensorthings": (
            tk._("Measurements (SensorThings)"),
            tk._("What sensors measure now and have measured, for example water levels."),
        ),
        "wcs": (
            tk._("Grids (WCS)"),
            tk._("A value for each cell of a grid, for example heights."),
        ),
        "rest": (
            tk._("REST and other web interfaces"),
            tk._("Answers for programs, mostly as JSON."),
        ),
        "sparql": (
            tk._("Linked data (SPARQL)"),
            tk._("Questions to data that are linked with others (RDF)."),
        ),
        "feed": (
            tk._("Feeds (Atom, RSS)"),
            tk._("A list to subscribe to: news, or files to download."),
        ),
        OTHER: (
            tk._("Other services"),
            tk._("Described at the dataset, without a format that names the kind."),
        ),
    }[code]
    return Kind(code, label, text)
