"""The health address: cheap, without secrets, and an answer even when the house burns."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from outage import stopped
from prometheus_client.openmetrics.parser import text_string_to_metric_families as openmetrics
from prometheus_client.parser import text_string_to_metric_families
from walks import source

from ckanext.hanse.model import HarvestRun, HarvestSource, RunStatus
from ckanext.hanse.scheduler import due, heartbeat, tick
from hanse_config.services.postgresql import PostgreSQL
from hanse_config.services.redis import Redis
from hanse_config.services.service import Service

ADDRESS = "/harvest/health"


@pytest.fixture
def rostock(cities: dict[str, Any]) -> Iterator[HarvestSource]:
    """A source with a schedule, and a clock that runs what is due itself."""
    connect_to_redis().flushdb()
    row = source(cities["rostock"]["id"], "rostock")
    row.settings = {"schedule": "15 3 * * *"}
    model.Session.commit()
    due.refresh()
    heartbeat.beat(runs=True)
    yield row
    connect_to_redis().flushdb()


#: Every metric: its type and the names of its labels.
KINDS = {
    "hanse_up": ("gauge", ("part",)),
    **dict.fromkeys(
        (
            *("hanse_workers", "hanse_jobs_waiting", "hanse_pending_index", "hanse_index_differs"),
            *("hanse_sources_scheduled", "hanse_sources_overdue"),
            *("hanse_sources_failed", "hanse_sources_held", "hanse_last_tick_timestamp_seconds"),
            *("hanse_links_due", "hanse_link_workers"),
        ),
        ("gauge", ()),
    ),
    **dict.fromkeys(
        (
            "hanse_run_finished_timestamp_seconds",
            *("hanse_run_duration_seconds", "hanse_run_records"),
        ),
        ("gauge", ("source",)),
    ),
    "hanse_run_status": ("gauge", ("source", "status")),
    "hanse_links": ("gauge", ("state",)),
}


def samples(families: Iterable[Any]) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Metric → type and labels, of those with a value."""
    return {
        family.name: (family.type, tuple(sorted(family.samples[0].labels)))
        for family in families
        if family.samples
    }


def value(text: str, name: str, **labels: str) -> float:
    """What a metric says."""
    (found,) = [
        sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if (sample.name, sample.labels) == (name, labels)
    ]
    return float(found)


def ask(site: Any, status: int = 200, **keywords: Any) -> dict[str, Any]:
    # A client of its own: monitoring brings no cookies of an earlier test.
    answer = site.test_client(use_cookies=False).get(ADDRESS, **keywords)
    assert answer.status_code == status, answer.body
    assert answer.headers["Content-Type"] == "application/json"
    assert "no-store" in answer.headers["Cache-Control"]
    found: dict[str, Any] = json.loads(answer.body)
    return found


def test_a_site_that_is_kept_up_says_so(rostock: HarvestSource, site: Any) -> None:
    found = ask(site)
    assert (found["status"], found["reasons"]) == ("ok", [])
    assert [found[part] for part in ("database", "index", "queue", "worker", "clock")] == ["ok"] * 5
    assert (found["sources_scheduled"], found["sources_overdue"]) == (1, 0)
    assert found["pending_index"] == 0


def test_it_costs_few_queries_and_no_session(
    rostock: HarvestSource, site: Any, watch: Callable[[], Any]
) -> None:
    asked: list[str] = []

    def note(connection: Any, cursor: Any, statement: str, *rest: Any) -> None:
        asked.append(statement)

    sa.event.listen(model.meta.engine, "before_cursor_execute", note)
    try:
        answer = site.get(ADDRESS)
    finally:
        sa.event.remove(model.meta.engine, "before_cursor_execute", note)
    assert len(asked) <= 10
    assert "Set-Cookie" not in answer.headers
    assert not any("user" in statement for statement in asked)


@pytest.mark.parametrize(("kind", "part"), [(PostgreSQL, "database"), (Redis, "queue")])
def test_what_is_stopped_is_named_with_503(
    rostock: HarvestSource, site: Any, kind: type[Service], part: str
) -> None:
    with stopped(kind):
        found = ask(site, 503)
    assert found[part] == "fault"
    assert part in found["reasons"]
    assert ask(site)["status"] == "ok"  # and it recovers by itself


def test_no_worker_and_no_tick_are_faults(rostock: HarvestSource, site: Any) -> None:
    heartbeat.beat(runs=False)
    assert ask(site, 503)["reasons"] == ["worker"]
    connect_to_redis().delete(tick.key("tick"))
    assert ask(site, 503)["reasons"] == ["worker", "clock"]


def test_overdue_sources_are_a_fault_failed_ones_a_number(
    rostock: HarvestSource, site: Any
) -> None:
    model.Session.add(
        HarvestRun(source_id=rostock.id, status=RunStatus.FAILED.value, finished=due.now())
    )
    model.Session.commit()
    found = ask(site)
    assert (found["status"], found["sources_failed"]) == ("ok", 1)

    late = due.now() - timedelta(days=1)
    model.Session.execute(sa.update(HarvestSource).values(next_run=late))
    model.Session.commit()
    found = ask(site, 503)
    assert (found["reasons"], found["sources_overdue"]) == (["sources_overdue"], 1)


def test_names_are_for_sysadmins_and_secrets_for_nobody(
    rostock: HarvestSource, site: Any, sysadmin: dict[str, Any], officer: Callable[..., Any]
) -> None:
    model.Session.add(
        HarvestRun(source_id=rostock.id, status=RunStatus.FAILED.value, finished=due.now())
    )
    model.Session.commit()
    seen = ask(site, headers={"Authorization": sysadmin["token"]})
    assert seen["details"]["sources_failed"] == ["rostock"]
    for headers in ({}, {"Authorization": officer("rostock", "admin")["token"]}):
        text = json.dumps(ask(site, headers=headers))
        assert "details" not in text
        assert "rostock" not in text
        for option in ("sqlalchemy.url", "ckan.redis.url", "solr_url"):
            assert str(tk.config[option]) not in text


def test_metrics_are_there_when_the_operator_wants_them(
    rostock: HarvestSource, site: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert site.get("/harvest/metrics").status_code == 404
    monkeypatch.setitem(tk.config, "hanse.metrics", True)
    model.Session.add(
        HarvestRun(source_id=rostock.id, status="success", finished=due.now(), found=12)
    )
    model.Session.commit()
    answer = site.get("/harvest/metrics")
    assert answer.headers["Content-Type"] == "text/plain; version=0.0.4; charset=utf-8"
    text = answer.body
    assert samples(text_string_to_metric_families(text)) == KINDS
    assert value(text, "hanse_up", part="database") == 1
    assert value(text, "hanse_run_records", source="rostock") == 12
    assert value(text, "hanse_run_status", source="rostock", status="success") == 1
    assert value(text, "hanse_run_status", source="rostock", status="failed") == 0
    with stopped(Redis):
        assert value(site.get("/harvest/metrics").body, "hanse_up", part="queue") == 0


@pytest.mark.parametrize("version", ["1.0.0", "abc", ""])
def test_openmetrics_is_given_to_who_asks_for_it(
    site: Any, monkeypatch: pytest.MonkeyPatch, rostock: HarvestSource, version: str
) -> None:
    monkeypatch.setitem(tk.config, "hanse.metrics", True)
    asked = f"application/openmetrics-text; version={version}, text/plain;q=0.5"
    answer = site.get("/harvest/metrics", headers={"Accept": asked})
    if version == "abc":  # no version that there is: what everybody reads
        assert answer.headers["Content-Type"].startswith("text/plain; version=0.0.4")
        return
    assert answer.headers["Content-Type"].startswith("application/openmetrics-text; version=1.0.0")
    known = {name: kind for name, kind in KINDS.items() if not name.startswith("hanse_run_")}
    found = samples(openmetrics(answer.body))
    assert {name: kind for name, kind in found.items() if name in known} == known
