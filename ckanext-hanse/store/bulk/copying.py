"""New rows by PostgreSQL's COPY: a third of the time of an INSERT with as many values."""

from __future__ import annotations

import io
from collections.abc import Sequence
from datetime import datetime
from typing import Any

import sqlalchemy as sa
from ckan import model
from psycopg2 import Error
from sqlalchemy.exc import DBAPIError

#: What the text format of COPY escapes (PostgreSQL, COPY, File Formats), the backslash first.
_ESCAPED = (("\\", r"\\"), ("\t", r"\t"), ("\n", r"\n"), ("\r", r"\r"))
_NULL = r"\N"


def copy(table: sa.Table, rows: Sequence[dict[str, Any]]) -> None:
    """Add rows, all with the same columns, in the session's transaction.

    Raises what an INSERT raises (``sqlalchemy.exc.DBAPIError``); defaults of the columns in Python
    are not applied.
    """
    connection = model.Session.connection()
    names = list(rows[0])
    kinds = [(name, table.c[name].type.dialect_impl(connection.dialect)) for name in names]
    binds = [(name, kind.bind_processor(connection.dialect)) for name, kind in kinds]
    lines = (
        "\t".join([_cell(bind(row[name]) if bind else row[name]) for name, bind in binds])
        for row in rows
    )
    quoted = connection.dialect.identifier_preparer
    columns = ", ".join(map(quoted.quote, names))
    statement = f"COPY {quoted.format_table(table)} ({columns}) FROM STDIN"
    try:
        with connection.connection.cursor() as cursor:
            cursor.copy_expert(statement, io.StringIO("\n".join(lines) + "\n"))
    except Error as error:
        raise DBAPIError.instance(
            statement, None, error, Error, dialect=connection.dialect
        ) from error


def _cell(value: Any) -> str:
    if value is None:
        return _NULL
    if isinstance(value, str):
        return _escaped(value)
    if isinstance(value, datetime):
        return value.isoformat()
    if isinstance(value, list):
        return "{" + ",".join(map(_item, value)) + "}"
    return str(value)


def _item(text: str) -> str:
    """Return an item of an array of text."""
    quoted = text.replace("\\", r"\\").replace('"', r"\"")
    return _escaped(f'"{quoted}"')


def _escaped(text: str) -> str:
    # One pass for each is ten times as fast as str.translate, which looks up every character.
    for sign, instead in _ESCAPED:
        text = text.replace(sign, instead)
    return text
