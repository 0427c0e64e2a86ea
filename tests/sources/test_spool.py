"""A document too large for memory gives the same records from disk, and leaves nothing there."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path
from typing import Any

import pytest
from portals.documents import dataset, page_block, turtle

from hanse_harvesters.errors import StopRun
from hanse_harvesters.mapping import store
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources.rdf import RdfSource
from hanse_harvesters.testing.portal import Portal, Reply
from hanse_harvesters.workers.record_pool import RecordPool

PATH = "/catalog.ttl"
LISTS = """<https://daten.stadt.example/katalog> a dcat:Catalog ; dcat:dataset
  ( <https://daten.stadt.example/dataset/a> _:b ) . _:b dct:title "Ohne Adresse" .
[] a dcat:Dataset ; dct:title "Namenlos" ; dct:identifier "n-1" ; dct:publisher [ foaf:name "A" ] .
"""
DOCUMENTS = {
    "many": turtle(*(dataset(f"baum-{number:03}", files=3) for number in range(60))),
    "lists": turtle(dataset("a"), LISTS),
    "cut": Reply(turtle(*(dataset(name) for name in "abc")).body[:-80]),
    "paged": turtle(page_block("x", total=2), dataset("a"), dataset("b")),
}


@pytest.fixture
def records(patient: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """What arrives of a document that is kept in so many bytes of memory."""

    def arrive(reply: Reply, most: int) -> tuple[list[Record], Run]:
        monkeypatch.setattr(RdfSource, "most_in_memory", most)
        with Portal({PATH: reply}) as portal:
            # The port is part of no record: an address of its own would be another base.
            portal_url = portal.url(PATH)
            source = SourceSettings("stadt", "rdf", portal_url, "stadt")
            run = Run(source, client=patient(portal.endpoint, tries=1))
            return list(run), run

    return arrive


def told(found: list[Record]) -> list[tuple[object, ...]]:
    return sorted(
        (r.identity, str(r.dataset), sorted(map(str, r.issues)), r.unknown, r.origin) for r in found
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_the_same_arrives_from_disk(name: str, records: Any) -> None:
    kept, one = records(DOCUMENTS[name], store.MOST_IN_MEMORY)
    spooled, other = records(DOCUMENTS[name], 0)
    assert kept
    assert told(spooled) == told(kept)
    assert other.completeness == one.completeness
    assert other.total == one.total


@pytest.mark.samples
@pytest.mark.parametrize("name", ["rostock-catalog.rdf", "staticat-catalog.ttl"])
def test_recorded_catalogues_arrive_the_same_from_disk(
    name: str, samples: Path, records: Any
) -> None:
    reply = Reply((samples / name).read_bytes())
    assert told(records(reply, 0)[0]) == told(records(reply, store.MOST_IN_MEMORY)[0])


def test_what_is_on_disk_is_in_no_folder(
    records: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    monkeypatch.setenv("SQLITE_TMPDIR", str(tmp_path))
    made: list[store.Disk] = []
    keep = store.Disk.keep
    monkeypatch.setattr(
        store.Disk, "keep", lambda disk, found: made.append(disk) or keep(disk, found)
    )
    records(turtle(*(dataset(f"baum-{number:04}") for number in range(3000))), 0)
    assert made
    assert list(tmp_path.iterdir()) == []


@pytest.fixture
def readers(monkeypatch: pytest.MonkeyPatch) -> list[RecordPool]:
    """Those that are started; a few records for each question."""
    found: list[RecordPool] = []
    begin = RecordPool.__init__

    def started(self: RecordPool, *given: Any) -> None:
        begin(self, *given)
        found.append(self)

    monkeypatch.setattr(RecordPool, "__init__", started)
    monkeypatch.setattr("hanse_harvesters.workers.record_pool._TOGETHER", 3)
    return found


MANY = turtle(*(dataset(f"baum-{number:03}", files=2) for number in range(100)))


@pytest.mark.parametrize("name", DOCUMENTS)
def test_several_processes_tell_what_one_tells(
    name: str, records: Any, readers: list[RecordPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse_harvesters.pipeline.processors", lambda: 2)
    several, _ = records(DOCUMENTS[name], 0)
    assert any(item.answers for item in readers)
    monkeypatch.setattr("hanse_harvesters.pipeline.processors", lambda: 0)
    alone, _ = records(DOCUMENTS[name], 0)
    assert told(several) == told(alone)
    assert [r.fingerprint for r in several] == [r.fingerprint for r in alone]


def test_what_a_process_does_not_tell_is_told_here(
    patient: Any, readers: list[RecordPool], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("hanse_harvesters.pipeline.processors", lambda: 2)
    monkeypatch.setattr(RdfSource, "most_in_memory", 0)
    with Portal({PATH: MANY}) as portal:
        source = SourceSettings("stadt", "rdf", portal.url(PATH), "stadt")
        walk = iter(Run(source, client=patient(portal.endpoint, tries=1)))
        first = next(walk)
        for process in [worker.child.process for worker in readers[0].workers]:
            process.kill()
        found = [first, *walk]
    assert len(found) == 100
    assert all(record.usable for record in found)


def test_where_no_process_starts_all_is_told_here(
    records: Any, readers: list[RecordPool], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("hanse_harvesters.pipeline.processors", lambda: 2)
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    begin = RecordPool.__init__

    def broken(self: RecordPool, *given: Any) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(sys, "executable", "/bin/false")
            begin(self, *given)

    monkeypatch.setattr(RecordPool, "__init__", broken)
    found, run = records(MANY, 0)
    assert len(found) == 100
    assert run.completeness.complete
    assert not any(item.answers for item in readers)
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_stops_the_run_in_clear_words(
    records: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(store, "_PRAGMAS", (*store._PRAGMAS, "max_page_count = 4"))
    with pytest.raises(StopRun, match=r"store on disk failed: .*full.*TMPDIR"):
        records(DOCUMENTS["many"], 0)
