"""Slow portals hold no page of the site, and a worker that dies holds no preview."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from threading import Event, Semaphore, Thread
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import requests
from background import PATIENCE, forked, ini, kill, running
from ckan.lib.redis import connect_to_redis
from stand_in import Page, StandIn
from werkzeug.serving import BaseWSGIServer

from ckanext.hanse.sources.preview import queue
from ckanext.hanse.sources.preview.queue import PreviewState

Officer = Callable[..., dict[str, Any]]
THREADS, SLOW = 4, 8


class Held(dict[str, Page]):
    """Pages that nobody gets before ``open`` is set; each who asks is counted in ``asked``."""

    def __init__(self) -> None:
        super().__init__()
        self.asked, self.open = Semaphore(0), Event()

    def get(self, path: str, default: Any = None) -> Any:
        """The page, once it is open."""
        self.asked.release()
        self.open.wait(PATIENCE)
        return super().get(path, default)

    def wait_for(self, number: int) -> None:
        """Until so many more have asked."""
        for _ in range(number):
            assert self.asked.acquire(timeout=PATIENCE)


class FewThreads(BaseWSGIServer):
    """A server with as many threads as a web process of the site has."""

    def __init__(self, app: Any) -> None:
        super().__init__("127.0.0.1", 0, app)
        self.pool = ThreadPoolExecutor(THREADS)

    def process_request(self, request: Any, client_address: Any) -> None:
        """In a thread, once one is free."""
        self.pool.submit(self._answer, request, client_address)

    def _answer(self, request: Any, client_address: Any) -> None:
        self.finish_request(request, client_address)
        self.shutdown_request(request)


@contextmanager
def serving(app: Any) -> Iterator[str]:
    """The address of the site, served with few threads."""
    server = FewThreads(app)
    Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.pool.shutdown(wait=False, cancel_futures=True)
        server.server_close()


@pytest.fixture
def held(portal: StandIn, clean: None) -> Iterator[Held]:
    """The portal, with whoever asks it held; an empty Redis."""
    connect_to_redis().flushdb()
    pages = Held()
    portal.pages = pages
    yield pages
    pages.open.set()
    connect_to_redis().flushdb()


@pytest.fixture
def own_ini(portal: StandIn, tmp_path: Path) -> Path:
    """The ini of a worker that may fetch from the portal."""
    return ini(tmp_path, **{"hanse.allowed_private_hosts": portal.address, "hanse.http.tries": 1})


def until(state: PreviewState, *ids: str) -> None:
    end = time.monotonic() + PATIENCE
    while {queue.standing(item).state for item in ids} != {state}:
        assert time.monotonic() < end, [queue.standing(item) for item in ids]
        time.sleep(0.1)


def test_eight_slow_portals_leave_the_site_open(
    officer: Officer,
    site: Any,
    portal: StandIn,
    held: Held,
    own_ini: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """By the form's button and by the API, with a portal that answers nobody."""
    monkeypatch.setitem(tk.config, "hanse.preview.per_account", 3)
    admins = [officer("rostock", "admin") for _ in range(SLOW)]
    one = {"Authorization": admins[0]["token"]}
    form = {"organization": "rostock", "title": "Langsam", "kind": "rdf", "check": "1",
            "schedule_kind": "hand", "timezone": "Europe/Berlin", "language": "de"}  # fmt: skip

    def press(number: int) -> requests.Response:
        data = form | {"url": portal.url(f"/{number}.ttl")}
        return requests.post(f"{url}/harvest/source/new", data=data, headers=one,
                             allow_redirects=False, timeout=PATIENCE)  # fmt: skip

    def check(user: dict[str, Any]) -> requests.Response:
        data = {"organization": "rostock", "kind": "rdf", "url": portal.url("/api.ttl")}
        return requests.post(
            f"{url}/api/3/action/hanse_source_check",
            json=data,
            headers={"Authorization": user["token"]},
            timeout=PATIENCE,
        )

    with (
        serving(site.flask_app) as url,
        running(own_ini, "worker", "--no-clock"),
        ThreadPoolExecutor(2 * SLOW) as people,
    ):
        pressed = list(people.map(press, range(SLOW)))
        assert {answer.status_code for answer in pressed} == {303}
        pages = [answer.headers["Location"] for answer in pressed]
        ids = [page.rpartition("/")[2] for page in pages]
        held.wait_for(tk.config["hanse.preview.at_once"])
        calls = [people.submit(check, user) for user in admins]
        held.wait_for(tk.config["hanse.preview.in_requests"])

        assert requests.get(f"{url}/", timeout=PATIENCE).status_code == 200
        states = [queue.standing(item).state for item in ids]
        assert states.count(PreviewState.RUNNING) == tk.config["hanse.preview.at_once"]
        assert states.count(PreviewState.WAITING) == SLOW - tk.config["hanse.preview.at_once"]
        for page in pages:
            path = page[page.index("/harvest") :]
            assert requests.get(url + path, headers=one, timeout=PATIENCE).status_code == 200
        held.open.set()
        until(PreviewState.DONE, *ids)
        answers = [call.result(PATIENCE) for call in calls]
    codes = [answer.status_code for answer in answers]
    assert sorted(set(codes)) == [200, 429]
    assert codes.count(200) >= tk.config["hanse.preview.in_requests"]
    assert all(int(item.headers["Retry-After"]) > 0 for item in answers if item.status_code == 429)


def test_a_preview_whose_worker_is_killed_or_stopped_does_not_run_for_ever(
    officer: Officer, api: Callable[..., Any], portal: StandIn, held: Held
) -> None:
    """It is said at once where its process alone died, or when its worker is stopped."""
    admin = officer("rostock", "admin")

    def ask(number: int) -> str:
        given = {"organization": "rostock", "kind": "rdf", "url": portal.url(f"/{number}.ttl")}
        return str(api(admin, "hanse_preview_ask", **given)["id"])

    first, second = ask(1), ask(2)
    with forked("worker", "--no-clock") as worker:
        held.wait_for(2)
        assert {queue.standing(item).state for item in (first, second)} == {PreviewState.RUNNING}
        worker.terminate()
        assert worker.wait(PATIENCE) == 0
    until(PreviewState.LOST, first, second)

    third = ask(3)
    with forked("worker", "--no-clock") as worker:
        held.wait_for(1)
        until(PreviewState.RUNNING, third)
        kill(worker)
        worker.wait(PATIENCE)
    # Nobody is there to say so: its last sign of life is good for about a minute.
    registry = queue.queue().started_job_registry.key
    for entry, score in connect_to_redis().zrange(registry, 0, -1, withscores=True):
        assert score - time.time() < 120
        connect_to_redis().zadd(registry, {entry: time.time() - 1})
    assert api(admin, "hanse_preview_show", id=third)["state"] == "lost"
