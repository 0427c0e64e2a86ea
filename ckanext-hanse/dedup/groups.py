"""Current pairs of records, by kind and by pair of sources: counted, with a sample."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeAlias

import sqlalchemy as sa
from ckan import model
from sqlalchemy.orm import aliased

from ckanext.hanse.dedup import features, other_sources
from ckanext.hanse.model import DatasetState, HarvestSource, Link, LinkVerdict, SourceRecord
from ckanext.hanse.store import identifiers, match_key

#: Kind of pairs that an earlier rule merged and today's rules would not.
DOUBTFUL = "doubtful"
#: Kinds that can be queried.
KINDS = (*(item.value for item in LinkVerdict), DOUBTFUL)
#: Number of pairs of a group that are shown.
_SAMPLE = 3

May: TypeAlias = Callable[[str | None], bool]


@dataclass(frozen=True, slots=True)
class End:
    """One record of a pair; ``public``: it owns its dataset, and the dataset is public."""

    record_id: int
    identity: str
    twins: list[str]
    title: str
    dataset_id: str | None
    source: str
    portal: str
    city: str | None
    public: bool


@dataclass(frozen=True, slots=True)
class Pair:
    """Two records of two sources, in the order of their sources' names."""

    id: int
    verdict: str
    decided: datetime | None
    reasons: list[dict[str, str]]
    first: End
    second: End

    @property
    def sources(self) -> tuple[str, str]:
        """Names of both sources."""
        return self.first.source, self.second.source

    @property
    def merged(self) -> bool:
        """Whether both have the same dataset."""
        return self.first.dataset_id is not None and self.first.dataset_id == self.second.dataset_id

    @property
    def score(self) -> int:
        """How likely both are the same dataset."""
        return features.score(self.reasons)

    @property
    def rule(self) -> str:
        """The rule of the strongest reason; "" if there is none."""
        rules = [item["rule"] for item in self.reasons if item.get("rule") in features.WEIGHTS]
        return max(rules, key=lambda rule: features.WEIGHTS[rule], default="")

    @property
    def ends(self) -> tuple[End, End]:
        """Both records."""
        return self.first, self.second

    def is_of(self, kind: str) -> bool:
        """Return whether the pair is of this kind, "" for all that are current."""
        if kind == DOUBTFUL:
            return self.is_doubtful
        if kind and self.verdict != kind:
            return False
        if self.verdict == LinkVerdict.SUGGESTED.value:
            return not self.merged and self.first.public and self.second.public
        return True

    @property
    def is_doubtful(self) -> bool:
        """Whether it was merged automatically for less than today's rules require."""
        by_itself = self.verdict == LinkVerdict.SAME.value and self.decided is None
        return by_itself and self.merged and not self._is_justified

    @property
    def _is_justified(self) -> bool:
        one, other = self.ends
        if one.identity == other.identity and identifiers.is_global_iri(one.identity):
            return True
        if any(item["rule"] == other_sources.SAME_IDENTIFIER and item.get("value")
               for item in self.reasons):  # fmt: skip
            return True  # with the agreement found at that time
        same_title = match_key.words(one.title) == match_key.words(other.title) != ""
        return same_title and any(map(match_key.is_global, {*one.twins} & {*other.twins}))


def pairs(may: May, *, kind: str = "", sources: Sequence[str] = ()) -> list[Pair]:
    """Return the pairs a user may access (``may`` of one organization), the likeliest first.

    ``sources``  names of one source, or of two for the pairs between them.
    """
    found = [
        pair
        for pair in _load(_wanted(kind, sources))
        if pair.is_of(kind) and any(may(end.city) for end in pair.ends)
    ]
    return sorted(found, key=lambda pair: (-pair.score, pair.id))


def doubtful() -> list[Pair]:
    """Return the pairs that today's rules would not merge, for the operator."""
    return pairs(lambda _: True, kind=DOUBTFUL)


def is_doubtful(link_id: int) -> bool:
    """Return whether this pair is one of :func:`doubtful`."""
    return any(pair.is_doubtful for pair in _load([Link.id == link_id]))


def grouped(found: Iterable[Pair]) -> list[list[Pair]]:
    """Group pairs by their two sources, the largest group first."""
    groups: dict[tuple[str, str], list[Pair]] = {}
    for pair in found:
        groups.setdefault(pair.sources, []).append(pair)
    return sorted(groups.values(), key=lambda group: (-len(group), group[0].sources))


def one_to_one(found: Iterable[Pair]) -> list[Pair]:
    """Return the pairs that are the single best match of both their records.

    A dataset that may be the same as several of one portal is at most one of them, and
    only a person can tell which.
    """
    best: dict[int, list[Pair]] = {}
    for pair in sorted(found, key=lambda pair: -pair.score):
        for end in pair.ends:
            there = best.setdefault(end.record_id, [])
            if not there or there[0].score == pair.score:
                there.append(pair)
    return [
        pair
        for pair in {pair.id: pair for some in best.values() for pair in some}.values()
        if all(best[end.record_id] == [pair] for end in pair.ends)
    ]


def shown(group: Sequence[Pair], may: May) -> dict[str, Any]:
    """Return a group for display, without the texts of its rules."""
    rules: dict[str, list[Pair]] = {}
    for pair in group:
        rules.setdefault(pair.rule, []).append(pair)
    one = group[0]
    return {
        "sources": list(one.sources),
        "portal_titles": [end.portal for end in one.ends],
        "count": len(group),
        "may_decide": all(may(end.city) for end in one.ends),
        "sample": _sample(group),
        "reasons": [
            {"rule": rule, "count": len(some), "sample": _sample(some)}
            for rule, some in sorted(rules.items(), key=lambda item: -len(item[1]))
        ],
    }


def _sample(group: Sequence[Pair]) -> list[dict[str, Any]]:
    return [
        {"id": pair.id, "titles": [end.title or end.identity for end in pair.ends]}
        for pair in group[:_SAMPLE]
    ]


# --- The query ----------------------------------------------------------------------------------

_First, _Second = aliased(SourceRecord), aliased(SourceRecord)
_Sources = aliased(HarvestSource), aliased(HarvestSource)
_Packages = aliased(model.Package), aliased(model.Package)
_States = aliased(DatasetState), aliased(DatasetState)


def _wanted(kind: str, sources: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    verdict = LinkVerdict.SAME.value if kind == DOUBTFUL else kind
    wanted: list[sa.ColumnElement[bool]] = [Link.verdict == verdict] if verdict else []
    if kind == DOUBTFUL:
        wanted += [Link.decided.is_(None), _First.dataset_id == _Second.dataset_id]
    one, other = _Sources
    return [*wanted, *((one.name == name) | (other.name == name) for name in sources)]


def _load(wanted: Iterable[sa.ColumnElement[bool]]) -> Iterator[Pair]:
    query = sa.select(
        Link.id, Link.verdict, Link.decided, Link.reasons, *_columns(0), *_columns(1)
    ).select_from(Link)
    for place, record in enumerate((_First, _Second)):
        source, package, state = _Sources[place], _Packages[place], _States[place]
        query = (
            query.join(record, record.id == (Link.first_id, Link.second_id)[place])
            .join(source, source.id == record.source_id)
            .outerjoin(package, package.id == record.dataset_id)
            .outerjoin(state, state.dataset_id == record.dataset_id)
        )
    for row in model.Session.execute(query.where(*wanted)):
        width = (len(row) - 4) // 2
        ends = sorted((_end(*row[4 : 4 + width]), _end(*row[4 + width :])), key=_by_source)
        yield Pair(*row[:4], *ends)


def _by_source(end: End) -> tuple[str, int]:
    return end.source, end.record_id


def _columns(place: int) -> tuple[Any, ...]:
    record = (_First, _Second)[place]
    source, package, state = _Sources[place], _Packages[place], _States[place]
    return (
        record.id,
        record.identity,
        record.twins,
        record.title,
        record.dataset_id,
        source.name,
        source.title,
        source.organization_id,
        package.title,
        sa.and_(package.state == "active", package.private.is_(False)),
        state.record_id == record.id,
    )


def _end(
    record_id: int,
    identity: str,
    twins: list[str],
    own_title: str,
    dataset_id: str | None,
    source: str,
    portal: str,
    city: str | None,
    title: str | None,
    is_public: bool | None,
    owns: bool | None,
) -> End:
    shown_title = (title if owns else own_title) or own_title or ""
    return End(
        record_id,
        identity,
        twins,
        shown_title,
        dataset_id,
        source,
        portal or source,
        city,
        bool(is_public and owns),
    )
