"""Apply officers' corrections to the records of a run, between normalise and compare.

A run creates one :class:`Corrector`.  It queries the database only at the first record that was
mapped anew: a run without changes costs nothing here.
"""

from __future__ import annotations

import copy
import json
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.corrections import overlay, update_dataset
from ckanext.hanse.corrections.overlay import EntityDict, Place
from ckanext.hanse.model import Correction, DatasetState, HarvestRun, RunStatus, SourceRecord
from ckanext.hanse.store import pg_text, record_rows, resources
from ckanext.hanse.store.writer import Fence
from hanse_harvesters.mapping.fingerprint import fingerprint_json
from hanse_harvesters.record import Record

#: Values of ``field`` that are not fields of the dataset (model/correction.py).
HIDDEN, DETACHED, HVD = "private", "detached", "hvd"
APART = (HIDDEN, DETACHED, HVD)


@dataclass(slots=True)
class Live:
    """A correction in force.  ``owner``: the record is the one that its dataset shows."""

    id: int
    dataset_id: str
    at: Place
    value: Any
    replaced: Any
    source_value: Any
    flagged: datetime | None
    owner: bool

    @property
    def source_says(self) -> Any:
        """The source's value as last seen."""
        return self.source_value if self.flagged else self.replaced


@dataclass(slots=True)
class _Note:
    """What a run saw at the source for one correction."""

    id: int
    differs: bool
    now: Any


class Corrector:
    """Applies the corrections of one source's datasets in one run."""

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id
        self._live: dict[str, list[Live]] | None = None
        self._dataset_of: dict[str, str] = {}
        self._notes: dict[int, _Note] = {}

    def apply(self, record: Record, dataset_id: str | None, identity: str) -> None:
        """Correct ``record.dataset`` in place, and update its fingerprint and issues.

        ``dataset_id`` is the dataset it became, ``identity`` its harvest identity, used if no
        dataset is given.  A record that is unchanged (``same``), or that could not be read, is
        not modified.
        """
        if record.same:
            return
        live = self._of(dataset_id, identity)
        if live:
            self._correct(record, live)

    def _of(self, dataset_id: str | None, identity: str) -> list[Live]:
        if self._live is None:
            self._load()
            assert self._live is not None
        key = dataset_id or self._dataset_of.get(record_rows.identity_key(identity), "")
        return self._live.get(key, [])

    def _load(self) -> None:
        self._live = defaultdict(list)
        for identity, item in _live(self._source_id):
            self._dataset_of[identity] = item.dataset_id
            self._live[item.dataset_id].append(item)
        self._live = dict(self._live)

    def _correct(self, record: Record, live: list[Live]) -> None:
        came = copy.deepcopy(record.dataset)
        ids = _ids(live, came)
        places = []
        notes = []
        for item in live:
            entity = overlay.entity_at(record.dataset, item.at, ids)
            notes.append(_seen(item, entity))
            if entity is not None:
                overlay.lay(entity, item.at.prop, copy.deepcopy(item.value))
                places.append(overlay.numbered(item.at, ids))
        judged = overlay.reconsidered(came, record.dataset, record.issues, places)
        if not judged.usable:
            record.dataset.clear()
            record.dataset.update(came)
            return  # it is rejected for an issue that no correction fixes
        record.issues, record.rdf, record.score = judged.issues, judged.rdf, judged.score
        record.normalised = fingerprint_json(record.dataset)
        self._note(live, notes)

    def _note(self, live: list[Live], notes: list[_Note]) -> None:
        """Keep what was seen, if the dataset shows this record; a duplicate's do not count."""
        for item, note in zip(live, notes, strict=True):
            if item.owner and note.id not in self._notes:
                self._notes[note.id] = note

    def settle(self, fence: Fence) -> None:
        """At the end of a run, but not of a dry run, flag what the source changed; commits.

        Also restores what was corrected or withdrawn during the run, and which the run has
        overwritten unknowingly.
        """
        if self._live is None:
            return
        known = {item.id: item for items in self._live.values() for item in items}
        news = [note for note in self._notes.values() if _is_news(known[note.id], note)]
        if news:
            _flag(news)
        self._mend(known, fence)
        model.Session.commit()

    def _mend(self, known: dict[int, Live], fence: Fence) -> None:
        now = {item.id: item for _, item in _live(self._source_id)}
        for number in now.keys() - known.keys():
            fence.hold(alone=True)
            update_dataset.lay_again(now[number].dataset_id, now[number].at, now[number].value)
        for number in known.keys() - now.keys():
            note, item = self._notes.get(number), known[number]
            again = any((i.dataset_id, i.at) == (item.dataset_id, item.at) for i in now.values())
            if note and not again:
                fence.hold(alone=True)
                update_dataset.lay_again(item.dataset_id, item.at, note.now)


def _seen(item: Live, entity: EntityDict | None) -> _Note:
    """Return what the source has now; a removed resource counts as different, without a value."""
    now = None if entity is None else pg_text.json(overlay.value_in(entity, item.at.prop))
    differs = entity is None or not overlay.equal(now, item.replaced)
    return _Note(item.id, differs, now if differs else None)


def _is_news(item: Live, note: _Note) -> bool:
    if not note.differs:
        return item.flagged is not None
    return item.flagged is None or not overlay.equal(item.source_value, note.now)


def _live(source_id: int) -> list[tuple[str, Live]]:
    """Return the corrections in force of every dataset that a record of the source became."""
    owner = DatasetState.record_id == SourceRecord.id
    rows = model.Session.execute(
        sa.select(SourceRecord.identity, sa.func.coalesce(owner, False), *_COLUMNS)
        .select_from(Correction)
        .join(SourceRecord, SourceRecord.dataset_id == Correction.dataset_id)
        .outerjoin(DatasetState, DatasetState.dataset_id == Correction.dataset_id)
        .where(
            SourceRecord.source_id == source_id,
            Correction.withdrawn.is_(None),
            Correction.field.not_in(APART),
        )
        .order_by(Correction.id)
    )
    found = []
    for identity, owns, number, dataset_id, field, *values in rows:
        try:
            at = overlay.place(field)
        except KeyError:
            continue  # the field was removed from the table
        found.append((identity, Live(number, dataset_id, at, *values, owner=owns)))
    return found


_COLUMNS = (
    Correction.id,
    Correction.dataset_id,
    Correction.field,
    Correction.value,
    Correction.replaced,
    Correction.source_value,
    Correction.flagged,
)


def _ids(live: list[Live], dataset: EntityDict) -> list[str | None]:
    """Return for each distribution of ``dataset`` the id of the resource it continues.

    Matched as by the writer, against the resources as the source had them: their addresses may be
    corrected here.
    """
    incoming = dataset.get("resources") or []
    mine = [item for item in live if item.at.resource]
    if not mine:
        return [None] * len(incoming)
    stored = _resources(mine[0].dataset_id)
    for item in mine:
        if item.at.resource in stored:
            overlay.lay(stored[item.at.resource], item.at.prop, item.source_says)
    matches = resources.match(list(stored.values()), incoming)
    return [found["id"] if found else None for found in matches]


def _resources(dataset_id: str) -> dict[str, EntityDict]:
    rows = model.Session.scalars(
        sa.select(model.Resource)
        .where(model.Resource.package_id == dataset_id, model.Resource.state == "active")
        .order_by(model.Resource.position)
    )
    return {
        row.id: {"id": row.id, "url": row.url, "format": row.format, "name": row.name}
        | dict(row.extras or {})
        for row in rows
    }


def _flag(notes: list[_Note]) -> None:
    """Store what was seen, in one statement; ``flagged`` keeps its first time."""
    seen = [{"id": note.id, "differs": note.differs, "now": note.now} for note in notes]
    model.Session.execute(
        sa.text(
            "UPDATE hanse_correction AS c SET source_value = seen.now,"
            " flagged = CASE WHEN seen.differs THEN coalesce(c.flagged, now()) END"
            " FROM jsonb_to_recordset(CAST(:seen AS jsonb))"
            " AS seen(id bigint, differs boolean, now jsonb)"
            " WHERE c.id = seen.id"
        ),
        {"seen": json.dumps(seen)},
    )


def overtaken(source_id: int) -> int:
    """After an aborted run, make the next one map records again whose correction it overwrote.

    A run that ends does this itself (:meth:`Corrector.settle`).  Returns how many;
    the caller commits.
    """
    younger = (
        sa.select(SourceRecord.id)
        .join(HarvestRun, HarvestRun.id == SourceRecord.last_run_id)
        .join(Correction, Correction.dataset_id == SourceRecord.dataset_id)
        .where(
            SourceRecord.source_id == source_id,
            SourceRecord.fingerprint != "",
            HarvestRun.status.not_in((RunStatus.SUCCESS.value, RunStatus.HELD.value)),
            sa.func.coalesce(Correction.withdrawn, Correction.created) > HarvestRun.started,
        )
    )
    done = model.Session.execute(
        sa.update(SourceRecord)
        .where(SourceRecord.id.in_(younger))
        .values(fingerprint="", normalised="", attached="")
        .execution_options(synchronize_session=False)
    )
    return int(done.rowcount)
