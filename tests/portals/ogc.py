"""An OGC API of records: landing page, conformance, collections and their items, page by page."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

from hanse_harvesters.testing.portal import Asked, Reply, Script

GEOJSON = {"Content-Type": "application/geo+json"}
CORE = "http://www.opengis.net/spec/ogcapi-records-1/1.0/conf/record-core"
ROOT = "/metadata"

Record = dict[str, Any]


def record(name: str, *, links: list[Record] | None = None, **more: Any) -> Record:
    """A record of a data set; ``more`` are further properties."""
    file = {"rel": "enclosure", "href": f"https://stadt.example/{name}.csv", "type": "text/csv"}
    told = {
        "type": "dataset",
        "title": name,
        "description": "Alle Bäume der Stadt.",
        "keywords": ["Baum"],
        "updated": "2024-05-02T10:00:00Z",
        "license": "http://dcat-ap.de/def/licenses/cc-zero",
        "contacts": [{"organization": "Grünflächenamt", "roles": ["publisher"],
                      "emails": [{"value": "amt@stadt.example"}]}],
    }  # fmt: skip
    return {
        "id": name,
        "type": "Feature",
        "conformsTo": [CORE],
        "geometry": None,
        "time": None,
        "properties": {**told, **more},
        "links": [file] if links is None else links,
    }


def service(name: str, *, links: list[Record] | None = None, **more: Any) -> Record:
    """A record of a service with the address of its capabilities."""
    address = f"https://geo.stadt.example/{name}?service=WMS&request=GetCapabilities"
    way = {"rel": "item", "href": address, "type": "OGC:WMS"}
    found = record(name, type="service", links=[way, *(links or [])], **more)
    return found


@dataclass(slots=True)
class OgcApi:
    """Serves collections of records; as a script of a portal, for every address below ``ROOT``.

    ``most``     records a page at most.
    ``says``     what a page says besides its records, in place of what is right.
    ``links``    whether a page links the next one; ``base`` is put before these links.
    ``paging``   the parameter of these links: ``offset`` counts, ``after`` names the last record.
    """

    collections: dict[str, list[Any]]
    most: int = 3
    item_type: str = "record"
    says: dict[str, Any] = field(default_factory=dict)
    links: bool = True
    base: str = ""
    paging: str = "offset"

    def scripts(self) -> dict[str, Script]:
        """Return the scripts of all its addresses."""
        paths = ["", "/", "/conformance", "/collections"]
        for name in self.collections:
            paths += [f"/collections/{name}", f"/collections/{name}/items"]
        return {f"{ROOT}{path}": self for path in paths}

    def __call__(self, asked: Asked) -> Reply:
        """Answer one request."""
        path = asked.path.removeprefix(ROOT).strip("/")
        if path == "conformance":
            return _json({"conformsTo": [CORE]})
        if path == "collections":
            return _json({"links": [], "collections": [*map(self._collection, self.collections)]})
        steps = path.split("/")
        if len(steps) == 2:
            return _json(self._collection(steps[1]))
        return self._page(steps[1], asked) if len(steps) == 3 else _json(self._landing())

    def _landing(self) -> Record:
        base = f"{self.base}{ROOT}"
        return {
            "title": "Metadaten",
            "links": [
                {"rel": "self", "href": f"{base}/?f=json", "type": "application/json"},
                {"rel": "conformance", "href": f"{base}/conformance", "type": "application/json"},
                {"rel": "data", "href": f"{base}/collections", "type": "application/json"},
            ],
        }

    def _collection(self, name: str) -> Record:
        href = f"{self.base}{ROOT}/collections/{name}/items"
        items = {"rel": "items", "href": href, "type": "application/geo+json"}
        page = {"rel": "items", "href": f"{href}?f=html", "type": "text/html"}
        return {"id": name, "title": name, "itemType": self.item_type, "links": [page, items]}

    def _page(self, name: str, asked: Asked) -> Reply:
        found = [item for item in self.collections[name] if _fits(item, asked)]
        start, size = int(asked.query("offset") or 0), int(asked.query("limit") or 10)
        if after := asked.query("after"):
            start = [item["id"] for item in found].index(after) + 1
        some = found[start : start + min(size, self.most)]
        links = []
        if self.links and start + len(some) < len(found):
            to = {"offset": start + len(some), "after": some[-1]["id"]}[self.paging]
            query = f"{self.paging}={to}&limit={size}"
            kept = [f"{key}={asked.query(key)}" for key in ("q", "type") if asked.query(key)]
            href = f"{self.base}{ROOT}/collections/{name}/items?{'&'.join([query, *kept])}"
            links = [{"rel": "next", "href": href, "type": "application/geo+json"}]
        page = {
            "type": "FeatureCollection",
            "features": some,
            "links": links,
            "numberMatched": len(found),
            "numberReturned": len(some),
            **self.says,
        }
        kept_ = {key: value for key, value in page.items() if value is not None}
        return Reply(json.dumps(kept_).encode(), headers=GEOJSON)


def _fits(item: Any, asked: Asked) -> bool:
    told = item.get("properties") or {} if isinstance(item, dict) else {}
    words = [word.casefold() for word in asked.query("q").split(",") if word]
    text = json.dumps(told, ensure_ascii=False).casefold()
    return (not words or any(word in text for word in words)) and (
        not asked.query("type") or told.get("type") == asked.query("type")
    )


def _json(value: Any) -> Reply:
    return Reply(json.dumps(value).encode(), headers={"Content-Type": "application/json"})
