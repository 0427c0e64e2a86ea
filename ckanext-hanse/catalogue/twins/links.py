"""Pairs of records that may be, are or are not one dataset: listed for people, decided by them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime, timezone
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import aliased

from ckanext.hanse.catalogue.show import moment
from ckanext.hanse.catalogue.twins import handover, merge, neighbours, profile
from ckanext.hanse.model import DatasetState, Link, Source, SourceRecord, Verdict

#: Rule → why two records are thought to be one dataset.
WORDS = {
    "same-iri": {
        "de": "Beide tragen dieselbe Adresse (IRI): {value}",
        "en": "Both have the same address (IRI): {value}",
    },
    "same-identifier": {
        "de": "Kennung und Herausgeber stimmen überein.",
        "en": "Identifier and publisher are the same.",
    },
    "same-download": {
        "de": "Beide führen zu derselben Datei: {value}",
        "en": "Both lead to the same file: {value}",
    },
    "same-page": {
        "de": "Beide nennen dieselbe Seite: {value}",
        "en": "Both name the same page: {value}",
    },
    "same-title": {"de": "Die Titel sind gleich.", "en": "The titles are the same."},
    "similar-title": {"de": "Die Titel sind ähnlich.", "en": "The titles are similar."},
    "same-publisher": {"de": "Der Herausgeber ist derselbe.", "en": "The publisher is the same."},
    "same-city": {"de": "Beide gehören derselben Stadt.", "en": "Both belong to the same city."},
    "same-period": {
        "de": "Beide betreffen denselben Zeitraum.",
        "en": "Both are about the same period.",
    },
    "same-place": {
        "de": "Beide betreffen dasselbe Gebiet.",
        "en": "Both are about the same area.",
    },
}

Side = dict[str, Any]
May = Callable[[str | None], bool]


def get(link_id: object) -> Link | None:
    """The pair with this number, None if there is none (or it is no number)."""
    text = str(link_id)
    return model.Session.get(Link, int(text)) if text.isdecimal() and len(text) < 18 else None


def cities(link: Link) -> list[str | None]:
    """Ids of the organisations of both records' sources."""
    query = (
        sa.select(Source.organization_id)
        .join(SourceRecord, SourceRecord.source_id == Source.id)
        .where(SourceRecord.id.in_([link.first_id, link.second_id]))
    )
    return list(model.Session.scalars(query))


def listed(
    may: May, *, source: str = "", verdict: str = "", language: str = "en"
) -> list[dict[str, Any]]:
    """Pairs in which a user has a say (``may`` of one organisation), the likeliest first.

    A suggestion whose datasets are one by now, or of which one is gone, is left out.
    """
    rows = model.Session.execute(_query(source, verdict)).all()
    sides = _sides({row_id for link, _ in rows for row_id in (link.first_id, link.second_id)})
    found = [
        _shown(link, author, sides[link.first_id], sides[link.second_id], may, language)
        for link, author in rows
        if _stands(link, sides) and any(may(sides[side]["owner"]) for side in _ids(link))
    ]
    return sorted(found, key=lambda item: (-item["score"], item["id"]))


def shown(link: Link, may: May, language: str) -> dict[str, Any]:
    """One pair as in :func:`listed`."""
    sides = _sides(set(_ids(link)))
    user = model.Session.get(model.User, link.author) if link.author else None
    name = user.display_name if user else ""
    return _shown(link, name, sides[link.first_id], sides[link.second_id], may, language)


def between(first: str, second: str) -> Link:
    """The pair of the records that own two datasets; made where there is none.

    ValueError where one of them is not harvested, or both are the same.  Not committed.
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


def decide(link: Link, verdict: Verdict, *, author: str, reason: str = "") -> None:
    """A person says whether two records are one dataset; it is done, and lasts.  Commits.

    ``author``: a user's id.  merge.Busy where one of the sources is being harvested.
    """
    link.verdict = verdict.value
    link.author, link.reason = author, reason
    link.decided = datetime.now(timezone.utc)
    model.Session.flush()
    first, second = _ids(link)
    bound = [_bound(first), _bound(second)]
    if verdict is Verdict.SAME and all(bound):
        merge.merge(first, second)
    elif verdict is Verdict.DIFFERENT and all(bound):
        merge.split(first, second)
    else:
        # One has no dataset yet; it is placed by this word at its next run.
        waiting = zip((first, second), bound, strict=True)
        handover.renew([record_id for record_id, dataset in waiting if not dataset])
    model.Session.commit()


def _ids(link: Link) -> tuple[int, int]:
    return link.first_id, link.second_id


def _bound(record_id: int) -> str | None:
    query = sa.select(SourceRecord.dataset_id).where(SourceRecord.id == record_id)
    return model.Session.scalar(query)


def _query(source: str, verdict: str) -> sa.Select[Any]:
    query = sa.select(Link, sa.func.coalesce(model.User.fullname, model.User.name, "")).outerjoin(
        model.User, model.User.id == Link.author
    )
    if verdict:
        query = query.where(Link.verdict == verdict)
    if source:
        of_source = (
            sa.select(SourceRecord.id)
            .join(Source, Source.id == SourceRecord.source_id)
            .where(Source.name == source)
        )
        query = query.where(Link.first_id.in_(of_source) | Link.second_id.in_(of_source))
    return query


def _sides(record_ids: set[int]) -> dict[int, Side]:
    """What is shown of each record: its source, and its dataset or what was one."""
    city = aliased(model.Group)
    package = model.Package
    query = (
        sa.select(SourceRecord, Source, city.name, city.title, package, DatasetState.record_id)
        .join(Source, Source.id == SourceRecord.source_id)
        .outerjoin(city, city.id == Source.organization_id)
        .outerjoin(package, package.id == SourceRecord.dataset_id)
        .outerjoin(DatasetState, DatasetState.dataset_id == SourceRecord.dataset_id)
        .where(SourceRecord.id.in_(record_ids))
    )
    return {row[0].id: _side(*row) for row in model.Session.execute(query)}


def _side(
    record: SourceRecord,
    source: Source,
    city: str | None,
    city_title: str | None,
    dataset: model.Package | None,
    owner: int | None,
) -> Side:
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


def _stands(link: Link, sides: dict[int, Side]) -> bool:
    if link.verdict != Verdict.SUGGESTED.value:
        return True
    first, second = (sides[item] for item in _ids(link))
    apart = first["dataset_id"] != second["dataset_id"]
    return apart and all(side["public"] and side["prevails"] for side in (first, second))


def _shown(
    link: Link, author: str, first: Side, second: Side, may: May, language: str
) -> dict[str, Any]:
    sides = sorted((first, second), key=_order)
    return {
        "id": link.id,
        "verdict": link.verdict,
        "by_itself": link.verdict == Verdict.SAME.value and link.decided is None,
        "merged": first["dataset_id"] is not None and first["dataset_id"] == second["dataset_id"],
        "score": profile.score(link.reasons),
        "reasons": _worded(link.reasons, language),
        "author": author,
        "reason": link.reason,
        "decided": moment(link.decided),
        "may_decide": may(first["owner"]) and may(second["owner"]),
        "datasets": [{key: side[key] for key in side if key not in _INTERNAL} for side in sides],
    }


_INTERNAL = ("owner", "created")


def _order(side: Side) -> tuple[Any, ...]:
    """The one that prevails, or would, first; as catalogue/twins/merge.py decides."""
    return not side["prevails"], neighbours.rank(side["level"]), side["created"], side["record"]


def _worded(reasons: Sequence[dict[str, str]], language: str) -> list[dict[str, str]]:
    return [
        {**item, "text": WORDS[item["rule"]][language].format(value=item.get("value", ""))}
        for item in reasons
        if item.get("rule") in WORDS
    ]
