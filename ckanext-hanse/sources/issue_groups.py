"""Issues of a source or city by rule and field, with how many datasets or files have them.

One query each; the texts are in :class:`IssueGroup`.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import JSONB

from ckanext.hanse.link_checks import figures
from ckanext.hanse.model import DatasetState, SourceRecord
from ckanext.hanse.sources import host_issues
from ckanext.hanse.sources import issues as source_issues
from ckanext.hanse.sources.issues import Filter
from hanse_harvesters.issue import Severity, rules
from hanse_harvesters.quality.groups import IssueGroup, Unit, in_file, ordered

_FILE = r"^resources\[\d+\]"


def of_source(source_id: int, asked: Filter | None = None) -> list[IssueGroup]:
    """Return the issues of a source's records that match the filter."""
    asked = asked or Filter()
    statement, item = source_issues.query(source_id, asked)
    found = _groups(statement, item, SourceRecord.id)
    hosts = host_issues.groups(figures.of_source(source_id))
    if hosts and host_issues.of_source(source_id, asked):
        found += hosts
    return ordered(found)


def narrowed(every: list[IssueGroup], source_id: int, asked: Filter) -> list[IssueGroup]:
    """Return the groups in ``every`` of a source that match the filter."""
    if asked.q or asked.field:
        return of_source(source_id, asked)
    return [
        item
        for item in every
        if asked.rule in ("", item.rule)
        and asked.severity in ("", rules()[item.rule].severity.value)
    ]


def by_rule(every: list[IssueGroup]) -> dict[str, int]:
    """Return rule → number of issues, the most frequent first."""
    counts: Counter[str] = Counter()
    for item in every:
        counts[item.rule] += item.issues
    return dict(sorted(counts.items(), key=lambda entry: (-entry[1], entry[0])))


def by_severity(every: list[IssueGroup]) -> dict[str, int]:
    """Return severity → number of issues."""
    counts = {severity.value: 0 for severity in (Severity.ERROR, Severity.WARNING, Severity.INFO)}
    for item in every:
        counts[rules()[item.rule].severity.value] += item.issues
    return counts


def of_organization(organization_id: str) -> list[IssueGroup]:
    """Return the issues of a city's active datasets, harvested or made here."""
    each = (
        sa.func.jsonb_array_elements(DatasetState.every_issue, type_=JSONB)
        .table_valued("value", joins_implicitly=True)
        .render_derived()
    )
    item = sa.cast(each.c.value, JSONB)
    statement = (
        sa.select(item)
        .select_from(DatasetState)
        .join(model.Package, model.Package.id == DatasetState.dataset_id)
        .join(each, sa.true())
        .where(
            model.Package.owner_org == organization_id,
            model.Package.state == "active",
            DatasetState.merged_into.is_(None),
        )
    )
    found = _groups(statement, item, DatasetState.dataset_id)
    return ordered([*found, *host_issues.groups(figures.of_city(organization_id))])


def _groups(statement: sa.Select[Any], item: Any, entity: Any) -> list[IssueGroup]:
    """Count issues by rule and field; ``entity`` is the column of the record or dataset."""
    rule, at = (item.op("->>", return_type=sa.Text)(key) for key in ("rule", "field"))
    field = sa.func.regexp_replace(at, r"\[\d+\]", "[]", "g")
    file = sa.func.concat(entity, sa.func.substring(at, _FILE))
    counted = statement.with_only_columns(
        rule,
        field,
        sa.func.count(sa.distinct(entity)),
        sa.func.count(sa.distinct(file)),
        sa.func.count(),
        maintain_column_froms=True,
    )
    # By position: the expressions have parameters, and PostgreSQL would not see they are equal.
    rows = model.Session.execute(counted.order_by(None).group_by(sa.text("1"), sa.text("2")))
    return [
        IssueGroup(name, path, files, Unit.FILE, issues)
        if in_file(path)
        else IssueGroup(name, path, datasets, Unit.DATASET, issues)
        for name, path, datasets, files, issues in rows
        if name in rules()
    ]
