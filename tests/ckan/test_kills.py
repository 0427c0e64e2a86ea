"""A run killed at any moment, or put to sleep past its lease: the next one ends all well."""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import chaos
import ckan.plugins.toolkit as tk
import pytest
from disasters import Town, entries, impatient, pass_days
from emptying import empty
from profiles import NIGHTLY, examples
from stand_in import Entry, StandIn

from ckanext.hanse.harvest import lease
from ckanext.hanse.model import RunStatus

FIRST = entries(7)
#: One changed, one new, one gone.
THEN = [Entry("d0", "Anders", ("daten", "karte")), *FIRST[1:6], Entry("neu", "Neues")]
#: Of the moments of a run so many are tried, its beginning and its end among them.
MOMENTS = examples(4)
#: And of those at which a worker falls asleep.
SLEEPS = examples(2)


@pytest.fixture
def town(
    portal: StandIn, tmp_path: Path, clean: None, monkeypatch: pytest.MonkeyPatch
) -> Callable[[], Town]:
    """Makes the source anew in an emptied catalogue."""
    impatient(monkeypatch)
    monkeypatch.setitem(tk.config, "hanse.bulk.chunk", 3)

    def make() -> Town:
        empty()
        return Town(portal, tmp_path)

    return make


def create(town: Town) -> None:
    """The step: everything is new."""
    _serve(town, FIRST)


def change(town: Town) -> None:
    """The step: some is changed, new, gone."""
    town.has(*FIRST)
    _serve(town, THEN)


def withdraw(town: Town) -> None:
    """The step: what is gone is withdrawn."""
    town.has(*FIRST)
    town.has(*THEN)
    town.has(*THEN)
    pass_days(10)


def _serve(town: Town, found: list[Entry]) -> None:
    from disasters import PATH
    from stand_in import catalogue

    town.portal.turtle(PATH, catalogue(*found))


STEPS = [create, change, withdraw]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: step.__name__)
def test_a_run_killed_at_any_moment_leaves_nothing_undone(
    town: Callable[[], Town], step: Callable[[Town], None]
) -> None:
    here = town()
    step(here)
    with chaos.Deeds().watched() as deeds:
        assert here.harvest().status is RunStatus.SUCCESS
    wanted = chaos.catalogue_state()
    assert (wanted["pending"], wanted["running"], wanted["leases"]) == (0, 0, [])
    for at in moments(deeds.count):
        here = town()
        step(here)
        status = chaos.wait_for(chaos.run_in_child("rostock", at, chaos.kill_oneself))
        assert os.WTERMSIG(status) == signal.SIGKILL, f"deed {at} of {deeds.count} never came"
        assert here.harvest().status is RunStatus.SUCCESS
        assert chaos.catalogue_state() == wanted, f"killed at deed {at} of {deeds.count}"


def moments(count: int, number: int = MOMENTS) -> list[int]:
    """Deeds spread over the run, its beginning and its end among them."""
    spread = {1 + round(n * (count - 2) / (number - 1)) for n in range(number)}
    return sorted(spread)


def test_a_worker_that_slept_past_its_lease_writes_nothing_more(
    town: Callable[[], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(tk.config, "hanse.lease_seconds", 5)
    here = town()
    create(here)
    with chaos.Deeds().watched() as deeds:
        here.harvest()
    wanted = chaos.catalogue_state()
    for share in (0.3, 0.5, 0.7, 0.9) if NIGHTLY else (0.4, 0.8):
        here = town()
        create(here)
        sleeper = chaos.run_in_child("rostock", int(deeds.count * share), chaos.stop_oneself)
        assert os.WIFSTOPPED(chaos.wait_for(sleeper, stopped=True))
        report = _as_soon_as_free(here)
        assert report.status is RunStatus.SUCCESS
        assert chaos.catalogue_state() == wanted
        before = _ids()
        os.kill(sleeper, signal.SIGCONT)
        assert os.WEXITSTATUS(chaos.wait_for(sleeper)) == chaos.THROUGH
        here.harvest()  # drains what the sleeper may have sent to the index
        assert chaos.catalogue_state() == wanted
        assert _ids() == before


def test_a_worker_that_wakes_up_changes_no_row(
    town: Callable[[], Town], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whatever it was about to write: marks for the index, its run, the source, the report."""
    monkeypatch.setitem(tk.config, "hanse.lease_seconds", 2)
    here = town()
    change(here)
    with chaos.Deeds().watched() as deeds:
        here.harvest()
    for at in moments(deeds.count, SLEEPS):
        here = town()
        change(here)
        sleeper = chaos.run_in_child("rostock", at, chaos.stop_oneself)
        assert os.WIFSTOPPED(chaos.wait_for(sleeper, stopped=True))
        held = _taken(here)
        before = chaos.rows()
        os.kill(sleeper, signal.SIGCONT)
        assert os.WEXITSTATUS(chaos.wait_for(sleeper)) == chaos.THROUGH
        assert chaos.rows() == before, f"stopped at deed {at} of {deeds.count}"
        held.release()
        assert here.harvest().status is RunStatus.SUCCESS
        assert chaos.catalogue_state()["pending"] == 0


def _taken(town: Town) -> lease.Lease:
    """The source in our hands, as the sleeper's lease has ended."""
    chaos.let_leases_end()
    for _ in range(60):
        held = lease.take(town.source.id, seconds=600)
        if held:
            return held
        time.sleep(0.5)
    raise AssertionError("the lease of a sleeping worker never ended")


def _as_soon_as_free(town: Town) -> Any:
    for _ in range(60):
        report = town.harvest()
        if report.stopped is None or report.stopped.id != "source-busy":
            return report
        time.sleep(0.5)
    raise AssertionError("the lease of a sleeping worker never ended")


def _ids() -> dict[str, str]:
    from ckan.tests.helpers import call_action

    return {
        name: call_action("package_show", id=name)["id"] for name in call_action("package_list")
    }


def test_two_workers_never_run_one_source(town: Callable[[], Town]) -> None:
    here = town()
    create(here)
    held = lease.take(here.source.id, seconds=60)
    assert held is not None
    report = here.harvest()
    assert (report.status, report.run_id) == (RunStatus.FAILED, None)
    assert report.stopped is not None
    assert report.stopped.id == "source-busy"
    held.release()
    assert here.harvest().status is RunStatus.SUCCESS
