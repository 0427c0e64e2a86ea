"""Dumps: made, swapped in all at once, listed, served; a failure leaves the one before whole."""

from __future__ import annotations

import errno
import gzip
import hashlib
import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import rdflib
import sqlalchemy as sa
from ckan import model
from ckan.tests import factories
from ckan.tests.helpers import call_action
from click.testing import CliRunner
from file_keeper import make_storage
from kept import kept

from ckanext.hanse.cli import hanse
from ckanext.hanse.export import fragments
from ckanext.hanse.export.changes import feed
from ckanext.hanse.export.dumps import files, make, nightly, storage
from ckanext.hanse.model import Dump, DumpState
from ckanext.hanse.scheduler import tick
from hanse_harvesters.errors import StopRun

Visitor = Callable[..., Any]
DCAT = rdflib.Namespace("http://www.w3.org/ns/dcat#")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the dumps of this test are kept."""
    place = make_storage(
        "hanse_dumps", {"type": "ckan:fs", "path": str(tmp_path), "initialize": True}
    )
    monkeypatch.setattr(storage, "storage", lambda: place)
    return tmp_path


@pytest.fixture
def stock(cities: dict[str, Any], folder: Path) -> list[str]:
    """Names of two public datasets, beside a private and a deleted one."""
    return kept("stock of dumps", _filled)


def _filled() -> list[str]:
    for name, title in (("eins", "Bäume"), ("zwei", "=Wege")):
        factories.Dataset(
            name=name, title=title, owner_org="rostock",
            resources=[{"url": f"https://daten.example.org/{name}.csv", "format": "CSV"}],
        )  # fmt: skip
    factories.Dataset(name="geheim", owner_org="rostock", private=True)
    gone = factories.Dataset(name="weg", owner_org="rostock")
    admin = factories.Sysadmin()["name"]
    call_action("package_delete", {"user": admin}, id=gone["id"])
    return ["eins", "zwei"]


def stored(folder: Path) -> list[str]:
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def ready() -> list[Dump]:
    query = sa.select(Dump).where(Dump.state == DumpState.READY.value).order_by(Dump.day)
    return list(model.Session.scalars(query))


def test_a_dump_is_what_is_handed_on_in_every_format(
    stock: list[str], visitor: Visitor, api: Callable[..., Any]
) -> None:
    made = make.make()
    assert made.datasets == 2
    assert {item["name"] for item in made.files} == set(files.KINDS)

    turtle = gzip.decompress(visitor("/dumps/latest/catalog.ttl.gz").data)
    found = rdflib.Graph().parse(data=turtle, format="turtle")
    for item in fragments.walk():
        for statement in rdflib.Graph().parse(data=item.text, format="nt"):
            if not any(isinstance(node, rdflib.BNode) for node in statement):
                assert statement in found
    assert len(set(found.objects(rdflib.URIRef(f"{tk.config['ckan.site_url']}/catalog"),
                                 DCAT.dataset))) == 2  # fmt: skip

    lines = gzip.decompress(visitor(f"/dumps/latest/{files.PACKAGES}").data).splitlines()
    packages = {item["name"]: item for item in map(json.loads, lines)}
    assert sorted(packages) == stock
    for name, package in packages.items():
        assert package == api(None, "package_show", id=name)


def test_files_are_served_with_checksum_date_and_in_parts(
    stock: list[str], visitor: Visitor
) -> None:
    made = make.make()
    for item in made.files:
        answer = visitor(f"/dumps/{made.day.isoformat()}/{item['name']}")
        assert hashlib.sha256(answer.data).hexdigest() == item["sha256"]
        assert answer.headers["ETag"] == f'"{item["sha256"]}"'
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
        assert answer.last_modified is not None
    path = "/dumps/latest/catalog.ttl.gz"
    whole = visitor(path)
    assert "Content-Encoding" not in whole.headers
    assert visitor(path, If_None_Match=whole.headers["ETag"]).status_code == 304
    part = visitor(path, Range="bytes=10-19")
    assert (part.status_code, part.data) == (206, whole.data[10:20])
    head = visitor(path, "HEAD")
    assert int(head.headers["Content-Length"]) == len(whole.data)
    sums = visitor("/dumps/latest/SHA256SUMS").data.decode()
    assert f"{whole.headers['ETag'][1:-1]}  catalog.ttl.gz\n" in sums
    for wrong in ("/dumps/latest/passwd", "/dumps/2020-01-01/catalog.ttl.gz", "/dumps/x/y",
                  "/dumps/latest/..%2f..%2fckan.ini"):  # fmt: skip
        assert visitor(wrong).status_code == 404


def test_the_page_lists_them_in_both_languages(stock: list[str], visitor: Visitor) -> None:
    assert "noch keine Dateien" in visitor("/dumps").text
    made = make.make()
    german, english = visitor("/dumps").text, visitor("/en/dumps").text
    for page in (german, english):
        assert "/dumps/latest/catalog.ttl.gz" in page
        assert f"?since={made.cursor}" in page
    assert "2 Datensätze" in german
    assert "2 datasets" in english
    (listed,) = json.loads(visitor("/dumps.json").data)["dumps"]
    assert listed["changes"] == made.cursor
    assert feed.page(made.cursor).entries == []


def test_the_newest_dump_is_a_distribution_of_the_catalogue(
    stock: list[str], visitor: Visitor
) -> None:
    before = visitor("/catalog.ttl")
    made = make.make()
    answer = visitor("/catalog.ttl", If_None_Match=before.headers["ETag"])
    assert answer.status_code == 200
    found = rdflib.Graph().parse(data=answer.data, format="turtle")
    site = tk.config["ckan.site_url"]
    here = rdflib.URIRef(f"{site}/catalog")
    distributions = set(found.objects(here, DCAT.distribution))
    assert len(distributions) == len(made.files)
    turtle = rdflib.URIRef(f"{site}/dumps/latest/catalog.ttl.gz")
    assert turtle in distributions
    (size,) = found.objects(turtle, DCAT.byteSize)
    assert int(size) == next(f["size"] for f in made.files if f["name"] == "catalog.ttl.gz")
    assert (turtle, DCAT.compressFormat, None) in found
    spdx = rdflib.Namespace("http://spdx.org/rdf/terms#")
    (checksum,) = found.objects(turtle, spdx.checksum)
    (value,) = found.objects(checksum, spdx.checksumValue)
    assert str(value) in {item["sha256"] for item in made.files}
    # A dump says nothing of the one before.
    again = make.make()
    text = gzip.decompress(visitor(f"/dumps/{again.day}/catalog.nq.gz").data)
    assert b"dcat#distribution> <" + turtle.encode() not in text


def test_a_second_one_on_a_day_takes_its_place_and_old_ones_go(
    stock: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = make.make().folder
    assert make.make().folder != first
    assert len(ready()) == 1
    monkeypatch.setitem(tk.config, "hanse.dumps.keep", 3)
    today = date(2026, 11, 30)
    for days in range(5):
        monkeypatch.setattr(make, "today", lambda days=days: today + timedelta(days))
        make.make()
    assert len(ready()) == 3
    there = {name.partition("/")[0] for name in stored(folder)}
    assert there == {row.folder for row in ready()}
    assert len(stored(folder)) == 3 * len(make.NAMES)


@pytest.mark.parametrize("at", ["spool", "storage"])
def test_a_full_disk_leaves_the_dump_before_whole(
    stock: list[str], folder: Path, visitor: Visitor, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    kept = make.make()
    before, files_before = kept.folder, stored(folder)
    full = OSError(errno.ENOSPC, "No space left on device")
    with monkeypatch.context() as limited:
        if at == "spool":
            limited.setattr(gzip.GzipFile, "write", _fails(full))
        else:
            put, left = storage.put, iter(range(4))

            def some(where: str, path: Path) -> None:
                put(where, path)
                if next(left, None) is None:
                    raise full

            limited.setattr(storage, "put", some)
        with pytest.raises(StopRun) as stopped:
            make.make()
    assert stopped.value.id == "dump-unwritable"
    assert "No space left" in stopped.value.text("en")
    assert (stored(folder), [row.folder for row in ready()]) == (files_before, [before])
    assert visitor("/dumps/latest/catalog.ttl.gz").status_code == 200
    assert "fehlgeschlagen" in visitor("/dumps").text
    make.make()
    assert "fehlgeschlagen" not in visitor("/dumps").text


def _fails(error: Exception) -> Callable[..., None]:
    def fail(*args: Any) -> None:
        raise error

    return fail


def test_what_a_killed_worker_left_goes_with_the_next_dump(
    stock: list[str], folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def killed(*args: Any) -> None:
        raise SystemExit

    with monkeypatch.context() as broken:
        broken.setattr(make, "_publish", killed)
        with pytest.raises(SystemExit):
            make.make()
    assert len(stored(folder)) == len(make.NAMES)
    make.make()
    assert len(stored(folder)) == len(make.NAMES)
    assert [row.state for row in model.Session.query(Dump)] == [DumpState.READY.value]


def test_only_one_process_makes_dumps(stock: list[str]) -> None:
    with make.held(), pytest.raises(StopRun) as refused:
        make.make()
    assert refused.value.id == "dump-busy"
    make.make()


@pytest.fixture
def nights(monkeypatch: pytest.MonkeyPatch) -> None:
    """A site that makes dumps each minute."""
    monkeypatch.setitem(tk.config, "hanse.dumps.schedule", "* * * * *")


def test_the_clock_makes_it_when_it_is_due(
    stock: list[str], nights: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert nightly.is_due()
    assert tick.tick().dumps  # queued
    assert not tick.tick().dumps  # it waits already
    assert tick.tick(run=True).dumps
    assert len(ready()) == 1
    monkeypatch.setitem(tk.config, "hanse.dumps.schedule", "0 0 1 1 *")
    assert not nightly.is_due()
    monkeypatch.setitem(tk.config, "hanse.dumps.schedule", "each night")
    assert "each night" in tick.tick().faults["dumps"]


def test_another_storage_than_a_folder(
    stock: list[str], visitor: Visitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory = make_storage("hanse_dumps", {"type": "ckan:memory"})
    monkeypatch.setattr(storage, "storage", lambda: memory)
    made = make.make()
    for item in made.files:
        answer = visitor(f"/dumps/latest/{item['name']}")
        assert hashlib.sha256(answer.data).hexdigest() == item["sha256"]
        assert int(answer.headers["Content-Length"]) == item["size"]
    path = "/dumps/latest/catalog.ttl.gz"
    etag = visitor(path).headers["ETag"]
    assert visitor(path, If_None_Match=etag).status_code == 304


def test_by_the_command(stock: list[str]) -> None:
    done = CliRunner().invoke(hanse, ["dump", "--language", "en"])
    assert done.exit_code == 0, done.output
    assert "2 datasets" in done.output
    assert "catalog.ttl.gz" in done.output
