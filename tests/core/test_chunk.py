"""Records are judged together, each as if it were alone, and none is lost by its judgement."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from functools import partial
from typing import Any

import deadly
import pytest
from test_pool import run  # noqa: F401

from hanse_harvesters import pipeline
from hanse_harvesters.pipeline import Run
from hanse_harvesters.quality import chunk, shapes
from hanse_harvesters.quality.fragment import Fragment
from hanse_harvesters.record import Record
from hanse_harvesters.workers import mapping_pool


def dataset(number: int) -> dict[str, Any]:
    return {
        "uri": f"https://a.example/{number}",
        "title": f"Baumkataster {number}",
        "resources": [{"access_url": f"https://a.example/{number}.csv"}],
    }


def titled(number: int) -> Any:
    return partial(deadly.read, dataset(number))


def said(records: list[Record]) -> list[tuple[Any, ...]]:
    return [(item.identity, item.issues, item.rdf, item.score) for item in records]


@pytest.mark.parametrize("number", [1, 31, 32, 33, 70])
def test_every_record_is_judged_wherever_it_is_mapped(run: Callable[..., Run], number: int) -> None:  # noqa: F811
    script = [titled(place) for place in range(number)]
    here = list(run(*script, workers=0))
    elsewhere = list(run(*script, workers=2))
    assert said(here) == said(elsewhere)
    for place, record in enumerate(here):
        assert f"<https://a.example/{place}>" in record.rdf
        assert record.score["points"] > 0
        assert "license-missing" in {item.rule for item in record.issues}


def test_records_of_a_slow_portal_do_not_wait_for_a_full_chunk(
    run: Callable[..., Run],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Somebody watches the run: its figures move with every record."""
    now = [0.0]
    monkeypatch.setattr(pipeline, "monotonic", lambda: now[0])
    events: list[str] = []

    def slow(number: int, *, language: str) -> Any:
        now[0] += 1.5
        events.append(f"read {number}")
        return deadly.read(dataset(number), language=language)

    for record in run(*(partial(slow, place) for place in range(3)), workers=0):
        assert record.score["points"] > 0
        events.append(f"seen {record.identity}")
    assert events == ["read 0", "seen id-0", "read 1", "seen id-1", "read 2", "seen id-2"]


def test_a_chunk_that_fails_is_judged_one_by_one(monkeypatch: pytest.MonkeyPatch) -> None:
    judge = shapes.current().judge

    class Picky:
        def judge(self, fragments: list[Fragment], known: Any) -> Any:
            if any(item.subject == "<https://a.example/1>" for item in fragments):
                raise ValueError("no engine")
            return judge(fragments, known)

    monkeypatch.setattr(shapes, "current", Picky)
    records = [Record(dataset(place), f"id-{place}") for place in range(3)]
    chunk.judge_chunk(records, "de")
    assert [bool(item.score) for item in records] == [True, False, True]
    assert [item.rule for item in records[1].issues] == ["not-judged"]
    assert "no engine" in records[1].issues[0].message("de")
    assert all(item.usable and item.rdf for item in records)


def test_a_process_that_ends_while_it_judges_takes_no_record_with_it(
    run: Callable[..., Run],  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Killed(mapping_pool.Worker):
        """Ends the process when it is asked to judge, the first time."""

        killed = False

        def ask(self, message: object, name: object) -> int:
            if isinstance(message, int) and not Killed.killed:
                Killed.killed = True
                os.kill(self.child.process.pid, signal.SIGKILL)
            return super().ask(message, name)

    monkeypatch.setattr(mapping_pool, "Worker", Killed)
    records = list(run(*[titled(place) for place in range(80)], workers=2))
    assert Killed.killed
    assert [item.identity for item in records] == [f"id-{place}" for place in range(80)]
    rejected = [item for item in records if not item.usable]
    assert len(rejected) <= 1  # the one it was mapping when it was killed, if any
    assert all(item.rdf or "not-judged" in {found.rule for found in item.issues}
               for item in records if item.usable)  # fmt: skip
