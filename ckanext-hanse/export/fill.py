"""Texts of datasets that have none, or one of another version: made from CKAN's own rows.

They were stored before texts were, could not be judged, were changed past our writers, or name
another address of the site.  Who reads a text gets one made for the moment; the background job
stores them.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.export.package_to_rdf import CatalogEntry
from ckanext.hanse.model import DatasetState
from ckanext.hanse.store import rdf, records
from ckanext.hanse.store.bulk import current

log = logging.getLogger(__name__)

#: Datasets in one transaction.
CHUNK = 100


@dataclass(frozen=True, slots=True)
class Made:
    """A dataset's text and terms, as :class:`DatasetState` stores them."""

    text: str
    terms: tuple[str, ...]


def made(ids: Iterable[str]) -> dict[str, Made]:
    """Return id → text and terms of these datasets, made now; stores nothing.

    One that cannot be shown is left out; why is in the log.
    """
    wanted, site = list(ids), rdf.site()
    found: dict[str, Made] = {}
    brought = harvested(wanted)
    for dataset_id, item in _loaded(wanted).items():
        entry = CatalogEntry(item.custom, site, dataset_id in brought)
        try:
            dataset = entry.dataset()
            text = rdf.of_dataset(dataset, entry.subject)
            found[dataset_id] = Made(text, tuple(rdf.terms(dataset)))
        except Exception:
            log.exception("dataset %s cannot be written as RDF", dataset_id)
    return found


def _loaded(ids: Sequence[str]) -> dict[str, current.Current]:
    try:
        return current.load(ids)
    except Exception:
        if len(ids) == 1:
            log.exception("dataset %s cannot be shown", ids[0])
            return {}
        middle = len(ids) // 2
        return _loaded(ids[:middle]) | _loaded(ids[middle:])


def harvested(ids: Sequence[str]) -> set[str]:
    """Return those of these datasets that a source brought."""
    query = sa.select(DatasetState.dataset_id).where(
        DatasetState.dataset_id.in_(ids), DatasetState.harvested
    )
    return set(model.Session.scalars(query))


def store(ids: Sequence[str]) -> int:
    """Make and store the texts of these datasets; the caller commits.  Return how many.

    One that somebody changes meanwhile is left as it is: it has its text, or waits for the next
    time.
    """
    version, state = rdf.version(rdf.site()), DatasetState
    before = dict(
        model.Session.execute(
            sa.select(state.dataset_id, state.changed).where(state.dataset_id.in_(ids))
        ).all()
    )
    rows = [
        {
            "dataset_id": dataset_id,
            "harvested": False,
            "rdf": item.text,
            "rdf_version": version,
            "terms": list(item.terms),
            "changed": before.get(dataset_id) or records.now(),
        }
        for dataset_id, item in made(ids).items()
    ]
    if not rows:
        return 0
    query = insert(state).values(rows)
    names = ("rdf", "rdf_version", "terms")
    query = query.on_conflict_do_update(
        index_elements=["dataset_id"],
        set_={name: query.excluded[name] for name in names},
        where=state.changed == query.excluded.changed,
    )
    return len(list(model.Session.scalars(query.returning(state.dataset_id))))


def outdate(dataset_id: str) -> None:
    """Note that a dataset's text is to be made anew; the caller commits."""
    model.Session.execute(
        sa.update(DatasetState)
        .where(DatasetState.dataset_id == dataset_id)
        .values(rdf_version="", changed=sa.func.now()),
        execution_options={"synchronize_session": False},
    )


def keep_up(*, seconds: float) -> int:
    """Store missing texts, for ``seconds``; return how many.  Commits."""
    until, done, after = time.monotonic() + seconds, 0, ""
    while time.monotonic() < until and (ids := _waiting(after)):
        done += store(ids)
        model.Session.commit()
        after = ids[-1]
    return done


def waiting() -> int:
    """Return how many active datasets have no text of today's version."""
    return int(model.Session.scalar(sa.select(sa.func.count()).select_from(_stale())) or 0)


def _waiting(after: str) -> list[str]:
    found = _stale().c.id
    query = sa.select(found).where(found > after).order_by(found).limit(CHUNK)
    return list(model.Session.scalars(query))


def _stale() -> sa.Subquery:
    version = sa.func.coalesce(DatasetState.rdf_version, "")
    return (
        sa.select(model.Package.id)
        .outerjoin(DatasetState, DatasetState.dataset_id == model.Package.id)
        .where(
            model.Package.state == model.State.ACTIVE,
            model.Package.type == "dataset",
            version != rdf.version(rdf.site()),
        )
        .subquery()
    )
