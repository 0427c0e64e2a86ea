"""Which writer runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import ckan.plugins as p
import ckan.plugins.toolkit as tk
import pytest
from ckan.plugins import core
from walks import record, source

from ckanext.hanse.store import choose_writer, runs
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk.writer import BulkWriter
from ckanext.hanse.store.dry_writer import DryWriter
from ckanext.hanse.store.writer import Action, Change


class Stranger(p.SingletonPlugin):
    """A plugin that nobody has tried with the bulk writer."""

    p.implements(p.IPackageController, inherit=True)


@pytest.fixture
def stranger(loaded: None) -> Iterator[None]:
    original = core._get_service
    core._get_service = lambda name: Stranger() if name == "stranger" else original(name)
    p.load("stranger")
    yield
    p.unload("stranger")
    core._get_service = original


def chosen(cities: dict[str, Any]) -> type:
    row = source(cities["rostock"]["id"])
    return type(choose_writer.choose(row, runs.begin(row.id), None))


def test_bulk_where_every_plugin_is_known(cities: dict[str, Any]) -> None:
    assert choose_writer.choose_reason() == ("bulk", [])
    assert chosen(cities) is BulkWriter


def test_plain_beside_a_plugin_that_is_not_on_the_list(
    cities: dict[str, Any], stranger: None
) -> None:
    assert choose_writer.choose_reason() == ("plain", ["stranger"])
    assert chosen(cities) is ActionWriter


def test_the_operator_decides(
    cities: dict[str, Any], monkeypatch: pytest.MonkeyPatch, stranger: None
) -> None:
    monkeypatch.setitem(tk.config, "hanse.writer", "bulk")
    assert choose_writer.choose_reason() == ("bulk", ["stranger"])
    assert chosen(cities) is BulkWriter
    monkeypatch.setitem(tk.config, "hanse.writer", "plain")
    assert chosen(cities) is ActionWriter


def test_a_schema_that_is_not_ours_is_written_by_ckan(
    cities: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    plugin = p.get_plugin("scheming_datasets")
    schema = plugin._expanded_schemas["dataset"]
    fields = [*schema["dataset_fields"], {"field_name": "extra", "validators": "ignore_missing"}]
    choose_writer.shape.cache_clear()
    try:
        with monkeypatch.context() as patch:
            patch.setitem(schema, "dataset_fields", fields)
            name, reasons = choose_writer.choose_reason()
        assert name == "plain"
        assert "extra" in reasons[0]
    finally:
        choose_writer.shape.cache_clear()


def test_without_a_run_nothing_is_written_but_compared(cities: dict[str, Any]) -> None:
    row = source(cities["rostock"]["id"])
    writer = choose_writer.choose(row, runs.begin(row.id), None)
    made = [*writer.write(Change(record("a", "Alt", "daten"), None)), *writer.flush()]
    dry = choose_writer.choose(row, None)
    assert isinstance(dry, DryWriter)
    new = [
        *dry.write(Change(record("a", "Neu", "daten"), made[0].dataset_id)),
        *dry.write(Change(record("b", "Noch einer"), None)),
        *dry.flush(),
    ]
    assert [o.action for o in new] == [Action.CREATED, Action.UPDATED]
    assert [(c.field, c.old, c.new) for c in new[1].diff] == [("title", "Alt", "Neu")]
