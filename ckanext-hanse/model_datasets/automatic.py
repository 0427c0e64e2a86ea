"""Reads which model dataset datasets say they are, and lets the machine suggest where they do not.

In the background, a chunk at a time.  A dataset is looked at anew only if it was changed, and
suggestions are computed anew only if its words or the learned weights did.
"""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Iterator, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse import settings
from ckanext.hanse.model import AssignedHow, DatasetState, ModelAssignment
from ckanext.hanse.store import index, records
from ckanext.hanse.store.bulk import current
from hanse_harvesters.model_datasets.assignment import assigned, keywords
from hanse_harvesters.model_datasets.suggest import is_sure, suggest
from hanse_harvesters.model_datasets.weights import FILE

#: Datasets in one transaction.
_CHUNK = 50
#: Characters of a description that are read.
_LONGEST = 2000

Row = dict[str, Any]


def keep_up(*, seconds: float) -> int:
    """Look at new and changed datasets, for ``seconds``; return how many.  Commits.

    What changes is marked for indexing.
    """
    until, done = time.monotonic() + seconds, 0
    while time.monotonic() < until and (waiting := _waiting(_CHUNK)):
        _look(waiting)
        done += len(waiting)
    return done


def waiting() -> int:
    """Return how many datasets are to be looked at."""
    return model.Session.scalar(sa.select(sa.func.count()).select_from(_of_waiting())) or 0


def _of_waiting() -> Any:
    row = ModelAssignment
    package = model.Package
    return (
        sa.select(package.id, package.metadata_modified)
        .join(DatasetState, DatasetState.dataset_id == package.id)
        .outerjoin(row, sa.and_(row.dataset_id == package.id, ~row.decided))
        .where(
            package.state == model.State.ACTIVE,
            package.type == "dataset",
            sa.or_(
                row.dataset_id.is_(None),
                row.version != package.metadata_modified,
                sa.and_(row.words != "", ~row.words.startswith(_learned())),
            ),
        )
        .subquery()
    )


def _waiting(limit: int) -> dict[str, Any]:
    found = _of_waiting()
    query = sa.select(found.c.id, found.c.metadata_modified).order_by(found.c.id).limit(limit)
    return {row[0]: row[1] for row in model.Session.execute(query)}


def _look(versions: Mapping[str, Any]) -> None:
    ids = list(versions)
    known = _known(ids)
    loaded = current.datasets(ids)
    rows = [_row(key, loaded.get(key, {}), known.get(key), versions[key]) for key in ids]
    changed = [row["dataset_id"] for row in rows if _differs(row, known.get(row["dataset_id"]))]
    values = ("iri", "how", "confidence", "suggested", "words", "version", "author")
    query = insert(ModelAssignment).values(rows)
    query = query.on_conflict_do_update(
        index_elements=[ModelAssignment.dataset_id, ModelAssignment.decided],
        set_={name: query.excluded[name] for name in values} | {"created": sa.func.now()},
    )
    model.Session.execute(query)
    if changed:
        index.mark(changed)
        if settings.exports_models_of_machine():
            records.changed(changed)
    model.Session.commit()


def _known(ids: Sequence[str]) -> dict[str, ModelAssignment]:
    table = ModelAssignment
    query = sa.select(table).where(table.dataset_id.in_(ids), ~table.decided)
    return {row.dataset_id: row for row in model.Session.scalars(query)}


def _row(dataset_id: str, dataset: Mapping[str, Any], before: Any, version: Any) -> Row:
    said = assigned(dataset)
    row: Row = {
        "dataset_id": dataset_id, "decided": False, "iri": "", "how": AssignedHow.UNSURE.value,
        "confidence": 0.0, "suggested": [], "words": "", "version": version, "author": "",
    }  # fmt: skip
    if said:
        return row | {"iri": said[0].model.iri, "how": said[0].found_in, "confidence": 1.0}
    texts = _texts(dataset)
    row["words"] = f"{_learned()}:{hashlib.sha256(json.dumps(texts).encode()).hexdigest()[:32]}"
    if before is not None and before.words == row["words"]:
        kept = ("iri", "how", "confidence", "suggested")
        return row | {name: getattr(before, name) for name in kept}
    found = suggest(*texts)
    if not found:
        return row
    best = found[0]
    how = AssignedHow.MACHINE if is_sure(found) else AssignedHow.UNSURE
    return row | {
        "iri": best.iri,
        "how": how.value,
        "confidence": best.confidence,
        "suggested": [[item.iri, round(item.confidence, 4)] for item in found],
    }


@cache
def _learned() -> str:
    """Return the version of the weights: other weights suggest anew."""
    content = files("hanse_harvesters.model_datasets").joinpath(FILE).read_bytes()
    return hashlib.sha256(content).hexdigest()[:8]


def _texts(dataset: Mapping[str, Any]) -> tuple[str, str, list[str]]:
    notes = str(dataset.get("notes") or "")[:_LONGEST]
    return str(dataset.get("title") or ""), notes, list(_distinct(dataset))


def _distinct(dataset: Mapping[str, Any]) -> Iterator[str]:
    yield from dict.fromkeys(keywords(dataset))


def _differs(row: Row, before: Any) -> bool:
    """Return whether the dataset's document changes: only the machine's word is from here."""
    machine = AssignedHow.MACHINE.value
    was = before.iri if before is not None and before.how == machine else ""
    return bool(was != (row["iri"] if row["how"] == machine else ""))
