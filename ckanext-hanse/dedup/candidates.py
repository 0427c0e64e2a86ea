"""Pairs of records that may be, are or are not one dataset, as shown to people."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ckanext.hanse.dedup import features, groups, other_sources
from ckanext.hanse.dedup.groups import May
from ckanext.hanse.language import N_, texts_in
from ckanext.hanse.model import DatasetState, HarvestSource, Link, LinkVerdict, SourceRecord
from ckanext.hanse.store import identifiers, pg_text
from ckanext.hanse.store.pg_text import moment

#: Rule → why two records may be one dataset.
WORDS = {
    "same-iri": N_("Both have the same address (IRI): {value}"),
    "same-identifier": N_("Identifier and publisher are the same."),
    "same-download": N_("Both lead to the same file: {value}"),
    "same-page": N_("Both name the same page: {value}"),
    "same-title": N_("The titles are the same."),
    "similar-title": N_("The titles are similar."),
    "same-publisher": N_("The publisher is the same."),
    "same-city": N_("Both belong to the same city."),
    "same-period": N_("Both are about the same period."),
    "same-place": N_("Both are about the same area."),
}
#: The same for a globally unique identifier.
_GLOBAL = N_("Both bear the same identifier, which is unique everywhere: {value}")

CandidateDict = dict[str, Any]


def get(link_id: object) -> Link | None:
    """Return the pair with this number, None if there is none (or it is not a number)."""
    number = pg_text.row(link_id)
    return model.Session.get(Link, number) if number else None


def cities(link: Link) -> list[str | None]:
    """Return ids of the organizations of both records' sources."""
    query = (
        sa.select(HarvestSource.organization_id)
        .join(SourceRecord, SourceRecord.source_id == HarvestSource.id)
        .where(SourceRecord.id.in_([link.first_id, link.second_id]))
    )
    return list(model.Session.scalars(query))


def listed(
    may: May,
    *,
    source: str = "",
    verdict: str = "",
    language: str = "en",
    limit: int | None = None,
    offset: int = 0,
) -> tuple[int, list[dict[str, Any]]]:
    """Return pairs a user may access (``may`` of one organization), the likeliest first.

    ``verdict``: one of groups.KINDS, "" for all.  Returns the total number, and the pairs of
    one page.  Suggestions whose datasets are merged by now, or of which one is gone, are left out.
    """
    found = groups.pairs(may, kind=verdict, sources=[source] if source else [])
    page = found[offset : None if limit is None else offset + limit]
    sides = _sides({end.record_id for pair in page for end in pair.ends})
    links = {row.id: (row, author) for row, author in _links([pair.id for pair in page])}
    return len(found), [
        _shown(*links[pair.id], *(sides[end.record_id] for end in pair.ends), may, language)
        | {"doubtful": pair.is_doubtful}
        for pair in page
    ]


def grouped(
    may: May, *, source: str = "", verdict: str = "", language: str = "en"
) -> list[dict[str, Any]]:
    """Return these pairs grouped by their two sources: count, a sample, and by strongest reason."""
    found = groups.pairs(may, kind=verdict, sources=[source] if source else [])
    shown = [groups.shown(group, may) for group in groups.grouped(found)]
    for item in (reason for group in shown for reason in group["reasons"]):
        item["text"] = _word({"rule": item["rule"], "value": "…"}, language)
    return shown


def shown(link: Link, may: May, language: str) -> dict[str, Any]:
    """Return one pair as in :func:`listed`."""
    sides = _sides(set(_ids(link)))
    user = model.Session.get(model.User, link.author) if link.author else None
    name = user.display_name if user else ""
    shown = _shown(link, name, sides[link.first_id], sides[link.second_id], may, language)
    return shown | {"doubtful": groups.is_doubtful(link.id)}


def between(first: str, second: str) -> Link:
    """Return the pair of the records that own two datasets; created if there is none.

    Raises ValueError if one of them is not harvested, or both are the same.  Does not commit.
    """
    owners = model.Session.scalars(
        sa.select(DatasetState.record_id).where(
            DatasetState.dataset_id.in_([first, second]),
            DatasetState.harvested,
            DatasetState.record_id.is_not(None),
        )
    ).all()
    if len(set(owners)) != 2:
        raise ValueError
    small, large = sorted(owners)
    model.Session.execute(
        insert(Link)
        .values(first_id=small, second_id=large)
        .on_conflict_do_nothing(constraint="uq_hanse_link_pair")
    )
    query = sa.select(Link).where(Link.first_id == small, Link.second_id == large)
    return model.Session.execute(query).scalar_one()


def _ids(link: Link) -> tuple[int, int]:
    return link.first_id, link.second_id


def _links(link_ids: Sequence[int]) -> Sequence[Any]:
    name = sa.func.coalesce(model.User.fullname, model.User.name, "")
    query = sa.select(Link, name).outerjoin(model.User, model.User.id == Link.author)
    return model.Session.execute(query.where(Link.id.in_(link_ids))).all()


def _sides(record_ids: set[int]) -> dict[int, CandidateDict]:
    """Return what is shown of each record: its source, and its present or former dataset."""
    city = aliased(model.Group)
    package = model.Package
    query = (
        sa.select(
            SourceRecord, HarvestSource, city.name, city.title, package, DatasetState.record_id
        )
        .join(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .outerjoin(city, city.id == HarvestSource.organization_id)
        .outerjoin(package, package.id == SourceRecord.dataset_id)
        .outerjoin(DatasetState, DatasetState.dataset_id == SourceRecord.dataset_id)
        .where(SourceRecord.id.in_(record_ids))
    )
    return {row[0].id: _side(*row) for row in model.Session.execute(query)}


def _side(
    record: SourceRecord,
    source: HarvestSource,
    city: str | None,
    city_title: str | None,
    dataset: model.Package | None,
    owner: int | None,
) -> CandidateDict:
    prevails = owner == record.id
    return {
        "record": record.id,
        "identity": record.identity,
        "page": record.origin,
        "state": record.state,
        "source": source.name,
        "portal_title": source.title or source.name,
        "level": source.settings.get("level", "city"),
        "organization": city or "",
        "organization_title": city_title or city or "",
        "owner": source.organization_id,
        "created": moment(dataset.metadata_created if dataset else None) or "",
        "dataset_id": record.dataset_id,
        "name": dataset.name if dataset else "",
        "title": (dataset.title if dataset and prevails else record.title) or record.identity,
        "public": bool(dataset and dataset.state == "active" and not dataset.private),
        "prevails": prevails,
    }


def _shown(
    link: Link, author: str, first: CandidateDict, second: CandidateDict, may: May, language: str
) -> dict[str, Any]:
    sides = sorted((first, second), key=_order)
    return {
        "id": link.id,
        "verdict": link.verdict,
        "by_itself": link.verdict == LinkVerdict.SAME.value and link.decided is None,
        "merged": first["dataset_id"] is not None and first["dataset_id"] == second["dataset_id"],
        "score": features.score(link.reasons),
        "reasons": _worded(link.reasons, language),
        "author": author,
        "reason": link.reason,
        "decided": moment(link.decided),
        "may_decide": may(first["owner"]) and may(second["owner"]),
        "datasets": [{key: side[key] for key in side if key not in _INTERNAL} for side in sides],
    }


_INTERNAL = ("owner", "created")


def _order(side: CandidateDict) -> tuple[Any, ...]:
    """Sort key: the record that prevails, or would, first; consistent with dedup/merge.py."""
    return not side["prevails"], other_sources.rank(side["level"]), side["created"], side["record"]


def _worded(reasons: Sequence[dict[str, str]], language: str) -> list[dict[str, str]]:
    return [
        {**item, "text": _word(item, language)} for item in reasons if item.get("rule") in WORDS
    ]


def _word(reason: dict[str, str], language: str) -> str:
    rule, value = reason["rule"], reason.get("value", "")
    if rule not in WORDS:
        return ""
    is_global = rule == other_sources.SAME_IDENTIFIER and bool(identifiers.global_form(value))
    return texts_in(language).gettext(_GLOBAL if is_global else WORDS[rule], value=value)
