"""A server whose links go well and wrong, and what the tests of links do with them."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import ckan.plugins.toolkit as tk
import pytest
import sqlalchemy as sa
from ckan import model
from ckan.lib.redis import connect_to_redis
from walks import file, record, source

from ckanext.hanse.link_checks import due, pause, rounds
from ckanext.hanse.model import CheckedUrl, DatasetState, HarvestSource, UrlHost
from ckanext.hanse.redis_keys import key
from ckanext.hanse.store import runs, urls
from ckanext.hanse.store.bulk.writer import BulkWriter
from ckanext.hanse.store.writer import Change, WriteOutcome
from hanse_harvesters import links as core
from hanse_harvesters.record import Record
from hanse_harvesters.testing.portal import Asked, Portal, Reply

Write = Callable[..., list[str]]
CSV = b"a;b;c\n" + b"1;2;3\n" * 50
HTML = b"<!DOCTYPE html><html><head><title>Fehler</title></head><body>weg</body></html>"


class Links(Portal):
    """A portal that also counts how many requests are open at the same time."""

    def __init__(self, **keywords: Any) -> None:
        super().__init__(**keywords)
        self.open, self.most = 0, 0
        self.slow = 0.0
        self.times: list[float] = []
        self._lock = threading.Lock()
        self.scripts |= {
            "/gut.csv": Reply(CSV, headers={"Content-Type": "text/csv"}),
            "/weg.csv": Reply(b"nicht da", 404),
            "/statt.csv": Reply(HTML, headers={"Content-Type": "text/html"}),
            "/alt.csv": Reply(b"", 301, {"Location": "/gut.csv"}),
            "/streng.csv": Reply(b"", 403),
        }

    def reply(self, asked: Asked) -> Reply:
        """The answer, after a while; what is open meanwhile is counted."""
        with self._lock:
            self.open += 1
            self.most = max(self.most, self.open)
            self.times.append(time.monotonic())
        try:
            time.sleep(self.slow)
            return super().reply(asked)
        finally:
            with self._lock:
                self.open -= 1

    def files(self) -> list[str]:
        """What was asked for, without robots.txt, in order."""
        return [target for target in self.targets() if target != "/robots.txt"]


@contextmanager
def checking(*servers: Portal, **options: Any) -> Iterator[None]:
    """Links are checked, all day, quickly, and on these servers only."""
    names = ("enabled", "hours", "only_hosts", "except_hosts", "again_minutes")
    given = {f"hanse.links.{name}": tk.config.get(f"hanse.links.{name}") for name in names}
    given["hanse.allowed_private_hosts"] = tk.config["hanse.allowed_private_hosts"]
    tk.config.update(
        {
            "hanse.links.enabled": True,
            "hanse.links.hours": "00:00-00:00",
            "hanse.links.only_hosts": ["127.0.0.1"],
            "hanse.allowed_private_hosts": [server.endpoint for server in servers],
            **{f"hanse.links.{name}": value for name, value in options.items()},
        }
    )
    connect_to_redis().delete(key("links-collected"))
    try:
        yield
    finally:
        model.Session.rollback()
        tk.config.update(given)
        pause.pause(False)


@contextmanager
def quickly(seconds: float = 0.05) -> Iterator[None]:
    """The pause between two requests is short: what is shown is the order, not the time."""
    from ckanext.hanse.link_checks import options

    before = options.limits
    options.limits = lambda: core.Limits(pause=seconds)  # type: ignore[assignment]
    try:
        yield
    finally:
        options.limits = before


def check(**keywords: Any) -> rounds.Done:
    """Check what is due now."""
    model.Session.rollback()
    done = rounds.check_due(seconds=60, **keywords)
    model.Session.expire_all()
    return done


def row(url: str) -> CheckedUrl:
    """What is stored of a link."""
    model.Session.rollback()
    model.Session.expire_all()
    found = model.Session.get(CheckedUrl, urls.row_id(url))
    assert found is not None, url
    return found


def states() -> dict[str, str]:
    """Path → state of every link."""
    model.Session.rollback()
    rows = model.Session.execute(sa.select(CheckedUrl.url, CheckedUrl.state))
    return {url.partition("://")[2].partition("/")[2]: state for url, state in rows}


def issues(dataset_id: str) -> list[str]:
    """The rules of a dataset's link issues."""
    model.Session.rollback()
    model.Session.expire_all()
    state = model.Session.get(DatasetState, dataset_id)
    assert state is not None
    return [str(item["rule"]) for item in state.link_issues]


def a_day_later(days: int = 1) -> None:
    """As if whatever was checked had been checked so many days earlier, and is due again."""
    model.Session.rollback()
    model.Session.expire_all()
    shift = timedelta(days=days)
    for item in model.Session.scalars(sa.select(CheckedUrl)):
        record = core.LinkRecord.from_json(item.record) if item.record else None
        if record:
            item.record = _earlier(item.record, shift)
            item.checked, item.since = item.checked - shift, item.since - shift
        item.due = sa.func.now()
    model.Session.execute(sa.update(UrlHost).values(rests_until=None, held_until=None))
    model.Session.commit()


def _earlier(record: dict[str, Any], shift: timedelta) -> dict[str, Any]:
    from datetime import datetime

    def back(value: str) -> str:
        return (datetime.fromisoformat(value) - shift).isoformat()

    moved = {name: back(record[name]) for name in ("since", "checked", "due")}
    answer = {**record["answer"], "at": back(record["answer"]["at"])}
    return {
        **record,
        **moved,
        "failed": [back(item) for item in record["failed"]],
        "answer": answer,
    }


def number_due() -> int:
    """How many links are due."""
    model.Session.rollback()
    return due.number()


# --- Fixtures (conftest.py) -------------------------------------------------------------------


@pytest.fixture(name="server")
def a_server(clean: None) -> Iterator[Links]:
    with Links() as portal, checking(portal), quickly():
        yield portal


@pytest.fixture(name="owner")
def an_owner(cities: dict[str, Any]) -> HarvestSource:
    return source(cities["rostock"]["id"])


@pytest.fixture(name="write")
def a_writer(owner: HarvestSource) -> Write:
    """Writes records as a run does; gives the ids of their datasets."""
    known: dict[str, str] = {}

    def do(*records: Record, kind: type = BulkWriter) -> list[str]:
        writer = kind(
            source_id=owner.id,
            run_id=runs.begin(owner.id),
            owner_org=owner.organization_id,
        )
        outcomes: list[WriteOutcome] = []
        for item in records:
            outcomes += writer.write(Change(item, known.get(item.identity)))
        outcomes += writer.flush()
        known.update({o.record.identity: o.dataset_id for o in outcomes})
        return [known[item.identity] for item in records]

    return do


def having(key: str, *paths: str, server: Links, **dataset: Any) -> Record:
    """A record with a file at each of these paths of the server."""
    files = [
        file(f"https://daten.example.org/{key}/{number}", path, url=server.url(path))
        | {"access_url": server.url(path), "download_url": server.url(path)}
        for number, path in enumerate(paths)
    ]
    return record(key, f"Datensatz {key}", resources=files, **dataset)
