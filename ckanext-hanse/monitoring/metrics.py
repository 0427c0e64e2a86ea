"""The figures of the harvests in the text format of Prometheus (version 0.0.4)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from ckanext.hanse.model import RunStatus
from ckanext.hanse.monitoring import figures, health

_PARTS = ("database", "index", "queue", "worker", "clock")
_NUMBERS = {
    "workers": "Background workers of the harvests' queue",
    "jobs_waiting": "Harvests that wait in the queue",
    "pending_index": "Datasets that wait for the search index",
    "index_differs": "Datasets that the search index has otherwise than the database",
    "sources_scheduled": "Sources that run by themselves",
    "sources_overdue": "Sources that should have run long ago",
    "sources_failed": "Sources whose last run failed",
    "sources_held": "Sources whose last run waits for approval",
}
_ENDS = tuple(status.value for status in RunStatus if status is not RunStatus.RUNNING)


def text() -> str:
    """Everything, one metric after the other; parts that cannot be reached are 0."""
    state = health.state()
    lines = list(_parts(state))
    for name, help in _NUMBERS.items():
        if state[name] is not None:
            lines += _metric(name, help, [("", state[name])])
    if state["last_tick"]:
        stamp = datetime.fromisoformat(state["last_tick"]).timestamp()
        lines += _metric("last_tick_timestamp_seconds", "When the clock last ticked", [("", stamp)])
    if state["database"] == "ok":
        lines += _sources(figures.last_runs())
    return "\n".join(lines) + "\n"


def _parts(state: dict[str, Any]) -> Iterable[str]:
    samples = [(f'{{part="{part}"}}', int(state[part] == "ok")) for part in _PARTS]
    return _metric("up", "Whether a part works", samples)


def _sources(runs: list[figures.Last]) -> Iterator[str]:
    # Names of sources are [a-z0-9-], so nothing needs escaping.
    finished = [(f'{{source="{run.source}"}}', run.finished.timestamp()) for run in runs]
    seconds = [
        (f'{{source="{run.source}"}}', (run.finished - run.started).total_seconds()) for run in runs
    ]
    records = [(f'{{source="{run.source}"}}', run.found) for run in runs]
    ends = [
        (f'{{source="{run.source}",status="{end}"}}', int(run.status == end))
        for run in runs
        for end in _ENDS
    ]
    yield from _metric("run_finished_timestamp_seconds", "End of the last run", finished)
    yield from _metric("run_duration_seconds", "Duration of the last run", seconds)
    yield from _metric("run_records", "Records that the last run found", records)
    yield from _metric("run_status", "How the last run ended", ends)


def _metric(name: str, help: str, samples: Iterable[tuple[str, float]]) -> Iterator[str]:
    yield f"# HELP hanse_{name} {help}."
    yield f"# TYPE hanse_{name} gauge"
    for labels, value in samples:
        yield f"hanse_{name}{labels} {value}"
