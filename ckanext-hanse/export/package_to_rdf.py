"""Export a CKAN package as DCAT-AP.de: the source's statements, and ours beside them.

The source's dataset IRI stays the subject; our page about it is its
``dcat:CatalogRecord``.  Harvested identifiers are exported unchanged, ours goes to
``adms:identifier`` (conventions K25 and K26 of DCAT-AP.de).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.model import DatasetState, SourceRecord
from ckanext.hanse.search import models
from ckanext.hanse.store import rdf
from ckanext.hanse.store.package_dict import PackageDict, dataset_of
from hanse_harvesters.mapping.terms import Triple
from hanse_harvesters.mapping.writer import catalog_record_triples, dataset_triples
from hanse_harvesters.model_datasets.assignment import with_model
from hanse_harvesters.record import DatasetDict
from hanse_schemas.model_datasets import model_datasets

#: The application profile our entries follow.
PROFILE = "http://dcat-ap.de/def/dcatde/3.0/"


@dataclass(frozen=True, slots=True)
class DatasetSupplement:
    """What our tables store of a dataset: harvested or not, page at the portal, unknown RDF.

    ``model``  IRI of the model dataset that it is handed on as, "" for none.
    """

    harvested: bool = False
    origin: str = ""
    fragment: str = ""
    model: str = ""


def kept(dataset_ids: Iterable[str]) -> dict[str, DatasetSupplement]:
    """Return dataset id → :class:`DatasetSupplement`, in two queries."""
    dataset_ids = list(dataset_ids)
    said = models.stored(dataset_ids)
    machine = settings.exports_models_of_machine()
    rows = model.Session.execute(
        sa.select(
            DatasetState.dataset_id,
            DatasetState.harvested,
            SourceRecord.origin,
            DatasetState.fragment,
        )
        .outerjoin(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .where(DatasetState.dataset_id.in_(dataset_ids))
    )
    found = {}
    for dataset_id, harvested, origin, fragment in rows:
        word = said.get(dataset_id, models.NOTHING)
        iri = word.confirmed or (word.machine if machine and not word.refused else "")
        found[dataset_id] = DatasetSupplement(harvested, origin or "", fragment or "", iri)
    return found


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One dataset for export.

    ``subject`` is its IRI: the source's, else ours by the dataset's id; ``page`` is the URL of our
    page about it, by name, which survives a changed title.
    """

    package: PackageDict
    kept: DatasetSupplement
    site: str

    @property
    def home(self) -> str:
        """The URL by id, which survives a changed name."""
        return rdf.home(self.package["id"], self.site)

    @property
    def page(self) -> str:
        return f"{self.site}/dataset/{self.package['name']}"

    @property
    def subject(self) -> str:
        return str(self.package.get("uri") or self.home)

    def triples(self, *, unknown: bool = False) -> Iterator[Triple]:
        """Yield the dataset and our record of it; ``unknown``: also the triples the table lacks."""
        language = str(tk.config["ckan.locale_default"])
        fragment = self.kept.fragment if unknown and _is_rdf(self.kept.fragment) else ""
        yield from dataset_triples(
            self.dataset(), subject=self.subject, language=language, unknown=fragment
        )
        record, source = self._records()
        yield from catalog_record_triples(record, subject=self.page, language=language)
        if source:
            yield from catalog_record_triples(source, subject=record["source"], language=language)

    def dataset(self) -> DatasetDict:
        """Return the dataset with what only CKAN knows added."""
        dataset = dataset_of(self.package)
        dataset["resources"] = [
            self._resource(item, raw)
            for item, raw in zip(
                dataset.get("resources", []), self.package.get("resources", []), strict=True
            )
        ]
        if not self.kept.harvested:
            dataset.setdefault("identifier", self.package["id"])
            dataset.setdefault("issued", utc(self.package["metadata_created"]))
            dataset.setdefault("modified", utc(self.package["metadata_modified"]))
        return rdf.with_ours(self._with_model(dataset), self.home)

    def _with_model(self, dataset: DatasetDict) -> DatasetDict:
        """Return the dataset as its model dataset; what it says itself gives way to a person."""
        found = model_datasets().by_iri(self.kept.model) if self.kept.model else None
        return with_model(dataset, found) if found else dataset

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

    def _records(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return our catalogue record (issued, modified), and that of the portal it came from.

        A portal's record must have a modification date; the dataset's own date is used (K40).
        Without one there is no valid record.
        """
        record = {
            "primary_topic": self.subject,
            "issued": utc(self.package["metadata_created"]),
            "modified": utc(self.package["metadata_modified"]),
            "conforms_to": [PROFILE],
        }
        modified = self.package.get("modified")
        if not (self.kept.origin and modified and self.kept.origin != self.subject):
            return record, {}
        source = {"primary_topic": self.subject, "modified": modified}
        return record | {"source": self.kept.origin}, source


def utc(moment: str) -> str:
    """Return CKAN's time, which is UTC without a time zone, with a "Z"."""
    return moment if moment.endswith("Z") or "+" in moment else f"{moment}Z"


def _is_rdf(fragment: str) -> bool:
    """Return whether the fragment is N-Triples of an RDF source; that of a CKAN source is JSON."""
    return fragment.startswith(("<", "_:"))
