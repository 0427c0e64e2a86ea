"""Check PostgreSQL with its tables, and Redis."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import sqlalchemy as sa
from alembic.config import Config
from alembic.script import ScriptDirectory
from ckan import model
from ckan.lib.redis import connect_to_redis
from redis import RedisError
from sqlalchemy.exc import NoSuchTableError, SQLAlchemyError

from ckanext.hanse.migration.locate import ALEMBIC_INI
from ckanext.hanse.model import HarvestSource
from ckanext.hanse.monitoring.doctor.finding import DoctorFinding, error, ok

#: The oldest PostgreSQL that the tests run on is 15; CKAN 2.12 requires 13.
_POSTGRESQL = 13


def database() -> Iterator[DoctorFinding]:
    """Check that PostgreSQL answers and is not too old."""
    try:
        number = model.Session.scalar(sa.text("SHOW server_version_num"))
    except SQLAlchemyError as fault:
        # The URL contains a password; the reason alone does not.
        yield error("database-unreachable", reason=_first_line(fault))
        return
    major = int(number) // 10000
    if major < _POSTGRESQL:
        yield error("database-old", version=major, needed=_POSTGRESQL)
    else:
        yield ok("database-ok", version=major)


def migrations() -> Iterator[DoctorFinding]:
    """Check that our tables, and CKAN's, have the revision that this version requires."""
    there = revision("hanse_alembic_version")
    wanted = ScriptDirectory.from_config(Config(str(ALEMBIC_INI)))
    head = wanted.get_current_head()
    if there is None:
        yield error("tables-missing")
    elif there == head:
        lacking = _lacking()
        yield (
            error("tables-incomplete", columns=lacking)
            if lacking
            else ok("tables-ok", revision=there)
        )
    elif there in {script.revision for script in wanted.walk_revisions()}:
        yield error("tables-behind", revision=there, needed=head or "")
    else:
        yield error("tables-ahead", revision=there, needed=head or "")
    if revision("alembic_version") != _heads_of_ckan():
        yield error("ckan-tables-behind")


def revision(table: str) -> str | None:
    """Return the revision in an Alembic version table, None without such a table."""
    if model.Session.scalar(sa.select(sa.func.to_regclass(table))) is None:
        return None
    found: str | None = model.Session.scalar(sa.text(f'SELECT version_num FROM "{table}"'))
    return found


def _lacking() -> list[str]:
    """Return columns of our models that the database does not have."""
    there = sa.inspect(model.meta.engine)
    lacking = []
    for name, table in sorted(HarvestSource.metadata.tables.items()):
        if name.startswith("hanse_"):
            known = {column["name"] for column in _columns(there, name)}
            lacking += [
                f"{name}.{column.name}" for column in table.columns if column.name not in known
            ]
    return lacking


def _columns(there: sa.Inspector, table: str) -> list[Any]:
    try:
        return list(there.get_columns(table))
    except NoSuchTableError:
        return []


def _heads_of_ckan() -> str | None:
    folder = Path(model.__file__).parents[1] / "migration"
    return ScriptDirectory(str(folder)).get_current_head()


def redis() -> Iterator[DoctorFinding]:
    """Check that Redis answers."""
    connection = connect_to_redis()
    try:
        connection.ping()
    except RedisError as fault:
        yield error("redis-unreachable", reason=_first_line(fault))
        return
    yield ok("redis-ok")


def _first_line(fault: Exception) -> str:
    text = str(getattr(fault, "orig", None) or fault).strip().splitlines()
    line = text[0] if text else type(fault).__name__
    for option in ("sqlalchemy.url", "ckan.redis.url"):
        line = line.replace(str(tk.config.get(option)), option)
    return line
