"""A person's word on which model dataset a dataset is; and that one does not apply to a city.

It is a row of its own beside the automatic one (``hanse_model_assignment``): no harvest touches
it, and taking it back leaves what the dataset says or the machine thinks.  No permissions are
checked here.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping, Sequence

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.model import AssignedHow, DatasetState, ModelAbsence, ModelAssignment
from ckanext.hanse.store import index, records
from hanse_harvesters.errors import StopRun

log = logging.getLogger(__name__)


def decide(dataset_ids: Sequence[str], iri: str, author: str) -> None:
    """Store that these datasets are the model dataset ``iri``, "" for none; commits.

    An earlier word is replaced.  The datasets can be found by it at once, or after the next tick.
    """
    how = AssignedHow.CONFIRMED if iri else AssignedHow.REFUSED
    values = {"iri": iri, "how": how.value, "confidence": 1.0, "author": author}
    rows = [{"dataset_id": key, "decided": True, **values} for key in dict.fromkeys(dataset_ids)]
    if rows:
        query = insert(ModelAssignment).values(rows)
        changed = {**values, "created": sa.func.now()}
        keys = [ModelAssignment.dataset_id, ModelAssignment.decided]
        model.Session.execute(query.on_conflict_do_update(index_elements=keys, set_=changed))
    _found_at_once([row["dataset_id"] for row in rows])


def undo(dataset_ids: Sequence[str]) -> int:
    """Take a person's word on these datasets back; return of how many there was one.  Commits."""
    table = ModelAssignment
    query = sa.delete(table).where(table.dataset_id.in_(dataset_ids), table.decided)
    gone = list(model.Session.scalars(query.returning(table.dataset_id)))
    _found_at_once(gone)
    return len(gone)


def _found_at_once(ids: Sequence[str]) -> None:
    index.mark(ids)
    records.changed(ids)  # they are handed on with it
    model.Session.commit()
    try:
        for start in range(0, len(ids), index.CHUNK):
            index.settle(ids[start : start + index.CHUNK])
        if ids:
            index.commit()
    except StopRun as error:  # they stay marked: the next tick sends them, the doctor reports them
        log.warning("model datasets are stored, but not yet in the index: %s", error)


def of_person(dataset_ids: Sequence[str]) -> dict[str, ModelAssignment]:
    """Return dataset id → a person's word on it."""
    return _rows(dataset_ids, decided=True)


def automatic(dataset_ids: Sequence[str]) -> dict[str, ModelAssignment]:
    """Return dataset id → what was read or computed of it."""
    return _rows(dataset_ids, decided=False)


def _rows(dataset_ids: Sequence[str], *, decided: bool) -> dict[str, ModelAssignment]:
    table = ModelAssignment
    query = sa.select(table).where(table.dataset_id.in_(dataset_ids), table.decided.is_(decided))
    return {row.dataset_id: row for row in model.Session.scalars(query)}


def cities_of(dataset_ids: Sequence[str]) -> Mapping[str, str | None]:
    """Return dataset id → its organization's id, of those that exist and are not deleted."""
    query = sa.select(DatasetState.dataset_id, model.Package.owner_org).join(
        model.Package, model.Package.id == DatasetState.dataset_id
    )
    query = query.where(
        DatasetState.dataset_id.in_(dataset_ids), model.Package.state == model.State.ACTIVE
    )
    return {row.dataset_id: row.owner_org for row in model.Session.execute(query)}


def set_absence(organization_id: str, iri: str, reason: str, author: str) -> None:
    """Store why a model dataset does not apply to a city; "" as reason takes it back.  Commits."""
    table = ModelAbsence
    if reason:
        values = {"reason": reason, "author": author, "created": sa.func.now()}
        query = insert(table).values(organization_id=organization_id, iri=iri, **values)
        keys = [table.organization_id, table.iri]
        model.Session.execute(query.on_conflict_do_update(index_elements=keys, set_=values))
    else:
        model.Session.execute(
            sa.delete(table).where(table.organization_id == organization_id, table.iri == iri)
        )
    model.Session.commit()


def absences_by_name() -> dict[tuple[str, str], str]:
    """Return (name of a city, IRI) → reason, of all cities."""
    query = sa.select(model.Group.name, ModelAbsence.iri, ModelAbsence.reason).join(
        model.Group, model.Group.id == ModelAbsence.organization_id
    )
    return {(city, iri): reason for city, iri, reason in model.Session.execute(query)}
