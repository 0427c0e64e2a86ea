"""The index never loses: what waits, what is silent, what changes meanwhile."""

from __future__ import annotations

import json
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.tests.helpers import call_action
from walks import Listed, act, harvest, record, source

from ckanext.hanse.model import DatasetState, HarvestSource
from ckanext.hanse.store import index, json_text
from ckanext.hanse.store.action_writer import ActionWriter
from ckanext.hanse.store.bulk.writer import BulkWriter
from hanse_harvesters.errors import StopRun

WRITERS = pytest.mark.parametrize("writer", [BulkWriter, ActionWriter])


@pytest.fixture
def rostock(cities: dict[str, Any]) -> HarvestSource:
    return source(cities["rostock"]["id"])


def found() -> set[str]:
    rows = call_action("package_search", q="*:*", rows=1000)["results"]
    return {row["title"] for row in rows}


@contextmanager
def silent_solr() -> Iterator[str]:
    """The address of a server that takes every connection and never says a word."""
    with socket.socket() as server:
        server.bind(("127.0.0.1", 0))
        server.listen(20)
        yield f"http://127.0.0.1:{server.getsockname()[1]}/solr/ckan"


@WRITERS
def test_a_solr_that_never_answers_hangs_nobody_and_loses_nothing(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch, writer: type
) -> None:
    records = [record(str(number), f"Datensatz {number}") for number in range(3)]
    with silent_solr() as address, monkeypatch.context() as patch:
        patch.setitem(tk.config, "hanse.index.timeout", 1)
        patch.setitem(tk.config, "solr_timeout", 1)
        patch.setitem(tk.config, "solr_url", address)
        began = time.monotonic()
        report = harvest(rostock, Listed(*records), writer=writer)
        assert time.monotonic() - began < 20
        assert address in report.message
        with pytest.raises(StopRun, match=r"127\.0\.0\.1"):
            index.drain()
    assert index.pending() > 0
    index.drain()
    harvest(rostock, Listed(*records), writer=writer)
    assert found() == {"Datensatz 0", "Datensatz 1", "Datensatz 2"}
    assert index.pending() == 0


def test_what_waits_is_drained_in_parts(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(*(record(str(n), f"D {n}") for n in range(5))), writer=BulkWriter)
    ids = list(model.Session.scalars(sa.select(DatasetState.dataset_id)))
    index.mark(ids)
    model.Session.commit()
    assert [index.drain(2), index.drain(2), index.drain(), index.drain()] == [2, 2, 1, 0]


def test_a_deleted_dataset_leaves_the_index_and_a_private_one_the_readers(
    rostock: HarvestSource, monkeypatch: pytest.MonkeyPatch
) -> None:
    titles = ("Aal", "Bad", "Zoo")
    harvest(rostock, Listed(*(record(title, title, "daten") for title in titles)))
    ids = {row.title: row.id for row in model.Session.query(model.Package)}
    model.Session.execute(
        sa.text("UPDATE package SET state = 'deleted' WHERE title = 'Aal'"),
    )
    model.Session.execute(sa.text("UPDATE package SET private = true WHERE title = 'Bad'"))
    index.mark(list(ids.values()))
    model.Session.commit()
    assert index.drain() == 3
    assert found() == {"Zoo"}
    admin = call_action("get_site_user")["name"]
    context = {"user": admin, "ignore_auth": False}
    rows = call_action("package_search", context, q="*:*", include_private=True)["results"]
    assert {row["title"] for row in rows} == {"Bad", "Zoo"}


def test_what_only_ckan_can_show_is_indexed_too(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("a", "Aal", "daten")), writer=BulkWriter)
    dataset = model.Session.query(model.Package).one()
    act("group_create", name="gruppe")
    act("member_create", id="gruppe", object=dataset.id, object_type="package", capacity="public")
    index.mark([dataset.id])
    model.Session.commit()
    assert index.drain() == 1
    (row,) = call_action("package_search", fq="groups:gruppe")["results"]
    assert row["name"] == "aal"


def test_a_mark_that_is_set_anew_stays(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("a", "Aal", "daten")), writer=BulkWriter)
    (key,) = model.Session.scalars(sa.select(DatasetState.dataset_id))
    index.mark([key])
    model.Session.commit()
    sent = index.versions([key])
    index.mark([key])
    model.Session.commit()
    index.acknowledge(sent)
    assert index.pending() == 1
    index.acknowledge(index.versions([key]))
    assert index.pending() == 0


def test_what_changed_after_it_was_sent_waits_again(rostock: HarvestSource) -> None:
    harvest(rostock, Listed(record("a", "Aal", "daten")), writer=BulkWriter)
    (key,) = model.Session.scalars(sa.select(DatasetState.dataset_id))
    sent = index.versions([key])
    model.Session.execute(sa.text("UPDATE package SET state = 'deleted'"))
    model.Session.commit()
    index.acknowledge(sent)
    assert index.pending() == 1
    index.drain()
    assert found() == set()


@pytest.mark.parametrize(
    "value",
    [{"title": "Bäume\u2028", "n": [1, 1.5, None, True]}, {"half": "\ud800"}, {"big": 2**70}],
)
def test_what_is_sent_is_the_dataset_whatever_is_in_it(value: dict[str, Any]) -> None:
    assert json.loads(json_text.dumps(value)) == value
    assert json.loads(json_text.JSONText().encode([value])) == [value]
