"""The figures of the harvests for Prometheus, in the format that the client requests."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import CollectorRegistry
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.exposition import choose_encoder
from prometheus_client.registry import Collector

from ckanext.hanse.link_checks import figures as link_figures
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
    "links_due": "Links that are due to be checked",
    "link_workers": "Processes that check links",
}
_ENDS = tuple(status.value for status in RunStatus if status is not RunStatus.RUNNING)

Sample = tuple[tuple[str, ...], float]
"""Label values of a metric, and its value."""


class Harvests(Collector):
    """Determines the state on each collection; parts that cannot be reached are 0."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        """Yield every metric with its samples."""
        state = health.state()
        parts = [((part,), int(state[part] == "ok")) for part in _PARTS]
        yield _gauge("up", "Whether a part works", parts, "part")
        for name, help in _NUMBERS.items():
            if state[name] is not None:
                yield _gauge(name, help, [((), state[name])])
        if state["last_tick"]:
            stamp = datetime.fromisoformat(state["last_tick"]).timestamp()
            yield _gauge("last_tick_timestamp_seconds", "When the clock last ticked", [((), stamp)])
        if state["database"] == "ok":
            yield from _sources(figures.last_runs())
            yield from _links()


def exposition(accept: str) -> tuple[bytes, str]:
    """Return all metrics and their content type, in the format of an ``Accept`` header.

    The text format of Prometheus (version 0.0.4) unless OpenMetrics is requested.
    """
    registry = CollectorRegistry(auto_describe=False)
    registry.register(Harvests())
    try:
        encode, content_type = choose_encoder(accept)
    except (TypeError, ValueError):  # an invalid version
        encode, content_type = choose_encoder("")
    return encode(registry), content_type


def _sources(runs: list[figures.Last]) -> Iterator[GaugeMetricFamily]:
    finished: list[Sample] = [((run.source,), run.finished.timestamp()) for run in runs]
    seconds: list[Sample] = [
        ((run.source,), (run.finished - run.started).total_seconds()) for run in runs
    ]
    records: list[Sample] = [((run.source,), run.found) for run in runs]
    ends: list[Sample] = [
        ((run.source, end), int(run.status == end)) for run in runs for end in _ENDS
    ]
    source = "source"
    yield _gauge("run_finished_timestamp_seconds", "End of the last run", finished, source)
    yield _gauge("run_duration_seconds", "Duration of the last run", seconds, source)
    yield _gauge("run_records", "Records that the last run found", records, source)
    yield _gauge("run_status", "How the last run ended", ends, source, "status")


def _links() -> Iterator[GaugeMetricFamily]:
    """Yield the links of public datasets by state, and when one was checked last."""
    states = link_figures.counts(link_figures.public())["states"]
    samples: list[Sample] = [((state,), number) for state, number in states.items()]
    yield _gauge("links", "Links by state", samples, "state")
    last = link_figures.last_check()
    stamp: list[Sample] = [((), last.timestamp())] if last else []
    yield _gauge("links_checked_timestamp_seconds", "When a link was checked last", stamp)


def _gauge(name: str, help: str, samples: Iterable[Sample], *labels: str) -> GaugeMetricFamily:
    found = GaugeMetricFamily(f"hanse_{name}", f"{help}.", labels=labels)
    for values, value in samples:
        found.add_metric(values, value)
    return found
