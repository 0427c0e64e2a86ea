"""The tables of our own: what the migration makes is what the models say."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from ckan import model
from ckan.cli import db
from ckan.model import meta

from ckanext.hanse.migration import locate
from ckanext.hanse.model import HarvestRun, HarvestSource, RecordState, SourceRecord


@pytest.fixture
def tables(database: None) -> Iterator[None]:
    """Whatever a test does to the schema, the others find it as it was."""
    yield
    model.Session.remove()
    db._run_migrations("hanse")


def ours(connection: sa.Connection) -> set[str]:
    return {name for name in sa.inspect(connection).get_table_names() if name.startswith("hanse_")}


def test_the_migration_makes_what_the_models_say(tables: None) -> None:
    def include(item: object, name: str | None, type_: str, *rest: object) -> bool:
        return type_ != "table" or (name or "").startswith("hanse_")

    with meta.engine.connect() as connection:
        context = MigrationContext.configure(
            connection,
            opts={"include_object": include, "version_table": "hanse_alembic_version"},
        )
        assert compare_metadata(context, meta.metadata) == []


def test_it_can_be_undone_and_done_again(tables: None) -> None:
    model.Session.remove()
    db._run_migrations("hanse", "base", forward=False)
    with meta.engine.connect() as connection:
        assert ours(connection) == {"hanse_alembic_version"}
    db._run_migrations("hanse")
    with meta.engine.connect() as connection:
        assert {"hanse_source", "hanse_run", "hanse_record"} < ours(connection)


def test_ckan_finds_the_migration_in_a_checkout() -> None:
    locate.teach_ckan()
    locate.teach_ckan()
    assert Path(db._resolve_alembic_config("hanse")).is_file()
    assert "activity" in db._resolve_alembic_config("activity")


def test_a_removed_source_takes_its_records_with_it(clean: None) -> None:
    source = HarvestSource(name="weg", kind="rdf", url="https://daten.example.org")
    model.Session.add(source)
    model.Session.flush()
    run = HarvestRun(source_id=source.id)
    record = SourceRecord(source_id=source.id, identity="x", state=RecordState.ACTIVE.value)
    model.Session.add_all([run, record])
    model.Session.commit()

    model.Session.execute(sa.delete(HarvestSource))
    assert model.Session.query(HarvestRun).count() == 0
    assert model.Session.query(SourceRecord).count() == 0
