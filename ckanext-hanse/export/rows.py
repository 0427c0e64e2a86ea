"""The rows of datasets that are handed on: chosen in the database, with the stored text.

Read over connections of their own, a chunk each: a client that reads for an hour holds neither a
transaction nor memory.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse import settings
from ckanext.hanse.export.selection import ANY, Selection
from ckanext.hanse.model import (
    AssignedHow,
    DatasetState,
    HarvestSource,
    ModelAssignment,
    SourceRecord,
)
from ckanext.hanse.search import withheld
from ckanext.hanse.store import rdf

_PACKAGE, _STATE = model.Package, DatasetState
_SAID, _FOUND = aliased(ModelAssignment), aliased(ModelAssignment)

#: When what is handed on of a dataset last changed.
CHANGED = sa.func.greatest(
    sa.func.timezone("UTC", _PACKAGE.metadata_modified),
    _STATE.changed,
    type_=sa.DateTime(timezone=True),
)


@dataclass(frozen=True, slots=True)
class Row:
    """A dataset as stored.

    ``created``, ``modified``  CKAN's times, UTC without a time zone.
    ``origin``   its page at the portal, "".  ``model``  IRI of the model dataset it is, "".
    ``text``, ``version``  as in :class:`ckanext.hanse.model.DatasetState`.
    """

    id: str
    name: str
    created: datetime
    modified: datetime
    organization: str
    changed: datetime
    harvested: bool
    origin: str
    model: str
    version: str
    text: str


def chunk(selection: Selection, after: str, limit: int, *, offset: int = 0) -> list[Row]:
    """Return the rows behind the id ``after`` ("": from the first), in the order of ids.

    Datasets whose text is to be made anew are among them, whatever their terms.
    """
    query = _rows().where(*_chosen(selection))
    if after:
        query = query.where(_PACKAGE.id > after)
    return _read(query.order_by(_PACKAGE.id).limit(limit).offset(offset))


def of_ids(ids: Sequence[str]) -> list[Row]:
    """Return the rows of these datasets, whoever may see them, in the order of ids."""
    return _read(_rows().where(_PACKAGE.id.in_(ids)).order_by(_PACKAGE.id))


def delivered_rows(ids: Sequence[str]) -> dict[str, Row]:
    """Return id → row, of those of the datasets that are handed on."""
    found = _read(_rows().where(_PACKAGE.id.in_(ids), *_chosen(Selection())))
    return {row.id: row for row in found}


def handed_on(dataset_id: str) -> bool:
    """Return whether a dataset is public, active and not withheld."""
    with model.meta.engine.connect() as connection:
        return bool(delivered(connection, [dataset_id]))


def delivered(connection: sa.Connection, ids: Sequence[str]) -> set[str]:
    """Return those of the datasets that are public, active and not withheld."""
    query = _joined(sa.select(_PACKAGE.id)).where(_PACKAGE.id.in_(ids), *_chosen(Selection()))
    return set(connection.scalars(query))


def figures(selection: Selection) -> tuple[int, datetime | None, int]:
    """Return how many datasets there are, the last change of one, and a sum over all of them.

    The sum has the change of each: one that commits late is not the last by its time.
    """
    each = sa.func.hashtext(sa.func.concat(_PACKAGE.id, CHANGED))
    query = sa.select(sa.func.count(), sa.func.max(CHANGED), sa.func.sum(each))
    with model.meta.engine.connect() as connection:
        number, changed, total = connection.execute(_joined(query).where(*_chosen(selection))).one()
    return int(number), changed, int(total or 0)


def _rows() -> Any:
    said = sa.and_(_SAID.dataset_id == _PACKAGE.id, _SAID.decided)
    found = sa.and_(_FOUND.dataset_id == _PACKAGE.id, ~_FOUND.decided)
    query = sa.select(
        _PACKAGE.id,
        _PACKAGE.name,
        _PACKAGE.metadata_created,
        _PACKAGE.metadata_modified,
        sa.func.coalesce(_PACKAGE.owner_org, ""),
        CHANGED,
        sa.func.coalesce(_STATE.harvested, sa.false()),
        sa.func.coalesce(SourceRecord.origin, ""),
        _model(),
        sa.func.coalesce(_STATE.rdf_version, ""),
        sa.func.coalesce(_STATE.rdf, ""),
    )
    return _joined(query).outerjoin(_SAID, said).outerjoin(_FOUND, found)


def _joined(query: Any) -> Any:
    owner = sa.and_(HarvestSource.id == SourceRecord.source_id, _STATE.harvested)
    return (
        query.select_from(_PACKAGE)
        .outerjoin(_STATE, _STATE.dataset_id == _PACKAGE.id)
        .outerjoin(SourceRecord, SourceRecord.id == _STATE.record_id)
        .outerjoin(HarvestSource, owner)
    )


def _model() -> Any:
    """Return a person's word on a dataset's model dataset; the machine's if the site allows."""
    confirmed = (_SAID.how == AssignedHow.CONFIRMED.value, _SAID.iri)
    if not settings.exports_models_of_machine():
        return sa.case(confirmed, else_="")
    sure = sa.and_(_SAID.dataset_id.is_(None), _FOUND.how == AssignedHow.MACHINE.value)
    return sa.case(confirmed, (sure, _FOUND.iri), else_="")


def _chosen(selection: Selection) -> list[Any]:
    """Return the conditions of a selection."""
    found: list[Any] = [
        _PACKAGE.state == model.State.ACTIVE,
        ~_PACKAGE.private,
        _PACKAGE.type == "dataset",
    ]
    if not selection.withheld:
        found += [withheld.SOURCE_DELIVERS, withheld.NOT_WITHHELD]
    if names := selection.organizations:
        group = model.Group
        ids = sa.select(group.id).where(sa.or_(group.id.in_(names), group.name.in_(names)))
        found.append(_PACKAGE.owner_org.in_(ids))
    if selection.since:
        found.append(selection.since <= CHANGED)
    stale = sa.func.coalesce(_STATE.rdf_version, "") != rdf.version(rdf.site())
    for wanted in terms_of(selection):
        found.append(sa.or_(_STATE.terms.overlap(list(wanted)), stale))
    return found


def terms_of(selection: Selection) -> list[tuple[str, ...]]:
    """Return of which terms a dataset must have one each (store/rdf.py)."""
    hvd = tuple(rdf.HVD if code == ANY else f"{rdf.HVD}:{code}" for code in selection.hvd)
    return [wanted for wanted in (selection.themes, selection.licences, hvd) if wanted]


def _read(query: Any) -> list[Row]:
    with model.meta.engine.connect() as connection:
        return [Row(*row) for row in connection.execute(query)]
