"""The RDF of a dataset as we hand it on: a record's statements with our IRIs, and ours beside them.

Conventions of DCAT-AP.de: identifiers that came with a record are unchanged (K25), ours goes to
``adms:identifier`` (K26), and a dataset names who delivers it (K12).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse import settings
from ckanext.hanse.store import pg_text
from hanse_harvesters.mapping.adapters import lines
from hanse_harvesters.mapping.terms import RDF_TYPE, BNode
from hanse_harvesters.mapping.writer import write_dataset
from hanse_harvesters.quality.fragment import settled
from hanse_harvesters.record import DatasetDict, Record


def site() -> str:
    """Return the site's URL without a language and without a final slash."""
    return str(tk.h.url_for("home.index", qualified=True, locale="default")).rstrip("/")


def home(dataset_id: str, of_site: str) -> str:
    """Return the IRI of a dataset that has none of its own; it survives a changed name."""
    return f"{of_site}/dataset/{dataset_id}"


def with_ours(dataset: DatasetDict, at: str) -> DatasetDict:
    """Return a harvested dataset with what the catalogue adds; ``at`` is its :func:`home`."""
    return {**dataset, **_ours(dataset, at)}


def _ours(dataset: DatasetDict, at: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    if dataset.get("uri", at) != at:
        found["alternate_identifier"] = [*dataset.get("alternate_identifier", []), at]
    own = settings.catalog().contributor_id
    if own and "contributor_id" not in dataset:
        found["contributor_id"] = [own]
    return found


def of_record(record: Record, dataset_id: str, resource_ids: Sequence[str], of_site: str) -> str:
    """Return the N-Triples of a record that became this dataset; "" for one that is not judged.

    ``resource_ids``  of its resources, in the order of the record's distributions.
    """
    if not record.rdf:
        return ""
    at = home(dataset_id, of_site)
    text = settled(record.rdf, at, [f"{at}/resource/{item}" for item in resource_ids])
    added = _ours(record.dataset, at)
    if added:
        triples = write_dataset(added, subject=str(record.dataset.get("uri") or at)).triples
        text += lines(
            triple for triple in triples if triple[1] != RDF_TYPE or isinstance(triple[0], BNode)
        )
    return pg_text.text(text)


def resource_ids(dataset_ids: Iterable[str]) -> dict[str, list[str]]:
    """Return dataset id → ids of its resources in their order, in one query."""
    ids = list(dataset_ids)
    found: dict[str, list[str]] = {item: [] for item in ids}
    rows = model.Session.execute(
        sa.select(model.Resource.package_id, model.Resource.id)
        .where(model.Resource.package_id.in_(ids), model.Resource.state == "active")
        .order_by(model.Resource.package_id, model.Resource.position)
    )
    for dataset_id, resource_id in rows:
        found[dataset_id].append(resource_id)
    return found
