"""The links of a record: its other forms, the files, pages and licences.

Relations are IANA's (/rec/record-core/links_iana).  Does not depend on CKAN.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from ckanext.hanse.export.serialisations import SERIALISATIONS
from ckanext.hanse.records import licences
from ckanext.hanse.records.entry import Entry
from ckanext.hanse.search.times import span
from hanse_schemas.vocabulary import vocabulary

Link = dict[str, Any]

GEOJSON, HTML = "application/geo+json", "text/html"
PROFILE = "http://www.opengis.net/def/profile/OGC/0/ogc-record"
DCAT_AP_DE = "http://dcat-ap.de/def/dcatde/3.0/"
_RDF = {"ttl": "Turtle", "xml": "RDF/XML", "jsonld": "JSON-LD", "nt": "N-Triples"}
"""Ending → name of a dataset's DCAT-AP.de."""
_WEB = ("http://", "https://", "ftp://", "ftps://")


def of_record(entry: Entry, collection: str, language: str) -> Iterator[Link]:
    """Yield the links of a record; ``collection`` is the address of its collection.

    The dataset's page comes first: who harvests records takes the first page for theirs.
    """
    own = f"{collection}/items/{quote(entry.id, safe='')}"
    yield link("self", own, GEOJSON)
    yield link("alternate", entry.page, HTML)
    yield link("alternate", f"{own}?f=html", HTML)
    for ending, name in _RDF.items():
        media = SERIALISATIONS[ending].media_type
        found = link("alternate", f"{entry.page}.{ending}", media, f"DCAT-AP.de ({name})")
        yield found | {"profile": [DCAT_AP_DE]}
    yield link("collection", collection, "application/ogc-catalog+json")
    yield link("profile", PROFILE)
    yield from _of_data(entry.dataset, language)


def _of_data(dataset: Mapping[str, Any], language: str) -> Iterator[Link]:
    for url in [dataset.get("url"), *(dataset.get("other_landing_pages") or ())]:
        if _is_web(url):
            yield link("alternate", str(url), HTML)
    for field, relation in (("documentation", "describedby"), ("relation", "related")):
        for url in dataset.get(field) or ():
            if _is_web(url):
                yield link(relation, str(url))
    for name in licences.of_dataset(dataset):
        address, label = licences.text_of(name, language)
        if _is_web(address):
            yield link("license", address, title=label)
    for item in dataset.get("resources") or ():
        yield from _of_file(item)


def _of_file(item: Mapping[str, Any]) -> Iterator[Link]:
    """Yield the way to a file; without a file, to where it is had; and those to its services."""
    loaded, reached = item.get("download_url"), item.get("access_url") or item.get("url")
    address = loaded if _is_web(loaded) else reached
    if _is_web(address):
        found = link(
            "enclosure" if address == loaded else "item",
            str(address),
            media_type(item),
            str(item.get("name") or ""),
        )
        yield found | _facts(item)
    for service in item.get("access_services") or ():
        for url in service.get("endpoint_url") or ():
            if _is_web(url) and url != address:
                yield link("service", str(url), title=str(service.get("title") or ""))


def _facts(item: Mapping[str, Any]) -> Link:
    languages = item.get("language") or ()
    known = vocabulary("languages").find(str(languages[0])) if len(languages) == 1 else None
    found = {
        "hreflang": known.attributes.get("iso") if known else "",
        "length": _number(item.get("size")),
        "created": _moment(item.get("issued")),
        "updated": _moment(item.get("modified")),
    }
    return {name: value for name, value in found.items() if value}


def media_type(item: Mapping[str, Any]) -> str:
    """Return the media type of a file: as it says, else that of its format; "" if unknown."""
    stated = str(item.get("mimetype") or "")
    if "/" in stated:
        return stated
    known = vocabulary("file-types").find(str(item.get("format") or ""))
    return known.attributes.get("media", "") if known else ""


def _number(value: Any) -> int | None:
    text = str(value or "")
    return int(text) if text.isascii() and text.isdigit() else None


def _moment(value: Any) -> str:
    """Return a date as the beginning of its day, year or month, as links want it: date-time."""
    found = span(str(value or ""))
    if found is None:
        return ""
    return found.start if "T" in found.start else f"{found.start}T00:00:00Z"


def _is_web(url: Any) -> bool:
    return isinstance(url, str) and url.lower().startswith(_WEB)


def link(relation: str, href: str, media: str = "", title: str = "") -> Link:
    """Return a link, without what is unknown of it."""
    found = {"rel": relation, "href": href, "type": media, "title": title}
    return {name: value for name, value in found.items() if value}
