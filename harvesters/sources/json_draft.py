"""Draft the mapping of a JSON list from the names of the fields that its first records have.

The names are those by which the columns of a city's list are known (``mappings/table.yaml``), with
a few that only programs write.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

from hanse_harvesters.errors import ConfigError
from hanse_harvesters.mapping.jsontable import JsonPath, JsonTable
from hanse_harvesters.tables import columns

#: Parser of a document's lists: :func:`hanse_harvesters.sandbox.child.jsonlist.outline`.
OUTLINE = "hanse_harvesters.sandbox.child.jsonlist:outline"
#: Further names → the column that they mean.
_FURTHER = {
    columns.fold(name): key
    for key, names in {
        "title": "label headline überschrift display_name dataset_name",
        "notes": "text summary zusammenfassung notiz notizen info erläuterung details",
        "identifier": "key slug guid kennnummer",
        "web_page": "page seite landingpage portal_url permalink web website detailseite",
        "file_url": "href src pfad path uri dateipfad accessurl downloadurl endpoint",
        "file_name": "filename dateiname",
        "format": "typ type mime mimetype mediatype mime_type file_type extension endung",
        "license": "licence licence_url license_url lizenz_url license_id lizenzname",
        "publisher_name": "organisation organization amt dienststelle behörde department owner",
        "modified": "datum date changed geändert änderungsdatum updated_at modified_at changed_at",
        "issued": "created erstellt created_at published published_at erstellungsdatum",
        "tags": "labels themenwörter",
        "frequency": "intervall rhythmus update_frequency",
        "spatial": "bbox geometry geometrie extent spatial",
    }.items()
    for name in names.split()
}
#: Names of an address that may be a file's or a page's.
_VAGUE = frozenset(map(columns.fold, ("url", "link", "adresse", "href", "uri")))
#: Names of links to the next page, and of the number of all records.
_NEXT = ("next", "nextpage", "next_page", "nextlink", "weiter", "@odata.nextLink")
_TOTAL = ("total", "count", "anzahl", "totalcount", "total_count", "gesamt", "nummatched", "hits")
#: Field of a file → columns that mean it within a list of files.
_OF_FILES = {
    "name": ("file_name", "title"),
    "description": ("file_notes", "notes"),
    "download_url": ("file_url",),
    "access_url": ("access_url", "web_page"),
    "format": ("format",),
    "license": ("license",),
    "modified": ("file_modified", "modified"),
}
_PATH = re.compile(r"[^\s:?#]+\.[A-Za-z]\w{1,7}")
#: Share of the records that must have a title.
_TITLED = 0.8


def draft(outline: Sequence[Any]) -> dict[str, Any]:
    """Return the options for the list that looks most like datasets, {} if none does.

    ``outline``  what the parser :data:`OUTLINE` gives.
    """
    lists = [item for item in outline if "items" in item]
    found = [(table, item) for item in lists if (table := _table(item["path"], item["items"]))]
    if not found:
        return {}
    table, _ = max(found, key=lambda pair: (len(pair[0]["fields"]), pair[1]["count"]))
    return {"mapping": table, **_paging(next((i["rest"] for i in outline if "rest" in i), {}))}


def _table(path: str, items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the mapping of a list's records, {} if they are no datasets."""
    known = _columns(items)
    title = known.get("title", "")
    titled = sum(1 for item in items if _is_text(_value(item, title)))
    if not title or titled < _TITLED * len(items):
        return {}
    site = _site(_value(items[0], known.get("web_page") or known.get("file_url", "")))
    files = next(filter(None, (_files(key, items, site) for key in _keys(items))), None)
    fields = {"title": title, **_plain(known), **_objects(known, items), **_resources(known, files)}
    if not {"notes", "resources", "url", "license_id"} & fields.keys():
        return {}
    address = fields.get("url") or known.get("file_url") or title
    table = {
        "records": path,
        "identity": [known.get("identifier") or known.get("uuid") or address],
        **({"origin": fields["url"]} if "url" in fields else {}),
        "fields": fields,
    }
    try:
        JsonTable.of(table)
    except ConfigError:  # a name of which no path can be made
        return {}
    return table


def _columns(items: list[dict[str, Any]]) -> dict[str, str]:
    """Return column → path of the shallowest field that is named like it; own headers first."""
    found: dict[str, str] = {}
    ranked = []
    for path in _paths(items):
        name = path.rpartition(".")[2]
        key = _FURTHER.get(columns.fold(name), "")
        column = None if key else columns.recognised(name)
        if column is not None:
            ranked.append((path.count("."), not columns.is_own(name, column), path, column.key))
        elif key:
            ranked.append((path.count("."), True, path, key))
    ranked.sort(key=lambda item: (item[0], _is_vague(item[2]), item[1]))
    for _, _, path, key in ranked:
        if found.setdefault(key, path) != path and key == "file_url" and _is_vague(path):
            found.setdefault("web_page", path)  # ``url`` beside ``download``
    return found


def _is_vague(path: str) -> bool:
    return columns.fold(path.rpartition(".")[2]) in _VAGUE


def _paths(items: list[dict[str, Any]]) -> list[str]:
    """Return the paths of fields with a value, and of those in an object around them."""
    found: dict[str, None] = {}
    for item in items:
        for key, value in item.items():
            if not _is_name(key) or value in (None, "", [], {}):
                continue
            found[key] = None
            if isinstance(value, dict):
                found |= dict.fromkeys(f"{key}.{name}" for name in value if _is_name(name))
    return list(found)


def _keys(items: list[dict[str, Any]]) -> list[str]:
    return [path for path in _paths(items) if "." not in path]


def _is_name(key: str) -> bool:
    return bool(key) and "." not in key and not key.startswith("$")


def _value(item: Any, path: str) -> Any:
    return next((value for _, value in JsonPath.of(path).find(item)), None)


def _is_text(value: Any) -> bool:
    if isinstance(value, dict):  # translations
        return bool(value) and all(len(key) == 2 for key in value)
    return isinstance(value, str) and bool(value.strip())


def _is_address(value: Any) -> bool:
    return isinstance(value, str) and value.startswith(("http://", "https://", "/", "./"))


def _is_file(value: Any) -> bool:
    """Return whether it is an address, or a path that lacks its beginning: ``17/baum.csv``."""
    return _is_address(value) or (isinstance(value, str) and bool(_PATH.fullmatch(value)))


def _plain(known: Mapping[str, str]) -> dict[str, Any]:
    """Return the entries of fields of the dataset that hold no objects."""
    found: dict[str, Any] = {}
    for key, path in known.items():
        column = columns.columns()[key]
        if not column.of_file and len(column.path) == 1 and key not in ("title", "uuid"):
            found[column.path[0]] = path
    if "license" in known:
        found["license_id"] = known["license"]
    return found


def _objects(known: Mapping[str, str], items: list[dict[str, Any]]) -> dict[str, Any]:
    """Return the entries of fields that hold objects: publisher, contact, place, period."""
    found: dict[str, Any] = {}
    for key, path in known.items():
        column = columns.columns()[key]
        if column.of_file or len(column.path) != 2:
            continue
        field, inner = column.path
        value = next((v for item in items if (v := item.get(path)) is not None), None)
        if field == "spatial_coverage":
            found[field] = {"each": path, "as": "place", "fields": {"text": "name"}}
        elif isinstance(value, dict):
            names = {name: part for part in value if (name := _part(part))}
            if names:
                found[field] = {"each": path, "fields": names}
        elif found.setdefault(field, {"each": "", "fields": {}})["each"] == "":
            found[field]["fields"][inner] = path
    return found


def _part(name: str) -> str:
    """Return the field of a person or an office that a name within it means."""
    column = columns.recognised(name)
    meant = {"title": "name", "contact_name": "name", "contact_email": "email"}
    return meant.get(column.key if column else _FURTHER.get(columns.fold(name), ""), "")


def _site(page: Any) -> str:
    """Return the beginning of a page's address, ``/`` at its end; "" for no address."""
    found = re.match(r"https?://[^/?#\s{}]+", page) if isinstance(page, str) else None
    return f"{found[0]}/" if found else ""


def _files(key: str, items: list[dict[str, Any]], site: str) -> dict[str, Any] | None:
    """Return the entry of the files if a field lists objects with an address, or addresses.

    ``site``  is put before addresses that lack it.
    """
    members = [one for item in items if isinstance(item.get(key), list) for one in item[key]]
    objects = [one for one in members if isinstance(one, dict)]
    if members and not objects and all(map(_is_address, members)):
        return {"each": key, "fields": {"access_url": "url"}}
    known = _columns(objects)
    fields = {
        field: path
        for field, meant in _OF_FILES.items()
        if (path := next((known[key] for key in meant if key in known), ""))
    }
    address = fields.get("download_url") or fields.get("access_url")
    if not address or not any(_is_file(_value(one, address)) for one in objects):
        return None
    if site and not any(_is_address(_value(one, address)) for one in objects):
        field = next(name for name, path in fields.items() if path == address)
        return {"each": key, "fields": {**fields, field: {"text": f"{site}{{{address}}}"}}}
    return {"each": key, "fields": fields}


def _resources(known: Mapping[str, str], files: dict[str, Any] | None) -> dict[str, Any]:
    """Return the entry of the files, or of the one file whose address the record itself has."""
    address = known.get("file_url") or known.get("access_url")
    if files is not None:
        page = {"url": address} if address and "web_page" not in known else {}
        return {"resources": files, **page}
    if not address:
        return {}
    field = "download_url" if "file_url" in known else "access_url"
    form = {"format": known["format"]} if "format" in known else {}
    return {"resources": {"each": "", "fields": {field: address, **form}}}


def _paging(rest: Any) -> dict[str, str]:
    """Return the options that lead to further pages, as far as the document names them."""
    found: dict[str, str] = {}
    if not isinstance(rest, dict):
        return found
    inner = {f"{k}.{n}": v for k, o in rest.items() if isinstance(o, dict) for n, v in o.items()}
    for path, value in {**rest, **inner}.items():
        name = path.rpartition(".")[2].casefold()
        if name in map(str.casefold, _NEXT) and isinstance(value, str) and value:
            found.setdefault("next", path)
        elif name in _TOTAL and isinstance(value, int) and not isinstance(value, bool):
            found.setdefault("total", path)
    return found
