"""A normalised file → a table of the DataStore, by COPY.

Readers see either the old rows or the new ones, never a part: the rows are written in one
transaction, and the full-text index with them, built once.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import psycopg2
from ckanext.datastore.backend import DatastoreBackend
from ckanext.datastore.backend.postgres import get_write_engine
from ckanext.xloader.interfaces import IXloader
from psycopg2 import sql

from ckanext.hanse.tables.normalise import Table, TableColumn
from hanse_harvesters.tables.notes import NoTable

JobDict = dict[str, Any]
_LOCK_TIMEOUT = "60s"
#: Characters of a row in the full-text index; a tsvector is limited to a megabyte.
_SEARCHED = 200_000
_INDEXES = """
    SELECT i.relname, pg_get_indexdef(i.oid) FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid
    WHERE x.indrelid = %s::regclass AND NOT x.indisunique
"""


def existing(resource_id: str) -> list[JobDict]:
    """Return the columns of the resource's table with their data dictionary; [] for no table."""
    try:
        found = tk.get_action("datastore_info")({"ignore_auth": True}, {"id": resource_id})
    except tk.ObjectNotFound:
        return []
    return [field for field in found["fields"] if field["id"] != "_id"]


def chosen_types(fields: Sequence[JobDict]) -> dict[str, str]:
    """Return the types that a user chose in the data dictionary, by column."""
    return {
        field["id"]: field["info"]["type_override"]
        for field in fields
        if (field.get("info") or {}).get("type_override")
    }


def replace(resource_id: str, table: Table, file: Path, before: Sequence[JobDict]) -> None:
    """Replace the rows of the resource's table, with columns ``before``, by those of ``file``.

    Raises `NoTable` if PostgreSQL refuses them.
    """
    fields = [_field(item, before) for item in table.fields]
    for plugin in p.PluginImplementations(IXloader):
        plugin.datastore_before_update(resource_id, list(before) or None, fields)
    if [(item["id"], item["type"]) for item in fields] != [
        (item["id"], item["type"]) for item in before
    ]:
        drop(resource_id)
    create = {"resource_id": resource_id, "fields": fields, "force": True}
    tk.get_action("datastore_create")(_context(), create)
    try:
        with get_write_engine().begin() as connection, connection.connection.cursor() as cursor:
            _load(cursor, resource_id, [item.name for item in table.fields], file)
    except (psycopg2.DataError, psycopg2.ProgrammingError, psycopg2.NotSupportedError) as error:
        drop(resource_id)
        raise NoTable("refused", reason=str(error).partition("\n")[0]) from error
    DatastoreBackend.get_active_backend().calculate_record_count(resource_id)


def drop(resource_id: str) -> None:
    """Remove the resource's table, if there is one."""
    try:
        gone = {"resource_id": resource_id, "force": True}
        tk.get_action("datastore_delete")(_context(), gone)
    except tk.ObjectNotFound:
        pass


def _context() -> Any:
    user = tk.get_action("get_site_user")({"ignore_auth": True}, {})["name"]
    return {"ignore_auth": True, "user": user}


def _field(item: TableColumn, before: Sequence[JobDict]) -> JobDict:
    """Return a column for the DataStore: users' entries are kept, ours are set again."""
    old: Mapping[str, Any] = next((field for field in before if field["id"] == item.name), {})
    info = {**(old.get("info") or {}), "grouped": item.kind.grouped}
    if item.title and item.title != item.name:
        info.setdefault("label", item.title)
    return {
        "id": item.name,
        "type": item.kind.type,
        "info": info,
        "strip_extra_white": old.get("strip_extra_white", True),
    }


def _load(cursor: Any, resource_id: str, names: Sequence[str], file: Path) -> None:
    target, columns = sql.Identifier(resource_id), [sql.Identifier(name) for name in names]
    parts = {
        "table": target,
        "columns": sql.SQL(", ").join(columns),
        "text": sql.SQL(" || ' ' || ").join(
            sql.SQL("coalesce({}::text, '')").format(column) for column in columns
        ),
        "language": sql.Literal(tk.config["ckan.datastore.default_fts_lang"]),
        "searched": sql.Literal(_SEARCHED),
        "wait": sql.Literal(_LOCK_TIMEOUT),
        "name": sql.Literal(f'"{resource_id}"'),
    }

    def run(statement: str) -> None:
        cursor.execute(sql.SQL(statement).format(**parts))

    run("SET LOCAL lock_timeout = {wait}")
    run("SET LOCAL DateStyle = 'ISO, DMY'")
    run(
        "CREATE TEMP TABLE hanse_load ON COMMIT DROP AS "
        "SELECT _id, {columns} FROM {table} WITH NO DATA"
    )
    with file.open("rb") as rows:
        cursor.copy_expert("COPY hanse_load FROM STDIN WITH (FORMAT csv, ENCODING 'UTF8')", rows)
    run("TRUNCATE {table} RESTART IDENTITY")
    run("ALTER TABLE {table} DISABLE TRIGGER zfulltext")
    cursor.execute(_INDEXES, (f'"{resource_id}"',))
    indexes = cursor.fetchall()
    for name, _ in indexes:
        cursor.execute(sql.SQL("DROP INDEX {}").format(sql.Identifier(name)))
    run(
        "INSERT INTO {table} (_id, _full_text, {columns}) "
        "SELECT _id, to_tsvector({language}, left({text}, {searched})), {columns} FROM hanse_load"
    )
    run(
        "SELECT setval(pg_get_serial_sequence({name}, '_id'), coalesce(max(_id), 0) + 1, false) "
        "FROM hanse_load"
    )
    for _, definition in indexes:
        cursor.execute(definition)
    run("ALTER TABLE {table} ENABLE TRIGGER zfulltext")
