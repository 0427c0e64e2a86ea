"""Erasing: nothing of what a dataset said is left, and no harvest brings it back."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib import uploader
from ckan.lib.redis import connect_to_redis
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from file_keeper import make_storage
from walks import Listed, harvest, record, source
from werkzeug.datastructures import FileStorage

from ckanext.hanse.cli import hanse
from ckanext.hanse.export.changes import feed
from ckanext.hanse.export.dumps import files, make, rewrite, storage
from ckanext.hanse.model import DatasetState, Dump, Erasure, HarvestRun
from ckanext.hanse.scheduler import tick
from ckanext.hanse.sources import remove
from ckanext.hanse.sparql import documents
from ckanext.hanse.sparql import jobs as sparql
from ckanext.hanse.store.writer import Action

SECRET = "Erika Mustermann"
Api = Callable[..., Any]


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the dumps of this test are kept."""
    place = make_storage(
        "hanse_dumps", {"type": "ckan:fs", "path": str(tmp_path), "initialize": True}
    )
    monkeypatch.setattr(storage, "storage", lambda: place)
    return tmp_path


@pytest.fixture
def walk() -> Listed:
    return Listed(record("b", "Bäume"), record("p", f"Akte {SECRET}", "akte", notes=SECRET))


@pytest.fixture
def harvested(cities: dict[str, Any], walk: Listed) -> str:
    """The id of a harvested dataset with a person's name in it."""
    report = harvest(source(cities["rostock"]["id"]), walk)
    assert report.counts[Action.CREATED] == 2
    found = model.Session.query(model.Package).filter(model.Package.title.contains(SECRET)).one()
    return str(found.id)


def anywhere() -> list[str]:
    """The tables in which the name is still to be found."""
    found = []
    with model.meta.engine.connect() as connection:
        for table in sa.inspect(model.meta.engine).get_table_names():
            query = sa.text(
                f'SELECT count(*) FROM "{table}" AS row WHERE row::text ILIKE :a OR row::text '
                "ILIKE :b"
            )
            if connection.scalar(query, {"a": "%Mustermann%", "b": "%akte-erika%"}):
                found.append(table)
    return found


def texts(folder: Path) -> str:
    """All that the stored dumps say."""
    found = b""
    for path in folder.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            found += gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data
    return found.decode("utf-8", "replace")


def test_nothing_is_left_of_it_in_database_index_dumps_and_feed(
    harvested: str, sysadmin: dict[str, Any], api: Api, visitor: Any, folder: Path
) -> None:
    name = model.Package.get(harvested).name
    make.make()
    feed.newest()
    assert SECRET in texts(folder)
    assert "package" in anywhere()

    done = api(sysadmin, "hanse_dataset_erase", id=name, reason="Az. 12/2026")
    assert done == {"id": harvested, "dumps": 1}
    assert anywhere() == []
    assert visitor(f"/dataset/{name}").status_code == 404
    assert visitor(f"/dataset/{name}.ttl").status_code == 404
    assert api(None, "package_search", q="Mustermann")["count"] == 0

    # Withheld at once, and handed out again when it is rewritten.
    refused = visitor("/dumps/latest/catalog.ttl.gz")
    assert refused.status_code == 503
    assert refused.headers["Retry-After"]
    assert not api(None, "hanse_dump_list")[0]["available"]
    assert "neu geschrieben" in visitor("/dumps").text
    assert b"/dumps/latest" not in visitor("/catalog.nt").data
    tick.tick(run=True)
    assert SECRET not in texts(folder)
    turtle = gzip.decompress(visitor("/dumps/latest/catalog.ttl.gz").data).decode()
    assert "Bäume" in turtle
    assert len({path.parent for path in folder.rglob("*.gz")}) == 1
    assert api(None, "hanse_dump_list")[0]["datasets"] == 1

    # A mirror hears of it, by the id alone.
    entries = json.loads(visitor("/changes").data)["changes"]
    (gone,) = (entry for entry in entries if entry["id"] == harvested)
    assert gone == {"id": harvested, "change": "deleted", "why": "erased", "when": gone["when"]}
    assert b"Mustermann" not in visitor("/changes.atom").data

    kept = model.Session.query(Erasure).one()
    assert (kept.author, kept.reason) == (sysadmin["name"], "Az. 12/2026")


def test_queries_are_answered_without_it(
    harvested: str, sysadmin: dict[str, Any], api: Api, visitor: Any, folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setitem(tk.config, "hanse.sparql.enabled", True)
    monkeypatch.setitem(tk.config, "hanse.sparql.folder", str(folder / "sparql"))
    connect_to_redis().flushdb()
    sparql.build()
    title = "SELECT ?title { ?d a dcat:Dataset ; dcterms:title ?title }"

    def answer() -> Any:
        return visitor(f"/sparql?{urlencode({'query': title, 'format': 'json'})}")

    assert SECRET in answer().text

    made = documents.documents

    def slow() -> Iterator[str]:
        yield from made()
        if model.Package.get(harvested):  # while the store is being built that still has it
            api(sysadmin, "hanse_dataset_erase", id=harvested, reason="Az. 12/2026")

    monkeypatch.setattr(documents, "documents", slow)
    sparql.build()
    assert answer().status_code == 503
    assert not sparql.enqueue()  # it waits already
    sparql.work()
    assert answer().status_code == 200
    assert SECRET not in answer().text


def test_no_harvest_brings_it_back(
    cities: dict[str, Any], harvested: str, walk: Listed, sysadmin: dict[str, Any], api: Api
) -> None:
    api(sysadmin, "hanse_dataset_erase", id=harvested, reason="Az. 12/2026")
    changed = record("p", f"Akte {SECRET}, neu", "akte")
    for records in (walk, Listed(record("b", "Bäume"), changed)):
        report = harvest(source(cities["rostock"]["id"]), records)
        assert report.counts[Action.SKIPPED] == 1
        assert report.counts[Action.CREATED] == 0
    assert anywhere() == []


def test_one_made_here_goes_with_its_file_and_history(
    cities: dict[str, Any], sysadmin: dict[str, Any], api: Api
) -> None:
    made = factories.Dataset(name="akte-erika", title=f"Akte {SECRET}", owner_org="rostock")
    file = FileStorage(BytesIO(b"name\nErika\n"), "akte.csv")
    admin = {"user": sysadmin["name"]}
    resource = call_action("resource_create", admin, package_id=made["id"], name="x", upload=file)
    call_action("package_patch", admin, id=made["id"], notes=SECRET)
    path = Path(uploader.get_resource_uploader(dict(resource)).get_path(resource["id"]))
    assert path.exists()
    call_action("package_delete", admin, id=made["id"])
    api(sysadmin, "hanse_dataset_erase", id="akte-erika", reason="Az. 13/2026")
    assert anywhere() == []
    assert not path.exists()


def test_one_that_was_purged_before_leaves_the_feed_too(
    cities: dict[str, Any], sysadmin: dict[str, Any], api: Api, visitor: Any
) -> None:
    made = factories.Dataset(name="akte-erika", owner_org="rostock")
    feed.newest()
    call_action("dataset_purge", id=made["id"])
    assert b"akte-erika" in visitor("/changes").data
    api(sysadmin, "hanse_dataset_erase", id="akte-erika", reason="Az. 14/2026")
    assert b"akte-erika" not in visitor("/changes").data
    assert made["id"].encode() in visitor("/changes").data


def test_who_may_and_what_is_asked_for(
    harvested: str, officer: Callable[..., Any], sysadmin: dict[str, Any], api: Api
) -> None:
    for user in (None, officer("rostock", "editor"), officer("rostock", "admin")):
        with pytest.raises(tk.NotAuthorized):
            api(user, "hanse_dataset_erase", id=harvested, reason="so")
    for reason in ("", "   "):
        with pytest.raises(tk.ValidationError):
            api(sysadmin, "hanse_dataset_erase", id=harvested, reason=reason)
    with pytest.raises(tk.ObjectNotFound):
        api(sysadmin, "hanse_dataset_erase", id="gibt-es-nicht", reason="so")
    assert model.Package.get(harvested) is not None
    assert model.Session.query(Erasure).count() == 0


def test_by_the_command_dumps_of_earlier_days_are_rewritten_too(
    harvested: str, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from datetime import date

    for day in (date(2026, 11, 28), date(2026, 11, 29)):
        monkeypatch.setattr(make, "today", lambda day=day: day)
        make.make()
    runner, words = CliRunner(), ["erase", harvested, "--reason", "Az. 12", "--language", "en"]
    assert runner.invoke(hanse, words, input="n\n").exit_code == 1
    assert model.Package.get(harvested) is not None
    done = runner.invoke(hanse, [*words, "--yes"])
    assert done.exit_code == 0, done.output
    assert done.output.count("written anew") == 2
    assert SECRET not in texts(folder)
    assert rewrite.waiting() == 0
    assert [row.datasets for row in model.Session.query(Dump)] == [1, 1]
    assert "Mustermann" not in str([run.report for run in model.Session.query(HarvestRun)])


def test_what_is_erased_while_a_dump_is_made_is_taken_out_of_it(
    harvested: str, sysadmin: dict[str, Any], api: Api, monkeypatch: pytest.MonkeyPatch
) -> None:
    publish = make._publish

    def late(*args: Any) -> Dump:
        api(sysadmin, "hanse_dataset_erase", id=harvested, reason="Az. 12/2026")
        return publish(*args)

    monkeypatch.setattr(make, "_publish", late)
    assert make.make().without == [harvested]
    assert [row.datasets for row in rewrite.rewrite()] == [1]


def test_a_dump_that_cannot_be_read_again_is_removed(
    harvested: str, sysadmin: dict[str, Any], api: Api, folder: Path
) -> None:
    made = make.make()
    (folder / made.folder / files.QUADS).write_bytes(b"cut off")
    api(sysadmin, "hanse_dataset_erase", id=harvested, reason="Az. 12/2026")
    assert list(rewrite.rewrite()) == []
    assert model.Session.query(Dump).count() == 0
    assert SECRET not in texts(folder)


def test_what_was_merged_into_it_goes_with_it(
    cities: dict[str, Any], sysadmin: dict[str, Any], api: Api
) -> None:
    stays = factories.Dataset(name="akte", owner_org="rostock")
    goes = factories.Dataset(name="akte-erika", notes=SECRET, owner_org="rostock")
    call_action("package_delete", {"user": sysadmin["name"]}, id=goes["id"])
    model.Session.get_one(DatasetState, goes["id"]).merged_into = stays["id"]
    # As an earlier merge the other way round may have left it.
    model.Session.get_one(DatasetState, stays["id"]).merged_into = goes["id"]
    model.Session.commit()
    api(sysadmin, "hanse_dataset_erase", id="akte", reason="Az. 15/2026")
    assert anywhere() == []


def test_a_source_that_was_removed_does_not_bring_it_back(
    cities: dict[str, Any], harvested: str, walk: Listed, sysadmin: dict[str, Any], api: Api
) -> None:
    row = source(cities["rostock"]["id"])
    row.from_file = False
    remove.remove(row, confirm=row.name, fate="keep")
    api(sysadmin, "hanse_dataset_erase", id=harvested, reason="Az. 16/2026")
    report = harvest(source(cities["rostock"]["id"]), walk)
    assert report.counts[Action.SKIPPED] == 1
    assert anywhere() == []


def test_files_that_cannot_be_removed_are_tried_again(
    harvested: str, sysadmin: dict[str, Any], api: Api, folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    make.make()
    api(sysadmin, "hanse_dataset_erase", id=harvested, reason="Az. 12/2026")

    def refused(*args: Any) -> None:
        raise PermissionError(13, "Permission denied")

    with monkeypatch.context() as broken:
        broken.setattr(type(storage.storage()), "remove", refused)
        assert len(list(rewrite.rewrite())) == 1
    assert SECRET in texts(folder)
    make.make()
    assert SECRET not in texts(folder)
