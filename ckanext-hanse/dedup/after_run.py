"""After a run: merge records of the same dataset, and suggest possible duplicates."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ckanext.hanse.dedup import agreement, merge, other_sources, suggest
from ckanext.hanse.dedup.handover import renew
from ckanext.hanse.dedup.other_sources import SAME_IDENTIFIER, Match, OtherRecord, Reason
from ckanext.hanse.model import TWINS, HarvestRun, Link, LinkVerdict, RunStatus, SourceRecord
from ckanext.hanse.store import runs
from ckanext.hanse.store.writer import Fence

_CHUNK = 500
#: Maximum number of earlier runs to check.
_RUNS = 50


def settle(source_id: int, joined: Mapping[str, Match], alone: Sequence[str], fence: Fence) -> None:
    """Apply what a run found out about duplicates.

    ``joined``  our identity → the record it was merged with and why.
    ``alone``   identities of new and changed records with datasets of their own: they are
                compared once more, as another source may have brought its record meanwhile.
    """
    pairs = [(record.id, joined[record.identity]) for record in _records(source_id, list(joined))]
    pairs += _merged(source_id, alone, fence)
    fence.hold()
    for mine, match in pairs:
        if match.rule != other_sources.DECIDED:
            note(mine, match)
    _forget_parted(source_id, alone)
    model.Session.commit()
    _part_ambiguous(source_id, pairs, fence)
    fence.hold()
    suggest.suggest(source_id, [record.id for record in _records(source_id, alone)])
    model.Session.commit()


def _forget_parted(source_id: int, alone: Sequence[str]) -> None:
    """Delete automatic links of records that are no longer merged."""
    ids = [record.id for record in _records(source_id, alone)]
    first, second = aliased(SourceRecord), aliased(SourceRecord)
    for start in range(0, len(ids), _CHUNK):
        some = ids[start : start + _CHUNK]
        model.Session.execute(
            sa.delete(Link).where(
                Link.verdict == LinkVerdict.SAME.value,
                Link.decided.is_(None),
                Link.first_id.in_(some) | Link.second_id.in_(some),
                first.id == Link.first_id,
                second.id == Link.second_id,
                first.dataset_id != second.dataset_id,
            ),
            execution_options={"synchronize_session": False},
        )


def _part_ambiguous(source_id: int, pairs: Sequence[tuple[int, Match]], fence: Fence) -> None:
    """Split what was merged by an identifier that the run has brought twice."""
    by_identifier = {mine: match for mine, match in pairs if match.rule == SAME_IDENTIFIER}
    if not by_identifier:
        return
    shared = {mine: match.reasons[0]["value"] for mine, match in by_identifier.items()}
    query = (
        sa.select(TWINS.c.twin)
        .select_from(SourceRecord)
        .join(TWINS, sa.true())
        .where(
            SourceRecord.source_id == source_id,
            SourceRecord.dataset_id.is_not(None),
            SourceRecord.twins.overlap(list(shared.values())),
        )
        .group_by(TWINS.c.twin)
        .having(sa.func.count(SourceRecord.id.distinct()) > 1)
    )
    twice = set(model.Session.scalars(query))
    for mine in [mine for mine, value in shared.items() if value in twice]:
        fence.hold()
        with suppress(merge.Busy):
            merge.split(mine, by_identifier[mine].other.id, running={source_id})


def left_over(source_id: int) -> list[str]:
    """Return identities written by runs that aborted since the last one that did not."""
    query = (
        sa.select(HarvestRun)
        .where(HarvestRun.source_id == source_id, HarvestRun.status != RunStatus.RUNNING.value)
        .order_by(HarvestRun.id.desc())
        .limit(_RUNS)
    )
    ended = model.Session.scalars(query)
    broken = [run.id for run in itertools.takewhile(lambda run: not runs.settled(run), ended)]
    written = sa.select(SourceRecord.identity).where(
        SourceRecord.source_id == source_id, SourceRecord.last_run_id.in_(broken)
    )
    return list(model.Session.scalars(written)) if broken else []


def note(mine: int, match: Match) -> None:
    """Store that two records were merged automatically, and why; a person's decision stays."""
    first, second = sorted((mine, match.other.id))
    values = {"verdict": LinkVerdict.SAME.value, "reasons": list(match.reasons)}
    statement = insert(Link).values(first_id=first, second_id=second, **values)
    model.Session.execute(
        statement.on_conflict_do_update(
            constraint="uq_hanse_link_pair", set_=values, where=Link.decided.is_(None)
        )
    )


def _merged(source_id: int, alone: Sequence[str], fence: Fence) -> Iterator[tuple[int, Match]]:
    """Merge records whose duplicate has a dataset of its own."""
    found = other_sources.load(source_id)
    if not found.owners:
        return
    for record in _records(source_id, alone):
        match = found.match(
            record.identity,
            record.twins,
            record_id=record.id,
            dataset_id=record.dataset_id,
            agrees=_agrees(record),
        )
        if match is None:
            continue
        if match.other.dataset_id == record.dataset_id:
            yield record.id, match
            continue
        fence.hold()
        try:
            merge.merge(record.id, match.other.id, running={source_id}, fence=fence)
        except merge.Busy:
            # The other source is being harvested: our next run retries.
            fence.hold(alone=True)
            renew([record.id])
            model.Session.commit()
            continue
        found.taken[match.other.dataset_id] = record.identity
        yield record.id, match


def _agrees(record: Any) -> Callable[[OtherRecord], Reason | None]:
    def agrees(other: OtherRecord) -> Reason | None:
        reported = agreement.of_stored(record.dataset_id)
        return agreement.found(reported, other.titles, other.dataset_id)

    return agrees


def _records(source_id: int, identities: Sequence[str]) -> Iterator[Any]:
    """Yield id, identity, twins and dataset id of the source's records with these identities."""
    columns = (
        SourceRecord.id,
        SourceRecord.identity,
        SourceRecord.twins,
        SourceRecord.dataset_id,
    )
    for start in range(0, len(identities), _CHUNK):
        yield from model.Session.execute(
            sa.select(*columns).where(
                SourceRecord.source_id == source_id,
                SourceRecord.identity.in_(identities[start : start + _CHUNK]),
                SourceRecord.dataset_id.is_not(None),
            )
        ).all()
