"""Key figures of a city for its officers, and the lists behind them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.hanse import deletions
from ckanext.hanse.model import Correction, DatasetState, HarvestSource, SourceRecord
from ckanext.hanse.store import records
from ckanext.hanse.store.pg_text import moment

_PACKAGE, _STATE = model.Package, DatasetState
#: If the source of the owning record was removed, the dataset is the city's own.
_HARVESTED = sa.func.coalesce(sa.and_(_STATE.harvested, _STATE.record_id.is_not(None)), False)
_ACTIVE = _PACKAGE.state == model.State.ACTIVE
_DRAFT = _PACKAGE.state.like("draft%")


@dataclass(slots=True)
class Figures:
    """A city's numbers of datasets; ``findings`` is the number of all their issues.

    ``datasets``  active on the site: ``harvested`` and ``own`` ones, of which ``hidden``
                  are visible to the city only.
    """

    datasets: int = 0
    harvested: int = 0
    own: int = 0
    hidden: int = 0
    drafts: int = 0
    deleted: int = 0
    findings: int = 0

    def as_json(self) -> dict[str, int]:
        """Return all of them by name."""
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Asked:
    """Which datasets: ``show`` "", "own", "harvested" or "hidden"; ``q`` words of the title."""

    show: str = ""
    q: str = ""


@dataclass(frozen=True, slots=True)
class ListPart:
    """One page of a list and the length of the whole list."""

    count: int
    rows: list[dict[str, Any]] = field(default_factory=list)


def figures(organization_ids: Collection[str]) -> dict[str, Figures]:
    """Return the figures of these cities, by id; two queries for all."""
    found = {key: Figures() for key in organization_ids}
    stands = sa.func.count().filter
    issues = sa.func.sum(sa.func.jsonb_array_length(_STATE.every_issue)).filter(_ACTIVE)
    rows = model.Session.execute(
        _of(organization_ids)
        .with_only_columns(
            _PACKAGE.owner_org,
            stands(_ACTIVE),
            stands(_ACTIVE, _HARVESTED),
            stands(_ACTIVE, _PACKAGE.private.is_(True)),
            stands(_DRAFT),
            issues,
            maintain_column_froms=True,
        )
        .group_by(_PACKAGE.owner_org)
    )
    for key, datasets, harvested, hidden, drafts, number in rows:
        found[key] = Figures(
            datasets=datasets,
            harvested=harvested,
            own=datasets - harvested,
            hidden=hidden,
            drafts=drafts,
            findings=int(number or 0),
        )
    for key, number in deletions.counted(organization_ids).items():
        found[key].deleted = number
    return found


def with_rule(
    organization_id: str, rule: str, field: str | None = None, *, limit: int, offset: int = 0
) -> ListPart:
    """Return the city's datasets that violate a rule, by title, each with these ``issues``.

    ``field``  only for this field, written as in an :class:`IssueGroup`.
    """
    each = (
        sa.func.jsonb_array_elements(_STATE.every_issue, type_=JSONB)
        .table_valued("value", joins_implicitly=True)
        .render_derived()
    )
    item = sa.cast(each.c.value, JSONB)
    wanted = [_text(item, "rule") == rule]
    if field is not None:
        wanted.append(sa.func.regexp_replace(_text(item, "field"), r"\[\d+\]", "[]", "g") == field)
    broken = sa.select(sa.func.jsonb_agg(item)).select_from(each).where(*wanted).scalar_subquery()
    query = _of([organization_id]).where(
        _ACTIVE, _STATE.every_issue.contains([{"rule": rule}]), broken.is_not(None)
    )
    rows = model.Session.execute(
        query.with_only_columns(*_COLUMNS, broken.label("broken"), maintain_column_froms=True)
        .order_by(sa.func.lower(_PACKAGE.title), _PACKAGE.id)
        .limit(limit)
        .offset(offset)
    )
    return ListPart(
        _count(query),
        [_dataset(row) | {"issues": records.issues_from(row.broken)} for row in rows],
    )


def datasets(organization_id: str, asked: Asked, *, limit: int, offset: int = 0) -> ListPart:
    """Return the city's active datasets, most recently changed first."""
    query = _of([organization_id]).where(_ACTIVE, *_conditions(asked))
    rows = model.Session.execute(
        query.with_only_columns(*_COLUMNS, maintain_column_froms=True)
        .order_by(_PACKAGE.metadata_modified.desc(), _PACKAGE.id)
        .limit(limit)
        .offset(offset)
    )
    return ListPart(_count(query), [_dataset(row) for row in rows])


def drafts(organization_id: str) -> list[dict[str, Any]]:
    """Return the city's drafts, most recently changed first."""
    rows = model.Session.execute(
        _of([organization_id])
        .where(_DRAFT)
        .with_only_columns(*_COLUMNS, maintain_column_froms=True)
        .order_by(_PACKAGE.metadata_modified.desc(), _PACKAGE.id)
    )
    return [_dataset(row) for row in rows]


def flagged(organization_id: str) -> list[dict[str, Any]]:
    """Return datasets with a corrected field whose value at the portal has changed since."""
    rows = model.Session.execute(
        sa.select(_PACKAGE.name, _PACKAGE.title)
        .join(Correction, Correction.dataset_id == _PACKAGE.id)
        .where(
            _PACKAGE.owner_org == organization_id,
            _ACTIVE,
            Correction.withdrawn.is_(None),
            Correction.flagged.is_not(None),
        )
        .distinct()
        .order_by(_PACKAGE.title)
    )
    return [{"name": name, "title": title or name} for name, title in rows]


_COLUMNS = (
    _PACKAGE.id,
    _PACKAGE.name,
    _PACKAGE.title,
    _PACKAGE.private,
    _PACKAGE.metadata_modified,
    _HARVESTED.label("harvested"),
    sa.func.coalesce(sa.func.jsonb_array_length(_STATE.every_issue), 0).label("number"),
    sa.func.coalesce(sa.func.nullif(HarvestSource.title, ""), HarvestSource.name, "").label(
        "portal"
    ),
)


def _of(organization_ids: Collection[str]) -> sa.Select[Any]:
    """Select datasets of these cities with their state, and their source if they have one."""
    return (
        sa.select(_PACKAGE)
        .select_from(_PACKAGE)
        .outerjoin(_STATE, _STATE.dataset_id == _PACKAGE.id)
        .outerjoin(SourceRecord, sa.and_(_HARVESTED, SourceRecord.id == _STATE.record_id))
        .outerjoin(HarvestSource, HarvestSource.id == SourceRecord.source_id)
        .where(_PACKAGE.owner_org.in_(organization_ids), _PACKAGE.type == "dataset")
    )


def _text(item: Any, key: str) -> Any:
    return item.op("->>", return_type=sa.Text)(key)


def _conditions(asked: Asked) -> list[sa.ColumnElement[bool]]:
    found: list[sa.ColumnElement[bool]] = {
        "own": [~_HARVESTED],
        "harvested": [_HARVESTED],
        "hidden": [_PACKAGE.private.is_(True)],
    }.get(asked.show, [])
    return found + [_PACKAGE.title.icontains(word, autoescape=True) for word in asked.q.split()]


def _count(query: sa.Select[Any]) -> int:
    counted = query.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return int(model.Session.scalar(counted) or 0)


def _dataset(row: Any) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "title": row.title or row.name,
        "private": bool(row.private),
        "harvested": bool(row.harvested),
        "portal": row.portal,
        "changed": moment(row.metadata_modified),
        "issue_count": row.number,
    }
