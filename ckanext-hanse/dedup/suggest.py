"""Suggest possible duplicates of new and changed datasets in other sources.

Runs at the end of a harvest, for its new and changed records only.  Candidates are found by URLs,
identities and titles, then compared in full (:mod:`ckanext.hanse.dedup.features`).  A pair that
was decided is not suggested again.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.dedup import features
from ckanext.hanse.dedup.features import Profile
from ckanext.hanse.model import TWINS, DatasetState, Link, LinkVerdict, SourceRecord
from ckanext.hanse.store import match_key
from ckanext.hanse.store.resources import normalised_url

#: New and changed records of one run that are checked at most, and per query.
_MOST, _CHUNK = 50_000, 2_000
#: Suggestions for one record.
_PER_RECORD = 5
#: A URL or title shared by more datasets than this identifies none.
_COMMON = 5
#: Titles of a city that are searched, frequency above which words are ignored, and results.
_TITLES, _FREQUENT, _NEAREST = 20_000, 200, 10


def suggest(source_id: int, record_ids: Sequence[int]) -> None:
    """Replace the suggestions of these records of a source; the caller commits."""
    if not record_ids or not _others_exist(source_id):
        return
    index = _Titles(source_id)
    for start in range(0, min(len(record_ids), _MOST), _CHUNK):
        mine = features.load(SourceRecord.id.in_(record_ids[start : start + _CHUNK]))
        _forget([item.record_id for item in mine])
        pairs = _candidates(source_id, mine, index)
        others = _by_id({other for found in pairs.values() for other in found})
        _keep(_judged(mine, pairs, others))


def _others_exist(source_id: int) -> bool:
    query = sa.select(
        sa.exists().where(SourceRecord.source_id != source_id, SourceRecord.dataset_id.is_not(None))
    )
    return bool(model.Session.scalar(query))


def _forget(record_ids: Sequence[int]) -> None:
    model.Session.execute(
        sa.delete(Link).where(
            Link.verdict == LinkVerdict.SUGGESTED.value,
            Link.first_id.in_(record_ids) | Link.second_id.in_(record_ids),
        )
    )


def _judged(
    mine: Iterable[Profile], pairs: dict[int, set[int]], others: dict[int, Profile]
) -> Iterator[dict[str, Any]]:
    for item in mine:
        found = [
            (reasons, other)
            for other in pairs.get(item.record_id, ())
            if other in others and (reasons := features.reasons(item, others[other]))
        ]
        found.sort(key=lambda pair: (-features.score(pair[0]), pair[1]))
        for reasons, other in found[:_PER_RECORD]:
            first, second = sorted((item.record_id, other))
            yield {"first_id": first, "second_id": second, "reasons": reasons}


def _keep(rows: Iterable[dict[str, Any]]) -> None:
    values = list(rows)
    if values:
        model.Session.execute(
            insert(Link)
            .values(verdict=LinkVerdict.SUGGESTED.value)
            .on_conflict_do_nothing(constraint="uq_hanse_link_pair"),
            values,
        )


def _by_id(record_ids: set[int]) -> dict[int, Profile]:
    wanted = sorted(record_ids)
    found = [
        item
        for start in range(0, len(wanted), _CHUNK)
        for item in features.load(SourceRecord.id.in_(wanted[start : start + _CHUNK]))
    ]
    return {item.record_id: item for item in found}


# --- Candidates ---------------------------------------------------------------------------------


#: A lookup of other records: column, keys of a profile, spellings of a key
#: in the database, and the normalised form of what was found.
_Look = tuple[
    Any, Callable[[Profile], Iterable[str]], Callable[[str], list[str]], Callable[[str], str]
]


def _looks() -> tuple[_Look, ...]:
    return (
        (
            SourceRecord.identity,
            lambda item: [normalised_url(item.identity)],
            match_key.spellings,
            normalised_url,
        ),
        (TWINS.c.twin, lambda item: item.twins, _as_it_is, str),
        (model.Resource.url, lambda item: item.files, match_key.spellings, normalised_url),
        (model.Package.url, lambda item: [item.page], match_key.spellings, normalised_url),
        (sa.func.lower(model.Package.title), lambda item: [item.title.lower()], _as_it_is, str),
    )


def _candidates(source_id: int, mine: Sequence[Profile], index: _Titles) -> dict[int, set[int]]:
    """Return our record id → records of other sources worth comparing."""
    found: dict[int, set[int]] = defaultdict(set)
    for column, keys, spell, form in _looks():
        wanted: dict[str, list[int]] = defaultdict(list)
        for item in mine:
            for key in keys(item):
                if key:
                    wanted[key].append(item.record_id)
        asked = [spelling for key in wanted for spelling in spell(key)]
        hits = {(form(value), other) for value, other in _with(source_id, column, asked)}
        shared = Counter(key for key, _ in hits)
        for key, other in hits:
            if shared[key] <= _COMMON and len(wanted[key]) <= _COMMON:
                for record_id in wanted[key]:
                    found[record_id].add(other)
    for item in mine:
        found[item.record_id].update(index.near(item))
    return found


def _with(source_id: int, column: Any, values: Sequence[str]) -> Iterator[tuple[str, int]]:
    """Yield value and record of other sources' datasets whose ``column`` is in ``values``."""
    if not values:
        return
    asked = sa.cast(list(values), sa.ARRAY(sa.Text))
    query = (
        sa.select(column, SourceRecord.id)
        .select_from(SourceRecord)
        .join(model.Package, model.Package.id == SourceRecord.dataset_id)
        .join(DatasetState, DatasetState.dataset_id == model.Package.id)
        .where(
            SourceRecord.source_id != source_id,
            features.owning(),
            column == sa.any_(asked),
        )
    )
    if column is TWINS.c.twin:
        query = query.join(TWINS, sa.true()).where(SourceRecord.twins.overlap(asked))
    if column is model.Resource.url:
        query = query.join(model.Resource, model.Resource.package_id == model.Package.id).where(
            model.Resource.state == "active"
        )
    yield from model.Session.execute(query).tuples()


def _as_it_is(key: str) -> list[str]:
    return [key]


class _Titles:
    """Titles of the city's other sources by word, loaded when first needed."""

    def __init__(self, source_id: int) -> None:
        self._source_id = source_id
        self._words: dict[str, dict[str, list[int]]] = {}

    def near(self, item: Profile) -> list[int]:
        """Return the records that share most of the rarer words of its title."""
        by_word = self._of(item.city)
        shared: Counter[int] = Counter()
        for word in set(item.words.split()):
            places = by_word.get(word, [])
            if len(places) <= _FREQUENT:
                shared.update(places)
        return [record_id for record_id, _ in shared.most_common(_NEAREST)]

    def _of(self, city: str) -> dict[str, list[int]]:
        if city not in self._words:
            found: dict[str, list[int]] = defaultdict(list)
            for record_id, title in self._titles(city):
                for word in set(match_key.words(title or "").split()):
                    found[word].append(record_id)
            self._words[city] = found
        return self._words[city]

    def _titles(self, city: str) -> Iterator[tuple[int, str]]:
        package = model.Package
        query = (
            sa.select(SourceRecord.id, package.title)
            .join(package, package.id == SourceRecord.dataset_id)
            .join(DatasetState, DatasetState.dataset_id == package.id)
            .where(
                SourceRecord.source_id != self._source_id,
                package.owner_org == city,
                features.owning(),
            )
            .order_by(SourceRecord.id.desc())
            .limit(_TITLES)
        )
        yield from model.Session.execute(query).tuples()
