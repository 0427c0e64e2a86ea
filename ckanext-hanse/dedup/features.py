"""The features of a dataset that are compared to find duplicates."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import DatasetState, SourceRecord
from ckanext.hanse.store import match_key
from ckanext.hanse.store.resources import normalised_url

#: Rule → weight; a pair whose sum reaches ENOUGH is suggested.
WEIGHTS = {
    "same-iri": 90,
    "same-identifier": 80,
    "same-download": 60,
    "same-page": 50,
    "same-title": 40,
    "similar-title": 30,
    "same-publisher": 10,
    "same-city": 10,
    "same-period": 10,
    "same-place": 5,
}
ENOUGH = 50
#: Minimum share of trigrams that similar titles have in common.
_SIMILAR = 0.6


#: Why two records may be the same: ``{"rule": …, …}``.
Reason = dict[str, str]


@dataclass(slots=True)
class Profile:
    """A record that owns its dataset; its URLs are normalised for comparison."""

    record_id: int
    source_id: int
    dataset_id: str
    identity: str
    twins: list[str]
    title: str
    city: str
    page: str
    publisher: str
    period: str
    place: str
    files: set[str] = field(default_factory=set)

    @property
    def words(self) -> str:
        """The title normalised for comparison."""
        return match_key.words(self.title)


def load(wanted: sa.ColumnElement[bool]) -> list[Profile]:
    """Return the profiles of the records that match ``wanted``, with their files."""
    package, extras = model.Package, model.Package.extras
    rows = model.Session.execute(
        sa.select(
            SourceRecord.id,
            SourceRecord.source_id,
            SourceRecord.dataset_id,
            SourceRecord.identity,
            SourceRecord.twins,
            package.title,
            package.owner_org,
            package.url,
            *(extras[name].astext for name in _EXTRAS),
        )
        .select_from(SourceRecord)
        .join(package, package.id == SourceRecord.dataset_id)
        .join(DatasetState, DatasetState.dataset_id == package.id)
        .where(wanted, owning())
    ).all()
    found = [_profile(*row) for row in rows]
    files = _files([item.dataset_id for item in found])
    for item in found:
        item.files = files[item.dataset_id]
    return found


_EXTRAS = ("publisher", "temporal_coverage", "spatial_coverage")


def owning() -> sa.ColumnElement[bool]:
    """Condition on joined record, package and state: the record owns an active dataset."""
    return sa.and_(
        DatasetState.record_id == SourceRecord.id,
        DatasetState.dataset_id == SourceRecord.dataset_id,
        model.Package.state == "active",
    )


def _profile(*row: Any) -> Profile:
    record_id, source_id, dataset_id, identity, twins, title, city, url, *extras = row
    publisher, period, place = extras
    return Profile(
        record_id,
        source_id,
        dataset_id,
        identity,
        twins,
        title or "",
        city or "",
        normalised_url(url or ""),
        match_key.publisher_of(_json(publisher)),
        period or "",
        place or "",
    )


def _json(text: str | None) -> Any:
    try:
        return json.loads(text or "null")
    except ValueError:
        return None


def _files(dataset_ids: Sequence[str]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    query = sa.select(model.Resource.package_id, model.Resource.url).where(
        model.Resource.package_id.in_(dataset_ids), model.Resource.state == "active"
    )
    for dataset_id, url in model.Session.execute(query):
        found[dataset_id].add(normalised_url(url or ""))
    return found


def reasons(one: Profile, other: Profile) -> list[Reason]:
    """Return why two datasets may be the same, the strongest first; [] if not enough."""
    found = sorted(_reasons(one, other), key=lambda item: -WEIGHTS[item["rule"]])
    return found if score(found) >= ENOUGH else []


def score(reasons: Sequence[Reason]) -> int:
    """Return the sum of the weights of the reasons."""
    return sum(WEIGHTS.get(reason["rule"], 0) for reason in reasons)


def _reasons(one: Profile, other: Profile) -> Iterator[Reason]:
    def reason(rule: str, value: str) -> Reason:
        return {"rule": rule, "value": value}

    if match_key.is_iri(one.identity) and _same(one, other, "identity"):
        yield reason("same-iri", one.identity)
    if {*one.twins} & {*other.twins}:
        yield reason("same-identifier", one.publisher)
    if shared := (one.files & other.files) - {""}:
        yield reason("same-download", min(shared))
    if one.page and one.page == other.page:
        yield reason("same-page", one.page)
    if one.words and one.words == other.words:
        yield reason("same-title", one.title)
    elif match_key.similarity(one.words, other.words) >= _SIMILAR:
        yield reason("similar-title", other.title)
    for rule, name in _EQUAL.items():
        value = getattr(one, name)
        if value and value == getattr(other, name):
            yield reason(rule, value if name == "publisher" else "")


_EQUAL = {
    "same-publisher": "publisher",
    "same-city": "city",
    "same-period": "period",
    "same-place": "place",
}


def _same(one: Profile, other: Profile, name: str) -> bool:
    return normalised_url(getattr(one, name)) == normalised_url(getattr(other, name))
