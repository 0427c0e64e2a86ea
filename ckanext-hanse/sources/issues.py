"""The issues of a source's records, filtered by rule, severity, field and words.

An issue is stored with its dataset (``hanse_dataset_state``), or with its record if
that owns no dataset: a rejected one, or one of several origins.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.model import meta
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.hanse.model import DatasetState, RecordState, SourceRecord
from ckanext.hanse.store import records
from hanse_harvesters.issue import Issue, Severity, rules

#: Rows per round trip to the database when all are read.
_CHUNK = 2000


@dataclass(frozen=True, slots=True)
class Filter:
    """Which issues: "" for any.

    ``field``  the whole name, or its beginning up to a bracket or dot: ``resources``
               matches ``resources[2].license``, and so does ``license``; ``[]`` any number.
    ``q``      words in title, identity, field or value.
    """

    rule: str = ""
    severity: str = ""
    field: str = ""
    q: str = ""


#: Of an issue that no specification speaks of.
_NO_REFERENCE = {"reference": "", "reference_url": ""}


@dataclass(frozen=True, slots=True)
class SourceIssue:
    """One issue and its record; ``name`` and ``dataset_id`` are "" without a dataset."""

    identity: str
    origin: str
    state: str
    dataset_id: str
    name: str
    title: str
    issue: Issue

    def as_json(self, language: str) -> dict[str, Any]:
        """Return a flat dict, which is also a row of the CSV."""
        return {
            "title": self.title,
            "name": self.name,
            "identity": self.identity,
            "page": self.origin,
            "state": self.state,
            **_NO_REFERENCE,
            **self.issue.as_json(language),
        }


#: The keys of :meth:`SourceIssue.as_json`, in the order of a table.
COLUMNS = (
    "title", "name", "identity", "page", "state", "severity", "rule", "field", "field_label",
    "value", "message", "remedy", "reference", "reference_url",
)  # fmt: skip

_RECORD, _STATE, _PACKAGE = SourceRecord, DatasetState, model.Package
#: States of records whose dataset has the issues of the last run.
_CURRENT = (RecordState.ACTIVE.value, RecordState.MISSING.value)
_SEVERITIES = (Severity.ERROR.value, Severity.WARNING.value, Severity.INFO.value)


def count(source_id: int, asked: Filter) -> int:
    """Return the number of issues."""
    statement, _ = query(source_id, asked)
    counted = statement.with_only_columns(sa.func.count(), maintain_column_froms=True)
    return int(model.Session.scalar(counted.order_by(None)) or 0)


def page(source_id: int, asked: Filter, *, limit: int, offset: int = 0) -> list[SourceIssue]:
    """Return a page of them, the most severe first, then by rule, title and record."""
    statement, item = query(source_id, asked)
    rule = _text(item, "rule")
    weight = sa.case(
        *((rule.in_(_of(severity)), number) for number, severity in enumerate(_SEVERITIES)),
        else_=len(_SEVERITIES),
    )
    ordered = statement.order_by(
        weight, rule, sa.func.lower(_title()), _RECORD.id, sa.text("place")
    )
    rows = model.Session.execute(ordered.limit(limit).offset(offset))
    return [found for row in rows if (found := _found(row))]


def every(source_id: int, asked: Filter) -> Iterator[SourceIssue]:
    """Yield all by record, on a separate connection, with one chunk in memory."""
    statement, _ = query(source_id, asked)
    ordered = statement.order_by(_RECORD.id, sa.text("place"))
    assert meta.engine is not None
    with meta.engine.connect() as connection:
        stream = connection.execution_options(stream_results=True, max_row_buffer=_CHUNK)
        for row in stream.execute(ordered):
            found = _found(row)
            if found:
                yield found


def query(source_id: int, asked: Filter) -> tuple[sa.Select[Any], Any]:
    """Return the query for issues, and the column with the issue as JSON."""
    kept = sa.case(
        (
            sa.and_(_STATE.dataset_id.is_not(None), _RECORD.state.in_(_CURRENT)),
            _STATE.every_issue,
        ),
        else_=_RECORD.issues,
    )
    each = (
        sa.func.jsonb_array_elements(kept, type_=JSONB)
        .table_valued("value", with_ordinality="place", joins_implicitly=True)
        .render_derived()
    )
    item = sa.cast(each.c.value, JSONB)
    statement = (
        sa.select(
            _RECORD.identity,
            _RECORD.origin,
            _RECORD.state,
            _PACKAGE.id,
            _PACKAGE.name,
            _title().label("title"),
            item.label("item"),
        )
        .select_from(_RECORD)
        .outerjoin(_STATE, _STATE.record_id == _RECORD.id)
        .outerjoin(_PACKAGE, _PACKAGE.id == _RECORD.dataset_id)
        .join(each, sa.true())
        .where(_RECORD.source_id == source_id)
    )
    return statement.where(*_conditions(asked, item)), item


def _conditions(asked: Filter, item: Any) -> Iterator[sa.ColumnElement[bool]]:
    rule, field = _text(item, "rule"), _text(item, "field")
    if asked.rule:
        yield rule == asked.rule
    if asked.severity:
        yield rule.in_(_of(asked.severity))
    if asked.field:
        exact = asked.field
        pattern = _like(exact).replace("[]", "[%]")
        yield sa.or_(
            field.like(pattern, escape="\\"),
            field.like(f"{pattern}[%", escape="\\"),
            field.like(f"{pattern}.%", escape="\\"),
            field.like(f"%.{pattern}", escape="\\"),
        )
    for word in asked.q.split():
        pattern = f"%{_like(word)}%"
        places = (_title(), _RECORD.identity, field, _text(item, "value"))
        yield sa.or_(*(place.ilike(pattern, escape="\\") for place in places))


def _title() -> Any:
    """Return the dataset's title; a rejected record has its own, or none."""
    return sa.func.coalesce(sa.func.nullif(_RECORD.title, ""), _PACKAGE.title, "")


def _text(item: Any, key: str) -> Any:
    return item.op("->>", return_type=sa.Text)(key)


def _of(severity: str) -> list[str]:
    return [name for name, rule in rules().items() if rule.severity.value == severity]


def _like(words: str) -> str:
    return words.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")


def _found(row: Any) -> SourceIssue | None:
    """Return a row as SourceIssue; None if the issue's rule no longer exists."""
    issues = records.issues_from([row.item])
    if not issues:
        return None
    return SourceIssue(
        identity=row.identity,
        origin=row.origin,
        state=row.state,
        dataset_id=row.id or "",
        name=row.name or "",
        title=row.title,
        issue=issues[0],
    )
