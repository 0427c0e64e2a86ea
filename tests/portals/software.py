"""Portals as their software makes them: a home page of our own, and the catalogue behind it."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

from hanse_harvesters.testing.portal import Asked, Reply, Script
from portals.csw import Csw
from portals.documents import Ckan, dataset, json_reply, package, rdf_xml, turtle
from portals.iso import dataset as iso_dataset
from portals.ogc import ROOT, OgcApi, record

Scripts = dict[str, Script]
HTML = {"Content-Type": "text/html; charset=utf-8"}

#: RDF/XML of one dataset, as JSON-LD and XML writers have it.
XML = rdf_xml(
    '<dcat:Catalog rdf:about="https://daten.stadt.example/#c"><dcat:dataset>'
    '<dcat:Dataset rdf:about="https://daten.stadt.example/d/a"><dct:title>a</dct:title>'
    "</dcat:Dataset></dcat:dataset></dcat:Catalog>"
)
LINKED = json_reply(
    {
        "@context": {"dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/"},
        "@id": "https://daten.stadt.example/#c",
        "@type": "dcat:Catalog",
        "dcat:dataset": [
            {"@id": "https://daten.stadt.example/d/a", "@type": "dcat:Dataset", "dct:title": "a"}
        ],
    }
)
DATA_JSON = json_reply(
    {
        "conformsTo": "https://project-open-data.cio.gov/v1.1/schema",
        "dataset": [{"title": "Bäume", "accessLevel": "public", "identifier": "1"}],
    }
)


def html(body: str = "", head: str = "", *, language: str = "de", status: int = 200) -> Reply:
    """A page."""
    text = f'<!DOCTYPE html><html lang="{language}"><head>{head}</head><body>{body}</body></html>'
    return Reply(text.encode(), status, HTML)


class FacetedCkan(Ckan):
    """A CKAN that counts by organisation too."""

    def __call__(self, asked: Asked) -> Reply:
        """Answer with facets where they are asked for."""
        reply = super().__call__(asked)
        if not asked.query("facet.field") or reply.status != 200:
            return reply
        counts: dict[str, int] = {}
        titles = {p["organization"]["name"]: p["organization"]["title"] for p in self.packages}
        for item in self.packages:
            name = item["organization"]["name"]
            counts[name] = counts.get(name, 0) + 1
        items = [
            {"name": name, "display_name": titles[name], "count": count}
            for name, count in counts.items()
        ]
        answer = json.loads(reply.body)
        answer["result"]["search_facets"] = {"organization": {"items": items}}
        return json_reply(answer)


def organised(**counts: int) -> list[dict[str, Any]]:
    """Packages of several organisations: name → number."""
    return [
        package(f"{name}-{number}", organization={"name": name, "title": name.title()})
        for name, count in counts.items()
        for number in range(count)
    ]


def ckan(root: str = "", packages: list[dict[str, Any]] | None = None) -> Scripts:
    """CKAN with ckanext-dcat, perhaps below a path."""
    found = packages or [package("a"), package("b")]
    page = html(
        f'<a href="{root}/dataset/">Daten</a><a href="{root}/organization/">Stellen</a>',
        '<meta name="generator" content="ckan 2.12.0">',
    )
    return {
        f"{root}/": page,
        f"{root}/api/3/action/package_search": FacetedCkan(found),
        f"{root}/catalog.ttl": turtle(*(dataset(item["name"]) for item in found)),
    }


def opendatasoft() -> Scripts:
    """The Explore API's export of the catalogue in RDF/XML."""
    page = html(
        '<div ng-app="ods.explore"></div>',
        '<script src="https://static.opendatasoft.com/ods-widgets/latest/ods-widgets.js"></script>',
    )
    return {"/": page, "/api/explore/v2.1/catalog/exports/dcat": XML}


def arcgis_hub() -> Scripts:
    """The feed in DCAT-AP; the newest profile is not offered."""
    page = html("", '<script src="https://hubcdn.arcgis.com/opendata-ui/app.js"></script>')
    return {"/": page, "/api/feed/dcat-ap/2.1.1.json": LINKED, "/data.json": DATA_JSON}


def udata() -> Scripts:
    """The site's catalogue."""
    page = html('<a href="https://github.com/opendatateam/udata/">udata</a>', language="fr")
    return {"/": page, "/api/1/site/catalog.ttl": turtle(dataset("a"))}


def geonetwork() -> Scripts:
    """A catalogue service below /geonetwork, known by its page."""
    records = [iso_dataset("uuid-1", title="Bäume"), iso_dataset("uuid-2", title="Straßen")]
    page = html('<div ng-app="gn_search_default" class="gn-app">geonetwork</div>')
    return {"/": page, "/geonetwork/srv/ger/csw": Csw(records, title="GeoNetwork")}


def deegree() -> Scripts:
    """A catalogue service whose page links to its capabilities."""
    link = "/services/csw?service=CSW&amp;request=GetCapabilities"
    page = html(f'<p>deegree</p><a href="{link}">Katalogdienst</a>')
    return {"/": page, "/services/csw": Csw([iso_dataset("uuid-1", title="Bäume")])}


def ingrid() -> Scripts:
    """A catalogue service of an InGrid."""
    page = html('<a href="/ingrid-portal/">InGrid-Portal</a>')
    return {"/": page, "/csw": Csw([iso_dataset("uuid-1", title="Bäume")])}


def pycsw() -> Scripts:
    """A pycsw without any page."""
    return {"/csw": Csw([iso_dataset("uuid-1", title="Bäume")])}


def piveau() -> Scripts:
    """The repository lists its catalogues; each is a document."""
    page = html('<div id="app"></div>', '<script src="/piveau/app.js"></script>')
    return {
        "/": page,
        "/api/hub/repo/catalogues?valueType=identifiers": json_reply(["stadt"]),
        "/api/hub/repo/catalogues/stadt.ttl": turtle(dataset("a")),
    }


def entryscape() -> Scripts:
    """EntryStore's search finds the catalogue's entry."""
    script = "https://static.cdn.entryscape.com/blocks/1/app.js"
    found = {"resource": {"children": [{"contextId": "7", "entryId": "3"}]}}
    return {
        "/": html('<div data-entryscape="catalog"></div>', f'<script src="{script}"></script>'),
        "/store/search": json_reply(found),
        "/store/7/metadata/3?recursive=dcat": XML,
    }


def dkan() -> Scripts:
    """DKAN 1 without RDF: data.json alone."""
    page = html("", '<meta name="generator" content="DKAN (https://getdkan.org)">')
    return {"/": page, "/data.json": DATA_JSON}


def dkan_lists() -> Scripts:
    """DKAN 1 with CKAN's lists."""
    page = html("", '<meta name="generator" content="Drupal 7 (http://drupal.org) + DKAN">')
    stock = [package("baum"), package("fluss")]
    answers = {
        "package_list": [found["id"] for found in stock],
        "current_package_list_with_resources": [stock],
    }
    api = {
        f"/api/3/action/{name}": json_reply({"success": True, "result": result})
        for name, result in answers.items()
    }
    return {"/": page, **api}


def dkan_metastore() -> Scripts:
    """DKAN 2 with its metastore."""
    item = {"accessLevel": "public", "title": "Baum", "identifier": "b", "%modified": "2024-01-01"}
    page = html("", '<meta name="generator" content="DKAN 2 (https://getdkan.org)">')
    return {"/": page, "/api/1/metastore/schemas/dataset/items": json_reply([item])}


def folder() -> Scripts:
    """A web server that lists a folder with a description."""
    listing = '<a href="?C=M;O=A">Last modified</a> <a href="dataset.yaml">dataset.yaml</a>'
    return {
        "/": html('<a href="/baum/dataset.yaml">Beschreibung</a>'),
        "/baum/": html(listing + ' <a href="baum.csv">baum.csv</a>'),
        "/baum/dataset.yaml": Reply(b"titel: Baum\nbeschreibung: Alle\n"),
    }


def staticat() -> Scripts:
    """A static site with one file."""
    return {
        "/": html('<a href="catalog.ttl">Metadaten (DCAT-AP.de)</a>'),
        "/catalog.ttl": turtle(dataset("a"), dataset("b")),
    }


def ogc_features() -> Scripts:
    """A landing page of an OGC API that serves data."""
    conforms = ["http://www.opengis.net/spec/ogcapi-features-1/1.0/conf/core"]
    links = [
        {"rel": "self", "href": "/?f=json", "type": "application/json"},
        {"rel": "conformance", "href": "/conformance", "type": "application/json"},
        {"rel": "data", "href": "/collections", "type": "application/json"},
    ]
    return {"/": json_reply({"title": "Geodaten", "links": links, "conformsTo": conforms})}


def ogc_records() -> Scripts:
    """A home page with a link to an OGC API, one of whose collections holds records."""
    api = OgcApi({"dataset": [record("a"), record("b")], "strassen": []})
    return {"/": html(f'<a href="{ROOT}/">Metadaten (OGC API)</a>'), **api.scripts()}


SOFTWARE: dict[str, tuple[Callable[[], Scripts], str, str]] = {
    "CKAN": (ckan, "ckan", "/"),
    "OpenDataSoft": (opendatasoft, "rdf", "/api/explore/v2.1/catalog/exports/dcat"),
    "ArcGIS Hub": (arcgis_hub, "rdf", "/api/feed/dcat-ap/2.1.1.json"),
    "udata": (udata, "rdf", "/api/1/site/catalog.ttl"),
    "GeoNetwork": (geonetwork, "csw", "/geonetwork/srv/ger/csw"),
    "deegree": (deegree, "csw", "/services/csw"),
    "InGrid": (ingrid, "csw", "/csw"),
    "pycsw": (pycsw, "csw", "/csw"),
    "piveau": (piveau, "rdf", "/api/hub/repo/catalogues/stadt.ttl"),
    "EntryScape": (entryscape, "rdf", "/store/7/metadata/3?recursive=dcat"),
    "DKAN 1": (dkan_lists, "dkan", "/"),
    "DKAN 2": (dkan_metastore, "dkan", "/api/1/metastore/schemas/dataset/items"),
    "OGC API Records": (ogc_records, "ogc-records", f"{ROOT}/collections/dataset/items"),
    "folder": (folder, "folder", "/"),
    "staticat": (staticat, "rdf", "/catalog.ttl"),
}
