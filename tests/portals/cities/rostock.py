"""Rostock's portal: CKAN action API and ``catalog.rdf`` in hydra pages, with its real quirks.

Numbers in brackets name the quirks of real portals that are played here: (1) an
old dcatde namespace, (2) licence spellings, (3) old OGD groups, (4) messy
formats, (5) odd dates, (6) geometries in lower case, (7) odd identifiers,
(11) empty and private addresses, (14) old hydra paging with a foreign host,
(18) keywords with ``:`` and trailing blanks.
"""

from __future__ import annotations

import json
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from .model import Dataset, File, datasets

PAGE = 100
OGD_GROUPS = {
    "AGRI": "verbraucher", "ECON": "wirtschaft_arbeit", "EDUC": "bildung_wissenschaft",
    "ENER": "umwelt_klima", "ENVI": "umwelt_klima", "GOVE": "politik_wahlen",
    "HEAL": "gesundheit", "INTR": "politik_wahlen", "JUST": "gesetze_justiz",
    "REGI": "geo", "SOCI": "bevoelkerung", "TECH": "infrastruktur_bauen_wohnen",
    "TRAN": "transport_verkehr",
}  # fmt: skip
LICENCE_IDS = {"cc-zero": "cc-zero", "odc-odbl": "odc-odbl"}
# (4) labels as people type them
FORMAT_LABELS = {
    "CSV": "CSV ",
    "GEOJSON": "geojson",
    "SHP": "Shape",
    "JSON": "json",
    "WMS": "wms_srvc",
}


def package(dataset: Dataset, base: str) -> dict[str, Any]:
    """A ``package_show`` result of CKAN 2.12, as Rostock fills it."""
    west, south, east, north = dataset.city.bbox
    ring = [[west, south], [east, south], [east, north], [west, north], [west, south]]
    extras = {
        "spatial": json.dumps({"type": "polygon", "coordinates": [ring]}),  # (6)
        "spatial_text": dataset.city.ars,
        "temporal_coverage_from": f"{dataset.period[0]}T00:00:00",
        "temporal_coverage_to": f"{dataset.period[1]}T23:59:59",
        "terms_of_use": json.dumps(
            {"licence_id": dataset.licence, "attribution_text": dataset.attribution},
            ensure_ascii=False,
        ),
    }
    if dataset.key == "strassen":  # (5) an open end
        extras["temporal_coverage_to"] = "9999-01-01T00:00:00"
    if dataset.key == "adressen":
        extras["spatial"] = "null"  # (6)
    return {
        "id": dataset.id,
        "name": dataset.key.replace("_", "-"),
        "title": dataset.title,
        "notes": dataset.notes,
        "type": "dataset",
        "state": "active",
        "private": False,
        "url": "",
        "author": dataset.department,
        "author_email": dataset.email,
        "maintainer": dataset.department,
        # (18) an address that a strict validator refuses
        "maintainer_email": "open.data@@rostock" if dataset.key == "kunst" else dataset.email,
        "license_id": LICENCE_IDS[dataset.licence],
        "license_title": dataset.licence,
        "isopen": True,
        "metadata_created": f"{dataset.issued}T08:00:00.000000",
        "metadata_modified": dataset.modified.isoformat(),
        "version": None,
        "groups": [
            {"name": OGD_GROUPS[code], "title": OGD_GROUPS[code]} for code in dataset.topic.themes
        ],
        "organization": {"name": "rostock", "title": dataset.city.full, "type": "organization"},
        "tags": [{"name": name, "display_name": name} for name in keywords(dataset)],
        "extras": [{"key": key, "value": value} for key, value in extras.items()],
        "resources": [_resource(dataset, file, base, n) for n, file in enumerate(dataset.files)],
        "relationships_as_object": None if dataset.key == "solar" else [],
        "relationships_as_subject": [],
    }


def keywords(dataset: Dataset) -> list[str]:
    """(18) keywords with colons, slashes, parentheses and trailing blanks."""
    found = list(dataset.topic.keywords)
    if dataset.key == "bebauungsplaene":
        found += ["INSPIRE: Bodennutzung", "Planung/Bauen", "B-Plan (Satzung) "]
    return found


def _resource(dataset: Dataset, file: File, base: str, position: int) -> dict[str, Any]:
    url = base + file.path
    if dataset.key == "mobilfunk":
        url = "http://10.61.12.7/geodaten/mobilfunk.csv"  # (11) private
    if dataset.key == "archiv" and file.format == "XML":
        url = ""  # (11) empty
    no_format = dataset.key == "stadtmodell"  # (4) none
    return {
        "id": file.id,
        "package_id": dataset.id,
        "position": position,
        "name": file.title,
        "description": "",
        "url": url,
        "format": "" if no_format else FORMAT_LABELS.get(file.format, file.format),
        "mimetype": None if no_format else file.media_type or None,
        "size": None if file.format in {"WMS", "WFS"} else file.size,
        "created": f"{dataset.issued}T08:00:00.000000",
        "last_modified": dataset.modified.isoformat(),
        "state": "active",
        "resource_type": "file",
    }


def action(name: str, query: dict[str, list[str]], base: str) -> tuple[int, dict[str, Any]]:
    """Status and body of an action API call; the actions a harvester needs."""
    found = sorted(datasets("rostock"), key=lambda item: item.id)
    if name == "package_search":
        if len(query.get("fq", [])) > 1:  # (15)
            return 409, _error("Validation Error", "fq given twice")
        start, rows = (
            int(query.get(key, [fall])[0]) for key, fall in (("start", "0"), ("rows", "10"))
        )
        page = [package(item, base) for item in found[start : start + min(rows, 1000)]]
        return 200, _success(
            {"count": len(found), "results": page, "sort": query.get("sort", [""])[0]}
        )
    if name == "package_list":
        return 200, _success(sorted(item.key.replace("_", "-") for item in found))
    if name == "package_show":
        wanted = query.get("id", [""])[0]
        for item in found:
            if wanted in {item.id, item.key.replace("_", "-")}:
                return 200, _success(package(item, base))
        return 404, _error("Not Found Error", "Not found")
    if name == "status_show":
        return 200, _success({"ckan_version": "2.12.0", "site_title": "OpenData.HRO (Nachbau)"})
    return 400, _error("Bad request", f"Action name not known: {name}")


def _success(result: Any) -> dict[str, Any]:
    return {"help": "", "success": True, "result": result}


def _error(kind: str, message: str) -> dict[str, Any]:
    return {"help": "", "success": False, "error": {"__type": kind, "message": message}}


def catalog_rdf(page: int, base: str) -> str | None:
    """Page ``page`` (from 1) of ``catalog.rdf``; None behind the last one."""
    found = datasets("rostock")
    pages = -(-len(found) // PAGE)
    if not 1 <= page <= pages:
        return None
    part = found[(page - 1) * PAGE : page * PAGE]
    # (14) the link names an internal host, as portals behind a proxy do
    inner = "http://ckan-intern:5000/catalog.rdf"
    following = f"<hydra:nextPage>{inner}?page={page + 1}</hydra:nextPage>" if page < pages else ""
    body = "\n".join(_dataset_rdf(item, base) for item in part)
    listed = "".join(f"<dcat:dataset rdf:resource={quoteattr(_iri(item, base))}/>" for item in part)
    return f"""<?xml version="1.0" encoding="UTF-8"?>
<rdf:RDF xmlns:dcat="http://www.w3.org/ns/dcat#" xmlns:dct="http://purl.org/dc/terms/"
 xmlns:dcatde="https://www.dcat-ap.de/def/dcatde/1.1/" xmlns:foaf="http://xmlns.com/foaf/0.1/"
 xmlns:hydra="http://www.w3.org/ns/hydra/core#" xmlns:vcard="http://www.w3.org/2006/vcard/ns#"
 xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:locn="http://www.w3.org/ns/locn#">
<hydra:PagedCollection rdf:about="{inner}?page={page}">
 <hydra:totalItems rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">{len(found)}</hydra:totalItems>
 <hydra:itemsPerPage rdf:datatype="http://www.w3.org/2001/XMLSchema#integer">{PAGE}</hydra:itemsPerPage>
 <hydra:firstPage>{inner}?page=1</hydra:firstPage>
 <hydra:lastPage>{inner}?page={pages}</hydra:lastPage>{following}
</hydra:PagedCollection>
<dcat:Catalog rdf:about="{base}"><dct:title>OpenData.HRO (Nachbau)</dct:title>{listed}</dcat:Catalog>
{body}
</rdf:RDF>
"""


def _iri(dataset: Dataset, base: str) -> str:
    return f"{base}/dataset/{dataset.id}"


def _dataset_rdf(dataset: Dataset, base: str) -> str:
    iri = _iri(dataset, base)
    themes = "".join(
        f'<dcat:theme rdf:resource="http://publications.europa.eu/resource/authority/data-theme/{code}"/>'
        for code in dataset.topic.themes
    )
    words = "".join(f"<dcat:keyword>{escape(word)}</dcat:keyword>" for word in keywords(dataset))
    files = "".join(_distribution_rdf(dataset, file, base) for file in dataset.files)
    return f"""<dcat:Dataset rdf:about={quoteattr(iri)}>
 <dct:title>{escape(dataset.title)}</dct:title>
 <dct:description>{escape(dataset.notes)}</dct:description>
 <dct:identifier>{dataset.id}</dct:identifier>
 <dct:issued rdf:datatype="http://www.w3.org/2001/XMLSchema#dateTime">{dataset.issued}T00:00:00</dct:issued>
 <dct:modified rdf:datatype="http://www.w3.org/2001/XMLSchema#dateTime">{dataset.modified.isoformat()}</dct:modified>
 <dct:language>http://publications.europa.eu/resource/authority/language/DEU</dct:language>
 <dct:accessRights>public</dct:accessRights>
 <dcatde:contributorID rdf:resource="https://www.dcat-ap.de/def/contributors/openDataHRO"/>
 <dct:publisher><foaf:Organization><foaf:name>{escape(dataset.department)}</foaf:name></foaf:Organization></dct:publisher>
 <dcat:contactPoint><vcard:Organization><vcard:fn>{escape(dataset.department)}</vcard:fn>
  <vcard:hasEmail rdf:resource="mailto:{dataset.email}"/></vcard:Organization></dcat:contactPoint>
 {themes}{words}{files}
</dcat:Dataset>"""


def _distribution_rdf(dataset: Dataset, file: File, base: str) -> str:
    url = base + file.path
    # Rostock's RDF leaves the format of services out; its action API names it.
    form = (
        ""
        if file.format in {"WMS", "WFS"}
        else f'<dct:format rdf:resource="http://publications.europa.eu/resource/authority/file-type/{file.format}"/>'
    )
    return f"""<dcat:distribution><dcat:Distribution rdf:about={quoteattr(f"{_iri(dataset, base)}/resource/{file.id}")}>
 <dct:title>{escape(file.title)}</dct:title>{form}
 <dcat:accessURL rdf:resource={quoteattr(url)}/>
 <dct:license rdf:resource="https://www.dcat-ap.de/def/licenses/{dataset.licence}"/>
 <dcat:byteSize rdf:datatype="http://www.w3.org/2001/XMLSchema#decimal">{file.size}.0</dcat:byteSize>
</dcat:Distribution></dcat:distribution>"""
