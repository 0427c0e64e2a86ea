"""What of a CKAN package goes out as DCAT-AP.de: the source's words, and ours beside them.

The source's dataset IRI stays the subject; our page about it is its
``dcat:CatalogRecord``.  Identifiers that came pass unchanged, ours goes to
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
from ckanext.hanse.store.package_dict import PackageDict, dataset_of
from hanse_harvesters.mapping.terms import Triple
from hanse_harvesters.mapping.writer import catalog_record_triples, dataset_triples
from hanse_harvesters.record import DatasetDict

#: The application profile our entries follow.
PROFILE = "http://dcat-ap.de/def/dcatde/3.0/"


@dataclass(frozen=True, slots=True)
class DatasetSupplement:
    """What is known of a dataset beside CKAN's rows: whose it is, its page there, odd triples."""

    harvested: bool = False
    origin: str = ""
    fragment: str = ""


def kept(dataset_ids: Iterable[str]) -> dict[str, DatasetSupplement]:
    """dataset id → :class:`DatasetSupplement`, in one query."""
    rows = model.Session.execute(
        sa.select(
            DatasetState.dataset_id,
            DatasetState.harvested,
            SourceRecord.origin,
            DatasetState.fragment,
        )
        .outerjoin(SourceRecord, SourceRecord.id == DatasetState.record_id)
        .where(DatasetState.dataset_id.in_(list(dataset_ids)))
    )
    return {row[0]: DatasetSupplement(row[1], row[2] or "", row[3] or "") for row in rows}


def site() -> str:
    """The site's address without a language and without a slash at its end."""
    return str(tk.h.url_for("home.index", qualified=True, locale="default")).rstrip("/")


@dataclass(frozen=True, slots=True)
class CatalogEntry:
    """One dataset as it goes out.

    ``subject`` is its IRI: the source's, else ours by the dataset's id; ``page`` is our entry
    about it, by name, which survives a changed title.
    """

    package: PackageDict
    kept: DatasetSupplement
    site: str

    @property
    def home(self) -> str:
        """The address that stays whatever the dataset is called."""
        return f"{self.site}/dataset/{self.package['id']}"

    @property
    def page(self) -> str:
        return f"{self.site}/dataset/{self.package['name']}"

    @property
    def subject(self) -> str:
        return str(self.package.get("uri") or self.home)

    def triples(self, *, unknown: bool = False) -> Iterator[Triple]:
        """The dataset and our record of it; ``unknown``: also what the table does not know."""
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
        """The dataset with what CKAN knows and the fields do not say."""
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
        elif self.home != self.subject:
            dataset["alternate_identifier"] = [
                *dataset.get("alternate_identifier", []),
                self.home,
            ]
        if own := settings.catalog().contributor_id:
            dataset.setdefault("contributor_id", [own])
        return dataset

    def _resource(self, item: Mapping[str, Any], raw: PackageDict) -> dict[str, Any]:
        """A distribution with an IRI, and with the address of a file that lies here."""
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
        """Our entry (when it came, when it changed), and the one at the portal it was taken from.

        A portal's entry must say when it changed; the dataset's own date stands for that (K40).
        Without one there is nothing valid to say of it.
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
    """CKAN's times are UTC and do not say so."""
    return moment if moment.endswith("Z") or "+" in moment else f"{moment}Z"


def _is_rdf(fragment: str) -> bool:
    """N-Triples of an RDF source; a CKAN source leaves JSON."""
    return fragment.startswith(("<", "_:"))
