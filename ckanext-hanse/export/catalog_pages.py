"""Our catalogue in pages, for harvesting by other catalogues.

Pages of 100 in the order of the datasets' ids, which never change: a client that walks them sees
a dataset edited meanwhile once and not twice.  Only public, active datasets.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk

from ckanext.hanse import settings
from ckanext.hanse.export.package_to_rdf import CatalogEntry, DatasetSupplement, kept, utc
from ckanext.hanse.search import models
from ckanext.hanse.store.rdf import site
from hanse_harvesters.mapping.terms import IRI, RDF_TYPE, XSD, Literal, Triple
from hanse_harvesters.mapping.writer import catalog_triples
from hanse_schemas import table
from hanse_schemas.vocabulary import vocabulary

PAGE_SIZE = 100
#: Solr counts to 2³¹; no catalogue is that long.
_MOST_PAGES = 2**31 // PAGE_SIZE - 1

_HYDRA = table.PREFIXES["hydra"]
_DATA_THEMES = "http://publications.europa.eu/resource/authority/data-theme"


class NoSuchPage(LookupError):
    """Raised for a page before the first or after the last."""


@dataclass(frozen=True, slots=True)
class CatalogPart:
    """A part of the catalogue that is a catalogue of its own.

    ``subject`` its IRI, ``only`` Solr's filter of its datasets, ``description`` what differs from
    the whole: fields of the class ``catalog``.
    """

    subject: str
    only: str
    description: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class CatalogPage:
    """The position of a page in the catalogue, and what determines whether it changed.

    ``stamp`` differs whenever the page's content would; ``modified`` is the last change of any
    dataset of the catalogue (ISO 8601, UTC), "" if it is empty.  ``part``: of a part of it.
    """

    number: int
    total: int
    stamp: str
    modified: str
    part: CatalogPart | None = None

    @property
    def last(self) -> int:
        return max(1, -(-self.total // PAGE_SIZE))

    def links(self) -> dict[str, int]:
        """Return Hydra's names of the existing neighbours → their numbers."""
        found = {"first": 1, "last": self.last}
        if self.number > 1:
            found["previous"] = self.number - 1
        if self.number < self.last:
            found["next"] = self.number + 1
        return found


def page(number: int, part: CatalogPart | None = None) -> CatalogPage:
    """Return the page with that number, without its datasets; NoSuchPage if there is none."""
    if not 1 <= number <= _MOST_PAGES:
        raise NoSuchPage(number)
    only = _only(part)
    ids = _search(number, **only, fl=["id", "metadata_modified"])
    newest = _search(
        1, **only, rows=1, sort="metadata_modified desc", fl=["id", "metadata_modified"]
    )
    said = models.stored([item["id"] for item in ids["results"]])
    found = CatalogPage(
        number=number,
        total=ids["count"],
        stamp=_stamp(ids["count"], ids["results"], newest["results"], said),
        modified=utc(newest["results"][0]["metadata_modified"]) if newest["results"] else "",
        part=part,
    )
    if number > found.last:
        raise NoSuchPage(number)
    return found


def triples(page: CatalogPage, address: str) -> Iterator[Triple]:
    """Yield the page as RDF.  ``address``: the document's URL without a page, ``…/catalog.ttl``."""
    packages = _search(page.number, **_only(page.part))["results"]
    known, home = kept(package["id"] for package in packages), site()
    entries = [
        CatalogEntry(package, known.get(package["id"], DatasetSupplement()), home)
        for package in packages
    ]
    subject = page.part.subject if page.part else settings.catalog().uri
    yield from catalog_triples(
        _catalog(page) | dict(page.part.description if page.part else {}),
        subject=subject,
        language=str(tk.config["ckan.locale_default"]),
        datasets=[entry.subject for entry in entries],
        records=[entry.page for entry in entries],
    )
    yield from _paging(page, subject, address)
    for entry in entries:
        yield from entry.triples()


def _only(part: CatalogPart | None) -> dict[str, Any]:
    return {"fq": f"+dataset_type:dataset {part.only}"} if part else {}


def _search(number: int, **params: Any) -> dict[str, Any]:
    """Search public, active datasets as an anonymous user, whoever is logged in."""
    query = {
        "q": "*:*",
        "fq": "+dataset_type:dataset",
        "sort": "id asc",
        "rows": PAGE_SIZE,
        "start": (number - 1) * PAGE_SIZE,
        "facet": "false",
    }
    found: dict[str, Any] = tk.get_action("package_search")(
        {"user": "", "auth_user_obj": None}, query | params
    )
    return found


def _stamp(*parts: Any) -> str:
    text = repr((parts, settings.catalog(), table.version()))
    return hashlib.sha256(text.encode()).hexdigest()[:32]


def _catalog(page: CatalogPage) -> dict[str, Any]:
    """Return the description of the catalogue, as a dict of its class."""
    ours = settings.catalog()
    publisher = {
        "uri": ours.publisher_uri,
        "name": ours.publisher_name,
        "type": ours.publisher_type,
        "email": ours.publisher_email,
        "url": ours.homepage,
    }
    site_language = str(tk.config["ckan.locale_default"])
    languages = {site_language, *tk.config["ckan.locales_offered"]}
    entries = (vocabulary("languages").find(language) for language in sorted(languages))
    reported = {
        "title": ours.title.get(site_language),
        "title_translated": ours.title,
        "description": ours.description.get(site_language),
        "description_translated": ours.description,
        "publisher": [{name: value for name, value in publisher.items() if value}],
        "homepage": ours.homepage,
        "license": ours.license,
        "language": [entry.iri for entry in entries if entry],
        "theme_taxonomy": [_DATA_THEMES],
        "spatial_coverage": [{"uri": iri} for iri in ours.spatial],
        "modified": page.modified,
    }
    return {name: value for name, value in reported.items() if value}


def _paging(page: CatalogPage, catalog: str, address: str) -> Iterator[Triple]:
    """Yield Hydra's triples for "page 2 of 3": the catalogue is the collection."""
    collection, view = IRI(catalog), IRI(page_address(address, page.number))
    total = Literal(str(page.total), None, f"{XSD}integer")
    yield collection, RDF_TYPE, IRI(f"{_HYDRA}Collection")
    yield collection, IRI(f"{_HYDRA}totalItems"), total
    yield collection, IRI(f"{_HYDRA}view"), view
    yield view, RDF_TYPE, IRI(f"{_HYDRA}PartialCollectionView")
    yield view, IRI(f"{_HYDRA}totalItems"), total
    yield view, IRI(f"{_HYDRA}itemsPerPage"), Literal(str(PAGE_SIZE), None, f"{XSD}integer")
    for name, number in page.links().items():
        yield view, IRI(f"{_HYDRA}{name}"), IRI(page_address(address, number))


def page_address(address: str, number: int) -> str:
    """Convert ``…/catalog.ttl`` to ``…/catalog.ttl?page=2``."""
    return f"{address}?page={number}"
