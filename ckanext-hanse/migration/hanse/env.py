"""Alembic's environment for the tables of this extension.

CKAN passes the database in the Alembic configuration; the version is stored in a table of our
own, ``hanse_alembic_version``.
"""

from __future__ import annotations

from typing import Any

from alembic import context
from ckan.model.meta import metadata
from sqlalchemy import engine_from_config, pool

import ckanext.hanse.model  # noqa: F401 - registers the tables for --autogenerate

NAME = "hanse"


def include_object(
    item: Any, name: str | None, type_: str, reflected: bool, compare_to: Any
) -> bool:
    """Return True for our tables only, not for those of CKAN and other extensions."""
    return type_ != "table" or (name or "").startswith(f"{NAME}_")


def options() -> dict[str, Any]:
    """Return the options common to online and offline runs."""
    return {
        "target_metadata": metadata,
        "version_table": f"{NAME}_alembic_version",
        "include_object": include_object,
    }


def offline() -> None:
    """Write the SQL instead of running it (``alembic upgrade --sql``)."""
    url = context.config.get_main_option("sqlalchemy.url")
    context.configure(url=url, literal_binds=True, **options())
    with context.begin_transaction():
        context.run_migrations()


def online() -> None:
    """Run the migrations on the database of the ini file."""
    section = context.config.get_section(context.config.config_ini_section) or {}
    engine = engine_from_config(section, prefix="sqlalchemy.", poolclass=pool.NullPool)
    with engine.connect() as connection:
        context.configure(connection=connection, **options())
        with context.begin_transaction():
            context.run_migrations()


if context.is_offline_mode():
    offline()
else:
    online()
