"""PostgreSQL, Redis or Solr stopped while a run is under way: the next run ends all well."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import chaos
import ckan.plugins.toolkit as tk
import pytest
from ckan import model
from ckan.model import meta
from disasters import PATH, Town, entries, impatient
from emptying import empty
from stand_in import StandIn, catalogue

from ckanext.hanse.model import RunStatus
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


@pytest.mark.parametrize("share", [0.2, 0.6, 0.9])
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


@pytest.mark.parametrize("share", [0.3, 0.8])
@pytest.mark.parametrize("outage", [stopped, mute], ids=["stopped", "mute"])
def test_an_index_that_goes_away(
    town: Town,
    wanted: dict[str, object],
    tmp_path: Path,
    outage: Callable[[Service], object],
    share: float,
) -> None:
    here = again(town, tmp_path)
    solr = Solr(current())
    block = outage(solr)
    status = interrupted(here, block.__enter__, _deeds(share))  # type: ignore[attr-defined]
    block.__exit__(None, None, None)  # type: ignore[attr-defined]
    assert status is not RunStatus.RUNNING
    # Even one in which the portal has nothing new brings everything into the index.
    assert here.harvest().status is RunStatus.SUCCESS
    assert here.harvest().status is RunStatus.SUCCESS
    assert chaos.catalogue_state() == wanted


def test_an_index_that_is_slow_to_come_up_costs_only_time(
    town: Town, wanted: dict[str, object], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.index.patience", 600)
    here = again(town, tmp_path)
    solr = Solr(current())
    asked_in_vain = threading.Event()
    monkeypatch.setattr(index.log, "warning", lambda *said: asked_in_vain.set())

    def back() -> None:
        asked_in_vain.wait()
        solr.launch()
        solr.wait()

    solr.stop()
    returns = threading.Thread(target=back, daemon=True)
    returns.start()
    assert here.harvest().status is RunStatus.SUCCESS
    returns.join()
    assert asked_in_vain.is_set()
    assert index.pending() == 0
    assert chaos.catalogue_state() == wanted


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
