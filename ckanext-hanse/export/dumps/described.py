"""The newest dump as distributions of the catalogue (``dcat:distribution``, DCAT 3, 6.3)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse import settings
from ckanext.hanse.export.dumps import files, listing
from ckanext.hanse.model import Dump
from ckanext.hanse.store.pg_text import moment
from ckanext.hanse.store.rdf import site
from hanse_harvesters.mapping import adapters
from hanse_harvesters.mapping.terms import IRI, Triple
from hanse_harvesters.mapping.writer import object_triples
from hanse_schemas.table import expand
from hanse_schemas.vocabulary import vocabulary

_MEDIA_TYPES = vocabulary("media-types")
_GZIP = "http://www.iana.org/assignments/media-types/application/gzip"
_DISTRIBUTION = IRI(expand("dcat:distribution"))
_SHA256 = "http://dcat-ap.de/def/hashAlgorithms/sha/256"
_FILE_TYPES = "http://publications.europa.eu/resource/authority/file-type/"
#: Label → code of the EU's list of file types, which does not know the others.
_CODES = {
    "Turtle": "RDF_TURTLE",
    "N-Quads": "RDF_N_QUADS",
    "JSON-LD": "JSON_LD",
    "RDF/XML": "RDF_XML",
    "CSV": "CSV",
}


def stamp() -> str:
    """Return what differs whenever :func:`lines` would; "" for none."""
    row = listing.find(listing.LATEST)
    return "" if row is None else f"{row.folder} {bool(row.without)}"


def lines(catalogue: str) -> str:
    """Return the N-Triples that say what dumps a catalogue (its IRI) has; "" if there are none."""
    row = listing.find(listing.LATEST)
    if row is None or row.without:
        return ""
    return adapters.lines(_triples(catalogue, row, site()))


def _triples(catalogue: str, row: Dump, home: str) -> Iterator[Triple]:
    language = str(tk.config["ckan.locale_default"])
    for item in row.files:
        found = _distribution(item, row, home)
        yield IRI(catalogue), _DISTRIBUTION, IRI(found["download_url"])
        yield from object_triples(
            "distribution", found, subject=found["download_url"], language=language
        )


def _distribution(item: Mapping[str, Any], row: Dump, home: str) -> dict[str, Any]:
    kind = files.KINDS[str(item["name"])]
    found = {
        "name": f"{kind.name} ({kind.label})",
        "access_url": f"{home}/dumps",
        "download_url": listing.latest(home, kind.name),
        "mimetype": entry.iri if (entry := _MEDIA_TYPES.find(kind.media_type)) else "",
        "format": f"{_FILE_TYPES}{_CODES[kind.label]}" if kind.label in _CODES else "",
        "compress_format": _GZIP if kind.packed else "",
        "license": settings.catalog().license,
        "modified": moment(row.finished),
        "size": item["size"],
        "hash": item["sha256"],
        "hash_algorithm": _SHA256,
    }
    return {name: value for name, value in found.items() if value}
