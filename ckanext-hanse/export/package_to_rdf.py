"""A CKAN package as the dataset that we hand on: the source's statements, and ours beside them.

The source's dataset IRI stays the subject; our page about it is its ``dcat:CatalogRecord``.
Harvested identifiers are exported unchanged, ours goes to ``adms:identifier`` (conventions K25 and
K26 of DCAT-AP.de).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from ckanext.hanse.store import rdf
from ckanext.hanse.store.package_dict import PackageDict, dataset_of
from hanse_harvesters.mapping.terms import Triple
from hanse_harvesters.mapping.writer import catalog_record_triples
from hanse_harvesters.record import DatasetDict

#: The application profile our entries follow.
PROFILE = "http://dcat-ap.de/def/dcatde/3.0/"


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One dataset for export.

    ``subject`` is its IRI: the source's, else ours by the dataset's id; ``page`` is the URL of our
    page about it, by name, which survives a changed title.  ``contributor`` is the ID of one that
    has none (K12).
    """

    package: PackageDict
    site: str
    harvested: bool = False
    contributor: str = ""

    @property
    def home(self) -> str:
        """The URL by id, which survives a changed name."""
        return rdf.home(self.package["id"], self.site)

    @property
    def page(self) -> str:
        return page(self.package["name"], self.site)

    @property
    def subject(self) -> str:
        return str(self.package.get("uri") or self.home)

    def dataset(self) -> DatasetDict:
        """Return the dataset with what only CKAN knows added."""
        dataset = dataset_of(self.package)
        dataset["resources"] = [
            self._resource(item, raw)
            for item, raw in zip(
                dataset.get("resources", []), self.package.get("resources", []), strict=True
            )
        ]
        if not self.harvested:
            dataset.setdefault("identifier", self.package["id"])
            dataset.setdefault("issued", utc(self.package["metadata_created"]))
            dataset.setdefault("modified", utc(self.package["metadata_modified"]))
        if self.contributor:
            dataset.setdefault("contributor_id", [self.contributor])
        return rdf.with_ours(dataset, self.home)

    def _resource(self, item: Mapping[str, Any], raw: PackageDict) -> dict[str, Any]:
        """Return a distribution with an IRI, and the download URL if the file was uploaded here."""
        resource = {"uri": f"{self.home}/resource/{raw['id']}", **item}
        if raw.get("url_type") == "upload":
            name = str(raw.get("url", "")).rpartition("/")[2]
            resource["download_url"] = f"{resource['uri']}/download/{name}"
            resource.setdefault("modified", utc(raw.get("last_modified") or raw["created"]))
            resource.setdefault("access_url", resource["download_url"])
        elif "download_url" not in resource and item.get("url"):
            resource.setdefault("access_url", item["url"])
        return resource


def page(name: str, site: str) -> str:
    """Return the URL of our page about a dataset."""
    return f"{site}/dataset/{name}"


def records(
    subject: str, page: str, *, issued: str, modified: str, origin: str, source_modified: str
) -> Iterator[Triple]:
    """Yield our catalogue record of a dataset, and that of the portal it came from.

    ``origin``  its page at the portal, "" for none.  A portal's record must have a modification
    date; the dataset's own, ``source_modified``, is used (K40).  Without one there is no valid
    record.
    """
    record: dict[str, Any] = {
        "primary_topic": subject,
        "issued": issued,
        "modified": modified,
        "conforms_to": [PROFILE],
    }
    if not (origin and source_modified and origin != subject):
        yield from catalog_record_triples(record, subject=page)
        return
    yield from catalog_record_triples(record | {"source": origin}, subject=page)
    source = {"primary_topic": subject, "modified": source_modified}
    yield from catalog_record_triples(source, subject=origin)


def utc(moment: str) -> str:
    """Return CKAN's time, which is UTC without a time zone, with a "Z"."""
    return moment if moment.endswith("Z") or "+" in moment else f"{moment}Z"
