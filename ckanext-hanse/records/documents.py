"""The pages of the API around its records: landing page, conformance, collection, schemas.

Each is a dict as JSON has it; the same is shown as HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk

from ckanext.hanse import language, settings
from ckanext.hanse.records import COLLECTION
from ckanext.hanse.records.asked import Asked
from ckanext.hanse.records.found import Page
from ckanext.hanse.records.links import link
from ckanext.hanse.records.queryables import QUERYABLES, SORTABLES

Json = dict[str, Any]

JSON, HTML = "application/json", "text/html"
GEOJSON, CATALOG = "application/geo+json", "application/ogc-catalog+json"
SCHEMA = "application/schema+json"
OPENAPI = "application/vnd.oai.openapi+json;version=3.0"
_REL = "http://www.opengis.net/def/rel/ogc/1.0"
OGC_CATALOG = f"{_REL}/ogc-catalog"
"""The relation that leads to records (/req/autodiscovery/links)."""
_RECORDS = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf"
_FEATURES = "http://www.opengis.net/spec/ogcapi-features"
CONFORMANCE = (
    f"{_FEATURES}-1/1.0/conf/core",
    f"{_FEATURES}-1/1.0/conf/oas30",
    f"{_FEATURES}-1/1.0/conf/geojson",
    f"{_FEATURES}-1/1.0/conf/html",
    f"{_FEATURES}-3/1.0/conf/queryables",
    f"{_FEATURES}-3/1.0/conf/queryables-query-parameters",
    f"{_RECORDS}/record-core",
    f"{_RECORDS}/record-collection",
    f"{_RECORDS}/record-core-query-parameters",
    f"{_RECORDS}/records-api",
    f"{_RECORDS}/searchable-catalog",
    f"{_RECORDS}/sorting",
    f"{_RECORDS}/searchable-catalog-sorting",
    f"{_RECORDS}/autodiscovery",
    f"{_RECORDS}/json",
    f"{_RECORDS}/html",
    f"{_RECORDS}/oas30",
)


def both(address: str, media: str, query: Iterable[tuple[str, str]] = ()) -> list[Json]:
    """Return the links of a page to itself and to its other form."""
    pairs = list(query)
    this, page = tk._("This document as JSON"), tk._("This document as a page")
    return [
        link("self", with_query(address, [*pairs, ("f", "json")]), media, this),
        link("alternate", with_query(address, [*pairs, ("f", "html")]), HTML, page),
    ]


def with_query(address: str, pairs: Iterable[tuple[str, str]]) -> str:
    """Return an address with parameters."""
    query = urlencode(list(pairs), safe=",:/")
    return f"{address}?{query}" if query else address


def landing(root: str) -> Json:
    """Return the landing page; ``root`` is its address."""
    items = f"{root}/collections/{COLLECTION}/items"
    return {
        "title": title(),
        "description": _said(settings.catalog().description),
        "links": [
            *both(root, JSON),
            link("service-desc", f"{root}/api?f=json", OPENAPI, tk._("Definition of this API")),
            link("service-doc", f"{root}/api?f=html", HTML, tk._("Definition of this API")),
            link("conformance", f"{root}/conformance", JSON, tk._("What this API conforms to")),
            link("data", f"{root}/collections", JSON, tk._("The collections of records")),
            link(OGC_CATALOG, items, GEOJSON, tk._("The records of all datasets")),
        ],
    }


def conformance(root: str) -> Json:
    """Return the conformance classes."""
    return {"conformsTo": list(CONFORMANCE), "links": both(f"{root}/conformance", JSON)}


def collections(root: str) -> Json:
    """Return the list of collections."""
    address = f"{root}/collections"
    return {"links": both(address, JSON), "collections": [collection(root)]}


def collection(root: str) -> Json:
    """Return the collection (/req/record-collection)."""
    ours = settings.catalog()
    address = f"{root}/collections/{COLLECTION}"
    shown = language.of_page()
    contact = {
        "organization": ours.publisher_name,
        "emails": [{"value": ours.publisher_email}] if ours.publisher_email else [],
        "links": [link("about", ours.homepage, HTML)],
        "roles": ["publisher"],
    }
    others = sorted({*tk.config["ckan.locales_offered"]} - {shown, ""})
    found = {
        "id": COLLECTION,
        "type": "Collection",
        "itemType": "record",
        "title": title(),
        "description": _said(ours.description),
        "language": {"code": shown},
        "languages": [{"code": code} for code in others],
        "contacts": [{key: value for key, value in contact.items() if value}],
        "crs": ["http://www.opengis.net/def/crs/OGC/1.3/CRS84"],
        "extent": {"spatial": {"bbox": [[-180, -90, 180, 90]]}},
        "defaultSortOrder": [{"field": "id", "direction": "asc"}],
        "links": [
            *both(address, CATALOG),
            *_of_collection(address),
            *([link("license", ours.license, HTML)] if ours.license else []),
        ],
    }
    return {key: value for key, value in found.items() if value}


def _of_collection(address: str) -> Iterable[Json]:
    yield link("items", f"{address}/items?f=json", GEOJSON, tk._("The records"))
    yield link("items", f"{address}/items?f=html", HTML, tk._("The records"))
    for form in (HTML, SCHEMA):
        ending = "?f=html" if form == HTML else "?f=json"
        by = f"{address}/queryables{ending}"
        yield link(f"{_REL}/queryables", by, form, tk._("What records can be filtered by"))
        by = f"{address}/sortables{ending}"
        yield link(f"{_REL}/sortables", by, form, tk._("What records can be sorted by"))
    for ending, media in (("ttl", "text/turtle"), ("jsonld", "application/ld+json")):
        rdf = f"{settings.catalog().homepage}/catalog.{ending}"
        yield link("alternate", rdf, media, tk._("The catalogue as DCAT-AP.de"))


def queryables(root: str) -> Json:
    """Return the properties that records can be filtered by, as a JSON schema."""
    labels = _labels()
    found = {name: {"title": labels[name], **item.schema} for name, item in QUERYABLES.items()}
    return _schema(f"{root}/collections/{COLLECTION}/queryables", found)


def sortables(root: str) -> Json:
    """Return the properties that records can be sorted by, as a JSON schema."""
    labels = _labels()
    found = {name: {"title": labels[name], **schema} for name, (_, schema) in SORTABLES.items()}
    return _schema(f"{root}/collections/{COLLECTION}/sortables", found)


def _schema(address: str, properties: Mapping[str, Json]) -> Json:
    return {
        "$schema": "https://json-schema.org/draft/2019-09/schema",
        "$id": address,
        "type": "object",
        "title": title(),
        "properties": dict(properties),
        "additionalProperties": False,
    }


def items(root: str, asked: Asked, found: Page, records: list[Json]) -> Json:
    """Return a page of records; without a time stamp, so that the same page has the same ETag."""
    address = f"{root}/collections/{COLLECTION}/items"
    own = [*asked.given, ("limit", str(asked.limit))]
    here = [("after", asked.after)] if asked.after else []
    here += [("offset", str(asked.offset))] if asked.offset else []
    links = [
        *both(address, GEOJSON, [*own, *here]),
        link(
            "collection",
            f"{root}/collections/{COLLECTION}",
            CATALOG,
            tk._("The collection of all datasets"),
        ),
        link("profile", "http://www.opengis.net/def/profile/OGC/0/ogc-catalog"),
    ]
    for relation, paging, words in (
        ("next", found.following, tk._("Next page")),
        ("prev", found.previous, tk._("Previous page")),
    ):
        if paging is not None:
            for form, media in (("json", GEOJSON), ("html", HTML)):
                to = with_query(address, [*own, *paging.items(), ("f", form)])
                links.append(link(relation, to, media, words))
    return {
        "type": "FeatureCollection",
        "numberMatched": found.total,
        "numberReturned": len(records),
        "features": records,
        "links": links,
    }


def title() -> str:
    """Return the name of the catalogue."""
    return _said(settings.catalog().title) or str(tk.config.get("ckan.site_title") or "")


def _said(texts: Mapping[str, str]) -> str:
    return texts.get(language.of_page()) or next(filter(None, texts.values()), "")


def _labels() -> dict[str, str]:
    return {
        "id": tk._("Identifier"),
        "title": tk._("Title"),
        "created": tk._("Added to the catalogue"),
        "updated": tk._("Description changed"),
        "modified": tk._("Data changed"),
        "quality": tk._("Points of the quality of the metadata"),
        "relevance": tk._("How well it fits the words"),
        "keywords": tk._("Keywords"),
        "themes": tk._("Themes, codes of the EU"),
        "formats": tk._("Formats"),
        "license": tk._("Licence, its IRI or code of DCAT-AP.de"),
        "resourceLanguages": tk._("Languages of the data"),
        "organization": tk._("City, its short name"),
        "kind": tk._("What its files are"),
        "open": tk._("Whether its licence is open"),
        "api": tk._("Whether an interface delivers it"),
        "hvd": tk._("High-value dataset"),
        "model": tk._("Model dataset, its path or IRI"),
        "year": tk._("Year that the data are about"),
    }
