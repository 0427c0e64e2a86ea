"""The RDF of a dataset as it is stored: a record's statements with our IRIs, and ours beside them.

Conventions of DCAT-AP.de: identifiers that came with a record are unchanged (K25), ours goes to
``adms:identifier`` (K26).  What may change without the dataset is added when it is handed on
(export/fragments.py): who delivers it (K12), its model dataset, its catalogue record.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from ckan import model

from ckanext.hanse.language import of_data
from ckanext.hanse.store import pg_text
from hanse_harvesters.mapping.adapters import lines
from hanse_harvesters.mapping.dataset_lines import extended, grouped
from hanse_harvesters.mapping.terms import RDF_TYPE, BNode
from hanse_harvesters.mapping.writer import write_dataset
from hanse_harvesters.quality import hvd
from hanse_harvesters.quality.fragment import settled
from hanse_harvesters.record import DatasetDict, Record


def site() -> str:
    """Return the site's URL without a language and without a final slash."""
    return str(tk.h.url_for("home.index", qualified=True, locale="default")).rstrip("/")


def home(dataset_id: str, of_site: str) -> str:
    """Return the IRI of a dataset that has none of its own; it survives a changed name."""
    return f"{of_site}/dataset/{dataset_id}"


def version(of_site: str) -> str:
    """Return what every stored text depends on besides its dataset, as a short digest.

    A text of another version is made anew before it is handed on (export/fill.py).
    """
    parts = (_FORM, of_site, of_data())
    return hashlib.blake2b(repr(parts).encode(), digest_size=6).hexdigest()


#: Raised when texts are to be made anew after an update.
_FORM = 1
#: Term of a high-value dataset; with ``:`` and its code, of its main category.
HVD = "hvd"


def terms(dataset: Mapping[str, Any]) -> list[str]:
    """Return by what the dataset can be selected: IRIs of themes and licences, :data:`HVD`."""
    found = [*_texts(dataset.get("theme")), *_texts(dataset.get("license_id"))]
    for resource in dataset.get("resources") or ():
        found += _texts(resource.get("license"))
    if hvd.declared(dataset):
        categories = hvd.top_categories(_texts(dataset.get("hvd_category")))
        found += [HVD, *(f"{HVD}:{code}" for code in categories)]
    return [pg_text.text(item) for item in dict.fromkeys(found)]


def _texts(value: Any) -> Iterator[str]:
    items = value if isinstance(value, list) else [value]
    return (item for item in items if isinstance(item, str) and item)


def with_ours(dataset: DatasetDict, at: str) -> DatasetDict:
    """Return a harvested dataset with what the catalogue adds; ``at`` is its :func:`home`."""
    return {**dataset, **_ours(dataset, at)}


def _ours(dataset: DatasetDict, at: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    named = dataset.get("alternate_identifier", [])
    if dataset.get("uri", at) != at and at not in named:
        found["alternate_identifier"] = [*named, at]
    return found


def of_dataset(dataset: DatasetDict, subject: str) -> str:
    """Return the N-Triples of a dataset whose resources have their IRIs."""
    written = write_dataset(dataset, subject=subject, language=of_data())
    return pg_text.text(lines(grouped(written.triples)))


def of_record(record: Record, dataset_id: str, resource_ids: Sequence[str], of_site: str) -> str:
    """Return the N-Triples of a record that became this dataset; "" for one that is not judged.

    ``resource_ids``  of its resources, in the order of the record's distributions.
    """
    if not record.rdf:
        return ""
    at = home(dataset_id, of_site)
    text = settled(record.rdf, at, [f"{at}/resource/{item}" for item in resource_ids])
    if _ours(record.dataset, at):
        added = {"alternate_identifier": [at]}
        triples = write_dataset(added, subject=str(record.dataset.get("uri") or at)).triples
        text = extended(
            text, [triple for triple in triples if triple[1] != RDF_TYPE or _is_blank(triple[0])]
        )
    return pg_text.text(text)


def _is_blank(node: object) -> bool:
    return isinstance(node, BNode)


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
