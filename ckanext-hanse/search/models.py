"""The Solr field ``hanse_model``: IRIs of the model datasets that a dataset is.

In this order: confirmed by a person; what the dataset says by a reference or keywords; the
machine's word, if it was sure.  What a person refused has none.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import AssignedHow, ModelAssignment
from hanse_harvesters.model_datasets.assignment import assigned


@dataclass(frozen=True, slots=True)
class Stored:
    """What our table says of a dataset: a person's word and the machine's.

    ``confirmed``, ``machine``  IRI, "" for none.  ``refused``  a person said that it is none.
    """

    confirmed: str = ""
    machine: str = ""
    refused: bool = False


NOTHING = Stored()


def stored(ids: Sequence[str]) -> dict[str, Stored]:
    """Return dataset id → what the table says, of those of which it says something."""
    table = ModelAssignment
    query = sa.select(table.dataset_id, table.how, table.iri).where(
        table.dataset_id.in_(ids), table.how.in_((*_PERSONS, AssignedHow.MACHINE.value))
    )
    found: dict[str, dict[str, Any]] = {}
    for dataset_id, how, iri in model.Session.execute(query):
        value: Any = True if how == AssignedHow.REFUSED.value else iri
        found.setdefault(dataset_id, {})[how] = value
    return {dataset_id: Stored(**values) for dataset_id, values in found.items()}


_PERSONS = (AssignedHow.CONFIRMED.value, AssignedHow.REFUSED.value)


def model_field(dataset: Mapping[str, Any], said: Stored) -> dict[str, list[str]]:
    """Return the field of ``dataset``, as ``package_show`` returns it; {} if it is none."""
    iris = effective(dataset, said)
    return {"hanse_model": [iri for iri, _ in iris]} if iris else {}


def effective(dataset: Mapping[str, Any], said: Stored) -> list[tuple[str, AssignedHow]]:
    """Return the IRIs of the model datasets that ``dataset`` is, each with who says so."""
    if said.refused:
        return []
    if said.confirmed:
        return [(said.confirmed, AssignedHow.CONFIRMED)]
    if found := assigned(dataset):
        return [(item.model.iri, AssignedHow(item.found_in)) for item in found]
    return [(said.machine, AssignedHow.MACHINE)] if said.machine else []
