"""The definition of the API as OpenAPI 3.0 (OGC 17-069r4, 9 "OpenAPI 3.0")."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse import settings
from ckanext.hanse.records import COLLECTION, documents
from ckanext.hanse.records.asked import DEFAULT, FARTHEST, FORMATS, MOST
from ckanext.hanse.records.feature import TYPES
from ckanext.hanse.records.queryables import QUERYABLES, SORTABLES

Json = dict[str, Any]

_SCHEMAS = "https://schemas.opengis.net/ogcapi/records/part1/1.0/openapi/schemas"
_FEATURES = "https://schemas.opengis.net/ogcapi/features/part1/1.0/openapi/schemas"


def definition(root: str) -> Json:
    """Return the definition; ``root`` is the address of the landing page."""
    ours, known = settings.catalog(), _parameters()
    contact = {"name": ours.publisher_name, "email": ours.publisher_email, "url": ours.homepage}
    about = {
        "title": f"{documents.title()}: OGC API – Records",
        "version": "1.0",
        "description": tk._(
            "The datasets of the catalogue as records: OGC API – Records, part 1 (OGC 20-004r1). "
            "Read only, for everybody."
        ),
        "contact": {name: value for name, value in contact.items() if value},
    }
    return {
        "openapi": "3.0.3",
        "info": about,
        "servers": [{"url": root}],
        "paths": _paths(known),
        "components": {
            "parameters": known,
            "responses": {
                "BadRequest": _problem(tk._("A parameter is unknown or wrong")),
                "NotFound": _problem(tk._("There is no such collection or record")),
                "NoAnswer": _problem(tk._("The search does not answer at the moment")),
            },
        },
    }


def _paths(known: Iterable[str]) -> Json:
    at = f"/collections/{COLLECTION}"
    asked = [name for name in known if name not in ("f", "recordId")]
    one = tk._("One record")
    record = _get("getRecord", one, documents.GEOJSON, f"{_SCHEMAS}/recordGeoJSON.yaml")
    record["get"]["parameters"].insert(0, _ref("parameters", "recordId"))
    items = _get(
        "getRecords",
        tk._("The records of all datasets"),
        documents.GEOJSON,
        f"{_SCHEMAS}/recordCollectionGeoJSON.yaml",
    )
    items["get"]["parameters"] += [_ref("parameters", name) for name in asked]
    items["get"]["responses"]["503"] = _ref("responses", "NoAnswer")
    return {
        "/": _get("getLandingPage", tk._("Landing page"), documents.JSON,
                  f"{_FEATURES}/landingPage.yaml"),
        "/conformance": _get("getConformance", tk._("What this API conforms to"), documents.JSON,
                             f"{_FEATURES}/confClasses.yaml"),
        "/api": _get("getApi", tk._("Definition of this API"), documents.OPENAPI),
        "/collections": _get("getCollections", tk._("The collections of records"), documents.JSON,
                             f"{_SCHEMAS}/catalogs.yaml"),
        at: _get("getCollection", tk._("The collection of all datasets"), documents.CATALOG,
                 f"{_SCHEMAS}/catalog.yaml"),
        f"{at}/queryables": _get("getQueryables", tk._("What records can be filtered by"),
                                 documents.SCHEMA),
        f"{at}/sortables": _get("getSortables", tk._("What records can be sorted by"),
                                documents.SCHEMA),
        f"{at}/items": items,
        f"{at}/items/{{recordId}}": record,
    }  # fmt: skip


def _get(name: str, summary: str, media: str, schema: str = "") -> Json:
    form: Json = {"schema": {"$ref": schema} if schema else {"type": "object"}}
    content = {media: form, documents.HTML: {"schema": {"type": "string"}}}
    responses: Json = {
        "200": {"description": summary, "content": content},
        "400": _ref("responses", "BadRequest"),
    }
    if name == "getRecord":
        responses["404"] = _ref("responses", "NotFound")
    found = {
        "operationId": name,
        "summary": summary,
        "parameters": [_ref("parameters", "f")],
        "responses": responses,
    }
    return {"get": found}


def _ref(kind: str, name: str) -> Json:
    return {"$ref": f"#/components/{kind}/{name}"}


def _problem(words: str) -> Json:
    properties = {
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "code": {"type": "string"},
    }
    schema = {"type": "object", "properties": properties}
    return {"description": words, "content": {"application/problem+json": {"schema": schema}}}


def _parameters() -> dict[str, Json]:
    """Return the parameters of the API by name."""
    many: Json = {"type": "array", "items": {"type": "string"}}
    sorts: Json = {"type": "array", "minItems": 1, "items": {"type": "string"}}
    found = {
        "f": _parameter("f", tk._("Form of the answer"), {"type": "string", "enum": [*FORMATS]}),
        "recordId": {
            **_parameter("recordId", tk._("Identifier of a record"), {"type": "string"}),
            "in": "path",
            "required": True,
        },
        "q": _parameter("q", _of_q(), many),
        "bbox": _parameter("bbox", tk._(
            "What touches this box: west, south, east, north in degrees. West of more than east "
            "crosses the date line."
        ), {"type": "array", "items": {"type": "number"}, "minItems": 4, "maxItems": 6}),
        "datetime": _parameter("datetime", tk._(
            "What is about this time: a day or moment, or two with a slash between them; \"..\" "
            "leaves one end open. Datasets that name no time are not found."
        ), {"type": "string"}),
        "type": _parameter("type", tk._("What is described: {types}").format(
            types=", ".join(TYPES)), many),
        "ids": _parameter("ids", tk._("Identifiers of records, any of them"), many),
        "externalIds": _parameter("externalIds", tk._(
            "Identifiers that datasets have elsewhere, such as their IRI; any of them"), many),
        "sortby": _parameter("sortby", tk._(
            "Order: {names}; with a minus from the end"
        ).format(names=", ".join(SORTABLES)), sorts),
        "limit": _parameter("limit", tk._("Records of a page"), {
            "type": "integer", "minimum": 1, "maximum": MOST, "default": DEFAULT}),
        "offset": _parameter("offset", tk._("Records to leave out before"), {
            "type": "integer", "minimum": 0, "maximum": FARTHEST, "default": 0}),
        "after": _parameter("after", tk._(
            "The record behind which a page begins; from the link to the next page"
        ), {"type": "string"}),
    }  # fmt: skip
    labels = documents.queryables("")["properties"]
    for name, item in QUERYABLES.items():
        values: Json = {"type": "array", "items": item.schema}
        found[name] = _parameter(name, labels[name]["title"], values)
    return found


def _of_q() -> str:
    return str(
        tk._(
            "Words, read as on the site's search page: cities and places narrow, other words for "
            "the same service are searched too. Commas stand between alternatives."
        )
    )


def _parameter(name: str, words: str, schema: Json) -> Json:
    found: Json = {"name": name, "in": "query", "required": False, "description": str(words)}
    if schema["type"] == "array":
        found |= {"style": "form", "explode": False}
    return {**found, "schema": schema}
