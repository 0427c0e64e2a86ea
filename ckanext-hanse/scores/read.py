"""The scores of datasets as they are now.

Those of a source, a city and the site count what everybody may see: active, public datasets.
"""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import DatasetState, ScoreKind, SourceRecord
from hanse_harvesters.quality.advice import Advice, Advices
from hanse_harvesters.quality.mqa import Score
from hanse_harvesters.quality.summary import Summary, Tally

_PACKAGE, _STATE = model.Package, DatasetState
#: Rows fetched at once, so that memory does not grow with the catalogue.
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Judged:
    """The scores of many datasets as one, and what would raise them most."""

    summary: Summary
    advice: list[Advice]


def of_dataset(dataset_id: str) -> Score | None:
    """Return a dataset's score, None if it is not judged yet."""
    raw = model.Session.scalar(sa.select(_STATE.mqa).where(_STATE.dataset_id == dataset_id))
    return Score.from_json(raw) if raw else None


def of_many(kind: ScoreKind, owner: str = "") -> Judged:
    """Return the scores of a source, a city (``owner`` its id) or the site."""
    tally, advices = Tally(), Advices()
    query = (
        sa.select(_STATE.mqa)
        .join(_PACKAGE, _PACKAGE.id == _STATE.dataset_id)
        .where(
            _PACKAGE.state == model.State.ACTIVE,
            _PACKAGE.private.is_(False),
            _PACKAGE.type == "dataset",
            _STATE.score.is_not(None),
            _condition(kind, owner),
        )
        .execution_options(yield_per=_CHUNK)
    )
    for raw in model.Session.scalars(query):
        if score := Score.from_json(raw):
            tally.add(score)
            advices.add(score)
    return Judged(tally.summary(), advices.ordered())


def _condition(kind: ScoreKind, owner: str) -> sa.ColumnElement[bool]:
    if kind is ScoreKind.SITE:
        return sa.true()
    if kind is ScoreKind.CITY:
        return _PACKAGE.owner_org == owner
    owned = sa.select(SourceRecord.id).where(SourceRecord.source_id == int(owner))
    return sa.and_(_STATE.harvested, _STATE.record_id.in_(owned))
