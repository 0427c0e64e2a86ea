"""Datasets as stored in CKAN's tables, read for a whole chunk at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any

import sqlalchemy as sa
from ckan import model
from ckan.model.package_relationship import package_relationship_table

TableRow = dict[str, Any]

_package = model.package_table
_resource = model.resource_table
_tag = model.tag_table
_package_tag = model.package_tag_table
_member = model.member_table
_group = model.group_table
_relation = package_relationship_table


@dataclass(slots=True)
class Stored:
    """One dataset: rows as dicts of their columns.

    ``resources``  of every state, by position.
    ``tags``       rows of ``tag`` with ``link`` (id of package_tag) and ``link_state``.
    ``members``    rows of ``member`` for its organization.
    ``linked``     whether it is in a CKAN group or related to another dataset.
    """

    package: TableRow
    resources: list[TableRow] = field(default_factory=list)
    tags: list[TableRow] = field(default_factory=list)
    members: list[TableRow] = field(default_factory=list)
    linked: bool = False

    @property
    def active_resources(self) -> list[TableRow]:
        """The resources of state active."""
        return [row for row in self.resources if row["state"] == "active"]


def load(ids: Sequence[str], *, lock: bool = False) -> dict[str, Stored]:
    """Return the existing datasets with these ids; ``lock`` locks their rows against changes."""
    query = sa.select(_package).where(_package.c.id.in_(ids)).order_by(_package.c.id)
    rows = _rows(query.with_for_update() if lock else query)
    found = {row["id"]: Stored(row) for row in rows}
    if found:
        _add_resources(found)
        _add_tags(found)
        _add_members(found)
        _add_links(found)
    return found


def organizations(ids: Iterable[str | None]) -> dict[str, TableRow]:
    """Return the active organizations with these ids, by id."""
    wanted = {identity for identity in ids if identity}
    query = sa.select(_group).where(_group.c.id.in_(wanted), _group.c.state == "active")
    return {row["id"]: row for row in _rows(query)} if wanted else {}


def _rows(query: Any) -> list[TableRow]:
    return [dict(row) for row in model.Session.execute(query).mappings()]


def _add_resources(found: dict[str, Stored]) -> None:
    query = sa.select(_resource).where(_resource.c.package_id.in_(list(found)))
    for row in _rows(query.order_by(_resource.c.position)):
        found[row["package_id"]].resources.append(row)


def _add_tags(found: dict[str, Stored]) -> None:
    link = _package_tag.c
    query = (
        sa.select(_tag, link.package_id, link.id.label("link"), link.state.label("link_state"))
        .join(_package_tag, _tag.c.id == link.tag_id)
        .where(link.package_id.in_(list(found)))
    )
    for row in _rows(query):
        found[row.pop("package_id")].tags.append(row)


def _add_members(found: dict[str, Stored]) -> None:
    query = sa.select(_member).where(
        _member.c.table_id.in_(list(found)), _member.c.capacity == "organization"
    )
    for row in _rows(query):
        found[row["table_id"]].members.append(row)


def _add_links(found: dict[str, Stored]) -> None:
    ids = list(found)
    grouped = (
        sa.select(_member.c.table_id)
        .join(_group, _group.c.id == _member.c.group_id)
        .where(_member.c.table_id.in_(ids), sa.not_(_group.c.is_organization))
    )
    subject, other = _relation.c.subject_package_id, _relation.c.object_package_id
    subjects = sa.select(subject).where(subject.in_(ids))
    others = sa.select(other).where(other.in_(ids))
    for (identity,) in model.Session.execute(sa.union_all(grouped, subjects, others)):
        found[identity].linked = True
