"""The SQL statements of a chunk: each table written once, in the session's transaction."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from ckan import model
from sqlalchemy.dialects.postgresql import insert

from ckanext.hanse.store import records
from ckanext.hanse.store.bulk.changes import StagedChange, now
from ckanext.hanse.store.bulk.copying import copy
from ckanext.hanse.store.bulk.load import TableRow

_package = model.package_table
_resource = model.resource_table
_tag = model.tag_table
_package_tag = model.package_tag_table
_member = model.member_table

#: Long values of this transaction are packed by LZ4, in a third of the time of PostgreSQL's own
#: method and to the same size; a server without it goes on as before.
_PACKING = sa.text(
    "SELECT set_config(name, 'lz4', true) FROM pg_settings"
    " WHERE name = 'default_toast_compression' AND 'lz4' = ANY(enumvals)"
)
#: Lock held while keywords are created: two workers could otherwise create the same one.
_TAGS = "hanse: keywords"


def write(chunk: Sequence[StagedChange]) -> None:
    """Write packages, resources, memberships and keywords; assign ids to new keywords."""
    model.Session.execute(_PACKING)
    new = [item for item in chunk if item.new]
    _insert(_package, [item.package for item in new])
    _upsert(_package, [item.stored.package for item in chunk if not item.new and item.changed])
    _delete(_resource, [row["id"] for item in chunk for row in item.touched.deleted])
    _insert(_resource, [row for item in chunk for row in item.touched.new])
    _upsert(_resource, [row for item in chunk for row in item.touched.changed])
    _insert(_member, [item.member for item in chunk if item.member])
    _tags(chunk)


def _execute(statement: Any, rows: Sequence[TableRow]) -> None:
    if rows:
        model.Session.execute(statement, rows)


def _insert(table: sa.Table, rows: Sequence[TableRow]) -> None:
    if rows:
        copy(table, rows)


def _upsert(table: sa.Table, rows: Sequence[TableRow]) -> None:
    """Replace the rows with these ids as a whole; one statement instead of an UPDATE for each."""
    statement = insert(table)
    columns = {c.name: statement.excluded[c.name] for c in table.c if c.name != "id"}
    statement = statement.on_conflict_do_update(index_elements=["id"], set_=columns)
    # Only with RETURNING are the rows sent together; otherwise each is its own statement.
    _execute(statement.returning(table.c.id), rows)


def _delete(table: sa.Table, ids: Sequence[str]) -> None:
    if ids:
        model.Session.execute(sa.delete(table).where(table.c.id.in_(ids)))


def _tags(chunk: Sequence[StagedChange]) -> None:
    for ids, after in (
        ([link for item in chunk for link in item.dropped], "deleted"),
        ([link for item in chunk for link in item.raised], "active"),
    ):
        if ids:
            statement = sa.update(_package_tag).where(_package_tag.c.id.in_(ids))
            model.Session.execute(statement.values(state=after))
    known = _known_tags({name for item in chunk for name in item.tags})
    links = [_link(item, name, known[name]) for item in chunk for name in item.tags]
    _insert(_package_tag, links)


def _link(item: StagedChange, name: str, tag_id: str) -> TableRow:
    link = {
        "id": str(uuid.uuid4()),
        "package_id": item.stored.package["id"],
        "tag_id": tag_id,
        "state": "active",
    }
    tag = {"id": tag_id, "name": name, "vocabulary_id": None}
    item.stored.tags.append(tag | {"link": link["id"], "link_state": "active"})
    return link


def _known_tags(names: set[str]) -> dict[str, str]:
    """Return the ids of free keywords by name; missing ones are created."""
    known = _find_tags(names)
    if names - known.keys():
        model.Session.execute(sa.select(sa.func.pg_advisory_xact_lock(sa.func.hashtext(_TAGS))))
        known |= _find_tags(names - known.keys())
        made = {name: str(uuid.uuid4()) for name in sorted(names - known.keys())}
        _insert(_tag, [{"id": key, "name": n, "vocabulary_id": None} for n, key in made.items()])
        known |= made
    return known


def _find_tags(names: Iterable[str]) -> dict[str, str]:
    query = sa.select(_tag.c.name, _tag.c.id).where(
        _tag.c.name.in_(list(names)), _tag.c.vocabulary_id.is_(None)
    )
    return {row.name: row.id for row in model.Session.execute(query)}


def keep(chunk: Sequence[StagedChange], *, source_id: int, run_id: int) -> None:
    """Store the rows of the records and the states of their datasets."""
    rows = [
        records.StoredRecord(item.change.record, item.stored.package["id"], item.changed, item.new)
        for item in chunk
    ]
    records.keep_all(rows, source_id=source_id, run_id=run_id)


def activities(snapshots: Iterable[tuple[StagedChange, str, list[str]]], *, user_id: str) -> None:
    """Add an activity for each dataset: its snapshot as JSON text, and its permission labels."""
    from ckanext.activity.model import Activity  # only where the plugin is loaded

    rows = [
        {
            "id": str(uuid.uuid4()),
            "timestamp": now(),
            "user_id": user_id,
            "object_id": item.stored.package["id"],
            "activity_type": "new package" if item.new else "changed package",
            "data": data,
            "permission_labels": labels,
        }
        for item, data, labels in snapshots
    ]
    _insert(Activity.__table__, rows)
