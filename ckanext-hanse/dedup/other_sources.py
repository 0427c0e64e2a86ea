"""Records of other sources with which a source's records must be compared.

Loaded by a few queries when the first changed record of a run needs them; a run without changes
makes no query.  Identities count only within one city (organization): no city can take over
another's dataset by claiming its IRI.  Across cities, a person must have decided that two records
are the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import sqlalchemy as sa
from ckan import model
from ckan.model import meta
from sqlalchemy.orm import aliased

from ckanext.hanse.dedup.features import Reason
from ckanext.hanse.model import (
    TWINS,
    DatasetState,
    HarvestSource,
    Link,
    LinkVerdict,
    RecordState,
    SourceRecord,
)
from ckanext.hanse.store import identifiers, match_key
from hanse_harvesters.settings.source import LEVELS

_ROWS = 2000
#: Rules by which two records are one dataset.
DECIDED, SAME_IRI, SAME_IDENTIFIER = "decided", "same-iri", "same-identifier"


@dataclass(frozen=True, slots=True)
class Owner:
    """The record that prevails in a dataset, and its source.

    ``record_id`` is None for a dataset that was detached from its portal; ``rank`` is 0 for
    a city's source and grows; ``withdrawn`` if the dataset is a tombstone because the record
    is gone; ``portal`` is the source's name for readers.
    """

    record_id: int | None
    source_id: int | None
    rank: int
    withdrawn: bool
    portal: str


@dataclass(frozen=True, slots=True)
class OtherRecord:
    """A record of another source that has a dataset.

    ``titles``  of the dataset, and of the record if the dataset does not show it.
    """

    id: int
    source_id: int
    identity: str
    twins: list[str]
    dataset_id: str
    titles: tuple[str, str]


#: Confirms a match by identifier: returns a further reason, or None if there is none.
Agrees: TypeAlias = Callable[[OtherRecord], Reason | None]


@dataclass(frozen=True, slots=True)
class Match:
    """A record that is the same as one of ours; ``rule`` and ``reasons`` are the grounds."""

    other: OtherRecord
    rule: str
    reasons: tuple[Reason, ...] = ()


@dataclass(slots=True)
class OtherRecords:
    """The records of other sources that may be the same as those of ``source_id``.

    ``owners``     dataset id → :class:`Owner`, of every dataset another source has a record of.
    ``same``       our record id → records that a person decided are the same.
    ``different``  our record id → datasets of records that a person decided are different.
    ``taken``      datasets that have a record of our source already → its identity.
    ``bearers``    identifier that another source's record has too → our identities that have it.
    """

    source_id: int
    owners: dict[str, Owner] = field(default_factory=dict)
    same: dict[int, list[OtherRecord]] = field(default_factory=lambda: defaultdict(list))
    different: dict[int, set[str]] = field(default_factory=lambda: defaultdict(set))
    taken: dict[str, str] = field(default_factory=dict)
    bearers: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))
    _by_identity: dict[str, list[OtherRecord]] = field(default_factory=lambda: defaultdict(list))
    _by_twin: dict[str, list[OtherRecord]] = field(default_factory=lambda: defaultdict(list))

    def match(
        self,
        identity: str,
        twins: Sequence[str],
        *,
        record_id: int | None,
        dataset_id: str | None,
        agrees: Agrees,
    ) -> Match | None:
        """Return the match for one of our records, None if there is none.

        By a person's decision, else by IRI, else by a globally unique identifier if
        ``agrees`` returns a further reason.  A dataset that has a record of our source gets
        a second one only by a decision.
        """
        refused = self.different.get(record_id or 0, set())
        decided = [
            item for item in self.same.get(record_id or 0, ()) if item.dataset_id not in refused
        ]
        if decided:
            return Match(min(decided, key=lambda item: self._order(item, dataset_id)), DECIDED)

        def best(found: list[OtherRecord]) -> Iterator[OtherRecord]:
            yield from sorted(
                (
                    item
                    for item in found
                    if item.dataset_id not in refused
                    and self.taken.get(item.dataset_id, identity) == identity
                ),
                key=lambda item: self._order(item, dataset_id),
            )

        for item in best(self._with_iri(identity)):
            return Match(item, SAME_IRI, ({"rule": SAME_IRI, "value": identity},))
        for twin in twins:
            for item in best(self._with_twin(identity, twin)):
                if reason := agrees(item):
                    reported = {"rule": SAME_IDENTIFIER, "value": twin}
                    return Match(item, SAME_IDENTIFIER, (reported, reason))
        return None

    def _order(self, item: OtherRecord, dataset_id: str | None) -> tuple[bool, int, int]:
        return item.dataset_id != dataset_id, self.owners[item.dataset_id].rank, item.id

    def _with_iri(self, identity: str) -> list[OtherRecord]:
        found = self._by_identity.get(identity, [])
        return found if found and identifiers.is_global_iri(identity) else []

    def _with_twin(self, identity: str, twin: str) -> list[OtherRecord]:
        """Return [] if their portal or ours has the identifier twice: then it is ambiguous."""
        found = self._by_twin.get(twin, [])
        if not found:
            return []
        self.bearers[twin].add(identity)
        datasets = {(item.source_id, item.dataset_id) for item in found}
        once = len({source for source, _ in datasets}) == len(datasets)
        return found if once and len(self.bearers[twin]) == 1 else []

    def _add(self, item: OtherRecord) -> None:
        self._by_identity[item.identity].append(item)
        for twin in filter(match_key.is_global, item.twins):
            self._by_twin[twin].append(item)

    def _bears(self, twin: str, identity: str) -> None:
        if twin in self._by_twin:
            self.bearers[twin].add(identity)


def load(source_id: int) -> OtherRecords:
    """Load everything at once, on a separate connection, outside the writer's transaction."""
    found = OtherRecords(source_id)
    with meta.engine.connect() as connection:
        for item, owner in _records(connection, _in_city(source_id)):
            found._add(item)
            found.owners[item.dataset_id] = owner
        links = list(connection.execute(_links(source_id)))
        linked = {row.other for row in links}
        by_id = {}
        for item, owner in _records(connection, SourceRecord.id.in_(linked)) if linked else ():
            by_id[item.id] = item
            found.owners[item.dataset_id] = owner
        for mine, other, verdict in links:
            _keep(found, mine, by_id.get(other), verdict)
        if found.owners:
            found.taken.update(map(tuple, connection.execute(_shared(source_id))))
        if found._by_twin:
            for twin, identity in connection.execute(_borne(source_id)):
                found._bears(twin, identity)
    return found


def _keep(found: OtherRecords, mine: int, other: OtherRecord | None, verdict: str) -> None:
    if other is None:
        return
    if verdict == LinkVerdict.SAME.value:
        found.same[mine].append(other)
    else:
        found.different[mine].add(other.dataset_id)


def _in_city(source_id: int) -> sa.ColumnElement[bool]:
    city = (
        sa.select(HarvestSource.organization_id)
        .where(HarvestSource.id == source_id)
        .scalar_subquery()
    )
    return sa.and_(HarvestSource.organization_id == city, SourceRecord.source_id != source_id)


def _records(
    connection: sa.Connection, wanted: sa.ColumnElement[bool]
) -> Iterator[tuple[OtherRecord, Owner]]:
    """Yield records with a dataset, each with the dataset's owner."""
    owner, portal = aliased(SourceRecord), aliased(HarvestSource)
    query = (
        sa.select(
            SourceRecord.id,
            SourceRecord.source_id,
            SourceRecord.identity,
            SourceRecord.twins,
            SourceRecord.dataset_id,
            model.Package.title,
            SourceRecord.title,
            owner.id,
            owner.source_id,
            portal.settings["level"].astext,
            sa.and_(model.Package.state == "deleted", _is(owner, RecordState.WITHDRAWN)),
            sa.func.coalesce(sa.func.nullif(portal.title, ""), portal.name),
        )
        .join(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .join(model.Package, model.Package.id == SourceRecord.dataset_id)
        .outerjoin(DatasetState, DatasetState.dataset_id == SourceRecord.dataset_id)
        .outerjoin(owner, sa.and_(owner.id == DatasetState.record_id, DatasetState.harvested))
        .outerjoin(portal, portal.id == owner.source_id)
        .where(wanted)
    )
    rows = connection.execution_options(yield_per=_ROWS).execute(query)
    for *record, title, own_title, owner_id, owner_source, level, withdrawn, portal_title in rows:
        yield (
            OtherRecord(*record, (title or "", own_title)),
            Owner(owner_id, owner_source, rank(level), bool(withdrawn), portal_title or ""),
        )


def _is(record: Any, state: RecordState) -> Any:
    return record.state == state.value


def _links(source_id: int) -> sa.Select[Any]:
    """Select people's decisions on the source's records: ours, the other, the verdict."""
    first, second = aliased(SourceRecord), aliased(SourceRecord)
    mine = first.source_id == source_id
    return (
        sa.select(
            sa.case((mine, Link.first_id), else_=Link.second_id).label("mine"),
            sa.case((mine, Link.second_id), else_=Link.first_id).label("other"),
            Link.verdict,
        )
        .join(first, first.id == Link.first_id)
        .join(second, second.id == Link.second_id)
        .where(
            sa.or_(mine, second.source_id == source_id),
            Link.decided.is_not(None),
        )
    )


def _shared(source_id: int) -> sa.Select[Any]:
    """Select datasets shared with another source: dataset id, our identity."""
    other = aliased(SourceRecord)
    return sa.select(SourceRecord.dataset_id, SourceRecord.identity).where(
        SourceRecord.source_id == source_id,
        sa.exists().where(
            other.dataset_id == SourceRecord.dataset_id, other.source_id != source_id
        ),
    )


def _borne(source_id: int) -> sa.Select[Any]:
    """Select globally unique identifiers of the source's records: twin, identity."""
    return (
        sa.select(TWINS.c.twin, SourceRecord.identity)
        .select_from(SourceRecord)
        .join(TWINS, sa.true())
        .where(SourceRecord.source_id == source_id, TWINS.c.twin.contains(":"))
    )


def rank(level: str | None) -> int:
    """Return 0 for the level that prevails; an unknown one counts as a city's, the default."""
    return LEVELS.index(level) if level in LEVELS else 0
