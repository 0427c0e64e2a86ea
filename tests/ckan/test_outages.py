"""PostgreSQL, Redis or Solr stopped while a run is under way: the next run ends all well."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import chaos
import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.lib import search
from ckan.model import meta
from disasters import PATH, Town, entries, impatient
from emptying import empty
from profiles import NIGHTLY
from stand_in import StandIn, catalogue

from ckanext.hanse.model import RunStatus
from ckanext.hanse.monitoring import doctor
from ckanext.hanse.monitoring.doctor import Level
from ckanext.hanse.scheduler import heartbeat, tick
from ckanext.hanse.store import index
from hanse_config.services.instance import current
from hanse_config.services.postgresql import PostgreSQL
from hanse_config.services.redis import Redis
from hanse_config.services.service import Service
from hanse_config.services.solr_server import Solr

SOME = entries(9)


@pytest.fixture
def town(portal: StandIn, tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch) -> Town:
    impatient(monkeypatch)
    monkeypatch.setitem(tk.config, "hanse.bulk.chunk", 3)
    monkeypatch.setitem(tk.config, "hanse.index.timeout", 3)
    found = Town(portal, tmp_path)
    portal.turtle(PATH, catalogue(*SOME))
    return found


@pytest.fixture
def on_disk(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An index that is still there when Solr is started again; that of the tests is in memory."""
    with monkeypatch.context() as patch:
        patch.setitem(tk.config, "solr_url", f"{tk.config['solr_url']}_kept")
        search.clear_all()
        yield
        search.clear_all()


@pytest.fixture
def wanted(town: Town) -> dict[str, object]:
    """The catalogue after an undisturbed run; the one that is disturbed begins anew."""
    assert town.harvest().status is RunStatus.SUCCESS
    state = chaos.catalogue_state()
    empty()
    return state


@contextmanager
def stopped(service: Service) -> Iterator[None]:
    """The service is not there; afterwards it is again."""
    service.stop()
    try:
        yield
    finally:
        service.launch()
        service.wait()


@contextmanager
def mute(service: Service) -> Iterator[None]:
    """The service takes connections and never answers."""
    running = service.running()
    assert running is not None
    os.kill(running.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(running.pid, signal.SIGCONT)


def interrupted(town: Town, outage: Callable[[], object], at: int) -> RunStatus:
    """A run during which an outage begins at the ``at``-th deed; its status."""
    with chaos.Deeds(at, outage).watched():
        return town.harvest().status


def again(town: Town, folder: Path) -> Town:
    """The same source, in the emptied catalogue."""
    found = Town(town.portal, folder)
    town.portal.turtle(PATH, catalogue(*SOME))
    return found


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9] if NIGHTLY else [0.9])
def test_a_database_that_goes_away(
    town: Town, wanted: dict[str, object], tmp_path: Path, share: float
) -> None:
    here = again(town, tmp_path)
    server = PostgreSQL(current())
    status = interrupted(here, lambda: _cut_connections(server), _deeds(share))
    assert status in (RunStatus.FAILED, RunStatus.PARTIAL, RunStatus.SUCCESS)
    model.Session.remove()
    assert here.harvest().status is RunStatus.SUCCESS
    assert chaos.catalogue_state() == wanted


def _cut_connections(server: PostgreSQL) -> None:
    """PostgreSQL goes down at once and comes back after a moment."""
    server.stop()

    def back() -> None:
        server.launch()
        server.wait()

    threading.Thread(target=back, daemon=True).start()


def _deeds(share: float) -> int:
    return int(120 * share)


@pytest.mark.parametrize("share", [0.3, 0.8] if NIGHTLY else [0.6])
def test_an_index_that_is_mute_for_a_while(
    town: Town, wanted: dict[str, object], tmp_path: Path, share: float
) -> None:
    here = again(town, tmp_path)
    block = mute(Solr(current()))
    status = interrupted(here, block.__enter__, _deeds(share))
    block.__exit__(None, None, None)
    assert status is not RunStatus.RUNNING
    # Even one in which the portal has nothing new brings everything into the index.
    assert here.harvest().status is RunStatus.SUCCESS
    assert here.harvest().status is RunStatus.SUCCESS
    assert chaos.catalogue_state() == wanted


@pytest.mark.parametrize("share", [0.3, 0.8] if NIGHTLY else [0.5])
def test_an_index_that_goes_away_and_is_slow_to_come_up(
    on_disk: None,
    town: Town,
    wanted: dict[str, object],
    tmp_path: Path,
    site: Any,
    monkeypatch: pytest.MonkeyPatch,
    share: float,
) -> None:
    """All that is asked of a site without Solr, in the one time that it is away."""
    here = again(town, tmp_path)
    heartbeat.beat(runs=True)
    solr = Solr(current())
    assert interrupted(here, solr.stop, _deeds(share)) is not RunStatus.RUNNING
    _expect_said(site)

    # The next run waits for it: it has only taken time.
    monkeypatch.setitem(tk.config, "hanse.index.patience", 600)
    asked_in_vain = threading.Event()
    monkeypatch.setattr(index.log, "warning", lambda *said: asked_in_vain.set())

    def back() -> None:
        asked_in_vain.wait()
        solr.launch()
        solr.wait()

    returns = threading.Thread(target=back, daemon=True)
    returns.start()
    assert here.harvest().status is RunStatus.SUCCESS
    assert asked_in_vain.is_set()
    returns.join()
    assert index.pending() == 0
    assert chaos.catalogue_state() == wanted
    assert _health(site, 200)["index"] == "ok"


def _health(site: Any, status: int) -> dict[str, Any]:
    answer = site.test_client(use_cookies=False).get("/harvest/health")
    assert answer.status_code == status, answer.body
    return dict(answer.json)


def _expect_said(site: Any) -> None:
    """That Solr is away, by whatever is asked."""
    found = {item.id: item for item in doctor.examine()}
    assert found["solr-unreachable"].level is Level.ERROR
    assert str(tk.config["solr_url"]) in found["solr-unreachable"].what("de")
    assert "database-ok" in found
    health = _health(site, 503)
    assert health["index"] == "fault"
    assert "index" in health["reasons"]
    assert "index" in tick.tick().faults


def test_redis_is_not_needed_to_harvest(
    town: Town, wanted: dict[str, object], tmp_path: Path
) -> None:
    here = again(town, tmp_path)
    with stopped(Redis(current())):
        assert here.harvest().status is RunStatus.SUCCESS
    assert chaos.catalogue_state() == wanted


@pytest.fixture(autouse=True)
def everything_runs_again() -> Iterator[None]:
    """Whatever a test stopped, the next one finds it."""
    yield
    for service in (PostgreSQL(current()), Redis(current()), Solr(current())):
        running = service.running()
        if running:
            os.kill(running.pid, signal.SIGCONT)
        service.launch()
        service.wait()
    model.Session.remove()
    meta.engine.dispose()
