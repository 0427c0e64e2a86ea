"""Small catalogues for tests: DCAT in Turtle, pages of hydra, a CKAN that answers searches."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Sequence
from typing import Any
from urllib.parse import urlsplit

from hanse_harvesters.testing.portal import Asked, Reply

PREFIXES = """@prefix dcat: <http://www.w3.org/ns/dcat#> .
@prefix dct: <http://purl.org/dc/terms/> .
@prefix dcatde: <http://dcat-ap.de/def/dcatde/> .
@prefix foaf: <http://xmlns.com/foaf/0.1/> .
@prefix hydra: <http://www.w3.org/ns/hydra/core#> .
@prefix locn: <http://www.w3.org/ns/locn#> .
@prefix schema: <http://schema.org/> .
@prefix vcard: <http://www.w3.org/2006/vcard/ns#> .
@prefix xsd: <http://www.w3.org/2001/XMLSchema#> .
"""
BASE = "https://daten.stadt.example/dataset/"


def dataset(name: str, inner: str = "", *, title: str = "", files: int = 1) -> str:
    """A dataset with ``files`` distributions; ``inner`` are further statements about it."""
    links = " ".join(f"dcat:distribution <{BASE}{name}/{number}> ;" for number in range(files))
    text = f'<{BASE}{name}> a dcat:Dataset ; dct:title "{title or name}"@de ; {links} {inner} .\n'
    for number in range(files):
        text += distribution(name, number)
    return text


def distribution(name: str, number: int, inner: str = "") -> str:
    """A distribution of :func:`dataset`."""
    return (
        f"<{BASE}{name}/{number}> a dcat:Distribution ;"
        f" dcat:accessURL <https://daten.stadt.example/{name}/{number}.csv> ;"
        " dct:license <http://dcat-ap.de/def/licenses/cc-zero> ;"
        f" {inner or 'dct:format <http://publications.europa.eu/resource/authority/file-type/CSV>'}"
        " .\n"
    )


def turtle(*parts: str) -> Reply:
    """A Turtle document of these parts."""
    return Reply((PREFIXES + "".join(parts)).encode(), headers={"Content-Type": "text/turtle"})


def rdf_xml(inner: str) -> Reply:
    """An RDF/XML document around ``inner``."""
    names = dict(re.findall(r"@prefix (\w+): <([^>]+)>", PREFIXES))
    names["rdf"] = "http://www.w3.org/1999/02/22-rdf-syntax-ns#"
    spaces = " ".join(f'xmlns:{name}="{iri}"' for name, iri in names.items())
    return Reply(
        f'<?xml version="1.0" encoding="UTF-8"?>\n<rdf:RDF {spaces}>{inner}</rdf:RDF>'.encode(),
        headers={"Content-Type": "application/rdf+xml"},
    )


def page_block(url: str, *, next: str = "", last: str = "", total: int | None = None) -> str:
    """A paging block of the old design (``hydra:nextPage``)."""
    said = [f'hydra:nextPage "{next}"' if next else "", f'hydra:lastPage "{last}"' if last else ""]
    said.append(f"hydra:totalItems {total}" if total is not None else "")
    return "; ".join([f"<{url}> a hydra:PagedCollection", *filter(None, said)]) + " .\n"


def view_block(url: str, *, next: str = "", total: int | None = None) -> str:
    """A paging block of the new design (``hydra:next``): a collection and its view."""
    text = f"<{url}> a hydra:PartialCollectionView" + (f" ; hydra:next <{next}>" if next else "")
    collection = f"<#all> a hydra:Collection ; hydra:view <{url}>"
    return (
        f"{text} .\n{collection}"
        + (f" ; hydra:totalItems {total}" if total is not None else "")
        + " .\n"
    )


def hydra_pages(
    pages: Sequence[Iterable[str]], *, path: str = "/catalog.ttl", block: Any = page_block
) -> dict[str, Reply]:
    """Scripts for a catalogue in pages: names of datasets → one page each."""
    listed = [list(names) for names in pages]
    total = sum(len(names) for names in listed)
    scripts: dict[str, Reply] = {}
    for number, names in enumerate(listed, 1):
        here = f"{path}?page={number}"
        following = f"{path}?page={number + 1}" if number < len(listed) else ""
        parts = [block(here, next=following, total=total), *(dataset(name) for name in names)]
        scripts[here] = turtle(*parts)
    scripts[path] = scripts[f"{path}?page=1"]
    return scripts


def package(name: str, **fields: Any) -> dict[str, Any]:
    """A package as ``package_show`` gives it."""
    return {
        "id": f"id-{name}",
        "name": name,
        "title": name.title(),
        "notes": "Was es ist.",
        "state": "active",
        "private": False,
        "type": "dataset",
        "license_id": "cc-zero",
        "tags": [{"name": "Baum"}],
        "groups": [],
        "extras": [],
        "organization": {"name": "stadt", "title": "Stadt"},
        "resources": [
            {"id": f"r-{name}", "url": f"https://daten.stadt.example/{name}.csv", "format": "CSV"}
        ],
        **fields,
    }


class Ckan:
    """CKAN's ``package_search`` as far as a harvester sees it; ``Portal({path: Ckan(…)})``.

    ``most``  rows it gives at most.  ``fails(start, rows)`` says which pages fail.
    """

    def __init__(self, packages: list[dict[str, Any]], *, most: int = 1000) -> None:
        self.packages = packages
        self.most = most
        self.fails: Any = lambda start, rows: False

    def __call__(self, asked: Asked) -> Reply:
        """Answer a search, or refuse it as CKAN does."""
        if len(asked.queries("fq")) > 1:
            return json_reply({"success": False, "error": {"__type": "Search Query Error"}}, 409)
        start, rows = int(asked.query("start", "0")), int(asked.query("rows", "10"))
        if self.fails(start, rows):
            return Reply(b"Internal Server Error", 500)
        wanted = [p for p in self.packages if _matches(p, asked)]
        if asked.query("sort") == "id asc":
            wanted = sorted(wanted, key=lambda item: item["id"])
        results = wanted[start : start + min(rows, self.most)]
        return json_reply({"success": True, "result": {"count": len(wanted), "results": results}})


def _matches(package: dict[str, Any], asked: Asked) -> bool:
    for query in (*asked.queries("fq"), *asked.queries("fq_list")):
        field, _, wanted = query.partition(":")
        values = re.findall(r'"((?:[^"\\]|\\.)*)"', wanted) or [wanted]
        if field == "organization" and package["organization"]["name"] not in values:
            return False
        if field == "tags" and not {t["name"] for t in package["tags"]} & set(values):
            return False
    return True


def json_reply(value: Any, status: int = 200) -> Reply:
    """A JSON answer."""
    return Reply(json.dumps(value).encode(), status, headers={"Content-Type": "application/json"})


def names(identities: Iterable[str]) -> list[str]:
    """The last parts of identities, in order."""
    return sorted(urlsplit(identity).path.rpartition("/")[2] for identity in identities)
