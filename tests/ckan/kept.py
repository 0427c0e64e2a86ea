"""The catalogue as a fixture left it, put back for the next test instead of made again."""

from __future__ import annotations

from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass
from io import BytesIO
from typing import Any, TypeVar

import sqlalchemy as sa
from ckan import model

from ckanext.hanse.model import DatasetState
from ckanext.hanse.store import index

T = TypeVar("T")


@dataclass(frozen=True)
class _Kept:
    """What the fixture gave, and the rows of every table that had some."""

    value: Any
    tables: dict[str, bytes]


_kept: dict[str, _Kept] = {}


def kept(name: str, make: Callable[[], T]) -> T:
    """Return what ``make`` returns; the second time the value and the rows it left are copied.

    ``name`` must be unique for ``make`` and what it builds on.  The value is plain data.
    """
    if name not in _kept:
        value = make()
        model.Session.commit()
        _kept[name] = _Kept(deepcopy(value), _rows())
        return value
    found = _kept[name]
    _put_back(found.tables)
    return deepcopy(found.value)


def _tables() -> list[str]:
    names = [table.name for table in model.meta.metadata.sorted_tables]
    there = set(sa.inspect(model.meta.engine).get_table_names())
    return [name for name in names if name in there and name != "alembic_version"]


def _rows() -> dict[str, bytes]:
    found = {}
    cursor = model.Session.connection().connection.cursor()
    for name in _tables():
        out = BytesIO()
        cursor.copy_expert(f'COPY "{name}" TO STDOUT', out)
        if out.tell():
            found[name] = out.getvalue()
    model.Session.commit()
    return found


def _put_back(tables: dict[str, bytes]) -> None:
    """Lay the rows over what is there; other fixtures may have made theirs before."""
    cursor = model.Session.connection().connection.cursor()
    for name, rows in tables.items():
        table = model.meta.metadata.tables[name]
        keys = ", ".join(f'"{column.name}"' for column in table.primary_key)
        columns = ", ".join(
            f'"{column.name}" = excluded."{column.name}"' for column in table.columns
        )
        # The site's user may be there under another id.
        clash = "NOTHING" if name == "user" else f"UPDATE SET {columns}"
        target = "" if name == "user" else f"({keys})"
        cursor.execute(f'CREATE TEMP TABLE put_back (LIKE "{name}")')
        cursor.copy_expert("COPY put_back FROM STDIN", BytesIO(rows))
        cursor.execute(
            f'INSERT INTO "{name}" SELECT * FROM put_back ON CONFLICT {target} DO {clash}'
        )
        cursor.execute("DROP TABLE put_back")
    model.Session.commit()
    model.Session.remove()
    if DatasetState.__tablename__ in tables:
        index.mark(list(model.Session.scalars(sa.select(DatasetState.dataset_id))))
        model.Session.commit()
        index.drain(patience=60)
