"""The run: the fate of every error, what is counted, what a fingerprint holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from hanse_harvesters.errors import ConfigError, SkipRecord, StopRun, TooMuch
from hanse_harvesters.mapping.result import ReadResult
from hanse_harvesters.pipeline import Bounds, Run
from hanse_harvesters.settings.source import SourceSettings
from hanse_harvesters.sources import registry
from hanse_harvesters.sources.base import NoOptions, RawRecord, Source, completeness
from hanse_harvesters.testing.portal import Portal, Reply

SETTINGS = SourceSettings("stadt", "scripted", "https://daten.stadt.example", "stadt")


@dataclass(slots=True, kw_only=True)
class Scripted(RawRecord):
    """Gives a dataset or raises."""

    outcome: Any = field(default_factory=dict)

    def read(self, *, language: str) -> ReadResult:
        if isinstance(self.outcome, Exception):
            raise self.outcome
        return ReadResult(dict(self.outcome))


class ScriptedSource(Source):
    """A connector of which a test says what it yields."""

    kind = "scripted"
    Options = NoOptions
    script: tuple[Any, ...] = ()

    def __iter__(self) -> Iterator[RawRecord]:
        for number, item in enumerate(self.script):
            if isinstance(item, StopRun):
                raise item
            yield Scripted(identity=f"id-{number}", raw=f"raw-{number}", outcome=item)
        self.completeness = completeness(len(self.script))


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, patient: Any):
    def make(*script: Any, settings: SourceSettings = SETTINGS, **given: Any) -> Run:
        monkeypatch.setattr(ScriptedSource, "script", script)
        monkeypatch.setattr(registry, "connector", lambda kind, **_: ScriptedSource)
        return Run(settings, client=patient(), **given)

    return make


def titled(title: str, **fields: Any) -> dict[str, Any]:
    return {"title": title, "resources": [{"url": "https://a.example/x.csv"}], **fields}


def test_records_come_mapped_normalised_and_judged(run) -> None:
    (record,) = run(titled("  Baumkataster ", resources=[{"url": "x", "format": "csv"}]))
    assert record.dataset["resources"][0]["format"] == "CSV"
    assert {"license-missing", "mandatory-missing"} <= {found.rule for found in record.issues}
    assert record.fingerprint
    assert record.normalised


def test_a_record_that_cannot_be_read_is_rejected_with_its_reason(run) -> None:
    walk = run(titled("A"), SkipRecord("package-expected"), titled("B"))
    one, skipped, other = list(walk)
    assert (one.usable, skipped.usable, other.usable) == (True, False, True)
    (found,) = skipped.issues
    assert found.rule == "record-unreadable"
    assert "kein Datensatz" in found.message("de")
    assert "is no dataset" in found.message("en")
    assert walk.summary()["rejected"] == 1


@pytest.mark.parametrize("fault", [KeyError("x"), ValueError("y"), RecursionError()])
def test_a_fault_of_ours_in_one_record_stops_no_other(run, fault: Exception) -> None:
    records = list(run(titled("A"), fault, titled("B")))
    assert [record.usable for record in records] == [True, False, True]
    assert records[1].issues[-1].rule == "record-failed"
    assert type(fault).__name__ in records[1].issues[-1].value


def test_what_stops_a_run_leaves_what_came_and_is_no_complete_walk(run) -> None:
    walk = run(titled("A"), StopRun("connection-failed", reason="down"), titled("B"))
    arrived = []
    with pytest.raises(StopRun, match="down"):
        arrived.extend(walk)
    assert walk.summary()["found"] == 1
    assert walk.completeness.reason == "walk-unfinished"


def test_a_record_without_title_is_rejected_and_one_without_licence_is_not(run) -> None:
    untitled, unlicensed = run({"resources": []}, titled("A"))
    assert not untitled.usable
    assert unlicensed.usable


def test_the_summary_counts_records_and_rules(run) -> None:
    walk = run(titled("A"), titled("B", resources=[]), {}, SkipRecord("package-expected"))
    list(walk)
    summary = walk.summary()
    assert {key: summary[key] for key in ("found", "usable", "rejected", "distributions")} == {
        "found": 4,
        "usable": 2,
        "rejected": 2,
        "distributions": 1,
    }
    assert summary["complete"] is True
    assert summary["issues"]["title-missing"] == 1
    assert summary["issues"]["record-unreadable"] == 1


def test_a_limited_run_is_not_complete_and_says_so(run) -> None:
    walk = run(titled("A"), titled("B"), limit=1)
    assert len(list(walk)) == 1
    assert not walk.summary()["complete"]
    assert [found.rule for found in walk.issues] == ["walk-limited"]


def test_a_limit_of_nothing_is_an_error(run) -> None:
    with pytest.raises(ConfigError):
        run(limit=0)


@pytest.mark.parametrize(
    ("change", "same"),
    [
        ({"title": "Anderer Titel", "schedule": "0 3 * * *", "note": "x", "enabled": False}, True),
        ({"language": "en"}, False),
        ({"organization": "land"}, False),
        ({"modified_is_file_time": True}, False),
    ],
)
def test_settings_that_decide_the_mapping_are_part_of_the_fingerprint(
    run, change: dict[str, Any], same: bool
) -> None:
    (before,) = run(titled("A"))
    (after,) = run(titled("A"), settings=replace(SETTINGS, **change))
    assert (before.fingerprint == after.fingerprint) is same


@pytest.mark.parametrize(
    ("found", "start", "end", "broken", "reason"),
    [
        (3, None, None, "", ""),
        (3, 3, 3, "", ""),
        (3, 5, 3, "", ""),
        (3, 3, 5, "", ""),
        (2, 3, 5, "", "walk-short"),
        (0, None, None, "", "walk-empty"),
        (0, 0, 0, "", "walk-empty"),
        (3, 3, 3, "page-failed", "page-failed"),
    ],
)
def test_when_a_walk_is_complete(found, start, end, broken, reason) -> None:
    walk = completeness(found, start=start, end=end, broken=broken)
    assert (walk.complete, walk.reason) == (not reason, reason)


def test_a_source_without_an_end_is_ended_and_what_came_stays(run) -> None:
    walk = run(*(titled(f"Nr. {number}") for number in range(5)), bounds=Bounds(records=3))
    arrived = []
    with pytest.raises(TooMuch, match="more than 3 datasets"):
        arrived.extend(walk)
    assert len(arrived) == 3
    assert not walk.completeness.complete


def test_after_its_time_a_run_asks_for_nothing_more(patient: Any) -> None:
    with Portal({"/catalog.ttl": Reply(b"<x> a <y> .")}) as portal:
        source = SourceSettings("stadt", "rdf", portal.url("/catalog.ttl"), "stadt")
        walk = Run(source, client=patient(portal.endpoint), bounds=Bounds(seconds=-1.0))
        with pytest.raises(TooMuch, match="was ended"):
            list(walk)
        assert portal.asked == []
