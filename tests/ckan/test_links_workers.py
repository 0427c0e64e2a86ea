"""Many workers, killed at any point: every link is checked once, and no host by two at a time."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa
from ckan import model
from ckan.model import meta
from link_server import CSV, Links, Write, check, having, number_due, row, states

from ckanext.hanse.link_checks import answers, jobs, leases, pause, rounds
from ckanext.hanse.link_checks.leases import HostLeases
from ckanext.hanse.model import DatasetState, UrlHost
from hanse_harvesters.testing.portal import Reply

PATIENCE = 60


@pytest.fixture(autouse=True)
def files(server: Links) -> None:
    """Many files on one server."""
    server.scripts |= {
        f"/{n}.csv": Reply(CSV, headers={"Content-Type": "text/csv"}) for n in range(30)
    }


class Worker(multiprocessing.get_context("fork").Process):  # type: ignore[name-defined,misc]
    """Checks links in another process, which can be killed."""

    def __init__(self, before: Callable[[], None] = lambda: None) -> None:
        super().__init__(daemon=True)
        self._before = before

    def run(self) -> None:
        """Check what is due."""
        meta.engine.dispose(close=False)  # the connections are the tests'
        self._before()
        rounds.check_due(seconds=PATIENCE)

    def __enter__(self) -> Worker:
        model.Session.rollback()
        model.Session.remove()
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self.join()


def until(true: Callable[[], bool]) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.02)


def expire() -> None:
    """As if the leases of dead processes had run out."""
    model.Session.execute(sa.update(UrlHost).values(held_until=sa.func.now()))
    model.Session.commit()


def test_two_workers_share_a_host_one_request_at_a_time(write: Write, server: Links) -> None:
    write(*(having(str(n), f"/{n}.csv", server=server) for n in range(12)))
    server.slow = 0.05
    with Worker() as one, Worker() as other:
        one.join(PATIENCE)
        other.join(PATIENCE)
        assert (one.exitcode, other.exitcode) == (0, 0)
    assert server.most == 1
    assert sorted(server.files()) == sorted(f"/{n}.csv" for n in range(12))
    assert set(states().values()) == {"ok"}


def test_a_killed_worker_leaves_the_rest_due_for_the_next(write: Write, server: Links) -> None:
    written = write(*(having(str(n), f"/{n}.csv", server=server) for n in range(12)))
    server.slow = 0.1
    with Worker() as worker:
        until(lambda: len(server.files()) >= 4)
        os.kill(worker.pid, signal.SIGKILL)
        worker.join()
    left = number_due()
    assert left > 0
    assert check().number == 0  # the host is still leased to the dead worker
    expire()
    server.slow = 0.0
    assert check().number == left
    assert (number_due(), set(states().values())) == (0, {"ok"})
    assert len(written) == 12


@pytest.mark.parametrize("step", ["advance", "refresh", "commit"])
def test_a_kill_within_a_batch_stores_all_of_it_or_nothing(
    step: str, write: Write, server: Links, monkeypatch: pytest.MonkeyPatch
) -> None:
    server.scripts |= {"/a.csv": Reply(b"", 404), "/b.csv": Reply(b"", 404)}
    first, second = write(
        having("a", "/a.csv", server=server), having("b", "/b.csv", server=server)
    )

    def die(*_: Any, **__: Any) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def lethal() -> None:
        place: Any = {
            "advance": (answers, "_rest"),
            "refresh": (answers.link_states, "refresh"),
            "commit": (answers, "_store"),
        }[step]
        plain = answers._store
        if step == "commit":
            answers._store = lambda pairs: (plain(pairs), model.Session.flush(), die())[0]
        else:
            setattr(*place, die)

    with Worker(lethal) as worker:
        worker.join(PATIENCE)
        assert worker.exitcode == -signal.SIGKILL
    model.Session.rollback()
    assert set(states().values()) == {"pending"}
    assert [item.link_issues for item in model.Session.scalars(sa.select(DatasetState))] == [[], []]
    expire()
    assert check().number == 2
    for dataset in (first, second):
        state = model.Session.get(DatasetState, dataset, populate_existing=True)
        assert [item["rule"] for item in state.link_issues] == ["link-failing"]


def test_a_pause_stops_a_worker_that_is_at_it(write: Write, server: Links) -> None:
    write(*(having(str(n), f"/{n}.csv", server=server) for n in range(30)))
    server.slow = 0.3
    with Worker() as worker:
        until(lambda: len(server.files()) >= 2)
        pause.pause(True)
        worker.join(PATIENCE)
        assert worker.exitcode == 0
    left = number_due()
    assert 0 < left < 30
    pause.pause(False)
    server.slow = 0.0
    assert check().number == left


def test_a_lease_keeps_others_away_until_it_runs_out(clean: None) -> None:
    ours, theirs = HostLeases(), HostLeases()
    assert ours.take("daten.example.org")
    assert ours.take("daten.example.org")
    assert not theirs.take("daten.example.org")
    assert theirs.take("geo.example.org")
    expire()
    assert theirs.take("daten.example.org")
    assert not ours.take("daten.example.org")
    theirs.give_all_back()
    assert ours.take("geo.example.org")
    assert leases.LEASE.total_seconds() > 60


def test_a_host_that_asks_to_come_later_is_left_alone_by_all(write: Write, server: Links) -> None:
    server.scripts["/0.csv"] = Reply(b"", 503, {"Retry-After": "7200"})
    write(having("a", "/0.csv", "/1.csv", server=server))
    check()
    asked = len(server.files())
    assert check().number == 0
    assert len(server.files()) == asked
    model.Session.rollback()
    assert model.Session.get(UrlHost, "127.0.0.1").rests_until is not None


def test_jobs_are_queued_once_and_only_when_something_is_due(write: Write, server: Links) -> None:
    assert jobs.advance() == 0
    write(having("a", "/0.csv", server=server))
    model.Session.rollback()
    assert (jobs.advance(), jobs.advance()) == (1, 0)
    jobs.queue().empty()
    check()
    assert jobs.advance() == 0
    assert row(server.url("/0.csv")).state == "ok"
