"""Records mapped by several processes arrive as from one, whatever becomes of a process."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import deadly
import pytest
from portals.documents import dataset, turtle

from hanse_harvesters import pipeline
from hanse_harvesters.errors import StopRun
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.pipeline import Run
from hanse_harvesters.record import Record
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.base import NoOptions, RawRecord, Source, completeness
from hanse_harvesters.testing.portal import Portal
from hanse_harvesters.workers import mapping_pool

SETTINGS = SourceSettings("stadt", "scripted", "https://daten.stadt.example", "stadt")
PATH = "/catalog.ttl"


@dataclass(slots=True, kw_only=True)
class Scripted(RawRecord):
    """Reads by a function, here or elsewhere."""

    by: Callable[..., ReadResult]

    def read(self, *, language: str) -> ReadResult:
        return self.by(language=language)

    def detached(self) -> Callable[..., ReadResult]:
        return self.by


class ScriptedSource(Source):
    """A connector of which a test says what it yields."""

    kind = "scripted"
    Options = NoOptions
    script: tuple[Any, ...] = ()

    def __iter__(self) -> Iterator[RawRecord]:
        for number, item in enumerate(self.script):
            if isinstance(item, StopRun):
                raise item
            yield Scripted(identity=f"id-{number}", raw=f"raw-{number}", by=item)
        self.completeness = completeness(len(self.script))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, patient: Any) -> Callable[..., Run]:
    monkeypatch.setenv("PYTHONPATH", str(Path(deadly.__file__).parent))
    monkeypatch.setattr(pipeline, "_FEW", 0)

    def make(*script: Any, workers: int = 2, limit: int | None = None) -> Run:
        monkeypatch.setattr(ScriptedSource, "script", script)
        monkeypatch.setattr(registry, "connector", lambda kind, **_: ScriptedSource)
        return Run(SETTINGS, client=patient(), workers=workers, limit=limit)

    return make


def titled(number: int) -> Any:
    return partial(deadly.read, {"title": f"Baumkataster {number}", "resources": [{"url": "x"}]})


def processes(records: list[Record]) -> set[int]:
    return {record.dataset["pid"] for record in records if "pid" in record.dataset}


def test_records_arrive_in_their_order_from_several_processes(run: Any) -> None:
    records = list(run(*map(titled, range(100))))
    assert [record.identity for record in records] == [f"id-{number}" for number in range(100)]
    assert [record.dataset["title"][-2:].strip() for record in records[:3]] == ["0", "1", "2"]
    assert len(processes(records)) == 2
    assert os.getpid() not in processes(records)


def test_they_are_what_one_process_makes_of_them(
    patient: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(pipeline, "_FEW", 3)
    reply = turtle(*(dataset(f"baum-{number:02}", files=3) for number in range(40)))
    found = []
    for workers in (0, 2):
        with Portal({PATH: reply}) as portal:
            portal.scripts[PATH] = reply
            source = SourceSettings("stadt", "rdf", portal.url(PATH), "stadt")
            client = patient(portal.endpoint, tries=1)
            found.append(list(Run(source, client=client, workers=workers)))
    assert len(found[0]) == 40
    assert found[0] == found[1]


def test_a_process_that_dies_takes_its_record_along_and_no_other(run: Any) -> None:
    script = [titled(number) for number in range(60)]
    script[20] = script[45] = deadly.die
    walk = run(*script)
    records = list(walk)
    lost = [record for record in records if not record.usable]
    assert [record.identity for record in lost] == ["id-20", "id-45"]
    assert all(record.issues[-1].rule == "record-failed" for record in lost)
    assert "ended with 7" in lost[0].issues[-1].value
    assert walk.summary()["usable"] == 58
    assert walk.completeness.complete


def test_a_record_that_never_ends_is_given_up(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mapping_pool, "_PATIENCE", 5.0)
    records = list(run(titled(0), deadly.hang, titled(2), workers=1))
    assert [record.usable for record in records] == [True, False, True]


def test_a_fault_of_ours_is_an_issue_and_is_logged_here(
    run: Any, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        records = list(run(titled(0), deadly.fail, titled(2)))
    assert [record.usable for record in records] == [True, False, True]
    assert "KeyError" in records[1].issues[-1].value
    assert "id-1 could not be processed" in caplog.text
    assert "in fail" in caplog.text


@pytest.mark.parametrize("program", ["/nowhere/python", "/bin/false"])
def test_where_no_process_starts_all_is_done_here(
    run: Any, monkeypatch: pytest.MonkeyPatch, program: str
) -> None:
    walk = run(*map(titled, range(40)))
    monkeypatch.setattr(sys, "executable", program)
    records = list(walk)
    assert [record.identity for record in records] == [f"id-{number}" for number in range(40)]
    assert processes(records) == {os.getpid()}


def test_few_records_start_no_process(run: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pipeline, "_FEW", 10)
    assert processes(list(run(*map(titled, range(10))))) == {os.getpid()}


def test_what_stops_a_run_comes_behind_the_records_before(run: Any) -> None:
    walk = run(*map(titled, range(30)), StopRun("connection-failed", reason="down"))
    arrived = []
    with pytest.raises(StopRun, match="down"):
        arrived.extend(walk)
    assert len(list(arrived)) == walk.summary()["found"] == 30


def test_a_limit_holds(run: Any) -> None:
    walk = run(*map(titled, range(30)), limit=7)
    assert len(list(walk)) == 7
    assert walk.completeness.reason == "walk-limited"


def test_nothing_is_left_behind(run: Any) -> None:
    walk = iter(run(*map(titled, range(200))))
    first = [next(walk) for _ in range(5)]
    pids = processes(first)
    walk.close()  # type: ignore[attr-defined]
    assert pids
    assert not any(_alive(pid) for pid in pids)


def _alive(pid: int) -> bool:
    """Whether it runs; one that ended and was not yet waited for does not."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False
